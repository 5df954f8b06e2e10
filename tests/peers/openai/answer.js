// An answer over HTTP: whole, or a body in pieces, with the faults of a body.
'use strict';
const { randomBytes } = require('crypto');
const { Refused, refused } = require('./errors.js');

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

class Answer {
	constructor(response, fault) {
		this.response = response;
		this.fault = fault;
		this.id = 'req_' + randomBytes(16).toString('hex');
		this.began = Date.now();
	}

	head(status, type, more = {}) {
		this.response.socket?.setNoDelay(true);
		this.response.writeHead(status, {
			'content-type': type,
			'x-request-id': this.id,
			'openai-processing-ms': String(Date.now() - this.began),
			'openai-version': '2020-10-01',
			...more,
		});
	}

	async fail(wrong) {
		const body = Buffer.from(JSON.stringify(wrong.body, null, 4) +
			'\n');
		await sleep(this.fault.number('late', 0));
		this.head(wrong.status, 'application/json', {
			'content-length': String(body.length), ...wrong.headers });
		this.response.end(body);
	}

	async json(value) {
		await this.whole(Buffer.from(JSON.stringify(value)),
			'application/json');
	}

	async whole(body, type) {
		const f = this.fault;
		if (f.has('html'))
			return this.page();
		if (f.has('garbage'))
			body = body.subarray(0, body.length >> 1);
		await sleep(f.number('late', 0));
		this.head(200, type, { 'content-length': String(body.length) });
		await this.pieces(f.has('bytes') ? bytes(body) : [body],
			body.length);
	}

	page() {
		this.head(200, 'text/html');
		this.response.end('<html><body>Sign in</body></html>');
	}

	// A body without a length; pieces is iterable, total its length.
	async stream(type, pieces, total) {
		if (this.fault.has('html'))
			return this.page();
		await sleep(this.fault.number('late', 0));
		this.head(200, type);
		this.response.flushHeaders();
		await this.pieces(pieces, total);
	}

	async pieces(pieces, total) {
		const f = this.fault;
		const stop = f.has('cut') ? f.number('cut', total >> 1) :
			f.has('stall') ? f.number('stall', total >> 1) :
			Infinity;
		let sent = 0;
		for (let piece of pieces) {
			if (f.has('slow'))
				await sleep(f.number('slow', 20));
			const last = sent + piece.length > stop ||
				(stop < Infinity && sent + piece.length >= total);
			if (last)
				piece = piece.subarray(0, stop - sent);
			sent += piece.length;
			await new Promise((done) =>
				this.response.write(piece, done));
			if (last)
				return f.has('cut') ?
					this.response.socket?.destroy() :
					undefined;
			if (this.response.destroyed)
				return;
			await new Promise(setImmediate);
		}
		this.response.end();
	}

	// The events of a stream; an event is an object, or text as it is.
	async events(list) {
		const f = this.fault;
		const eol = f.has('crlf') ? '\r\n' : '\n';
		let text = f.has('bom') ? '\ufeff' : '';
		if (f.has('error'))
			list = [...list.slice(0, list.length >> 1), { error: {
				message: 'The server had an error while processing ' +
					'your request', type: 'server_error',
				param: null, code: null } }];
		for (const event of list) {
			if (f.has('comments'))
				text += `: keep-alive${eol}${eol}`;
			if (event.error)
				text += `event: error${eol}`;
			text += `data: ${JSON.stringify(event)}${eol}${eol}`;
		}
		if (f.has('done'))
			text += `data: [DONE]${eol}${eol}`;
		const body = Buffer.from(text);
		await this.stream('text/event-stream; charset=utf-8',
			f.has('bytes') ? bytes(body) : lines(body), body.length);
	}

	// Runs what answers; what it throws becomes the answer.
	async guard(work) {
		try {
			await work();
		} catch (error) {
			if (!(error instanceof Refused)) {
				console.error(error);
				error = refused(500, String(error));
			}
			await this.fail(error);
		}
	}
}

function *bytes(body) {
	for (let i = 0; i < body.length; i++)
		yield body.subarray(i, i + 1);
}

// event by event
function *lines(body) {
	let from = 0;
	while (from < body.length) {
		const at = body.indexOf('data:', from + 5);
		const to = at < 0 ? body.length : at;
		yield body.subarray(from, to);
		from = to;
	}
}

module.exports = { Answer, bytes };
