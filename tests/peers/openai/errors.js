// The bodies of errors, as the service words them.
'use strict';

class Refused extends Error {
	constructor(status, body, headers) {
		super(body.error.message);
		this.status = status;
		this.body = body;
		this.headers = headers || {};
	}
}

function refused(status, message, param = null, code = null, headers = {}) {
	const type = status === 429 && code === 'insufficient_quota' ?
		'insufficient_quota' :
		status === 429 ? 'requests' :
		status >= 500 ? 'server_error' : 'invalid_request_error';
	return new Refused(status, { error: { message, type, param, code } },
		headers);
}

const bad = (message, param, code) => refused(400, message, param, code);

const unknownPath = (what) => refused(404,
	`Invalid URL (${what})`);

// What a status that a fault asks for comes with.
function byStatus(status, value) {
	const ms = Number(value) || 300;
	const wait = { 'retry-after': String(Math.ceil(ms / 1000)),
		'retry-after-ms': String(ms) };
	switch (status) {
	case 401:
		return refused(401, 'Incorrect API key provided: sk-***.', null,
			'invalid_api_key');
	case 403:
		return refused(403, 'Country, region, or territory not ' +
			'supported', null, 'unsupported_country_region_territory');
	case 429:
		return refused(429, 'Rate limit reached for requests', null,
			'rate_limit_exceeded', wait);
	case 503:
		return refused(503, 'The engine is currently overloaded, ' +
			'please try again later');
	default:
		return refused(status, 'The server had an error while ' +
			'processing your request. Sorry about that!');
	}
}

module.exports = { Refused, refused, bad, unknownPath, byStatus };
