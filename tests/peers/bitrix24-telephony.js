// bitrix24-telephony.js: calls of an outside exchange: registered, finished, then
// their recording and what was said
'use strict';

const crypto = require('crypto');
const { bad, iso } = require('./bitrix24-answer.js');
const { TYPES, phoneKey } = require('./bitrix24-fields.js');
const { compile, page } = require('./bitrix24-filter.js');
const entity = require('./bitrix24-entity.js');
const { save } = require('./bitrix24-crm.js');
const { saveActivity } = require('./bitrix24-timeline.js');

const REMEMBERED_MS = 30 * 60000;

const core = (text) => bad('ERROR_CORE', text);
const method = (run, more) => ({ scope: 'telephony', run, ...more });

function userOf(ctx) {
	const { USER_ID, USER_PHONE_INNER } = ctx.params;
	if (!USER_ID && !USER_PHONE_INNER)
		throw core('USER_ID or USER_PHONE_INNER should be set');
	const user = USER_ID ? ctx.state.get('user', USER_ID) :
		ctx.state.all('user').find((one) =>
			one.UF_PHONE_INNER === String(USER_PHONE_INNER));
	if (!user || !user.ACTIVE)
		throw core('User is not found or is not active');
	return user.ID;
}

// whom the number belongs to: a contact rather than a company or a lead
function known(ctx, number) {
	for (const kind of ['contact', 'company', 'lead']) {
		const [id] = ctx.state.reached(kind, 'PHONE', [phoneKey(number)]);
		if (id)
			return { CRM_ENTITY_TYPE: kind.toUpperCase(),
				CRM_ENTITY_ID: id };
	}
	return null;
}

function makeLead(ctx, call) {
	const lead = entity.create(ctx.state, TYPES.lead, ctx.now(),
		call.PORTAL_USER_ID);
	entity.takeOld(ctx.state, TYPES.lead, lead, {
		TITLE: `${call.PHONE_NUMBER} - Входящий звонок`,
		SOURCE_ID: ctx.params.CRM_SOURCE || 'CALL',
		PHONE: [{ VALUE: call.PHONE_NUMBER, VALUE_TYPE: 'WORK' }] });
	return save(ctx, TYPES.lead, lead, 'ADD').ID;
}

function bind(ctx, call) {
	const kind = String(ctx.params.CRM_ENTITY_TYPE || '').toLowerCase();
	const created = [];
	let whom = known(ctx, call.PHONE_NUMBER);
	if (['lead', 'contact', 'company'].includes(kind) &&
	    ctx.state.get(kind, ctx.params.CRM_ENTITY_ID))
		whom = { CRM_ENTITY_TYPE: kind.toUpperCase(),
			CRM_ENTITY_ID: Number(ctx.params.CRM_ENTITY_ID) };
	if (!whom && Number(ctx.params.CRM_CREATE) === 1) {
		const id = makeLead(ctx, call);
		created.push({ ENTITY_TYPE: 'LEAD', ENTITY_ID: id });
		whom = { CRM_ENTITY_TYPE: 'LEAD', CRM_ENTITY_ID: id };
	}
	Object.assign(call, whom || { CRM_ENTITY_TYPE: null,
		CRM_ENTITY_ID: null });
	call.created = created;
}

const answer = (call) => ({ result: { CALL_ID: call.CALL_ID,
	CRM_CREATED_LEAD: call.created[0]?.ENTITY_ID ?? null,
	CRM_CREATED_ENTITIES: call.created,
	CRM_ENTITY_TYPE: call.CRM_ENTITY_TYPE,
	CRM_ENTITY_ID: call.CRM_ENTITY_ID } });

function checkCall({ PHONE_NUMBER, TYPE, CALL_START_DATE }) {
	if (!['1', '2', '3', '4', '5'].includes(String(TYPE)))
		throw core('Unknown TYPE');
	if (CALL_START_DATE !== undefined &&
	    !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/
		.test(CALL_START_DATE))
		throw core('CALL_START_DATE should be in the ISO-8601 format');
	if (!/^[+\d][\d\s()-]{2,}$/.test(String(PHONE_NUMBER ?? '')))
		throw core('Unsupported phone number format');
}

