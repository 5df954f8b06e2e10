/*
 * proto.js: protobuf, as strict as a reader can be
 *
 * Reads our .proto files (proto3: messages, enums, maps, oneofs, services) and
 * with them messages. Refused are fields nobody defined, wrong wire types,
 * a field or a oneof set twice, enum values without a name, bad UTF-8, bytes
 * that are missing or left. A field that is not there is not in the object.
 */
'use strict';

const fs = require('fs');

const VARINT = new Set(['int32', 'int64', 'uint32', 'uint64', 'bool']);
const WIRE = { fixed32: 5, float: 5, double: 1, fixed64: 1, string: 2,
	bytes: 2 };

class ProtoError extends Error {}

function tokens(text) {
	return text.replace(/\/\/.*$|\/\*[\s\S]*?\*\//gm, '')
		.match(/[\w.]+|"[^"]*"|[{}=;<>,()[\]-]/g);
}

class Reader {
	constructor(text, schema) {
		this.tokens = tokens(text);
		this.schema = schema;
		this.package = '';
	}

	next(expected) {
		const token = this.tokens.shift();
		if (expected && token !== expected)
			throw new Error(`.proto: '${token}', not '${expected}'`);
		return token;
	}

	until(end) {
		while (this.next() !== end);
	}

	file() {
		while (this.tokens.length) {
			const word = this.next();
			if (word === 'package') {
				this.package = this.next();
				this.next(';');
			} else if (word === 'message') {
				this.message(this.package);
			} else if (word === 'enum') {
				this.enum(this.package);
			} else if (word === 'service') {
				this.service();
			} else {
				this.until(';');
			}
		}
	}

	message(scope) {
		const name = `${scope}.${this.next()}`;
		const type = { name, fields: new Map(), byName: new Map() };

		this.schema.messages.set(name, type);
		this.next('{');
		this.fields(type, null);
	}

	fields(type, oneof) {
		for (;;) {
			const word = this.next();
			if (word === '}')
				return;
			if (word === 'message')
				this.message(type.name);
			else if (word === 'enum')
				this.enum(type.name);
			else if (word === 'reserved')
				this.until(';');
			else if (word === 'oneof') {
				const name = this.next();
				this.next('{');
				this.fields(type, name);
			} else {
				this.field(type, oneof, word);
			}
		}
	}

	field(type, oneof, word) {
		const field = { oneof, scope: type.name };

		if (word === 'map') {
			this.next('<');
			field.key = this.next();
			this.next(',');
			field.type = this.next();
			this.next('>');
		} else if (word === 'repeated') {
			field.repeated = true;
			field.type = this.next();
		} else {
			field.type = word;
		}
		field.name = this.next();
		this.next('=');
		field.number = Number(this.next());
		this.until(';');
		type.fields.set(field.number, field);
		type.byName.set(field.name, field);
	}

	enum(scope) {
		const name = `${scope}.${this.next()}`;
		const values = new Map();

		this.next('{');
		for (let word = this.next(); word !== '}'; word = this.next()) {
			this.next('=');
			values.set(Number(this.next()), word);
			this.until(';');
		}
		this.schema.enums.set(name, values);
	}

	service() {
		const service = `${this.package}.${this.next()}`;

		this.next('{');
		while (this.next() === 'rpc') {
			const path = `/${service}/${this.next()}`;
			const side = () => {
				this.next('(');
				let type = this.next();
				const stream = type === 'stream';
				if (stream)
					type = this.next();
				this.next(')');
				return { type, stream, scope: this.package };
			};
			const input = side();
			this.next('returns');
			this.schema.methods.set(path, { path, input, output: side() });
			this.until(';');
		}
	}
}

/* What the files say. A type is found from inside out. */
class Schema {
	constructor(...files) {
		this.messages = new Map();
		this.enums = new Map();
		this.methods = new Map();
		for (const file of files)
			new Reader(fs.readFileSync(file, 'utf8'), this).file();
	}

	find(name, scope) {
		for (let from = scope; ; from = from.replace(/\.?[^.]*$/, '')) {
			const full = from ? `${from}.${name}` : name;
			if (this.messages.has(full))
				return this.messages.get(full);
			if (this.enums.has(full))
				return this.enums.get(full);
			if (!from)
				throw new Error(`.proto: no type ${name}`);
		}
	}

	kind(field) {
		if (field.key)
			return 'map';
		if (VARINT.has(field.type))
			return 'varint';
		if (WIRE[field.type])
			return field.type;
		field.to = field.to || this.find(field.type, field.scope);
		return field.to instanceof Map ? 'enum' : 'message';
	}
}

function varint(at) {
	let value = 0n;

	for (let shift = 0n; shift < 70n; shift += 7n) {
		if (at.i >= at.buffer.length)
			throw new ProtoError('bytes are missing');
		const byte = at.buffer[at.i++];
		value |= BigInt(byte & 127) << shift;
		if (byte < 128)
			return value;
	}
	throw new ProtoError('a number of more than ten bytes');
}

function bytes(at, n) {
	if (at.i + n > at.buffer.length)
		throw new ProtoError('bytes are missing');
	at.i += n;
	return at.buffer.subarray(at.i - n, at.i);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function text(data) {
	try {
		return utf8.decode(data);
	} catch {
		throw new ProtoError('a string is not UTF-8');
	}
}

function number(value, type) {
	if (type === 'bool')
		return value !== 0n;
	const signed = type[0] === 'u' ? value : BigInt.asIntN(64, value);
	if (/32/.test(type) && (signed > 0xffffffffn || signed < -0x80000000n))
		throw new ProtoError(`${signed} is no ${type}`);
	return Number(signed);
}

function value(schema, field, at) {
	switch (schema.kind(field)) {
	case 'varint':
		return number(varint(at), field.type);
	case 'enum': {
		const n = number(varint(at), 'int32');
		if (!field.to.has(n))
			throw new ProtoError(`${field.name}: no value ${n}`);
		return n;
	}
	case 'float':
		return bytes(at, 4).readFloatLE();
	case 'double':
		return bytes(at, 8).readDoubleLE();
	case 'string':
		return text(bytes(at, Number(varint(at))));
	case 'bytes':
		return bytes(at, Number(varint(at)));
	case 'map':
		return entry(schema, field, bytes(at, Number(varint(at))));
	default:
		return decode(schema, field.to, bytes(at, Number(varint(at))));
	}
}

function entry(schema, field, data) {
	const type = { name: field.name, fields: new Map([
		[1, { name: 'key', type: field.key }],
		[2, { name: 'value', type: field.type, scope: field.scope }],
	]) };
	const { key = '', value: found = '' } = decode(schema, type, data);

	return [key, found];
}

function wireOf(schema, field) {
	const kind = schema.kind(field);

	if (kind === 'varint' || kind === 'enum')
		return 0;
	return WIRE[kind] || 2;
}

function packed(schema, field, at) {
	const inner = { buffer: bytes(at, Number(varint(at))), i: 0 };
	const all = [];

	while (inner.i < inner.buffer.length)
		all.push(value(schema, field, inner));
	return all;
}

function put(found, field, what, type) {
	if (field.repeated) {
		(found[field.name] = found[field.name] || []).push(...what);
	} else if (field.key) {
		(found[field.name] = found[field.name] || {})[what[0]] = what[1];
	} else if (field.name in found) {
		throw new ProtoError(`${type.name}: ${field.name} twice`);
	} else {
		found[field.name] = what;
	}
}

function decode(schema, type, buffer) {
	const at = { buffer, i: 0 };
	const found = {};
	const oneofs = new Set();

	while (at.i < buffer.length) {
		const tag = Number(varint(at));
		const field = type.fields.get(tag >>> 3);
		if (!field)
			throw new ProtoError(`${type.name}: no field ${tag >>> 3}`);
		const wire = wireOf(schema, field);
		if (field.oneof && oneofs.has(field.oneof))
			throw new ProtoError(`${type.name}: ${field.oneof} twice`);
		oneofs.add(field.oneof);
		if (field.repeated && wire !== 2 && (tag & 7) === 2) {
			put(found, field, packed(schema, field, at), type);
		} else if ((tag & 7) !== wire) {
			throw new ProtoError(`${type.name}: ${field.name} has ` +
				`wire type ${tag & 7}`);
		} else {
			const what = value(schema, field, at);
			put(found, field, field.repeated ? [what] : what, type);
		}
	}
	return found;
}

function encodeVarint(n) {
	let rest = BigInt.asUintN(64, BigInt(n));
	const out = [];

	for (; rest > 127n; rest >>= 7n)
		out.push(Number(rest & 127n) | 128);
	out.push(Number(rest));
	return Buffer.from(out);
}

function encodeValue(schema, field, what) {
	const sized = (data) => Buffer.concat([encodeVarint(data.length), data]);

	switch (schema.kind(field)) {
	case 'varint':
	case 'enum':
		return encodeVarint(what);
	case 'float': {
		const out = Buffer.alloc(4);
		out.writeFloatLE(what);
		return out;
	}
	case 'double': {
		const out = Buffer.alloc(8);
		out.writeDoubleLE(what);
		return out;
	}
	case 'string':
	case 'bytes':
		return sized(Buffer.from(what));
	default:
		return sized(encode(schema, field.to, what));
	}
}

function encodeMap(schema, field, map) {
	const type = { name: field.name, byName: new Map([
		['key', { name: 'key', number: 1, type: field.key }],
		['value', { name: 'value', number: 2, type: field.type,
			scope: field.scope }],
	]) };

	return Object.entries(map).map(([key, what]) => {
		const data = encode(schema, type, { key, value: what });
		return Buffer.concat([encodeVarint(8 * field.number + 2),
			encodeVarint(data.length), data]);
	});
}

/* what is at its default is not sent, except in a oneof */
function encode(schema, type, object) {
	const parts = [];

	for (const [name, what] of Object.entries(object)) {
		const field = type.byName.get(name);
		if (!field)
			throw new Error(`${type.name} has no ${name}`);
		if (field.key) {
			parts.push(...encodeMap(schema, field, what));
			continue;
		}
		for (const one of field.repeated ? what : [what]) {
			if (one === undefined || (!field.repeated && !field.oneof &&
				(one === 0 || one === '' || one === false)))
				continue;
			parts.push(encodeVarint(8 * field.number +
				wireOf(schema, field)));
			parts.push(encodeValue(schema, field, one));
		}
	}
	return Buffer.concat(parts);
}

module.exports = { Schema, ProtoError, decode, encode };
