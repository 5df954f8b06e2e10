/*
 * s3-sign.js: whether a request is signed as Signature Version 4 wants it
 *
 * Written from "Authenticating Requests (AWS Signature Version 4)" of the
 * Amazon S3 API Reference. The canonical request is made from what came over
 * the wire, decoded and encoded again, as a service does it: what was sent
 * unsorted or half encoded does not match what was signed.
 */
'use strict';

const crypto = require('crypto');

const SKEW_MS = 15 * 60 * 1000;
const hash = (data) => crypto.createHash('sha256').update(data).digest('hex');
const hmac = (key, text) =>
	crypto.createHmac('sha256', key).update(text).digest();

class Refused extends Error {
	constructor(status, code, message, more = {}) {
		super(message);
		Object.assign(this, { status, code, more });
	}
}

/* RFC 3986's unreserved characters stay, and nothing else */
function encode(text, slashes) {
	let out = '';

	for (const byte of Buffer.from(text)) {
		const c = String.fromCharCode(byte);
		if (/[A-Za-z0-9\-._~]/.test(c) || (slashes && c === '/'))
			out += c;
		else
			out += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
	}
	return out;
}

function decode(text) {
	try {
		return decodeURIComponent(text);
	} catch (error) {
		throw new Refused(400, 'InvalidURI', "Couldn't parse the URI.");
	}
}

/* [[name, value] ...] as they came, decoded */
function parseQuery(raw) {
	if (!raw)
		return [];
	return raw.split('&').map((pair) => {
		const at = pair.indexOf('=');
		return at < 0 ? [decode(pair), ''] :
			[decode(pair.slice(0, at)), decode(pair.slice(at + 1))];
	});
}

function canonicalQuery(pairs) {
	const less = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

	return pairs.map(([n, v]) => [encode(n), encode(v)])
		.sort((a, b) => less(a[0], b[0]) || less(a[1], b[1]))
		.map(([n, v]) => `${n}=${v}`).join('&');
}

/* { name: value } in small letters; what comes twice is joined, as it is
 * signed */
function gather(rawHeaders) {
	const headers = {};

	for (let i = 0; i < rawHeaders.length; i += 2) {
		const name = rawHeaders[i].toLowerCase();
		const value = rawHeaders[i + 1].trim().replace(/ +/g, ' ');
		headers[name] = name in headers ? `${headers[name]},${value}` : value;
	}
	return headers;
}

const AUTHORIZATION = new RegExp('^AWS4-HMAC-SHA256 ' +
	'Credential=([^/, ]+)/(\\d{8})/([a-z0-9-]+)/([a-z0-9]+)/aws4_request, ?' +
	'SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$');

function parseDate(text) {
	const m = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text || '');

	return m ? Date.UTC(m[1], m[2] - 1, m[3], m[4], m[5], m[6]) : NaN;
}

function checkTime(headers, day, now) {
	const sent = parseDate(headers['x-amz-date']);

	if (Number.isNaN(sent))
		throw new Refused(403, 'AccessDenied',
			'AWS authentication requires a valid Date or x-amz-date header');
	if (!headers['x-amz-date'].startsWith(day))
		throw new Refused(400, 'AuthorizationHeaderMalformed',
			'The date in the credential is not the one of x-amz-date');
	if (Math.abs(sent - now) > SKEW_MS)
		throw new Refused(403, 'RequestTimeTooSkewed', 'The difference ' +
			'between the request time and the current time is too large.',
		{ RequestTime: headers['x-amz-date'],
			ServerTime: new Date(now).toISOString(),
			MaxAllowedSkewMilliseconds: SKEW_MS });
}

/* S3 wants these signed, whoever sends them */
function checkSigned(headers, names) {
	const wanted = Object.keys(headers).filter((name) =>
		name === 'host' || name === 'content-md5' ||
		name.startsWith('x-amz-'));

	if ([...names].sort().join(';') !== names.join(';') ||
			new Set(names).size !== names.length)
		throw new Refused(403, 'SignatureDoesNotMatch',
			'The signed headers are not sorted');
	for (const name of wanted) {
		if (!names.includes(name))
			throw new Refused(403, 'AccessDenied', 'There were headers ' +
				'present in the request which were not signed',
			{ HeadersNotSigned: name });
	}
	for (const name of names) {
		if (!(name in headers))
			throw new Refused(403, 'SignatureDoesNotMatch',
				`${name} was signed, and is not there`);
	}
}

function checkBody(headers, body) {
	const said = headers['x-amz-content-sha256'];

	if (said === undefined)
		throw new Refused(400, 'InvalidRequest', 'Missing required header ' +
			'for this request: x-amz-content-sha256');
	if (!/^[0-9a-f]{64}$/.test(said))
		throw new Refused(400, 'InvalidArgument', 'x-amz-content-sha256 ' +
			'must be UNSIGNED-PAYLOAD (over TLS) or a valid sha256 value.');
	if (said !== hash(body))
		throw new Refused(400, 'XAmzContentSHA256Mismatch', "The provided " +
			"'x-amz-content-sha256' header does not match what was computed.");
}

/* keys: { id, secret, token, region }. Throws Refused. */
function verify({ method, path, query, rawHeaders, body }, keys, now) {
	const headers = gather(rawHeaders);
	const { authorization } = headers;

	if (!authorization)
		throw new Refused(403, 'AccessDenied', 'Access Denied');
	const match = AUTHORIZATION.exec(authorization);
	if (!match)
		throw new Refused(400, 'AuthorizationHeaderMalformed',
			'The authorization header is malformed.');
	const [, id, day, region, service, signed, signature] = match;
	if (id !== keys.id)
		throw new Refused(403, 'InvalidAccessKeyId', 'The AWS Access Key Id ' +
			'you provided does not exist in our records.',
		{ AWSAccessKeyId: id });
	if (region !== keys.region || service !== 's3')
		throw new Refused(400, 'AuthorizationHeaderMalformed', 'The ' +
			`authorization header is malformed; the region '${region}' is ` +
			`wrong; expecting '${keys.region}'`, { Region: keys.region });
	if ((headers['x-amz-security-token'] || '') !== keys.token)
		throw new Refused(keys.token ? 403 : 400, 'InvalidToken',
			'The provided token is malformed or otherwise invalid.');
	checkTime(headers, day, now);
	const names = signed.split(';');
	checkSigned(headers, names);
	if (headers['x-amz-content-sha256'] === undefined)
		checkBody(headers, body);

	const request = [method, encode(decode(path), true),
		canonicalQuery(parseQuery(query)),
		...names.map((name) => `${name}:${headers[name]}`), '', signed,
		headers['x-amz-content-sha256']].join('\n');
	const scope = `${day}/${region}/s3/aws4_request`;
	const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope,
		hash(request)].join('\n');
	const key = ['aws4_request'].reduce(hmac, ['s3'].reduce(hmac,
		[region].reduce(hmac, hmac(`AWS4${keys.secret}`, day))));
	if (hmac(key, text).toString('hex') !== signature)
		throw new Refused(403, 'SignatureDoesNotMatch', 'The request ' +
			'signature we calculated does not match the signature you provided.',
		{ StringToSign: text, CanonicalRequest: request });
	checkBody(headers, body);
	return headers;
}

module.exports = { Refused, encode, decode, parseQuery, verify };
