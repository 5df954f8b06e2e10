// Whether a request is one. What OpenAI refuses is refused; servers that do
// not look at unknown keys (`ignores`) do not here.
'use strict';

class Refused extends Error {
	constructor(status, message, param = null, code = null, more = {}) {
		super(message);
		Object.assign(this, { status, param, code, headers: {} }, more);
	}
}

const bad = (message, param, code = null) => {
	throw new Refused(400, message, param, code);
};

const KEYS = new Set(['model', 'messages', 'stream', 'stream_options', 'tools',
	'tool_choice', 'parallel_tool_calls', 'response_format', 'temperature',
	'top_p', 'seed', 'stop', 'n', 'max_completion_tokens', 'max_tokens',
	'user', 'logit_bias', 'logprobs', 'top_logprobs', 'presence_penalty',
	'frequency_penalty', 'reasoning_effort', 'verbosity', 'metadata', 'store',
	'service_tier', 'modalities', 'audio', 'prediction', 'prompt_cache_key',
	'safety_identifier', 'web_search_options']);
const NAME = /^[A-Za-z0-9_-]{1,64}$/;
const isObject = (v) => v !== null && typeof v === 'object' && !Array.isArray(v);
const known = (object, keys, param) => {
	for (const key of Object.keys(object))
		if (!keys.includes(key))
			bad(`Unknown parameter: '${param}.${key}'.`,
				`${param}.${key}`, 'unknown_parameter');
};

function checkKeys(asked, { dialect }) {
	for (const key of Object.keys(asked)) {
		if (dialect.keys && !dialect.keys.includes(key))
			bad(`Unsupported parameter: '${key}'.`, key);
		if (!dialect.ignores && !KEYS.has(key))
			bad(`Unrecognized request argument supplied: ${key}`, key);
	}
	if (dialect.name === 'openai' && 'max_tokens' in asked)
		bad("Unsupported parameter: 'max_tokens' is not supported with " +
			"this model. Use 'max_completion_tokens' instead.",
		'max_tokens', 'unsupported_parameter');
}

function checkModel(model, { dialect, models }) {
	if (typeof model !== 'string' || !model) {
		if (!dialect.anyModel)
			bad('you must provide a model parameter', 'model');
	} else if (!dialect.anyModel && !models.includes(model)) {
		throw new Refused(404, `The model \`${model}\` does not exist ` +
			'or you do not have access to it.', null,
		'model_not_found');
	}
}

function checkNumbers(asked) {
	const range = (key, low, high) => {
		const value = asked[key];
		if (value !== undefined && value !== null &&
		    !(typeof value === 'number' && value >= low && value <= high))
			bad(`Invalid '${key}': ${JSON.stringify(value)}.`, key);
	};
	range('temperature', 0, 2);
	range('top_p', 0, 1);
	range('max_tokens', 1, 1e9);
	range('max_completion_tokens', 1, 1e9);
	if (asked.seed !== undefined && !Number.isInteger(asked.seed))
		bad("Invalid type for 'seed'", 'seed', 'invalid_type');
	if ([].concat(asked.stop || []).length > 4)
		bad("Invalid 'stop': array too long.", 'stop');
	for (const key of ['stream', 'parallel_tool_calls'])
		if (asked[key] !== undefined && typeof asked[key] !== 'boolean')
			bad(`Invalid type for '${key}'.`, key, 'invalid_type');
	if (asked.stream_options && !asked.stream)
		bad("The 'stream_options' parameter is only allowed when " +
			"'stream' is enabled.", 'stream_options');
}

function checkCalls(calls, param, open) {
	if (!Array.isArray(calls) || !calls.length)
		bad(`Invalid '${param}': empty array.`, param);
	calls.forEach((call, i) => {
		const at = `${param}[${i}]`;
		if (!isObject(call) || !call.id || typeof call.id !== 'string')
			bad(`Missing required parameter: '${at}.id'.`, `${at}.id`);
		if (call.type !== 'function')
			bad(`Invalid value for '${at}.type'.`, `${at}.type`);
		known(call, ['id', 'type', 'function'], at);
		if (!NAME.test(call.function?.name || ''))
			bad(`Invalid '${at}.function.name'.`,
				`${at}.function.name`, 'invalid_value');
		if (typeof call.function.arguments !== 'string')
			bad(`Invalid type for '${at}.function.arguments'.`,
				`${at}.function.arguments`, 'invalid_type');
		open.add(call.id);
	});
}

