/*
 * server.js: the part of a double that is the same for all of them
 *
 * One port for HTTP/2 (with prior knowledge, or by ALPN over TLS) and
 * HTTP/1.1: gRPC calls, what is there by REST, and what a test orders and
 * asks for under /control.
 */
'use strict';

const fs = require('fs');
const http = require('http');
const http2 = require('http2');
const net = require('net');
const path = require('path');
const tls = require('tls');
const { Call, CODES } = require('./grpc');
const { Faults, HELP: FAULTS } = require('./faults');
const { Schema } = require('./proto');

const BODY_MAX = 64 << 20;

const HELP = `  --port-file F        where to write the port, on 127.0.0.1
  --tls CERT KEY       TLS with these PEM files; --client-ca F asks for the
                       client's certificate
  --log F              a line of JSON for each call: its headers (with secrets:
                       tests look at them), messages, status and what was heard
  --early-reset no     after an early end, no RST_STREAM(NO_ERROR) follows
${FAULTS}
While it runs, over HTTP:
  PUT /control/faults  the faults from now on, one a line; none: all is well
  GET /control/counts  {"calls", "open", "connections", "methods": {PATH: N},
                       "statuses": {NAME: N}}
`;

/* what the command line says; spec is { NAME: default } */
function parseArgs(args, spec, usage) {
	const options = { ...spec, faults: [] };
	const known = new Set([...Object.keys(spec), 'port_file', 'log',
		'client_ca', 'early_reset']);

	const fail = (why) => {
		process.stderr.write(`${why}\n${usage}`);
		process.exit(64);
	};
	while (args.length) {
		const arg = args.shift();
		const name = arg.replace(/^--/, '').replace(/-/g, '_');
		if (arg === '-h' || arg === '--help') {
			process.stdout.write(usage);
			process.exit(0);
		} else if (arg === '--tls') {
			options.tls = [args.shift(), args.shift()];
		} else if (arg === '--fault') {
			options.faults.push(args.shift());
		} else if (arg.startsWith('--') && known.has(name) && args.length) {
			const value = args.shift();
			options[name] = typeof spec[name] === 'number' ?
				Number(value) : value;
		} else {
			fail(`what is ${arg}?`);
		}
	}
	return options;
}

class Peer {
	/*
	 * about: usage (text before the common options), options (their
	 * defaults), protos (names of files), methods(peer) giving { PATH:
	 * serve(call) }, authorize(peer, call), and perhaps most { PATH: bytes
	 * of a message } and rest(peer, request) giving { status, body }.
	 */
	constructor(about, args = process.argv.slice(2)) {
		const usage = `${about.usage}\n${HELP}`;

		this.about = about;
		this.options = parseArgs(args, about.options, usage);
		try {
			this.faults = new Faults(this.options.faults);
		} catch (error) {
			process.stderr.write(`${error.message}\n`);
			process.exit(64);
		}
		this.schema = new Schema(...about.protos.map((name) =>
			path.join(__dirname, 'proto', name)));
		for (const [name, most] of Object.entries(about.most || {}))
			this.schema.methods.get(name).most = most;
		this.methods = about.methods(this);
		this.started = process.hrtime.bigint();
		this.calls = 0;
		this.counts = { calls: 0, open: 0, connections: 0, methods: {},
			statuses: {} };
		this.sockets = new WeakMap();
		this.frozen = new Set();
		this.logFd = this.options.log ?
			fs.openSync(this.options.log, 'a') : null;
	}

	ms() {
		return Number(process.hrtime.bigint() - this.started) / 1e6;
	}

	log(what, more) {
		if (this.logFd !== null)
			fs.writeSync(this.logFd, `${JSON.stringify({ what,
				ms: Math.round(this.ms()), ...more })}\n`);
	}

	listen() {
		this.http1 = http.createServer((request, response) =>
			this.plain(request, response));
		this.http2 = http2.createServer();
		this.http2.on('session', (session) => {
			this.sockets.set(session, this.latest);
			session.on('error', () => {});
		});
		this.http2.on('stream', (stream, headers) =>
			this.stream(stream, headers));
		this.http2.on('sessionError', () => {});
		const server = this.options.tls ? this.secure() :
			net.createServer((socket) => this.sniff(socket));
		server.listen(0, '127.0.0.1', () => this.ready(server));
		process.on('SIGTERM', () => process.exit(0));
	}

	/* a test that waits for the file finds it whole */
	ready(server) {
		const { port } = server.address();

		if (!this.options.port_file) {
			console.log(port);
			return;
		}
		const file = this.options.port_file;
		fs.writeFileSync(`${file}.new`, `${port}\n`);
		fs.renameSync(`${file}.new`, file);
	}

