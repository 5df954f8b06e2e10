// bitrix24-answer.js: answers as the portal words them, with PHP's habits
'use strict';

// A method's refusal. The code may be empty, a number, or a whole sentence.
class Refused extends Error {
	constructor(status, code, description, more = {}) {
		super(description);
		this.status = status;
		this.code = code;
		this.more = more;
	}

	body() {
		return { error: this.code, error_description: this.message };
	}
}

const bad = (code, description) => new Refused(400, code, description);

// What is refused before any method sees it.
const SYSTEM = {
	QUERY_LIMIT_EXCEEDED: [503, 'Too many requests'],
	OPERATION_TIME_LIMIT: [429,
		'Method is blocked due to operation time limit'],
	OVERLOAD_LIMIT: [503, 'REST API is blocked due to overload'],
	INTERNAL_SERVER_ERROR: [500, 'Internal server error'],
	ERROR_UNEXPECTED_ANSWER: [500,
		'Server returned an unexpected response'],
	NO_AUTH_FOUND: [401, 'Wrong authorization data'],
	expired_token: [401, 'The access token provided has expired'],
	invalid_token: [401, 'Unable to get application by token'],
	INVALID_CREDENTIALS: [403, 'Invalid request credentials'],
	insufficient_scope: [403, 'The request requires higher privileges ' +
		'than provided by the webhook token'],
	user_access_error: [403,
		'The user does not have access to the application'],
	ACCESS_DENIED: [403,
		'REST API is available only on commercial plans'],
	WRONG_AUTH_TYPE: [403,
		'Current authorization type is denied for this method'],
	ERROR_METHOD_NOT_FOUND: [404, 'Method not found!'],
	ERROR_BATCH_METHOD_NOT_ALLOWED: [405,
		'Method is not allowed for batch usage'],
	ERROR_BATCH_LENGTH_EXCEEDED: [400, 'Max batch length exceeded'],
	INVALID_REQUEST: [400, 'Https required'],
	PORTAL_DELETED: [500, 'Portal was deleted'],
};

function system(code, more) {
	const [status, description] = SYSTEM[code] || [400, code];
	return new Refused(status, code, description, more);
}

// json_encode with JSON_HEX_TAG and its kin: an empty map is [], a slash is \/,
// what is not ASCII is escaped
function phpJson(value) {
	if (value === null || value === undefined)
		return 'null';
	if (Array.isArray(value))
		return `[${value.map(phpJson).join(',')}]`;
	if (typeof value === 'object') {
		const keys = Object.keys(value)
			.filter((key) => value[key] !== undefined);
		return keys.length ? `{${keys.map((key) =>
			`${phpJson(key)}:${phpJson(value[key])}`).join(',')}}` :
			'[]';
	}
	if (typeof value !== 'string')
		return JSON.stringify(value);
	return JSON.stringify(value).replace(/[/<>&'\u007f-\uffff]/g, (c) =>
		c === '/' ? '\\/' : `\\u${c.charCodeAt(0).toString(16)
			.padStart(4, '0').replace(/[a-f]/g, (x) =>
				'<>&\''.includes(c) ? x.toUpperCase() : x)}`);
}

const OFFSET_H = 3;

// ISO 8601 with the portal's offset
function iso(ms) {
	return new Date(ms + OFFSET_H * 3600000).toISOString()
		.replace(/\.\d+Z$/, `+0${OFFSET_H}:00`);
}

// The map `time`; n is the number of the request, as the forms change: whole
// seconds or fractions, and any field may be missing.
function timeOf(n, began, ended, operating) {
	const whole = n % 5 === 0;
	const seconds = (ms) => whole ? Math.floor(ms / 1000) : ms / 1000;
	const time = {
		start: seconds(began),
		finish: ended / 1000,
		duration: (ended - began) / 1000,
		processing: whole ? 0 : (ended - began) / 1000,
		date_start: iso(began),
		date_finish: iso(ended),
	};
	if (operating && n % 7 !== 3) {
		time.operating_reset_at = operating.reset_at;
		time.operating = operating.seconds;
	}
	return time;
}

module.exports = { Refused, bad, system, phpJson, iso, timeOf, SYSTEM };
