// bitrix24-portal.js: one portal: who may ask what, what it costs, what happens
'use strict';

const { Refused, system, timeOf, bad } = require('./bitrix24-answer.js');
const { Bucket, Operating } = require('./bitrix24-limits.js');
const { State } = require('./bitrix24-state.js');
const { Reach } = require('./bitrix24-reach.js');
const { Oauth } = require('./bitrix24-oauth.js');
const { Faults } = require('./bitrix24-faults.js');
const { Events } = require('./bitrix24-events.js');
const { batch } = require('./bitrix24-batch.js');
const around = require('./bitrix24-around.js');
const { keepRecord } = require('./bitrix24-telephony.js');

const SECONDS_MAX = 60; // of one request

class Portal {
	constructor(options) {
		this.options = options;
		this.state = new State(options.state);
		this.offset_ms = this.state.values.clock || 0;
		new Reach(this.state);
		around.people(this.state);
		this.bucket = new Bucket(options);
		this.operating = new Operating(options, () => this.now());
		this.oauth = new Oauth(this);
		this.faults = new Faults(options.faults, options.seed);
		this.events = new Events(this);
		this.scopes = options.scope.split(',');
		this.costs = new Map(options.cost.map((text) => {
			const [name, seconds] = text.split('=');
			return [name.toLowerCase(), Number(seconds)];
		}));
		this.counts = { requests: 0, methods: {}, errors: {} };
		this.table = this.methods();
		this.state.commit();
	}

	methods() {
		const all = { ...require('./bitrix24-crm.js').methods,
			...require('./bitrix24-item.js').methods,
			...require('./bitrix24-timeline.js').methods,
			...require('./bitrix24-tasks.js').methods,
			...require('./bitrix24-telephony.js').methods,
			...around.methods(this),
			'batch': { scope: null, run: (ctx) => batch(this, ctx) } };
		const without = this.options.without.map((name) =>
			name.toLowerCase());
		return new Map(Object.entries(all)
			.map(([name, one]) => [name.toLowerCase(), { ...one, name }])
			.filter(([name]) => !without.some((w) => name.startsWith(w))));
	}

	method(name) {
		return this.table.get(name.toLowerCase().replace(/\.json$/, ''));
	}

	methodNames(test) {
		return [...this.table.values()].filter(test).map((m) => m.name);
	}

	now() {
		return Date.now() + this.offset_ms;
	}

	advance(seconds) {
		this.offset_ms += seconds * 1000;
		this.state.set('clock', this.offset_ms);
	}

	host() {
		return `127.0.0.1:${this.port}`;
	}

	base() {
		return `http${this.options.tls ? 's' : ''}://${this.host()}`;
	}

	// who a webhook or a token is; throws
	identify(path, params) {
		const hook = /^\/rest\/(\d+)\/([^/]+)\/([^/]+)$/.exec(path);
		const { webhook, webhook_until } = this.options;
		if (!hook) {
			const token = params.auth;
			if (token === undefined)
				throw system('NO_AUTH_FOUND');
			return { ...this.oauth.check(token),
				scopes: this.scopes };
		}
		const [user, secret] = webhook.split('/');
		if (hook[1] !== user || hook[2] !== secret ||
		    (webhook_until && this.now() > Date.parse(webhook_until)))
			throw system('NO_AUTH_FOUND');
		return { user: Number(user), app: null, who: `hook ${user}`,
			scopes: this.scopes };
	}

	context(who, params, fault) {
		return { ...who, params, fault, state: this.state, spent: 0,
			now: () => this.now(),
			uploadUrl: (what) => this.uploadUrl(what) };
	}

