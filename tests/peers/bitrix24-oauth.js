// bitrix24-oauth.js: the server that gives tokens, and who asks with what
'use strict';

const crypto = require('crypto');
const { system } = require('./bitrix24-answer.js');

const CODE_MS = 30000;
const REFRESH_MS = 180 * 86400000;

const random = (n) => crypto.randomBytes(n).toString('hex');

class Oauth {
	constructor(portal) {
		const { options, state } = portal;
		[this.id, this.secret] = options.client.split(':');
		this.portal = portal;
		this.state = state;
		this.life_ms = options.token_life * 1000;
		this.counts = { tokens: 0, refreshed: 0, refused: 0 };
		if (!state.values.tokens)
			state.set('tokens', { access: {}, refresh: {}, codes: {} });
	}

	get tokens() {
		return this.state.values.tokens;
	}

	save() {
		this.state.set('tokens', this.tokens);
	}

	// a code as the browser brings it back: good once, for half a minute
	code() {
		const code = random(16);
		this.tokens.codes[code] = this.portal.now() + CODE_MS;
		this.save();
		return code;
	}

	give() {
		const now = this.portal.now();
		const access = random(35);
		const refresh = random(35);
		this.tokens.access[access] = now + this.life_ms;
		this.tokens.refresh[refresh] = now + REFRESH_MS;
		this.save();
		this.counts.tokens++;
		const base = this.portal.base();
		return { access_token: access, refresh_token: refresh,
			expires: Math.floor((now + this.life_ms) / 1000),
			expires_in: Math.floor(this.life_ms / 1000),
			scope: this.portal.options.scope,
			domain: 'oauth.bitrix24.tech', status: 'L',
			server_endpoint: `${base}/oauth-rest/`,
			client_endpoint: `${base}/rest/`,
			member_id: 'a223c6b3710f85df22e9377d6c4f7553', user_id: 1 };
	}

	// { status, body } of /oauth/token/
	token(method, query) {
		const refuse = (error, description) => {
			this.counts.refused++;
			return { status: 400, body: { error,
				error_description: description } };
		};
		if (method !== 'GET')
			return refuse('invalid_request', 'ask with GET');
		if (query.client_id !== this.id ||
		    query.client_secret !== this.secret)
			return refuse('invalid_client', 'Application not found');
		if (query.grant_type === 'authorization_code')
			return this.trade('codes', query.code, refuse);
		if (query.grant_type === 'refresh_token')
			return this.trade('refresh', query.refresh_token, refuse);
		return refuse('invalid_request', 'Unknown grant type');
	}

	trade(what, given, refuse) {
		const until = this.tokens[what][given];
		if (typeof given !== 'string' || until === undefined ||
		    until < this.portal.now())
			return refuse('invalid_grant', 'Invalid grant');
		delete this.tokens[what][given]; // good once
		this.counts.refreshed += what === 'refresh';
		return { status: 200, body: this.give() };
	}

	expire() {
		for (const token of Object.keys(this.tokens.access))
			this.tokens.access[token] = 0;
		this.save();
	}

	// throws, or { user, app, who }
	check(token) {
		const until = this.tokens.access[token];
		if (typeof token !== 'string' || until === undefined)
			throw system('NO_AUTH_FOUND');
		if (until <= this.portal.now())
			throw system('expired_token');
		return { user: 1, app: this.id, who: this.id };
	}

	// 302 to where the application is at home
	authorize(query) {
		if (query.client_id !== this.id)
			return null;
		const home = query.redirect_uri || this.portal.options.redirect;
		const back = new URLSearchParams({ code: this.code(),
			...query.state !== undefined && { state: query.state },
			domain: this.portal.host(), scope: this.portal.options.scope,
			server_domain: 'oauth.bitrix24.tech',
			member_id: 'a223c6b3710f85df22e9377d6c4f7553' });
		return `${home}${home.includes('?') ? '&' : '?'}${back}`;
	}
}

module.exports = { Oauth };