const SAME = ['PHONE_NUMBER', 'INCOMING', 'PORTAL_USER_ID', 'PORTAL_NUMBER',
	'EXTERNAL_CALL_ID', 'app'];

function register(ctx) {
	const { params } = ctx;
	checkCall(params);
	const call = { PHONE_NUMBER: String(params.PHONE_NUMBER),
		INCOMING: String(params.TYPE), PORTAL_USER_ID: userOf(ctx),
		PORTAL_NUMBER: params.LINE_NUMBER ?? '',
		EXTERNAL_CALL_ID: params.EXTERNAL_CALL_ID ?? null,
		app: ctx.app, registered: ctx.now(), state: 'registered',
		CALL_START_DATE: params.CALL_START_DATE || iso(ctx.now()) };
	const twin = ctx.state.all('call').find((one) =>
		ctx.now() - one.registered < REMEMBERED_MS &&
		SAME.every((name) => one[name] === call[name]));
	if (twin)
		return answer(twin);
	bind(ctx, call);
	call.CALL_ID = `externalCall.${crypto.randomBytes(16).toString('hex')}.` +
		`${Math.floor(ctx.now() / 1000)}`;
	ctx.state.add('call', call);
	ctx.wrote('call', call.ID, { call: call.CALL_ID,
		origin: call.EXTERNAL_CALL_ID ?? undefined });
	return answer(call);
}

const callOf = (ctx, state) => ctx.state.all('call').find((one) =>
	one.CALL_ID === ctx.params.CALL_ID && (!state || one.state === state));

// the record of the statistics, in numbers, as finish tells it
const record = (call) => Object.fromEntries(['CALL_ID', 'EXTERNAL_CALL_ID',
	'PORTAL_USER_ID', 'PHONE_NUMBER', 'PORTAL_NUMBER', 'INCOMING',
	'CALL_DURATION', 'CALL_STATUS', 'CALL_VOTE', 'COST', 'COST_CURRENCY',
	'CALL_FAILED_CODE', 'CALL_FAILED_REASON', 'CRM_ACTIVITY_ID',
	'CRM_ENTITY_TYPE', 'CRM_ENTITY_ID', 'ID'].map((name) =>
	[name, call[name] ?? null]));

function finish(ctx) {
	const { params } = ctx;
	if (typeof params.CALL_ID !== 'string')
		throw bad('INVALID_ARGUMENT', 'CALL_ID must be a string');
	const user = userOf(ctx);
	const there = callOf(ctx, 'registered');
	if (!there)
		throw core('Call is not found (call should be registered prior ' +
			'to finishing');
	const call = structuredClone(there);
	const duration = Math.max(0, Number(params.DURATION) || 0);
	const code = String(params.STATUS_CODE ?? (duration ? '200' : '304'));
	Object.assign(call, { state: 'finished', PORTAL_USER_ID: user,
		CALL_DURATION: duration, CALL_FAILED_CODE: code,
		CALL_FAILED_REASON: params.FAILED_REASON ?? '',
		CALL_STATUS: code === '200' ? 1 : 0,
		CALL_VOTE: Number(params.VOTE) || 0,
		COST: Number(params.COST) || 0,
		COST_CURRENCY: params.COST_CURRENCY ?? '' });
	const kind = (call.CRM_ENTITY_TYPE || '').toLowerCase();
	if (TYPES[kind])
		call.CRM_ACTIVITY_ID = saveActivity(ctx, { TYPE_ID: 2,
			PROVIDER_ID: 'VOXIMPLANT_CALL',
			OWNER_TYPE_ID: TYPES[kind].id,
			OWNER_ID: call.CRM_ENTITY_ID, RESPONSIBLE_ID: user,
			SUBJECT: `Звонок ${call.PHONE_NUMBER}`, COMPLETED: 'Y',
			DIRECTION: call.INCOMING === '1' ? 2 : 1 });
	ctx.state.put('call', call);
	ctx.wrote('call', call.ID, { call: call.CALL_ID,
		origin: call.EXTERNAL_CALL_ID ?? undefined, finished: true });
	ctx.event('ONVOXIMPLANTCALLEND', call.ID, { CALL_ID: call.CALL_ID,
		CALL_TYPE: call.INCOMING, PHONE_NUMBER: call.PHONE_NUMBER,
		PORTAL_NUMBER: call.PORTAL_NUMBER, PORTAL_USER_ID: user,
		CALL_DURATION: duration, CALL_START_DATE: call.CALL_START_DATE,
		COST: call.COST, COST_CURRENCY: call.COST_CURRENCY,
		CALL_FAILED_CODE: code,
		CALL_FAILED_REASON: call.CALL_FAILED_REASON,
		CRM_ACTIVITY_ID: call.CRM_ACTIVITY_ID ?? '' });
	return { result: { ...record(call), CALL_START_DATE: {} } };
}

