/*
 * faults.js: what goes wrong with a service, to order
 *
 * NAME[:KEY=VALUE[,KEY=VALUE...]], for the calls to come:
 */
'use strict';

const zlib = require('zlib');
const { CODE, frame } = require('./grpc');
const { Schema, encode } = require('./proto');

const HELP = `  --fault NAME[:KEY=VALUE[,KEY=VALUE ...]]  (again for more, which are tried in
  order), for gRPC calls:
    status       ends with code=NAME (UNAVAILABLE) and message=TEXT; when nothing
                 was sent before, with trailers only
    exhausted    RESOURCE_EXHAUSTED with grpc-status-details-bin: try in ms=1000
    no-status    ends without a status
    http         answers HTTP status=503 and a page
    close        closes the connection
    tcp-reset    resets the connection within a DATA frame
    rst          resets the stream within a message, with h2=2 (INTERNAL_ERROR)
    goaway       GOAWAY; this call goes on
    goaway-lost  GOAWAY that names this call as not processed
    silent       says nothing any more
    half-open    neither reads nor writes on the connection any more
    shut         takes no more data: flow control
    late         everything comes ms=1000 later
    trickle      size=1 bytes each ms=5
    compressed   gzip, said so
    unsaid       the flag of compression, without grpc-encoding
    huge         a message of size=4195328 bytes
    garbage      a message that is no protobuf
    truncated    a message shorter than it says, then OK
   when: at=start (before anything), MS (of audio heard), or end (of the input, or
   of an utterance); usual is start for the first six, 600 for the others.
   which calls: method=NAME (a part of its path), host=NAME (NAME.localhost is
   what the client calls us), skip=N before, times=N.
`;

const AT_START = new Set(['status', 'exhausted', 'no-status', 'http', 'late',
	'trickle', 'compressed', 'unsaid']);

function parse(text) {
	const [, name, rest] = /^([a-z-]+):?(.*)$/s.exec(text.trim()) || [];
	const spec = { name, at: AT_START.has(name) ? 'start' : '600', skip: 0,
		times: Infinity };

	if (!ACTS[name])
		throw new Error(`no fault '${text}'`);
	for (const pair of rest ? rest.split(',') : []) {
		const [key, ...value] = pair.split('=');
		spec[key] = value.join('=');
	}
	spec.skip = Number(spec.skip);
	spec.times = Number(spec.times);
	if (spec.code && !(spec.code in CODE))
		throw new Error(`no status ${spec.code}`);
	return spec;
}

const operation = new Schema(`${__dirname}/proto/operation.proto`);

/* google.rpc.Status with a RetryInfo, as base64 */
function details(ms, message) {
	const message_of = (name, object) => encode(operation,
		operation.find(name, 'yandex.cloud.operation'), object);

	return message_of('Status', {
		code: CODE.RESOURCE_EXHAUSTED, message,
		details: [{ type_url: 'type.googleapis.com/google.rpc.RetryInfo',
			value: message_of('RetryInfo', { retry_delay: {
				seconds: Math.floor(ms / 1000),
				nanos: ms % 1000 * 1e6 } }) }],
	}).toString('base64').replace(/=+$/, '');
}

/* the head of a DATA frame of 1000 bytes, and the first of them */
function halfFrame(id) {
	const data = Buffer.alloc(9 + 100);

	data.writeUIntBE(1000, 0, 3);
	data.writeUInt32BE(id, 5);
	return data;
}

