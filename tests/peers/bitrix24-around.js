// bitrix24-around.js: people, lists of the CRM, and the portal itself
'use strict';

const { bad, iso } = require('./bitrix24-answer.js');
const { STATUSES } = require('./bitrix24-fields.js');
const { compile, page } = require('./bitrix24-filter.js');

const PEOPLE = [
	{ ID: 1, NAME: 'Вадим', LAST_NAME: 'Валеев', UF_PHONE_INNER: '101',
		ACTIVE: true, ADMIN: true, EMAIL: 'vadim@example.com' },
	{ ID: 2, NAME: 'Мария', LAST_NAME: 'Смирнова', UF_PHONE_INNER: '102',
		ACTIVE: true, EMAIL: 'maria@example.com' },
	{ ID: 3, NAME: 'Олег', LAST_NAME: 'Орлов', UF_PHONE_INNER: '103',
		ACTIVE: true, EMAIL: 'oleg@example.com' },
	{ ID: 4, NAME: 'Анна', LAST_NAME: 'Уволена', UF_PHONE_INNER: '104',
		ACTIVE: false, EMAIL: 'anna@example.com' },
];

function people(state) {
	for (const one of PEOPLE) {
		if (!state.get('user', one.ID))
			state.put('user', { ...one });
	}
}

const tellUser = (one) => ({ ID: String(one.ID), ACTIVE: one.ACTIVE,
	NAME: one.NAME, LAST_NAME: one.LAST_NAME, SECOND_NAME: '',
	EMAIL: one.EMAIL, IS_ONLINE: 'N', TIMESTAMP_X: {},
	UF_PHONE_INNER: one.UF_PHONE_INNER, UF_DEPARTMENT: [1],
	WORK_POSITION: '', USER_TYPE: 'employee' });

const USER = { ID: 'integer', NAME: 'string', LAST_NAME: 'string',
	EMAIL: 'string', UF_PHONE_INNER: 'string' };

// the names of a filter stand in FILTER, or beside it
function userGet(ctx) {
	const { params } = ctx;
	const given = { ...params.FILTER, ...params.filter };
	for (const [key, value] of Object.entries(params)) {
		if (/^[A-Z_]+$/.test(key) && !['FILTER', 'SORT', 'ORDER',
			'ADMIN_MODE'].includes(key))
			given[key] = value;
	}
	const resolve = (name) => name === 'ACTIVE' ?
		{ type: 'string', value: (one) => one.ACTIVE ? 'Y' : 'N' } :
		name in USER ? { type: USER[name], value: (one) => one[name] } :
			null;
	if (typeof given.ACTIVE === 'boolean')
		given.ACTIVE = given.ACTIVE ? 'Y' : 'N';
	const found = page(ctx.state.all('user'), { resolve, order: {},
		test: compile(given, resolve), start: params.start });
	return { total: found.total, next: found.next,
		result: found.rows.map(tellUser) };
}

function statuses() {
	const rows = [];
	for (const [list, entries] of Object.entries(STATUSES)) {
		entries.forEach(([id, name, semantics], i) => rows.push({
			ID: rows.length + 1, ENTITY_ID: list, STATUS_ID: id,
			NAME: name, NAME_INIT: i ? '' : name,
			SORT: (i + 1) * 10, SYSTEM: i ? 'N' : 'Y',
			CATEGORY_ID: /_(\d+)$/.exec(list)?.[1] ?? null,
			COLOR: '#39A8EF', SEMANTICS: semantics ?? null }));
	}
	return rows;
}

// all in one answer: these lists have no pages
function statusList(ctx) {
	const filter = ctx.params.filter ?? ctx.params.FILTER ?? {};
	const resolve = (name) => ({ type: name === 'ID' || name === 'SORT' ?
		'integer' : 'string', value: (row) => row[name] });
	const test = compile(filter, resolve);
	const found = statuses().filter(test);
	return { total: found.length, result: found.map((row) => ({ ...row,
		ID: String(row.ID), SORT: String(row.SORT), EXTRA: {
			SEMANTICS: { S: 'success', F: 'failure' }[row.SEMANTICS] ||
				'process', COLOR: row.COLOR } })) };
}

const basic = (run) => ({ scope: null, run });

const methods = (portal) => ({
	'user.get': { scope: 'user', run: userGet },
	'user.current': { scope: 'user', run: (ctx) => ({
		result: tellUser(ctx.state.get('user', ctx.user)) }) },
	'profile': basic((ctx) => {
		const one = ctx.state.get('user', ctx.user);
		return { result: { ID: String(one.ID), ADMIN: Boolean(one.ADMIN),
			NAME: one.NAME, LAST_NAME: one.LAST_NAME,
			PERSONAL_GENDER: '', TIME_ZONE: '',
			TIME_ZONE_OFFSET: 10800 } };
	}),
	'scope': basic((ctx) => ({ result: ctx.params.full ?
		portal.scopes : ctx.scopes })),
	'methods': basic((ctx) => ({ result: portal.methodNames((one) =>
		!one.scope || ctx.scopes.includes(one.scope)) })),
	'method.get': basic((ctx) => {
		const one = portal.method(ctx.params.name || '');
		return { result: { isExisting: Boolean(one),
			isAvailable: Boolean(one) && (!one.scope ||
				ctx.scopes.includes(one.scope)) } };
	}),
	'server.time': basic((ctx) => ({ result: iso(ctx.now()) })),
	'app.info': basic((ctx) => {
		if (!ctx.app)
			throw bad('', 'Application context required');
		return { result: { ID: 3, CODE: ctx.app, VERSION: 1,
			STATUS: 'L', INSTALLED: true, LANGUAGE_ID: 'ru' } };
	}),
	'crm.status.list': { scope: 'crm', run: statusList },
});

module.exports = { methods, people };