// the file takes the place of one that was there
function keepRecord(ctx, call, name, data) {
	const row = { name, bytes: data.length, call: call.CALL_ID,
		sha256: crypto.createHash('sha256').update(data).digest('hex') };
	if (call.RECORD_FILE_ID)
		ctx.state.drop('record', call.RECORD_FILE_ID);
	ctx.state.add('record', row);
	ctx.state.put('call', { ...call, RECORD_FILE_ID: row.ID });
	ctx.wrote('record', row.ID, { call: call.CALL_ID,
		origin: call.EXTERNAL_CALL_ID ?? undefined });
	return { result: { FILE_ID: row.ID } };
}

function checkName(name) {
	if (!name)
		throw core('File name is empty');
	if (!/\.(wav|mp3)$/i.test(name))
		throw core('Wrong file extension. Only wav and mp3 are allowed');
}

function attachRecord(ctx) {
	const { FILENAME, FILE_CONTENT, RECORD_URL } = ctx.params;
	if (FILENAME === undefined && RECORD_URL === undefined)
		throw core('Required parameters are not set. Request should ' +
			'contain or URL or FILENAME parameter');
	const call = callOf(ctx, 'finished');
	if (!call)
		throw core('Call is not found in the statistic table. Looks ' +
			'like it is not finished yet.');
	if (RECORD_URL !== undefined)
		return keepRecord(ctx, call, RECORD_URL, Buffer.alloc(0));
	checkName(FILENAME);
	if (FILE_CONTENT === undefined)
		return { result: { fieldName: 'file',
			uploadUrl: ctx.uploadUrl({ call: call.CALL_ID,
				name: FILENAME }) } };
	if (FILE_CONTENT === '')
		throw core('File content is empty.');
	if (!/^[A-Za-z0-9+/\r\n]+={0,2}$/.test(FILE_CONTENT))
		throw core('File content is not properly encoded. Base64 ' +
			'encoding is expected.');
	return keepRecord(ctx, call, FILENAME,
		Buffer.from(FILE_CONTENT, 'base64'));
}

function checkMessage(one, i) {
	const wrong = (name, why) => core(`MESSAGES[${i}][${name}] ${why}`);
	const whole = (value) => /^-?\d+$/.test(String(value));
	if (!['User', 'Client'].includes(one?.SIDE))
		throw wrong('SIDE', 'should be either Client or User');
	if (!whole(one.START_TIME) || Number(one.START_TIME) < 0)
		throw wrong('START_TIME', 'should be greater or equal to zero');
	if (!whole(one.STOP_TIME) || Number(one.STOP_TIME) < 1)
		throw wrong('STOP_TIME', 'should be greater than zero');
	if (typeof one.MESSAGE !== 'string' || !one.MESSAGE)
		throw wrong('MESSAGE', 'is empty');
}

