/*
 * grpc.js: gRPC over HTTP/2 from the server's side, on node's own http2
 *
 * Everything a client can get wrong is looked at and refused; everything a
 * server can do wrong can be ordered (faults.js). No gRPC library would do
 * either.
 */
'use strict';

const crypto = require('crypto');
const { ProtoError, decode, encode } = require('./proto');

const CODES = ['OK', 'CANCELLED', 'UNKNOWN', 'INVALID_ARGUMENT',
	'DEADLINE_EXCEEDED', 'NOT_FOUND', 'ALREADY_EXISTS', 'PERMISSION_DENIED',
	'RESOURCE_EXHAUSTED', 'FAILED_PRECONDITION', 'ABORTED', 'OUT_OF_RANGE',
	'UNIMPLEMENTED', 'INTERNAL', 'UNAVAILABLE', 'DATA_LOSS',
	'UNAUTHENTICATED'];
const CODE = Object.fromEntries(CODES.map((name, i) => [name, i]));
const MESSAGE_MAX = 4 << 20;
const HEADERS_MAX = 8 << 10;
const UNITS = { H: 3600e3, M: 60e3, S: 1e3, m: 1, u: 1e-3, n: 1e-6 };

/* why a call is refused: thrown by handlers */
class Refused extends Error {
	constructor(code, message) {
		super(message);
		this.code = CODE[code];
	}
}

function refuse(code, message) {
	throw new Refused(code, message);
}

/* percent-encoded as grpc-message wants it */
function encodeMessage(message) {
	return [...Buffer.from(message)].map((byte) =>
		byte < 0x20 || byte > 0x7e || byte === 0x25 ?
			`%${byte.toString(16).toUpperCase().padStart(2, '0')}` :
			String.fromCharCode(byte)).join('');
}

/* a message with its five bytes */
function frame(data, flag = 0) {
	const head = Buffer.alloc(5);

	head[0] = flag;
	head.writeUInt32BE(data.length, 1);
	return Buffer.concat([head, data]);
}

/* what a log can show of a message */
function shown(object) {
	return JSON.parse(JSON.stringify(object, (key, what) =>
		what && what.type === 'Buffer' ? `${what.data.length} bytes` : what));
}

/*
 * One call. A method's serve(call) gives { message(object), end() }, either of
 * which may be async; it answers by call.write() and call.finish().
 */
class Call {
	constructor(peer, stream, headers, method) {
		Object.assign(this, { peer, stream, headers, method });
		this.id = ++peer.calls;
		this.got = []; // pieces of messages
		this.gotLen = 0;
		this.messages = 0;
		this.written = 0;
		this.over = false; // our side has ended
		this.stopped = false; // a fault has silenced us
		this.ended = false; // theirs has
		this.heard_ms = 0;
		this.facts = {}; // for the log
		this.chain = Promise.resolve();
		this.queue = []; // waits to go out
	}

	/* the whole of it; errors thrown by handlers are its status */
	start() {
		const { stream } = this;

		this.log('call', { headers: this.headers });
		stream.on('error', () => {});
		stream.on('close', () => this.closed());
		this.guard(() => {
			this.checkHeaders();
			this.deadline();
			const fault = this.peer.faults.take(this);
			this.fault = fault;
			if (fault)
				fault.begin();
			if (this.over || this.stopped)
				return;
			this.peer.authorize(this);
			this.handler = this.peer.methods[this.method.path](this);
		});
		stream.on('data', (data) => this.guard(() => this.data(data)));
		stream.on('end', () => this.later(() => this.inputEnd()));
	}

	guard(act) {
		try {
			return act();
		} catch (error) {
			this.refused(error);
		}
		return undefined;
	}

	refused(error) {
		if (error instanceof Refused)
			return this.finish(error.code, error.message);
		if (error instanceof ProtoError)
			return this.finish(CODE.INVALID_ARGUMENT, error.message);
		console.error(error);
		return this.finish(CODE.INTERNAL, `double: ${error.message}`);
	}

	/* in order, after what is being worked on */
	later(act) {
		this.chain = this.chain.then(act)
			.catch((error) => this.refused(error));
	}

	checkHeaders() {
		const h = this.headers;
		const size = Object.entries(h).reduce((sum, [name, value]) =>
			sum + name.length + String(value).length + 32, 0);
		const timeout = h['grpc-timeout'];

		if (h[':method'] !== 'POST')
			refuse('INTERNAL', `:method is ${h[':method']}`);
		if (h.te !== 'trailers')
			refuse('INTERNAL', 'te is not trailers');
		if (timeout !== undefined && !/^\d{1,8}[HMSmun]$/.test(timeout))
			refuse('INTERNAL', `grpc-timeout is ${timeout}`);
		if (size > HEADERS_MAX)
			refuse('RESOURCE_EXHAUSTED', `${size} bytes of headers`);
		if (h['grpc-encoding'] && h['grpc-encoding'] !== 'identity')
			refuse('UNIMPLEMENTED', `grpc-encoding ${h['grpc-encoding']}`);
		for (const name of Object.keys(h))
			if (!/^:?[0-9a-z_.-]+$/.test(name))
				refuse('INTERNAL', `a header named ${name}`);
	}

	deadline() {
		const timeout = this.headers['grpc-timeout'];

		if (!timeout)
			return;
		const ms = parseInt(timeout, 10) * UNITS[timeout.slice(-1)];
		this.timer = setTimeout(() => {
			if (!this.stopped)
				this.finish(CODE.DEADLINE_EXCEEDED, 'Deadline Exceeded');
		}, Math.min(ms, 2 ** 31 - 1));
	}