function checkAssistant(message, at, open) {
	known(message, ['role', 'content', 'tool_calls', 'refusal', 'name'], at);
	if (message.tool_calls !== undefined)
		checkCalls(message.tool_calls, `${at}.tool_calls`, open);
	else if (typeof message.content !== 'string')
		bad(`Invalid value for '${at}.content': expected a string, ` +
			'got null.', `${at}.content`, 'invalid_type');
	if (message.content !== null && message.content !== undefined &&
	    typeof message.content !== 'string')
		bad(`Invalid type for '${at}.content'.`, `${at}.content`);
}

function checkMessage(message, at, open) {
	if (!isObject(message))
		bad(`Invalid type for '${at}'.`, at, 'invalid_type');
	const { role } = message;
	if (open.size && role !== 'tool')
		bad("An assistant message with 'tool_calls' must be followed by " +
			"tool messages responding to each 'tool_call_id'. The " +
			'following tool_call_ids did not have response messages: ' +
			[...open].join(', '), at);
	if (role === 'assistant')
		return checkAssistant(message, at, open);
	if (!['system', 'developer', 'user', 'tool'].includes(role))
		bad(`Invalid value: '${role}'.`, `${at}.role`, 'invalid_value');
	known(message, role === 'tool' ? ['role', 'content', 'tool_call_id'] :
		['role', 'content', 'name'], at);
	if (typeof message.content !== 'string')
		bad(`Invalid type for '${at}.content'.`, `${at}.content`,
			'invalid_type');
	if (role === 'tool' && !open.delete(message.tool_call_id))
		bad("Invalid parameter: messages with role 'tool' must be a " +
			"response to a preceding message with 'tool_calls'.",
		`${at}.role`);
	return undefined;
}

function checkMessages(messages) {
	const open = new Set();

	if (!Array.isArray(messages) || !messages.length)
		bad("Missing required parameter: 'messages'.", 'messages',
			'missing_required_parameter');
	messages.forEach((message, i) => checkMessage(message,
		`messages[${i}]`, open));
	if (open.size)
		bad("An assistant message with 'tool_calls' must be followed by " +
			'tool messages', 'messages');
}

// what OpenAI demands of a strict schema
function checkStrict(schema, at) {
	if (!isObject(schema))
		return;
	if (schema.type === 'object' || schema.properties) {
		const names = Object.keys(schema.properties || {});
		if (schema.additionalProperties !== false)
			bad(`Invalid schema for ${at}: 'additionalProperties' is ` +
				'required to be supplied and to be false.', at,
			'invalid_function_parameters');
		if (names.some((n) => !(schema.required || []).includes(n)))
			bad(`Invalid schema for ${at}: 'required' is required to ` +
				'be supplied and to be an array including every ' +
				'key in properties.', at);
		names.forEach((n) => checkStrict(schema.properties[n], at));
	}
	checkStrict(schema.items, at);
	for (const each of schema.anyOf || [])
		checkStrict(each, at);
}

function checkTools(asked, { dialect }) {
	const { tools, tool_choice: choice } = asked;

	if (tools !== undefined) {
		if (!Array.isArray(tools) || !tools.length)
			bad("Invalid 'tools': empty array.", 'tools');
		tools.forEach((tool, i) => {
			const at = `tools[${i}].function`;
			if (tool.type !== 'function' || !isObject(tool.function))
				bad(`Missing required parameter: '${at}'.`, at);
			if (!NAME.test(tool.function.name || ''))
				bad(`Invalid '${at}.name'.`, `${at}.name`);
			known(tool.function, ['name', 'description',
				'parameters', 'strict'], at);
			if (tool.function.strict)
				checkStrict(tool.function.parameters, at);
		});
	}
	if (choice === undefined)
		return;
	if (!tools)
		bad("'tool_choice' is only allowed when 'tools' are specified.",
			'tool_choice');
	if (dialect.choices && !dialect.choices.includes(choice))
		bad(`Invalid value for 'tool_choice': ${JSON.stringify(choice)}.`,
			'tool_choice');
	if (isObject(choice)) {
		if (choice.type !== 'function' || !tools.some((t) =>
			t.function.name === choice.function?.name))
			bad("Invalid value for 'tool_choice'.", 'tool_choice');
	} else if (!['none', 'auto', 'required'].includes(choice)) {
		bad("Invalid value for 'tool_choice'.", 'tool_choice');
	}
}