// each time there is one more
function attachTranscription(ctx) {
	const { CALL_ID, MESSAGES } = ctx.params;
	if (!CALL_ID)
		throw core('CALL_ID should be set');
	if (!MESSAGES || typeof MESSAGES !== 'object')
		throw core('MESSAGES should be an array');
	const messages = Object.values(MESSAGES);
	messages.forEach(checkMessage);
	const call = callOf(ctx, 'finished');
	if (!call)
		throw core(`Call ${CALL_ID} is not found. Is it finished?`);
	const id = ctx.state.add('transcript', { call: CALL_ID, messages });
	ctx.state.put('call', { ...call, TRANSCRIPT_ID: id });
	ctx.wrote('transcript', id, { call: CALL_ID,
		origin: call.EXTERNAL_CALL_ID ?? undefined });
	return { result: { TRANSCRIPT_ID: id } };
}

const show = (ctx) => ({ result: Boolean(callOf(ctx)) });

function search(ctx) {
	const found = [];
	for (const kind of ['contact', 'company', 'lead']) {
		for (const id of ctx.state.reached(kind, 'PHONE',
			[phoneKey(ctx.params.PHONE_NUMBER ?? '')])) {
			const one = ctx.state.get(kind, id);
			found.push({ CRM_ENTITY_TYPE: kind.toUpperCase(),
				CRM_ENTITY_ID: id,
				ASSIGNED_BY_ID: one.ASSIGNED_BY_ID,
				NAME: one.TITLE || [one.NAME, one.LAST_NAME]
					.filter(Boolean).join(' '),
				ASSIGNED_BY: { ID: String(one.ASSIGNED_BY_ID) } });
		}
	}
	return { result: found };
}

const STATISTIC = { ID: 'integer', CALL_ID: 'string', EXTERNAL_CALL_ID: 'string',
	PORTAL_USER_ID: 'integer', PORTAL_NUMBER: 'string',
	PHONE_NUMBER: 'string', CALL_TYPE: 'integer', CALL_DURATION: 'integer',
	CALL_START_DATE: 'datetime', CALL_FAILED_CODE: 'string',
	CRM_ENTITY_TYPE: 'string', CRM_ENTITY_ID: 'integer',
	CRM_ACTIVITY_ID: 'integer', TRANSCRIPT_ID: 'integer' };

// the calls that are finished: strings, and RECORD_FILE_ID, TRANSCRIPT_ID
function statistic(ctx) {
	const { params } = ctx;
	const resolve = (name) => name in STATISTIC ? { type: STATISTIC[name],
		value: (call) => call[name === 'CALL_TYPE' ? 'INCOMING' : name] } :
		null;
	const rows = ctx.state.all('call').filter((c) => c.state === 'finished');
	const found = page(rows, { resolve,
		test: compile(params.FILTER || {}, resolve), start: params.start,
		order: params.SORT ? { [params.SORT]: params.ORDER || 'ASC' } : {} });
	const text = (value) => value === null || value === undefined ? null :
		String(value);
	return { total: found.total, next: found.next,
		result: found.rows.map((call) => ({
			...Object.fromEntries(Object.entries(record(call))
				.map(([k, v]) => [k, text(v)])),
			CALL_TYPE: call.INCOMING,
			CALL_START_DATE: call.CALL_START_DATE,
			TRANSCRIPT_ID: text(call.TRANSCRIPT_ID),
			TRANSCRIPT_PENDING: 'N',
			RECORD_FILE_ID: text(call.RECORD_FILE_ID) })) };
}

module.exports = { keepRecord, methods: {
	'telephony.externalCall.register': method(register, { app: true }),
	'telephony.externalCall.finish': method(finish, { app: true }),
	'telephony.externalCall.attachRecord': method(attachRecord,
		{ single: true }),
	'telephony.externalCall.show': method(show),
	'telephony.externalCall.hide': method(show),
	'telephony.externalCall.searchCrmEntities': method(search),
	'telephony.call.attachTranscription': method(attachTranscription),
	'voximplant.statistic.get': method(statistic),
} };
