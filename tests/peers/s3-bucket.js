/*
 * s3-bucket.js: a bucket in memory, with uploads in parts and versions, as
 * strict as Amazon's "API Reference" says of each operation
 */
'use strict';

const crypto = require('crypto');
const { Refused } = require('./s3-sign');

const PART_LEAST = 5 << 20;
const md5 = (data) => crypto.createHash('md5').update(data).digest();
const quoted = (etag) => `"${etag}"`;

function escape(text) {
	return String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

/* { a: 1, b: [{ c: 2 }] } as <a>1</a><b><c>2</c></b> */
function xml(fields) {
	return Object.entries(fields).map(([name, value]) =>
		(Array.isArray(value) ? value : [value]).map((one) =>
			`<${name}>${typeof one === 'object' ? xml(one) : escape(one)}` +
			`</${name}>`).join('')).join('');
}

function document(name, fields) {
	return `<?xml version="1.0" encoding="UTF-8"?>\n<${name} xmlns="http://` +
		`s3.amazonaws.com/doc/2006-03-01/">${xml(fields)}</${name}>`;
}

/* the parts of a CompleteMultipartUpload, or nothing is right with it */
function parseComplete(body) {
	const text = body.toString();
	const parts = [];
	const part = new RegExp('<Part><PartNumber>(\\d+)</PartNumber>' +
		'<ETag>(?:"|&quot;)([^<&"]+)(?:"|&quot;)</ETag></Part>', 'y');
	const head = /^<CompleteMultipartUpload(?: xmlns="[^"]*")?>/.exec(text);

	part.lastIndex = head ? head[0].length : 0;
	for (let m; (m = part.exec(text));)
		parts.push({ number: Number(m[1]), etag: m[2],
			end: part.lastIndex });
	const end = parts.length ? parts[parts.length - 1].end : 0;
	if (!head || text.slice(end) !== '</CompleteMultipartUpload>')
		throw new Refused(400, 'MalformedXML', 'The XML you provided was ' +
			'not well-formed or did not validate against our schema');
	return parts;
}

class Bucket {
	constructor(options) {
		this.options = options;
		this.objects = new Map(); /* key: [version ...], the newest last */
		this.uploads = new Map();
		this.made = 0;
	}

	now() {
		return new Date(Date.now() + this.options.clock * 1000);
	}

	latest(key) {
		const versions = this.objects.get(key) || [];
		const last = versions[versions.length - 1];

		return last && !last.marker ? last : null;
	}

	need(key) {
		const object = this.latest(key);

		if (!object)
			throw new Refused(404, 'NoSuchKey',
				'The specified key does not exist.', { Key: key });
		return object;
	}

	/* what a put may say of the object */
	about(headers) {
		const sse = headers['x-amz-server-side-encryption'] ||
			(this.options.kms ? 'aws:kms' : '');
		const about = { type: headers['content-type'] || 'binary/octet-stream',
			sse, sse_key: headers['x-amz-server-side-encryption-aws-kms-' +
				'key-id'],
			storage: headers['x-amz-storage-class'], meta: {} };

		if (!['', 'AES256', 'aws:kms'].includes(sse))
			throw new Refused(400, 'InvalidArgument', 'The encryption method ' +
				'specified is not supported');
		if (this.options.no_sse)
			about.sse = '';
		for (const [name, value] of Object.entries(headers)) {
			if (name.startsWith('x-amz-meta-'))
				about.meta[name.slice(11)] = value;
		}
		return about;
	}

	conditional(key, headers) {
		if (headers['if-none-match'] === undefined)
			return;
		if (this.options.no_conditional)
			throw new Refused(501, 'NotImplemented', 'A header you provided ' +
				'implies functionality that is not implemented',
			{ Header: 'If-None-Match' });
		if (headers['if-none-match'] !== '*')
			throw new Refused(501, 'NotImplemented', 'only * is');
		if (this.latest(key))
			throw new Refused(412, 'PreconditionFailed', 'At least one of ' +
				'the pre-conditions you specified did not hold',
			{ Condition: 'If-None-Match' });
	}

	checkMd5(headers, body) {
		const said = headers['content-md5'];

		if (said === undefined)
			return;
		if (Buffer.from(said, 'base64').length !== 16)
			throw new Refused(400, 'InvalidDigest',
				'The Content-MD5 you specified is not valid.');
		if (said !== md5(body).toString('base64'))
			throw new Refused(400, 'BadDigest', 'The Content-MD5 you ' +
				'specified did not match what we received.');
	}

	/* an ETag is no MD5 under KMS, and looks like one */
	etag(digest, about, parts = 0) {
		const hex = about.sse === 'aws:kms' ?
			crypto.randomBytes(16).toString('hex') : digest.toString('hex');

		return parts ? `${hex}-${parts}` : hex;
	}

	keep(key, body, about, etag) {
		const version = { ...about, body, etag, modified: this.now(),
			id: `v${++this.made}` };
		const before = this.options.versioned ? this.objects.get(key) || [] :
			[];

		this.objects.set(key, [...before, version]);
		return version;
	}

	encryption(about) {
		return about.sse ? { 'x-amz-server-side-encryption': about.sse } : {};
	}

	/* --- operations: each gives { status, headers, body } --- */

	put({ key, headers, body }) {
		this.conditional(key, headers);
		this.checkMd5(headers, body);
		const about = this.about(headers);
		const { etag } = this.keep(key, body, about,
			this.etag(md5(body), about));
		return { status: 200, headers: { ETag: quoted(etag),
			...this.encryption(about) } };
	}

	head({ key }) {
		const object = this.need(key);
		const headers = { ETag: quoted(object.etag),
			'Content-Length': object.body.length,
			'Content-Type': object.type,
			'Last-Modified': object.modified.toUTCString(),
			'Accept-Ranges': 'bytes', ...this.encryption(object) };

		for (const [name, value] of Object.entries(object.meta))
			headers[`x-amz-meta-${name}`] = value;
		return { status: 200, headers };
	}

	get({ key, headers }) {
		const object = this.need(key);
		const answer = this.head({ key });
		const match = headers['if-match'];
		const range = /^bytes=(\d+)-(\d*)$/.exec(headers.range || '');

		if (match !== undefined && match !== quoted(object.etag))
			throw new Refused(412, 'PreconditionFailed', 'If-Match');
		answer.body = object.body;
		if (!range || this.options.no_range)
			return answer;
		const from = Number(range[1]);
		const to = range[2] ? Number(range[2]) : object.body.length - 1;
		if (from >= object.body.length)
			throw new Refused(416, 'InvalidRange',
				'The requested range is not satisfiable');
		answer.status = 206;
		answer.body = object.body.subarray(from, to + 1);
		answer.headers['Content-Range'] =
			`bytes ${from}-${to}/${object.body.length}`;
		answer.headers['Content-Length'] = answer.body.length;
		return answer;
	}

	remove({ key, query }) {
		const id = query.get('versionId');
		const versions = this.objects.get(key) || [];

		if (id !== undefined) {
			const left = versions.filter((version) => version.id !== id);
			if (left.length)
				this.objects.set(key, left);
			else
				this.objects.delete(key);
			return { status: 204, headers: { 'x-amz-version-id': id } };
		}
		if (!this.options.versioned) {
			this.objects.delete(key);
			return { status: 204, headers: {} };
		}
		const marker = { marker: true, id: `v${++this.made}`,
			modified: this.now() };
		this.objects.set(key, [...versions, marker]);
		return { status: 204, headers: { 'x-amz-delete-marker': 'true',
			'x-amz-version-id': marker.id } };
	}

	create({ key, headers }) {
		const id = crypto.randomBytes(24).toString('base64');

		this.uploads.set(id, { key, about: this.about(headers),
			parts: new Map(), begun: this.now() });
		return { status: 200, headers: {},
			body: document('InitiateMultipartUploadResult',
				{ Bucket: this.options.bucket, Key: key, UploadId: id }) };
	}

	upload(key, query) {
		const id = query.get('uploadId');
		const upload = this.uploads.get(id);

		if (!upload || upload.key !== key)
			throw new Refused(404, 'NoSuchUpload', 'The specified multipart ' +
				'upload does not exist.', { UploadId: id });
		return upload;
	}

	part({ key, query, headers, body }) {
		const number = Number(query.get('partNumber'));
		const upload = this.upload(key, query);

		if (!Number.isInteger(number) || number < 1 || number > 10000)
			throw new Refused(400, 'InvalidArgument', 'Part number must be ' +
				'an integer between 1 and 10000, inclusive');
		for (const name of Object.keys(headers)) {
			if (name.startsWith('x-amz-meta-') ||
					name === 'x-amz-storage-class')
				throw new Refused(400, 'InvalidArgument',
					`${name} belongs to the beginning of the upload`);
		}
		this.checkMd5(headers, body);
		const etag = this.etag(md5(body), upload.about);
		upload.parts.set(number, { body, etag, digest: md5(body) });
		return { status: 200, headers: { ETag: quoted(etag),
			...this.encryption(upload.about) } };
	}

	complete({ key, query, headers, body }) {
		const upload = this.upload(key, query);
		const wanted = parseComplete(body);
		let before = 0;

		this.conditional(key, headers);
		const parts = wanted.map(({ number, etag }) => {
			const part = upload.parts.get(number);
			if (number <= before)
				throw new Refused(400, 'InvalidPartOrder', 'The list of ' +
					'parts was not in ascending order.');
			before = number;
			if (!part || part.etag !== etag)
				throw new Refused(400, 'InvalidPart', 'One or more of the ' +
					'specified parts could not be found.',
				{ PartNumber: number, ETag: etag });
			return part;
		});
		for (const part of parts.slice(0, -1)) {
			if (part.body.length < PART_LEAST)
				throw new Refused(400, 'EntityTooSmall', 'Your proposed ' +
					'upload is smaller than the minimum allowed size');
		}
		const etag = this.etag(md5(Buffer.concat(parts.map((p) => p.digest))),
			upload.about, parts.length);
		this.keep(key, Buffer.concat(parts.map((p) => p.body)), upload.about,
			etag);
		this.uploads.delete(query.get('uploadId'));
		return { status: 200, headers: this.encryption(upload.about),
			body: document('CompleteMultipartUploadResult',
				{ Bucket: this.options.bucket, Key: key,
					ETag: quoted(etag) }) };
	}

	abort({ key, query }) {
		this.upload(key, query);
		this.uploads.delete(query.get('uploadId'));
		return { status: 204, headers: {} };
	}

	parts({ key, query }) {
		const upload = this.upload(key, query);
		const after = Number(query.get('part-number-marker') || 0);
		const all = [...upload.parts.entries()].sort((a, b) => a[0] - b[0])
			.filter(([number]) => number > after);
		const page = all.slice(0, this.options.page);

		return { status: 200, headers: {}, body: document('ListPartsResult', {
			Bucket: this.options.bucket, Key: key,
			UploadId: query.get('uploadId'), PartNumberMarker: after,
			...page.length && {
				NextPartNumberMarker: page[page.length - 1][0] },
			MaxParts: this.options.page,
			IsTruncated: all.length > page.length,
			Part: page.map(([number, { body, etag }]) => ({
				PartNumber: number,
				LastModified: upload.begun.toISOString(),
				ETag: quoted(etag), Size: body.length })) }) };
	}

	listUploads({ query }) {
		const prefix = query.get('prefix') || '';
		const all = [...this.uploads.entries()]
			.filter(([, { key }]) => key.startsWith(prefix))
			.sort((a, b) => (a[1].key < b[1].key ? -1 : 1));

		return { status: 200, headers: {},
			body: document('ListMultipartUploadsResult', {
				Bucket: this.options.bucket, KeyMarker: '',
				Prefix: prefix, MaxUploads: 1000, IsTruncated: false,
				Upload: all.map(([id, { key, begun }]) => ({ Key: key,
					UploadId: id, StorageClass: 'STANDARD',
					Initiated: begun.toISOString() })) }) };
	}

	list({ query }) {
		const prefix = query.get('prefix') || '';
		const after = query.get('continuation-token') || '';
		const keys = [...this.objects.keys()].sort()
			.filter((key) => key.startsWith(prefix) && this.latest(key) &&
				Buffer.from(key).toString('base64') !== after &&
				(!after || key > Buffer.from(after, 'base64').toString()));
		const page = keys.slice(0, this.options.page);
		const more = keys.length > page.length;

		return { status: 200, headers: {}, body: document('ListBucketResult', {
			Name: this.options.bucket, Prefix: prefix,
			KeyCount: page.length, MaxKeys: this.options.page,
			IsTruncated: more,
			...more && { NextContinuationToken: Buffer.from(
				page[page.length - 1]).toString('base64') },
			Contents: page.map((key) => {
				const { etag, body, modified } = this.latest(key);
				return { Key: key, LastModified: modified.toISOString(),
					ETag: quoted(etag), Size: body.length,
					StorageClass: 'STANDARD' };
			}) }) };
	}

	versions({ query }) {
		const prefix = query.get('prefix') || '';
		const all = [...this.objects.entries()].sort()
			.filter(([key]) => key.startsWith(prefix))
			.flatMap(([key, versions]) => versions.map((version) =>
				({ key, version })));
		const told = (marker) => all.filter(({ version }) =>
			!version.marker === !marker).map(({ key, version }) => ({
			Key: key, VersionId: version.id, IsLatest: false,
			LastModified: version.modified.toISOString() }));

		return { status: 200, headers: {}, body: document(
			'ListVersionsResult', { Name: this.options.bucket,
				Prefix: prefix, IsTruncated: false, Version: told(false),
				DeleteMarker: told(true) }) };
	}
}

module.exports = { Bucket, document, xml };
