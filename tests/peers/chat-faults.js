// What goes wrong, to order: NAME[=VALUE] [NAME[=VALUE] ...], for one request;
// skip=N requests of the same words pass before, and times=N have it;
// only=DIALECT has it.
//
//   before an answer
//     late=MS          it comes so much later
//     drop             the connection is reset
//     silent           nothing is ever answered
//     status=CODE      that status; wait=MS: with retry-after and
//                      retry-after-ms; should-retry=true|false: x-should-retry
//     quota            429 insufficient_quota
//     echo-key         401 that repeats the key it was given, whole
//     no-schema        400 for response_format json_schema
//     no-format        400 for any response_format
//     old-error        with status: what is said stands at the top
//     html             200, with a page of a proxy's
//   of the stream (N counts chunks)
//     bytes            each byte by itself
//     crlf, cr         line ends; comments; spaceless ("data:" and no blank)
//     stall=N          silence after N, for ever
//     cut=N            the connection is reset after N
//     eof=N            it just ends after N
//     error=N          an error event after N; bare=N: {"error":"…"} by itself
//     no-done, no-finish, no-usage
//     open             nothing ends after all was said
//     usage-each       each chunk has the usage
//     reasoning        thoughts before and between the words
//     length, filter   finish_reason; length cuts what was to be said in half
//     refusal          it does not want to
//     garbage=N        an event that is no JSON after N
//     surrogate        half of a pair in the text, \u0000 too
//     endless          words for ever
//     whole-json       no stream at all: one object
//   of calls of tools
//     index=zero|none|wild   id=repeat|empty|none|late   whole-calls
//     interleave       fragments of all of them by turns
//     truncated        arguments cut off, and finish_reason length
//     named            each fragment has the name again
'use strict';
const { Refused } = require('./chat-request.js');

class Ordered {
	constructor(text) {
		this.names = new Map(text.trim().split(/\s+/).filter(Boolean)
			.map((word) => word.split('=')).map(([name, value]) =>
				[name, value === undefined ? '' : value]));
		this.skip = this.number('skip', 0);
		this.times = this.number('times', Infinity);
	}

	has(name) {
		return this.names.has(name);
	}

	number(name, usual) {
		return this.names.get(name) ? Number(this.names.get(name)) : usual;
	}

	text(name) {
		return this.names.get(name);
	}

	refuse(asked, dialect, key) {
		const format = asked.response_format?.type;
		const wait = this.number('wait', 0);
		const headers = {};

		if (wait)
			Object.assign(headers, { 'retry-after': String(
				Math.ceil(wait / 1000)), 'retry-after-ms': String(wait),
			'x-ratelimit-limit-requests': '60',
			'x-ratelimit-remaining-requests': '0',
			'x-ratelimit-reset-requests': `${wait}ms` });
		if (this.has('should-retry'))
			headers['x-should-retry'] = this.text('should-retry');
		if (this.has('echo-key'))
			throw new Refused(401, `Incorrect API key provided: ${key}`,
				null, 'invalid_key');
		if (this.has('quota'))
			throw new Refused(429, 'You exceeded your current quota, ' +
				'please check your plan and billing details.', null,
			'insufficient_quota', { headers });
		if ((this.has('no-schema') && format === 'json_schema') ||
		    (this.has('no-format') && format))
			throw new Refused(400, "Invalid parameter: 'response_format' " +
				`of type '${format}' is not supported with this model.`,
			'response_format', null);
		if (this.has('status'))
			throw this.error(this.number('status', 500), headers, dialect);
	}

	error(status, headers) {
		const message = status === 429 ? 'Rate limit reached for requests' :
			status === 503 ? 'The engine is currently overloaded, ' +
			'please try again later' : 'The server had an error while ' +
			'processing your request. Sorry about that!';
		return new Refused(status, message, null, status === 429 ?
			'rate_limit_exceeded' : null, { headers });
	}
}

const parse = (text) => new Ordered(text);

/* For all requests of a door: a set takes its turns, whatever is said. */
class Faults {
	constructor(texts) {
		this.sets = texts.map(parse);
	}

	take() {
		for (const set of this.sets) {
			if (set.skip > 0) {
				set.skip--;
			} else if (set.times > 0) {
				set.times--;
				const copy = Object.assign(parse(''),
					{ names: set.names });
				return copy;
			}
		}
		return null;
	}
}

module.exports = { Faults, parse };
