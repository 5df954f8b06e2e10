// What servers of different makers have of their own: errors, ids, what they
// take and what they do not look at.
'use strict';
const { randomBytes } = require('crypto');

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const word = (n) => [...randomBytes(n)].map((b) => letters[b % 62]).join('');

const type = (e) => (e.status === 429 ? e.code === 'insufficient_quota' ?
	'insufficient_quota' : 'requests' : e.status >= 500 ? 'server_error' :
	'invalid_request_error');

const openai = (e) => [e.status, { error: { message: e.message,
	type: e.type || type(e), param: e.param, code: e.code } }];

const names = { 400: 'invalid_request_error', 401: 'authentication_error',
	404: 'not_found_error', 501: 'not_supported_error',
	503: 'unavailable_error' };

function llama(e) {
	if (e.code === 'context_length_exceeded')
		return [400, { error: { code: 400, message: 'the request ' +
			`exceeds the available context size (${e.most} tokens), ` +
			'try increasing it', type: 'exceed_context_size_error',
		n_prompt_tokens: e.tokens, n_ctx: e.most } }];
	return [e.status, { error: { code: e.status, message: e.message,
		type: names[e.status] || 'server_error' } }];
}

function vllm(e) {
	if (e.code === 'context_length_exceeded')
		return [400, { error: { message: "This model's maximum context " +
			`length is ${e.most} tokens. However, you requested ` +
			`${e.tokens} tokens.`, type: 'BadRequestError',
		param: null, code: 400 } }];
	return [e.status, { error: { message: e.message,
		type: e.status === 404 ? 'NotFoundError' : 'BadRequestError',
		param: e.param, code: e.status } }];
}

const dialects = {
	openai: {
		name: 'openai',
		keyed: true,
		models: ['gpt-test', 'gpt-small', 'text-embedding-test'],
		error: openai,
		id: () => `call_${word(24)}`,
	},
	vllm: {
		name: 'vllm',
		models: ['test-model', 'test-embedding'],
		ignores: true,
		error: vllm,
		id: () => `chatcmpl-tool-${randomBytes(16).toString('hex')}`,
		finishWithText: true,
	},
	llama: {
		name: 'llama',
		ignores: true,
		anyModel: true,
		models: ['tiny.gguf'],
		error: llama,
		id: () => word(32),
		firstContent: null,
		timings: true,
	},
	ollama: {
		name: 'ollama',
		models: ['llama-test', 'embed-test'],
		ignores: true,
		ignoresChoice: true,
		error: (e) => [e.status, { error: { message: e.message,
			type: e.status === 404 ? 'not_found_error' : 'api_error',
			param: null, code: null } }],
		id: () => `call_${word(8).toLowerCase()}`,
		wholeCalls: true,
	},
	yandexgpt: {
		name: 'yandexgpt',
		keyed: true,
		project: 'b1gfolder',
		models: ['gpt://b1gfolder/yandexgpt/latest',
			'gpt://b1gfolder/yandexgpt-lite/latest',
			'emb://b1gfolder/text-search-doc/latest',
			'emb://b1gfolder/text-search-query/latest'],
		keys: ['model', 'messages', 'temperature', 'max_tokens', 'stream',
			'response_format', 'tools', 'tool_choice'],
		choices: ['auto', 'none'],
		error: openai,
		id: () => `call_${word(24)}`,
		wholeCalls: true,
	},
};

module.exports = { dialects };
