// multipart/form-data (RFC 7578), to the letter.
'use strict';
const { bad } = require('./errors.js');

const broken = (why) => bad(`Could not parse multipart form: ${why}`);

// The value of a quoted parameter of content-disposition.
function quoted(text, name) {
	const m = new RegExp(`; ${name}="((?:[^"\\\\\\r\\n]|\\\\.)*)"`)
		.exec(text);
	return m ? m[1].replace(/\\(.)/g, '$1') : undefined;
}

function head(text) {
	const fields = {};
	for (const line of text.split('\r\n')) {
		const m = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/
			.exec(line);
		if (!m)
			throw broken('a header of a part is none');
		fields[m[1].toLowerCase()] = m[2];
	}
	if (!/^form-data(;|$)/.test(fields['content-disposition'] || ''))
		throw broken('a part is not form-data');
	const name = quoted(fields['content-disposition'], 'name');
	if (!name)
		throw broken('a part has no name');
	return { name, type: fields['content-type'],
		file: quoted(fields['content-disposition'], 'filename') };
}

// [{name, file, type, data}]
function parse(type, body) {
	const m = /^multipart\/form-data; *boundary=("?)([!-~]{1,70})\1$/
		.exec(type || '');
	if (!m)
		throw bad(`Unsupported content type: '${type}'. This API ` +
			"method only accepts 'multipart/form-data' requests, " +
			'with a boundary.');
	const first = Buffer.from(`--${m[2]}\r\n`);
	const next = Buffer.from(`\r\n--${m[2]}`);
	const parts = [];
	let at = first.length;

	if (body.subarray(0, at).compare(first) !== 0)
		throw broken('it does not begin with the boundary');
	for (;;) {
		const blank = body.indexOf('\r\n\r\n', at);
		if (blank < 0)
			throw broken('a part has no end of its headers');
		const end = body.indexOf(next, blank + 2);
		if (end < 0)
			throw broken('the last boundary is missing');
		const part = head(body.toString('utf8', at, blank));
		part.data = body.subarray(blank + 4, Math.max(end, blank + 4));
		parts.push(part);
		at = end + next.length;
		const what = body.toString('latin1', at, at + 2);
		if (what === '--')
			break;
		if (what !== '\r\n')
			throw broken('something stands behind a boundary');
		at += 2;
	}
	const rest = body.toString('latin1', at + 2);
	if (rest !== '' && rest !== '\r\n')
		throw broken('something stands behind the last boundary');
	return parts;
}

module.exports = { parse };
