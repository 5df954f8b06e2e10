// What is answered. Lines of the last message of the user's that begin with @
// order it:
//
//     @say TEXT         the text, \n as in JSON
//     @tool NAME JSON   a call of that tool; JSON is sent as it stands
//     @then TEXT        what is said once the tools have answered
//     @fault NAMES      see chat-faults.js
//     @speed N          tokens a second
//
// else the first line of the script whose `match` (a regular expression) fits:
// {"match", "say", "tools": [{"name", "arguments"}], "then", "faults",
// "speed"}. Else what was said is repeated; where a schema asks for JSON, the
// least that conforms to it is answered; and where a tool is required, the
// first is called.
'use strict';
const fs = require('fs');

function least(schema, root = schema) {
	if (schema.$ref)
		return least(schema.$ref.split('/').slice(1)
			.reduce((at, name) => at[name], root), root);
	if ('const' in schema)
		return schema.const;
	if (schema.enum)
		return schema.enum[0];
	if (schema.anyOf)
		return least(schema.anyOf[0], root);
	switch ([].concat(schema.type)[0]) {
	case 'object':
		return Object.fromEntries((schema.required || []).map((name) =>
			[name, least(schema.properties[name], root)]));
	case 'array':
		return Array.from({ length: schema.minItems || 0 }, () =>
			least(schema.items, root));
	case 'string':
		return 'x'.repeat(schema.minLength || 1);
	case 'integer':
	case 'number':
		return schema.minimum || 0;
	case 'boolean':
		return true;
	default:
		return null;
	}
}

function orders(said) {
	const found = { faults: [], tools: [] };
	let any = false;

	for (const line of said.split('\n')) {
		const [, order, rest = ''] = /^@(\w+) ?(.*)$/.exec(line) || [];
		any ||= Boolean(order);
		if (order === 'say' || order === 'then')
			found[order] = JSON.parse(`"${rest.replace(/"/g, '\\"')}"`);
		else if (order === 'fault')
			found.faults.push(rest);
		else if (order === 'speed')
			found.speed = Number(rest);
		else if (order === 'tool')
			found.tools.push({ name: rest.split(' ')[0],
				arguments: rest.slice(rest.split(' ')[0].length + 1) });
	}
	return any ? found : null;
}

class Script {
	constructor(file) {
		this.lines = file ? fs.readFileSync(file, 'utf8').split('\n')
			.filter((line) => line.trim()).map((line) => {
				const told = JSON.parse(line);
				return { ...told, faults: told.faults ?
					[told.faults] : [] };
			}) : [];
	}

	find(asked, said, dialect) {
		const last = asked.messages?.[asked.messages.length - 1] || {};
		const told = { say: '', tools: [], faults: [],
			...typeof said === 'string' && (orders(said) ||
			this.lines.find((line) => new RegExp(line.match, 'u')
				.test(said))) };
		const format = asked.response_format?.json_schema;
		const tools = dialect.ignoresChoice || asked.tool_choice !== 'none' ?
			asked.tools || [] : [];
		const choice = asked.tool_choice;

		if (last.role === 'tool') {
			told.say = told.then || `Ответ: ${last.content}`;
			told.tools = [];
		} else if (told.tools.length && !tools.length) {
			told.tools = [];
		} else if (!told.tools.length && tools.length && !told.say &&
		    !dialect.ignoresChoice && choice && choice !== 'auto') {
			const tool = tools.find((t) => t.function.name ===
				choice.function?.name) || tools[0];
			told.tools = [{ name: tool.function.name, arguments:
				JSON.stringify(least(tool.function.parameters ||
				{ type: 'object' })) }];
		}
		if (!told.say && !told.tools.length)
			told.say = asked.response_format?.type === 'json_schema' ?
				JSON.stringify(least(format.schema || format)) :
				`Вы сказали: ${said}`;
		return told;
	}
}

module.exports = { Script };