function checkFormat(asked, { dialect }) {
	const format = asked.response_format;

	if (format === undefined)
		return;
	if (!['text', 'json_object', 'json_schema'].includes(format?.type))
		bad("Invalid value for 'response_format.type'.",
			'response_format.type');
	if (format.type === 'json_object' && !asked.messages.some((m) =>
		/json/i.test(m.content || '')))
		bad("'messages' must contain the word 'json' in some form, to use " +
			"'response_format' of type 'json_object'.", 'messages');
	if (format.type !== 'json_schema' || dialect.name === 'yandexgpt')
		return;
	const { json_schema: named } = format;
	if (!isObject(named) || !NAME.test(named.name || ''))
		bad("Missing required parameter: 'response_format.json_schema." +
			"name'.", 'response_format.json_schema.name');
	known(named, ['name', 'schema', 'strict', 'description'],
		'response_format.json_schema');
	if (!isObject(named.schema))
		bad("Missing required parameter: 'response_format.json_schema." +
			"schema'.", 'response_format.json_schema.schema');
	if (named.strict)
		checkStrict(named.schema, 'response_format');
}

// some three characters a token
const tokens = (asked) => asked.messages.reduce((n, m) => n + 4 +
	Math.ceil((m.content || '').length / 3), 0);

function check(asked, door) {
	if (!isObject(asked))
		bad('Invalid type for the body.', null);
	checkKeys(asked, door);
	checkModel(asked.model, door);
	checkMessages(asked.messages);
	checkNumbers(asked);
	if ('parallel_tool_calls' in asked && !asked.tools)
		bad("'parallel_tool_calls' is only allowed when 'tools' are " +
			'specified.', 'parallel_tool_calls');
	checkTools(asked, door);
	checkFormat(asked, door);
	const n = tokens(asked);
	if (n > door.context)
		throw new Refused(400, "This model's maximum context length is " +
			`${door.context} tokens. However, your messages resulted ` +
			`in ${n} tokens. Please reduce the length of the messages.`,
		'messages', 'context_length_exceeded',
		{ tokens: n, most: door.context });
}

function checkEmbeddings(asked, door) {
	const yandex = door.dialect.name === 'yandexgpt';
	const allowed = ['model', 'input', 'encoding_format', 'dimensions', 'user'];

	for (const key of Object.keys(asked))
		if (!door.dialect.ignores && !allowed.includes(key))
			bad(`Unrecognized request argument supplied: ${key}`, key);
	checkModel(asked.model, door);
	const list = [].concat(asked.input);
	if (asked.input === undefined || !list.length || list.length > 2048 ||
	    list.some((text) => typeof text !== 'string' || !text))
		bad("'$.input' is invalid.", 'input');
	if (yandex && (Array.isArray(asked.input) ||
	    asked.encoding_format !== 'float'))
		bad('one string, as float', 'input');
	if (!['float', 'base64', undefined].includes(asked.encoding_format))
		bad("Invalid 'encoding_format'.", 'encoding_format');
	if (asked.dimensions !== undefined && !(asked.dimensions > 0 &&
	    asked.dimensions <= 4096))
		bad("Invalid 'dimensions'.", 'dimensions');
	if (list.some((text) => Math.ceil(text.length / 3) > door.context))
		throw new Refused(400, "This model's maximum context length is " +
			`${door.context} tokens.`, null, 'context_length_exceeded');
}

module.exports = { Refused, check, checkEmbeddings, tokens };
