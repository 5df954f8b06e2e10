// Faults that a test asks for: NAME[=VALUE][@FIRST[-[LAST]]], where FIRST and
// LAST count the requests of a path (or the sessions of /v1/realtime) from 1;
// without them all of them are meant, with FIRST alone that one.
//
//   of any answer
//     status=CODE     that status with its error; 429 and 503 with retry-after
//     wait=MS         with status=429: how long it asks to be left alone
//     quota           429 insufficient_quota, which never recovers
//     should-retry=V  with an error: x-should-retry: V
//     echo-key        401 that repeats the key it was given, whole
//     drop            the connection is reset, unanswered
//     silent          never answered
//     late=MS         answered so much later
//   of a body
//     cut[=BYTES]     ends there (or half way) with the connection
//     stall[=BYTES]   stops there and stays open
//     bytes           each byte by itself: splits events, and UTF-8
//     slow=MS         so long between two pieces
//     error           of a stream: an error in the middle of it
//     crlf, comments, done, bom   liberties of a stream of events
//     html            200, with a page of a proxy's
//     garbage         200, with half an object
//   of a realtime session
//     close=CODE      the server closes at the first commit
//     expired         session_expired at the first commit, then closed
//     reset[=N]       the connection is lost at the first commit, or after N
//                     appends
//     deaf            takes everything, recognises nothing, says nothing
//     order           completed of every second item before that of the first
//     failed          …transcription.failed in place of completed
//     pieces          a message in frames of one byte, pings between them
//     unknown         events and fields that nobody knows, between all others
//     notjson         a message that is none, before completed
//     hold=MS         completed comes so late
'use strict';
const { byStatus, refused } = require('./errors.js');

class Active {
	constructor(list) {
		this.list = new Map(list.map((f) => [f.name, f.value]));
	}

	has(name) {
		return this.list.has(name);
	}

	number(name, otherwise) {
		const value = this.list.get(name);
		return value === undefined || value === '' ? otherwise :
			Number(value);
	}

	names() {
		return this.list.size ? [...this.list.keys()] : undefined;
	}

	// The error that stands in for an answer, or null.
	broken(request, key) {
		let wrong = null;
		if (this.has('status'))
			wrong = byStatus(this.number('status', 500),
				this.list.get('wait'));
		else if (this.has('quota'))
			wrong = refused(429, 'You exceeded your current quota, ' +
				'please check your plan and billing details.',
				null, 'insufficient_quota');
		else if (this.has('echo-key'))
			wrong = refused(401, 'Incorrect API key provided: ' +
				(request.headers.authorization || key) + ' / ' +
				key, null, 'invalid_api_key');
		if (wrong && this.has('should-retry'))
			wrong.headers['x-should-retry'] =
				this.list.get('should-retry');
		return wrong;
	}
}

class Faults {
	constructor(specs) {
		this.list = specs.map((spec) => {
			const m = /^([a-z-]+)(?:=([^@]*))?(?:@(\d+)(-(\d*))?)?$/
				.exec(spec);
			if (!m)
				throw new Error(`no fault '${spec}'`);
			const first = m[3] ? Number(m[3]) : 1;
			const last = !m[3] || (m[4] && !m[5]) ? Infinity :
				m[5] ? Number(m[5]) : first;
			return { name: m[1], value: m[2], first, last };
		});
		this.seen = new Map();
	}

	next(path) {
		const n = (this.seen.get(path) || 0) + 1;
		this.seen.set(path, n);
		return new Active(this.list.filter(
			(f) => n >= f.first && n <= f.last));
	}
}

module.exports = { Faults };