	/* bytes of the request */
	data(data) {
		this.facts.last_ms = this.peer.ms();
		this.got.push(data);
		this.gotLen += data.length;
		while (this.gotLen >= 5) {
			if (this.got.length > 1)
				this.got = [Buffer.concat(this.got)];
			const [all] = this.got;
			const len = all.readUInt32BE(1);
			const most = this.method.most || MESSAGE_MAX;
			if (len > most)
				refuse('RESOURCE_EXHAUSTED', 'Received message larger ' +
					`than max (${len} vs. ${most})`);
			if (all[0] > 1)
				refuse('INTERNAL', `compressed flag ${all[0]}`);
			if (all[0])
				refuse('INTERNAL', 'compressed, without grpc-encoding');
			if (all.length < 5 + len)
				return;
			this.got = [all.subarray(5 + len)];
			this.gotLen -= 5 + len;
			this.messages++;
			if (this.handler && this.handler.arrived)
				this.handler.arrived();
			this.later(() => this.message(all.subarray(5, 5 + len)));
		}
	}

	message(data) {
		if (this.over)
			return undefined;
		const { input } = this.method;
		const { schema } = this.peer;
		if (!input.stream && this.messages > 1)
			refuse('INTERNAL', 'more than one request');
		const message = decode(schema, schema.find(input.type, input.scope),
			data);
		if (!this.quiet || !this.quiet(message))
			this.log('message', { message: shown(message) });
		return this.stopped || !this.handler ? undefined :
			this.handler.message(message);
	}

	inputEnd() {
		if (this.over)
			return undefined;
		this.ended = true;
		this.log('half-close', { messages: this.messages });
		if (this.gotLen)
			refuse('INTERNAL', 'the end in mid-message');
		if (!this.method.input.stream && this.messages === 0)
			refuse('INTERNAL', 'no request');
		/* one that speaks has not said it yet */
		if (!this.handler || !this.handler.speaks)
			this.inputDone();
		return this.stopped || this.over || !this.handler ? undefined :
			this.handler.end();
	}

	/* an utterance, or all, has been said: faults may wait for it */
	inputDone() {
		if (this.fault)
			this.fault.done();
	}

	/* audio has been heard up to ms: likewise */
	heard(ms) {
		this.heard_ms = ms;
		if (this.fault)
			this.fault.heard(ms);
	}

	head() {
		return {
			':status': 200,
			'content-type': 'application/grpc+proto',
			'x-request-id': crypto.randomUUID(),
			'x-server-trace-id': crypto.randomBytes(16).toString('hex'),
		};
	}

	respond(more = {}) {
		if (this.stream.headersSent || this.stream.destroyed)
			return;
		this.stream.respond({ ...this.head(), ...more },
			{ waitForTrailers: true });
		this.stream.on('wantTrailers', () => {
			if (!this.trailers) {
				this.stream.close();
				return;
			}
			this.stream.sendTrailers(this.trailers);
			this.reset();
		});
	}

	/* now, or as late as a fault has it */
	out(act) {
		if (this.fault && this.fault.delay_ms)
			setTimeout(act, this.fault.delay_ms);
		else
			act();
	}

	/* one message of the answer */
	write(object) {
		this.out(() => this.writeNow(object));
	}

	writeNow(object) {
		if (this.over || this.stopped || this.stream.destroyed)
			return;
		const { peer: { schema }, method: { output } } = this;
		const data = encode(schema, schema.find(output.type, output.scope),
			object);
		if (this.fault && this.fault.message(data))
			return;
		this.put(frame(data));
	}

	/* the connection under it */
	socket() {
		return this.peer.sockets.get(this.stream.session);
	}

	/* bytes of the answer */
	put(bytes) {
		this.respond();
		this.written++;
		if (this.queue.length || (this.fault && this.fault.every_ms))
			this.trickle(bytes);
		else if (!this.stream.destroyed)
			this.stream.write(bytes);
	}

	/* piece after piece, some time between them */
	trickle(bytes) {
		const { size, every_ms } = this.fault;

		for (let at = 0; at < bytes.length; at += size)
			this.queue.push(bytes.subarray(at, at + size));
		if (!this.dripping)
			this.drip(every_ms);
	}

	drip(every_ms) {
		this.dripping = setTimeout(() => {
			this.dripping = null;
			if (this.stream.destroyed)
				return;
			this.stream.write(this.queue.shift());
			if (this.queue.length)
				this.drip(every_ms);
			else if (this.trailers)
				this.stream.end();
		}, every_ms);
	}

	/* the status; what is late comes before it */
	finish(code, message = '', more = {}) {
		this.out(() => this.finishNow(code, message, more));
	}

	finishNow(code, message, more) {
		if (this.over || this.stopped || this.stream.destroyed)
			return;
		this.over = true;
		this.status = code;
		this.text = message;
		const trailers = { 'grpc-status': String(code), ...more };
		if (message)
			trailers['grpc-message'] = encodeMessage(message);
		if (!this.stream.headersSent) {
			this.stream.respond({ ...this.head(), ...trailers },
				{ endStream: true });
			this.reset();
			return;
		}
		this.trailers = trailers;
		if (!this.queue.length)
			this.stream.end();
	}

	/* a server that has ended early says that it wants no more */
	reset() {
		if (!this.ended && this.peer.options.early_reset !== 'no')
			setTimeout(() => this.stream.close(0), 2);
	}

	closed() {
		clearTimeout(this.timer);
		clearTimeout(this.dripping);
		if (this.handler && this.handler.close)
			this.handler.close();
		if (this.fault)
			this.fault.close();
		this.over = true;
		this.peer.ended(this);
	}

	log(what, more) {
		this.peer.log(what, { call: this.id, method: this.method.path,
			...more });
	}
}

module.exports = { Call, CODE, CODES, refuse, Refused, frame, encodeMessage };
