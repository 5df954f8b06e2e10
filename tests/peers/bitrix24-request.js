// bitrix24-request.js: what a request says, read as PHP reads it
//
// A query and a form have brackets (fields[PHONE][0][VALUE]=...). JSON counts
// only with its Content-Type: else it is a form with one odd name, and the
// method sees no parameters.
'use strict';

const DEPTH_MAX = 64;

// "a[b][]" is ['a', 'b', '']
function keysOf(name) {
	const first = name.indexOf('[');
	if (first <= 0)
		return [name];
	const keys = [name.slice(0, first)];
	for (const [, key] of name.slice(first).matchAll(/\[([^\]]*)\]/g))
		keys.push(key);
	return keys.slice(0, DEPTH_MAX);
}

// A PHP array: it knows its next number, and is a list when its keys are.
class PhpArray {
	constructor() {
		this.map = new Map();
		this.next = 0;
	}

	put(key, value) {
		if (key === '')
			key = String(this.next);
		if (/^(0|[1-9]\d*)$/.test(key))
			this.next = Math.max(this.next, Number(key) + 1);
		this.map.set(key, value);
		return value;
	}

	at(key) {
		const there = key === '' ? undefined : this.map.get(key);
		return there instanceof PhpArray ? there :
			this.put(key, new PhpArray());
	}

	plain() {
		const keys = [...this.map.keys()];
		const value = (key) => {
			const v = this.map.get(key);
			return v instanceof PhpArray ? v.plain() : v;
		};
		if (keys.length && keys.every((key, i) => key === String(i)))
			return keys.map(value);
		return Object.fromEntries(keys.map((key) => [key, value(key)]));
	}
}

function fromPairs(pairs) {
	const top = new PhpArray();
	for (const [name, value] of pairs) {
		const keys = keysOf(name);
		let at = top;
		for (const key of keys.slice(0, -1))
			at = at.at(key);
		at.put(keys[keys.length - 1], value);
	}
	return top.plain();
}

function decode(text) {
	try {
		return decodeURIComponent(text.replace(/\+/g, ' '));
	} catch (error) {
		return text;
	}
}

// as parse_str does; always a map
function parseQuery(text) {
	const pairs = text.split('&').filter(Boolean).map((pair) => {
		const at = pair.indexOf('=');
		return at < 0 ? [decode(pair), ''] :
			[decode(pair.slice(0, at)), decode(pair.slice(at + 1))];
	});
	const map = fromPairs(pairs);
	return Array.isArray(map) ? { ...map } : map;
}

// the parts of a multipart body: [{ name, filename, data }], null when broken
function parseMultipart(body, type) {
	const m = /boundary="?([^";]+)"?/.exec(type);
	const text = body.toString('latin1');
	if (!m)
		return null;
	const pieces = text.split(`--${m[1]}`);
	if (pieces.length < 2 || !pieces[pieces.length - 1].startsWith('--'))
		return null;
	return pieces.slice(1, -1).map((piece) => {
		const at = piece.indexOf('\r\n\r\n');
		const head = piece.slice(2, at);
		return { name: /; name="([^"]*)"/.exec(head)?.[1],
			filename: /; filename="([^"]*)"/.exec(head)?.[1],
			data: Buffer.from(piece.slice(at + 4, -2), 'latin1') };
	});
}

// { params, files, broken: why the body is none }
function parseBody(method, type, body) {
	if (method === 'GET' || !body.length)
		return { params: {} };
	if (/^application\/json\b/i.test(type)) {
		try {
			const params = JSON.parse(body.toString());
			if (params && typeof params === 'object')
				return { params };
		} catch (error) {
			// told below
		}
		return { params: {}, broken: 'the body is no JSON object' };
	}
	if (/^multipart\/form-data\b/i.test(type)) {
		const parts = parseMultipart(body, type);
		if (!parts)
			return { params: {}, broken: 'the body is not multipart' };
		return { files: parts.filter((p) => p.filename !== undefined),
			params: fromPairs(parts
				.filter((p) => p.filename === undefined)
				.map((p) => [p.name, p.data.toString()])) };
	}
	return { params: parseQuery(body.toString()) };
}

// { path, query, params, files, broken }
function parseRequest(request, body) {
	const at = request.url.indexOf('?');
	const path = at < 0 ? request.url : request.url.slice(0, at);
	const query = parseQuery(at < 0 ? '' : request.url.slice(at + 1));
	const parsed = parseBody(request.method,
		request.headers['content-type'] || '', body);
	return { path: decode(path), query, files: parsed.files || [],
		broken: parsed.broken, params: { ...query, ...parsed.params } };
}

module.exports = { parseRequest, parseQuery };