	// One method; i is its place in a batch. Throws, or { result, total, next }.
	call(parent, name, params, i) {
		const one = this.method(name);
		const { fault } = parent;
		if (fault?.name === 'halfway' && i >= (fault.after ?? 1))
			throw system(fault.code || 'expired_token');
		if (!one)
			throw system('ERROR_METHOD_NOT_FOUND');
		if (one.scope && !parent.scopes.includes(one.scope))
			throw system('insufficient_scope');
		if (one.app && !parent.app)
			throw system('WRONG_AUTH_TYPE');
		if (one.single && i !== undefined)
			throw system('ERROR_BATCH_METHOD_NOT_ALLOWED');
		const key = one.name.toLowerCase();
		if (key !== 'batch' && this.operating.blocked(parent.who, key))
			throw system('OPERATION_TIME_LIMIT');
		this.counts.methods[one.name] =
			(this.counts.methods[one.name] || 0) + 1;
		const ctx = Object.create(parent, { params: { value: params } });
		ctx.wrote = (table, id, more) => this.state.wrote(one.name, table,
			id, { ...more, user: parent.user });
		ctx.event = (event, id, more) =>
			this.events.happened(event, id, more);
		if (fault?.name === 'somebody' && /\.add$/i.test(one.name))
			this.somebody(fault, params);
		const answer = one.run(ctx);
		if (key !== 'batch')
			this.charge(parent, key);
		return answer;
	}

	// what it costs; past a minute the request is over, though it is done
	charge(parent, key) {
		const seconds = this.costs.get(key) ?? 0.01;
		this.operating.add(parent.who, key, seconds);
		parent.spent += seconds;
		if (parent.spent > SECONDS_MAX)
			throw new Refused(504, 'GATEWAY', 'Gateway Time-out',
				{ whole: true, page: true });
	}

	// a person has the same idea a moment earlier
	somebody(fault, params) {
		const { fields } = params;
		const fm = fields?.fm && Object.values(fields.fm);
		const phones = fm ? fm.filter((one) => one.typeId === 'PHONE')
			.map((one) => ({ VALUE: one.value,
				VALUE_TYPE: one.valueType })) : fields?.PHONE;
		const copy = fault.copy && { ORIGIN_ID: fields?.originId ??
			fields?.ORIGIN_ID, ORIGINATOR_ID: fields?.originatorId ??
			fields?.ORIGINATOR_ID };
		this.byHand(`crm.${fault.kind || 'lead'}.add`, { fields: {
			TITLE: 'Позвонил клиент', NAME: 'Клиент',
			SOURCE_ID: 'WEB', ...phones && { PHONE: phones },
			...copy } });
	}

	// what a person does in the portal: no limits, user 2
	byHand(name, params) {
		const who = { user: 2, app: this.oauth.id, who: 'person',
			scopes: this.scopes };
		return this.call(this.context(who, params, null), name, params);
	}

	uploadUrl(what) {
		const uploads = this.state.values.uploads || {};
		const token = require('crypto').randomBytes(24).toString('base64');
		uploads[token] = what;
		this.state.set('uploads', uploads);
		return `${this.base()}/rest/upload.json?auth=${'0'.repeat(16)}` +
			`&token=${encodeURIComponent(token)}`;
	}

	upload({ query, files }) {
		const what = this.state.values.uploads?.[query.token];
		const file = files.find((one) => one.name === 'file');
		if (!what)
			throw system('NO_AUTH_FOUND');
		if (!file || !file.data.length)
			throw bad('ERROR_CORE', 'File content is empty.');
		const call = this.state.all('call').find((one) =>
			one.CALL_ID === what.call);
		const ctx = { state: this.state, wrote: (table, id, more) =>
			this.state.wrote('upload', table, id, more) };
		return keepRecord(ctx, call, what.name, file.data);
	}

	// { status, body } for a request that is no fault's
	perform(parsed, fault) {
		const began = this.now();
		const n = ++this.counts.requests;
		let name = parsed.path.split('/').pop();
		try {
			if (parsed.path === '/rest/upload.json')
				return { status: 200, body: this.upload(parsed) };
			if (parsed.path.startsWith('/rest/api/'))
				throw system('ERROR_METHOD_NOT_FOUND');
			const who = this.identify(parsed.path, parsed.params);
			if (parsed.broken)
				throw bad('INVALID_REQUEST', parsed.broken);
			const ctx = this.context(who, parsed.params, fault);
			const answer = this.call(ctx, name, parsed.params);
			name = name.toLowerCase().replace(/\.json$/, '');
			return { status: 200, body: { ...answer, time: timeOf(n,
				began, this.now(), name === 'batch' ? null :
					this.operating.told(who.who, name)) } };
		} catch (error) {
			if (!(error instanceof Refused))
				throw error;
			this.counts.errors[error.code] =
				(this.counts.errors[error.code] || 0) + 1;
			return { status: error.status, body: error.body(),
				page: error.more.page };
		}
	}
}

module.exports = { Portal };
