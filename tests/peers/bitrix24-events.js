// bitrix24-events.js: outgoing webhooks: forms with brackets, sent once
'use strict';

const http = require('http');
const https = require('https');

function pairs(prefix, value) {
	if (value && typeof value === 'object')
		return Object.entries(value).flatMap(([key, one]) =>
			pairs(prefix ? `${prefix}[${key}]` : key, one));
	return [[prefix, String(value ?? '')]];
}

const form = (map) => new URLSearchParams(pairs('', map)).toString();

// a task's event says "undefined" where others say nothing
function dataOf(event, id, more) {
	if (more)
		return more;
	if (event.startsWith('ONTASK'))
		return { FIELDS_BEFORE: event === 'ONTASKADD' ? 'undefined' :
			{ ID: id }, FIELDS_AFTER: event === 'ONTASKDELETE' ?
			'undefined' : { ID: id }, IS_ACCESSIBLE_BEFORE: 'undefined',
		IS_ACCESSIBLE_AFTER: 'undefined' };
	return { FIELDS: { ID: id } };
}

class Events {
	constructor(portal) {
		this.portal = portal;
		this.handlers = portal.options.handler ?
			[portal.options.handler] : [];
		this.sent = [];
	}

	bodyOf(event, data, more) {
		const base = this.portal.base();
		return form({ event, event_handler_id: 1, data,
			ts: Math.floor(this.portal.now() / 1000), auth: {
				domain: this.portal.host(),
				client_endpoint: `${base}/rest/`,
				server_endpoint: `${base}/oauth-rest/`,
				member_id: 'a223c6b3710f85df22e9377d6c4f7553',
				application_token:
					this.portal.options.application_token,
				...more } });
	}

	// To a handler that is slow or fails it is lost. Gives { status } or
	// { error }.
	post(url, body) {
		const of = url.startsWith('https:') ? https : http;
		return new Promise((done) => {
			const request = of.request(url, { method: 'POST', headers: {
				'content-type': 'application/x-www-form-urlencoded',
				'content-length': Buffer.byteLength(body),
				'user-agent': 'Bitrix24 Webhook Engine' },
			rejectUnauthorized: false, timeout: 10000 }, (answer) => {
				answer.resume();
				answer.on('end', () => done({
					status: answer.statusCode }));
			});
			request.on('timeout', () => request.destroy());
			request.on('error', (error) => done({
				error: error.code || error.message }));
			request.end(body);
		});
	}

	async send(event, data, { url, auth, body } = {}) {
		const text = body ?? this.bodyOf(event, data, auth);
		const results = [];
		for (const handler of url ? [url] : this.handlers) {
			const result = await this.post(handler, text);
			this.sent.push({ event, ...result });
			results.push(result);
		}
		return results;
	}

	// what the portal's own changes cause
	happened(event, id, more) {
		if (this.handlers.length)
			this.send(event, dataOf(event, id, more));
	}
}

module.exports = { Events };
