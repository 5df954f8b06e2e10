// bitrix24-batch.js: up to 50 methods in one request, in order
'use strict';

const { system, Refused, timeOf } = require('./bitrix24-answer.js');
const { parseQuery } = require('./bitrix24-request.js');

const MOST = 50;

// "$result[key][path]" is what an earlier one gave; what is not there is empty
function resolve(value, results) {
	if (value && typeof value === 'object')
		return Array.isArray(value) ?
			value.map((one) => resolve(one, results)) :
			Object.fromEntries(Object.entries(value).map(([k, v]) =>
				[k, resolve(v, results)]));
	if (typeof value !== 'string' ||
	    !/^\$result(\[[^\]]*\])+$/.test(value))
		return value;
	let at = results;
	for (const [, key] of value.matchAll(/\[([^\]]*)\]/g))
		at = at && typeof at === 'object' ? at[key] : undefined;
	return at === undefined ? '' : at;
}

const commandsOf = (cmd) => Array.isArray(cmd) ?
	cmd.map((text, i) => [String(i), text]) : Object.entries(cmd);

function split(command) {
	const at = command.indexOf('?');
	return at < 0 ? [command, ''] :
		[command.slice(0, at), command.slice(at + 1)];
}

// one command; { answer } or { refused }
function one(portal, ctx, text, results, i) {
	const [name, query] = split(String(text));
	try {
		if (i >= MOST)
			throw system('ERROR_BATCH_LENGTH_EXCEEDED');
		if (name.toLowerCase().replace(/\.json$/, '') === 'batch')
			throw system('ERROR_BATCH_METHOD_NOT_ALLOWED');
		const params = resolve(parseQuery(query), results);
		return { name, answer: portal.call(ctx, name, params, i) };
	} catch (error) {
		if (!(error instanceof Refused) || error.more.whole)
			throw error;
		return { name, refused: error };
	}
}

function batch(portal, ctx) {
	const { cmd, halt } = ctx.params;
	const out = { result: {}, result_error: {}, result_total: {},
		result_next: {}, result_time: {} };
	if (!cmd || typeof cmd !== 'object')
		return { result: out };
	const stop = ['1', 'true', 'y'].includes(String(halt ?? '0')
		.toLowerCase());
	let i = 0;
	for (const [key, text] of commandsOf(cmd)) {
		const began = portal.now();
		const { name, answer, refused } = one(portal, ctx, text,
			out.result, i++);
		if (refused) {
			out.result_error[key] = refused.body();
			if (stop)
				break;
			continue;
		}
		out.result[key] = answer.result;
		if (answer.total !== undefined)
			out.result_total[key] = answer.total;
		if (answer.next !== undefined)
			out.result_next[key] = answer.next;
		out.result_time[key] = timeOf(i, began, portal.now(),
			portal.operating.told(ctx.who, name.toLowerCase()));
	}
	return { result: out };
}

module.exports = { batch };
