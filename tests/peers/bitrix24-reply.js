// bitrix24-reply.js: one request's way through the bucket and the faults to its
// answer
'use strict';

const { phpJson, system } = require('./bitrix24-answer.js');

const PAGE = '<html><head><title>Bitrix24</title></head><body>' +
	'<h1>Сервис временно недоступен</h1></body></html>';

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

class Reply {
	constructor(portal, request, response) {
		this.portal = portal;
		this.request = request;
		this.response = response;
	}

	reset() {
		const { socket } = this.response;
		if (socket?.resetAndDestroy && !socket.encrypted)
			socket.resetAndDestroy();
		else
			socket?.destroy();
	}

	send(status, type, body, more) {
		this.response.writeHead(status, { 'content-type': type,
			'content-length': Buffer.byteLength(body), ...more });
		this.response.end(body);
	}

	json({ status, body, page }) {
		if (page)
			this.page(status);
		else
			this.send(status, 'application/json; charset=utf-8',
				phpJson(body));
	}

	page(status) {
		this.send(status, 'text/html; charset=utf-8', PAGE);
	}

	refuse(error) {
		const { errors } = this.portal.counts;
		errors[error.code] = (errors[error.code] || 0) + 1;
		this.json({ status: error.status, body: error.body() });
		return { status: error.status, error: error.code };
	}

	// the methods that a request asks for, a batch's among them
	names({ path, params }) {
		const name = path.startsWith('/oauth/token') ? 'oauth' :
			path.split('/').pop();
		const commands = params.cmd && typeof params.cmd === 'object' ?
			Object.values(params.cmd) : [];
		return [name, ...commands.map((one) => String(one).split('?')[0])];
	}

	// What is told in the log.
	async answer(parsed) {
		const fault = this.portal.faults.take(this.names(parsed));
		const told = { fault: fault?.name };
		if (parsed.path.startsWith('/oauth/'))
			return { ...told, ...await this.oauth(parsed, fault) };
		if (!parsed.path.startsWith('/rest/')) {
			this.page(404);
			return told;
		}
		if (!this.portal.bucket.take(this.request.socket.remoteAddress))
			return { ...told, ...this.refuse(
				system('QUERY_LIMIT_EXCEEDED')) };
		if (fault?.before) {
			const over = await this.before(fault, parsed);
			if (over)
				return { ...told, ...over };
		}
		const answer = this.portal.perform(parsed, fault);
		this.portal.state.commit();
		await this.after(fault, answer);
		return { ...told, status: answer.status, error: answer.body.error };
	}

	async oauth(parsed, fault) {
		if (fault?.before && fault.name !== 'expired' &&
		    await this.before(fault, parsed))
			return {};
		if (/^\/oauth\/authorize\/?$/.test(parsed.path)) {
			const home = this.portal.oauth.authorize(parsed.query);
			this.portal.state.commit();
			if (home)
				this.send(302, 'text/html', '', { location: home });
			else
				this.page(404);
			return { status: home ? 302 : 404 };
		}
		if (!/^\/oauth\/token\/?$/.test(parsed.path)) {
			this.page(404);
			return { status: 404 };
		}
		const answer = this.portal.oauth.token(this.request.method,
			parsed.query);
		this.portal.state.commit();
		await this.after(fault, answer);
		return { status: answer.status, error: answer.body.error };
	}

	// what happens instead; nothing when the request goes on
	async before(fault, parsed) {
		switch (fault.name) {
		case 'reset':
			this.reset();
			return {};
		case 'query-limit':
			return this.refuse(system('QUERY_LIMIT_EXCEEDED'));
		case 'operation-limit':
			this.portal.operating.exhaust(this.who(parsed),
				this.names(parsed)[0].toLowerCase());
			return null;
		case 'refused': {
			const error = system(fault.code ??
				'INTERNAL_SERVER_ERROR');
			error.status = fault.status || error.status;
			error.message = fault.text ?? error.message;
			return this.refuse(error);
		}
		case 'gateway':
		case 'html':
			this.page(fault.name === 'html' ? 200 :
				fault.status || 502);
			return {};
		case 'expired':
			this.portal.oauth.expire();
			return null;
		case 'dropped':
			this.reset();
			await sleep(fault.ms ?? 1000);
			this.portal.perform(parsed, null);
			this.portal.state.commit();
			return {};
		case 'hold':
			await sleep(fault.ms ?? 1000);
			return null;
		default:
			return null;
		}
	}

	who(parsed) {
		try {
			return this.portal.identify(parsed.path, parsed.params).who;
		} catch (error) {
			return '';
		}
	}

	async after(fault, answer) {
		const text = Buffer.from(phpJson(answer.body));
		const type = 'application/json; charset=utf-8';
		switch (fault?.name) {
		case 'lost':
			return this.reset();
		case 'late':
			await sleep(fault.ms ?? 1000);
			return this.json(answer);
		case 'silent':
			return undefined;
		case 'internal':
			this.refuse(system('INTERNAL_SERVER_ERROR'));
			return undefined;
		case 'gateway-after':
			return this.page(fault.status || 504);
		case 'text':
			return this.send(answer.status, 'text/html', text);
		case 'garbage':
			return this.send(answer.status, type,
				text.subarray(0, text.length >> 1));
		case 'rebuilt':
			delete answer.body.time;
			return this.json(answer);
		case 'truncated':
			this.response.writeHead(answer.status, {
				'content-type': type, 'content-length': text.length });
			this.response.write(text.subarray(0, text.length >> 1));
			await sleep(5);
			return this.response.destroy();
		case 'slow':
			return this.slowly(fault, answer.status, text, type);
		default:
			return this.json(answer);
		}
	}

	async slowly({ size = 16, ms = 5 }, status, text, type) {
		this.response.writeHead(status, { 'content-type': type,
			'content-length': text.length });
		for (let at = 0; at < text.length; at += size) {
			this.response.write(text.subarray(at, at + size));
			await sleep(ms);
		}
		this.response.end();
	}
}

module.exports = { Reply };
