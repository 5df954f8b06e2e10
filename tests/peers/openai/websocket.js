// The server's end of a WebSocket (RFC 6455): text messages, checked to the
// letter.
'use strict';
const { createHash } = require('crypto');

const accept = (key) => createHash('sha1')
	.update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
	.digest('base64');

// what is wrong with a handshake, or null
function wrongUpgrade(request) {
	const h = request.headers;
	if (request.method !== 'GET' || request.httpVersion !== '1.1')
		return 'not GET in HTTP/1.1';
	if ((h.upgrade || '').toLowerCase() !== 'websocket' ||
	    !/(^|, *)upgrade(,|$)/i.test(h.connection || ''))
		return 'no upgrade to websocket';
	if (h['sec-websocket-version'] !== '13')
		return 'version is not 13';
	const key = h['sec-websocket-key'] || '';
	if (Buffer.from(key, 'base64').length !== 16 || key.length !== 24)
		return 'the key is not 16 bytes';
	return null;
}

class Socket {
	constructor(request, socket, head, on) {
		this.socket = socket;
		this.on = on;
		this.input = head;
		this.message = [];
		this.kind = 0;
		this.over = false;
		this.pieces = false;
		socket.setNoDelay(true);
		const protocol = (request.headers['sec-websocket-protocol'] ||
			'').split(/, */).includes('realtime') ?
			'Sec-WebSocket-Protocol: realtime\r\n' : '';
		socket.write('HTTP/1.1 101 Switching Protocols\r\n' +
			'Upgrade: websocket\r\nConnection: Upgrade\r\n' +
			`Sec-WebSocket-Accept: ${accept(
				request.headers['sec-websocket-key'])}\r\n` +
			protocol + '\r\n');
		socket.on('data', (data) => this.take(data));
		socket.on('error', () => this.end());
		socket.on('close', () => this.end());
		if (head.length)
			setImmediate(() => this.take(Buffer.alloc(0)));
	}

	end() {
		if (this.over)
			return;
		this.over = true;
		this.on.end();
	}

	take(data) {
		this.input = Buffer.concat([this.input, data]);
		try {
			while (!this.over && this.frame())
				;
		} catch (error) {
			this.close(error.close || 1002, error.message);
		}
	}

	// one frame of the input: whether there was one
	frame() {
		const b = this.input;
		let at = 2;
		if (b.length < 2)
			return false;
		let size = b[1] & 0x7f;
		if (size === 126) {
			if (b.length < 4)
				return false;
			size = b.readUInt16BE(2);
			at = 4;
		} else if (size === 127) {
			if (b.length < 10)
				return false;
			size = Number(b.readBigUInt64BE(2));
			at = 10;
		}
		if (!(b[1] & 0x80))
			throw new Error('a frame is not masked');
		if (b[0] & 0x70)
			throw new Error('a reserved bit is set');
		if (b.length < at + 4 + size)
			return false;
		const mask = b.subarray(at, at + 4);
		const body = Buffer.from(b.subarray(at + 4, at + 4 + size));
		for (let i = 0; i < size; i++)
			body[i] ^= mask[i & 3];
		this.input = b.subarray(at + 4 + size);
		this.got(b[0] & 0x0f, Boolean(b[0] & 0x80), body);
		return true;
	}

	got(code, final, body) {
		if (code >= 8 && (!final || body.length > 125))
			throw new Error('a control frame in pieces');
		if (code === 8)
			return this.closed(body);
		if (code === 9)
			return this.send(10, body);
		if (code === 10)
			return;
		if ((code === 0) !== (this.message.length > 0) || code > 2)
			throw new Error('a frame out of order');
		if (code)
			this.kind = code;
		this.message.push(body);
		if (!final)
			return;
		const whole = Buffer.concat(this.message);
		this.message = [];
		if (this.kind === 2)
			return this.on.message(null);
		let text;
		try {
			text = new TextDecoder('utf-8', { fatal: true })
				.decode(whole);
		} catch (error) {
			throw Object.assign(new Error('not UTF-8'),
				{ close: 1007 });
		}
		this.on.message(text);
	}

	closed(body) {
		if (!this.over)
			this.send(8, body.subarray(0, 2));
		this.socket.end();
		this.end();
	}

	send(code, body, final = true) {
		const head = body.length < 126 ?
			Buffer.from([code, body.length]) :
			body.length < 65536 ? Buffer.from([code, 126,
				body.length >> 8, body.length & 255]) :
			Buffer.alloc(10);
		if (body.length >= 65536) {
			head[0] = code;
			head[1] = 127;
			head.writeBigUInt64BE(BigInt(body.length), 2);
		}
		if (final)
			head[0] |= 0x80;
		if (!this.socket.destroyed)
			this.socket.write(Buffer.concat([head, body]));
	}

	text(text) {
		const body = Buffer.from(text);
		if (!this.pieces)
			return this.send(1, body);
		for (let i = 0; i < body.length; i++) {
			this.send(i ? 0 : 1, body.subarray(i, i + 1),
				i === body.length - 1);
			if (i % 50 === 25)
				this.send(9, Buffer.from('there?'));
		}
	}

	close(code, reason) {
		const body = Buffer.alloc(2);
		body.writeUInt16BE(code);
		this.send(8, Buffer.concat([body,
			Buffer.from(reason).subarray(0, 120)]));
		this.end();
		this.socket.end();
	}
}

module.exports = { Socket, wrongUpgrade };