	secure() {
		const [cert, key] = this.options.tls.map((f) => fs.readFileSync(f));
		const ca = this.options.client_ca;
		const server = tls.createServer({ cert, key,
			ALPNProtocols: ['h2', 'http/1.1'],
			...ca && { ca: fs.readFileSync(ca), requestCert: true } },
		(socket) => {
			if (ca && !socket.authorized)
				socket.destroy();
			else
				this.take(socket, socket.alpnProtocol === 'h2');
		});

		server.on('tlsClientError', (error) =>
			this.log('handshake', { error: error.message }));
		return server;
	}

	/* HTTP/2's preface tells it from HTTP/1.1 */
	sniff(socket) {
		socket.on('error', () => {});
		socket.once('readable', () => {
			const start = socket.read();
			if (!start)
				return;
			socket.unshift(start);
			this.take(socket, start.toString('latin1', 0, 3) === 'PRI');
		});
	}

	take(socket, isHttp2) {
		socket.on('error', () => {});
		socket.setNoDelay(true);
		if (!isHttp2) {
			this.http1.emit('connection', socket);
			return;
		}
		this.counts.connections++;
		this.latest = socket;
		this.http2.emit('connection', socket);
	}

	stream(stream, headers) {
		const method = this.schema.methods.get(headers[':path']);
		const type = headers['content-type'] || '';

		stream.on('error', () => {});
		if (!type.startsWith('application/grpc')) {
			this.restStream(stream, headers);
			return;
		}
		if (!/^application\/grpc(\+proto)?$/.test(type)) {
			stream.respond({ ':status': 415 }, { endStream: true });
			return;
		}
		this.counts.calls++;
		this.counts.open++;
		const path = headers[':path'];
		this.counts.methods[path] = (this.counts.methods[path] || 0) + 1;
		if (!method || !this.methods[path]) {
			stream.respond({ ':status': 200, 'content-type': type,
				'grpc-status': '12', 'grpc-message': 'unknown method' },
			{ endStream: true });
			this.counts.open--;
			return;
		}
		new Call(this, stream, headers, method).start();
	}

	authorize(call) {
		this.about.authorize(this, call);
	}

	/* a call is gone */
	ended(call) {
		const name = call.status === undefined ? 'NONE' : CODES[call.status];

		this.counts.open--;
		this.counts.statuses[name] = (this.counts.statuses[name] || 0) + 1;
		call.log('end', { status: name, message: call.text,
			reset: call.stream.rstCode || undefined,
			heard_ms: call.heard_ms, messages: call.messages,
			...call.facts });
	}

	restStream(stream, headers) {
		const parts = [];

		stream.on('data', (data) => parts.push(data));
		stream.on('end', async () => {
			const answer = await this.answer({ method: headers[':method'],
				url: headers[':path'], headers, body: Buffer.concat(parts) });
			if (stream.destroyed)
				return;
			stream.respond({ ':status': answer.status, ...answer.headers });
			stream.end(answer.body);
		});
	}

	plain(request, response) {
		const parts = [];
		let len = 0;

		request.on('data', (data) => {
			parts.push(data);
			len += data.length;
			if (len > BODY_MAX)
				request.destroy();
		});
		request.on('end', async () => {
			const answer = await this.answer({ method: request.method,
				url: request.url, headers: request.headers,
				body: Buffer.concat(parts) });
			response.writeHead(answer.status, answer.headers);
			response.end(answer.body);
		});
	}

	/* { status, headers, body } for a request by REST */
	async answer(request) {
		const json = (status, body) => ({ status, headers: {
			'content-type': 'application/json' },
		body: JSON.stringify(body) });

		if (request.url.startsWith('/control/'))
			return json(...this.control(request));
		this.log('rest', { method: request.method, url: request.url,
			headers: request.headers, bytes: request.body.length });
		if (!this.about.rest)
			return json(404, { error: 'no such path' });
		const { status, body } = await this.about.rest(this, request);
		this.log('rest-end', { status, body });
		return json(status, body);
	}

	control({ method, url, body }) {
		if (method === 'GET' && url === '/control/counts')
			return [200, this.counts];
		if (method !== 'PUT' || url !== '/control/faults')
			return [404, { error: 'no such control' }];
		try {
			this.faults.set(body.toString().split('\n')
				.filter((line) => line.trim()));
		} catch (error) {
			return [400, { error: error.message }];
		}
		return [200, { faults: this.faults.specs.length }];
	}
}

module.exports = { Peer };