/* What happens when its time has come. `this` is the Fault. */
const ACTS = {
	status() {
		this.call.finish(CODE[this.spec.code || 'UNAVAILABLE'],
			this.spec.message || 'сбой по заказу, 100%');
	},
	exhausted() {
		const message = 'Превышена квота: requests per second';
		const ms = Number(this.spec.ms || 1000);
		this.call.finish(CODE.RESOURCE_EXHAUSTED, message,
			{ 'grpc-status-details-bin': details(ms, message) });
	},
	'no-status'() {
		this.call.respond();
		this.call.stopped = true;
		this.call.stream.removeAllListeners('wantTrailers');
		this.call.stream.on('wantTrailers', () =>
			this.call.stream.sendTrailers({ 'x-empty': '1' }));
		this.call.stream.end();
	},
	http() {
		this.call.stopped = true;
		this.call.stream.respond({ ':status': Number(this.spec.status || 503),
			'content-type': 'text/html' });
		this.call.stream.end('<h1>try again</h1>');
	},
	close() {
		this.call.stopped = true;
		this.call.socket().destroy();
	},
	'tcp-reset'() {
		const socket = this.call.socket();
		this.call.stopped = true;
		this.call.respond();
		setTimeout(() => {
			socket.write(halfFrame(this.call.stream.id), () => {
				if (socket.resetAndDestroy && !socket.encrypted)
					socket.resetAndDestroy();
				else
					socket.destroy();
			});
		}, 5);
	},
	rst() {
		this.call.put(frame(Buffer.alloc(50)).subarray(0, 20));
		this.call.stopped = true;
		setTimeout(() => this.call.stream.close(Number(this.spec.h2 || 2)),
			5);
	},
	goaway() {
		this.call.stream.session.goaway(0, this.call.stream.id);
	},
	'goaway-lost'() {
		const { session } = this.call.stream;
		this.call.stopped = true;
		session.goaway(0, 0);
		setTimeout(() => session.destroy(), 50);
	},
	silent() {
		this.call.stopped = true;
	},
	'half-open'() {
		const socket = this.call.socket();
		this.call.stopped = true;
		this.call.peer.frozen.add(socket);
		socket._handle.readStop();
	},
	shut() {
		this.call.stream.pause();
	},
	late() {
		this.delay_ms = Number(this.spec.ms || 1000);
	},
	trickle() {
		this.size = Number(this.spec.size || 1);
		this.every_ms = Number(this.spec.ms || 5);
	},
	compressed() {
		this.call.respond({ 'grpc-encoding': 'gzip' });
		this.replace = (data) => frame(zlib.gzipSync(data), 1);
	},
	unsaid() {
		this.replace = (data) => frame(zlib.gzipSync(data), 1);
	},
	huge() {
		this.call.put(frame(Buffer.alloc(Number(this.spec.size ||
			4195328))));
	},
	garbage() {
		this.call.put(frame(Buffer.from('0affffffff0fdeadbeef', 'hex')));
	},
	truncated() {
		this.call.put(frame(Buffer.alloc(50)).subarray(0, 20));
		this.call.finish(CODE.OK);
	},
};

/* A fault in one call, which tells it how far it is. */
class Fault {
	constructor(spec, call) {
		this.spec = spec;
		this.call = call;
		this.timers = [];
		this.acted = false;
	}

	act() {
		if (this.acted || this.call.over)
			return;
		this.acted = true;
		this.call.log('fault', { fault: this.spec.name });
		ACTS[this.spec.name].call(this);
	}

	begin() {
		if (this.spec.at === 'start')
			this.act();
	}

	heard(ms) {
		if (ms >= Number(this.spec.at))
			this.act();
	}

	done() {
		if (this.spec.at !== 'start')
			this.act();
	}

	/* a message that would go out: whether it is taken from there */
	message(data) {
		if (!this.replace)
			return false;
		this.call.put(this.replace(data));
		return true;
	}

	close() {
		this.timers.forEach(clearTimeout);
	}
}

/* All that were ordered, and have not happened as often as they should. */
class Faults {
	constructor(texts) {
		this.specs = texts.map(parse);
	}

	set(texts) {
		this.specs = texts.map(parse);
	}

	take(call) {
		for (const spec of this.specs) {
			if (spec.method && !call.method.path.includes(spec.method))
				continue;
			if (spec.host && !(call.headers[':authority'] || '')
				.startsWith(`${spec.host}.`))
				continue;
			if (spec.skip > 0) {
				spec.skip--;
				continue;
			}
			if (spec.times <= 0)
				continue;
			spec.times--;
			return new Fault(spec, call);
		}
		return null;
	}
}

module.exports = { Faults, HELP };
