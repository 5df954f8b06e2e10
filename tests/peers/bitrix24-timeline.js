// bitrix24-timeline.js: comments and activities
'use strict';

const { bad, iso } = require('./bitrix24-answer.js');
const { TYPES, byId } = require('./bitrix24-fields.js');
const { compile, page } = require('./bitrix24-filter.js');
const { mapOf } = require('./bitrix24-crm.js');

const crm = (run) => ({ scope: 'crm', run });

// a row of the older family: strings, and lists as they are
const told = (row) => Object.fromEntries(Object.entries(row).map(([k, v]) =>
	[k, v === null || typeof v === 'object' ? v : String(v)]));

function listRows(ctx, rows, types) {
	const { params } = ctx;
	const resolve = (name) => name in types ?
		{ type: types[name], value: (row) => row[name] } : null;
	const found = page(rows, { resolve,
		test: compile(mapOf(params, 'filter'), resolve),
		order: mapOf(params, 'order'), start: params.start });
	return { total: found.total, next: found.next,
		result: found.rows.map(told) };
}

function findRow(ctx, table, description) {
	const row = ctx.state.get(table, ctx.params.id ?? ctx.params.ID);
	if (!row)
		throw bad('', description);
	return row;
}

function commentAdd(ctx) {
	const { fields } = ctx.params; // in lower case alone
	if (!fields || typeof fields !== 'object' || !fields.ENTITY_ID ||
	    !fields.ENTITY_TYPE)
		throw bad('100', 'Could not find value for parameter {fields}');
	const type = TYPES[String(fields.ENTITY_TYPE).toLowerCase()];
	if (!type || !ctx.state.get(type.name, fields.ENTITY_ID))
		throw bad('OWNER_NOT_FOUND', 'Владелец элемента не найден');
	if (typeof fields.COMMENT !== 'string' || !fields.COMMENT.trim())
		throw bad('INVALID_ARG_VALUE', 'Empty comment message');
	const files = Object.values(fields.FILES || {}).map((file, i) => {
		const [name, content] = Object.values(file || {});
		return { id: i + 1, name, size: Buffer.from(content || '',
			'base64').length };
	});
	const row = { ENTITY_ID: Number(fields.ENTITY_ID),
		ENTITY_TYPE: type.name, CREATED: iso(ctx.now()),
		COMMENT: fields.COMMENT,
		AUTHOR_ID: Number(fields.AUTHOR_ID) || ctx.user, FILES: files };
	ctx.state.add('comment', row);
	ctx.wrote('comment', row.ID,
		{ owner: `${type.name}:${row.ENTITY_ID}` });
	ctx.event('ONCRMTIMELINECOMMENTADD', row.ID);
	return { result: row.ID };
}

function commentList(ctx) {
	const filter = mapOf(ctx.params, 'filter');
	if (!(filter.ENTITY_ID ?? filter['=ENTITY_ID']) ||
	    !(filter.ENTITY_TYPE ?? filter['=ENTITY_TYPE']))
		throw bad('', 'Access denied.');
	return listRows(ctx, ctx.state.all('comment'), { ID: 'integer',
		ENTITY_ID: 'integer', ENTITY_TYPE: 'string', CREATED: 'datetime',
		COMMENT: 'string', AUTHOR_ID: 'integer' });
}

function commentUpdate(ctx) {
	const row = findRow(ctx, 'comment', 'Not found.');
	row.COMMENT = mapOf(ctx.params, 'fields').COMMENT ?? row.COMMENT;
	ctx.state.put('comment', row);
	ctx.wrote('comment', row.ID, {});
	return { result: true };
}

function remove(table) {
	return (ctx) => {
		const row = findRow(ctx, table, 'Not found.');
		ctx.state.drop(table, row.ID);
		ctx.wrote(table, row.ID, {});
		return { result: true };
	};
}

const ACTIVITY = { ID: 'integer', OWNER_ID: 'integer', OWNER_TYPE_ID: 'integer',
	TYPE_ID: 'integer', PROVIDER_ID: 'string', SUBJECT: 'string',
	CREATED: 'datetime', LAST_UPDATED: 'datetime', START_TIME: 'datetime',
	END_TIME: 'datetime', DEADLINE: 'datetime', COMPLETED: 'string',
	STATUS: 'integer', RESPONSIBLE_ID: 'integer', PRIORITY: 'integer',
	DESCRIPTION: 'string', DESCRIPTION_TYPE: 'integer',
	DIRECTION: 'integer', LOCATION: 'string', ORIGINATOR_ID: 'string',
	ORIGIN_ID: 'string', AUTHOR_ID: 'integer', EDITOR_ID: 'integer' };

function ownerOf(ctx, typeId, id) {
	const type = byId(typeId);
	return type && ctx.state.get(type.name, id) ? type : null;
}

const refuse = (text) => bad('', `${text}.`);

// what a new or changed activity must say
function checkActivity(ctx, row) {
	if (!row.SUBJECT)
		throw refuse('The field SUBJECT is not defined or empty');
	if (!ctx.state.get('user', row.RESPONSIBLE_ID))
		throw refuse('The field RESPONSIBLE_ID is not defined or invalid');
	if (![1, 2, 3, 4, 6].includes(Number(row.TYPE_ID)))
		throw refuse('The field TYPE_ID is not defined or invalid');
	const list = Object.values(row.COMMUNICATIONS || {});
	if (!list.length)
		throw refuse('The field COMMUNICATIONS is not defined or invalid');
	if (list.length > 1 && Number(row.TYPE_ID) < 3)
		throw refuse('The only one communication is allowed for ' +
			'activity of specified type');
	if (!ownerOf(ctx, row.OWNER_TYPE_ID, row.OWNER_ID))
		throw refuse('Could not build binding. Please ensure that owner ' +
			'info and communications are defined correctly');
}

function takeActivity(row, fields) {
	for (const [name, value] of Object.entries(fields)) {
		if (name === 'COMMUNICATIONS')
			row[name] = Object.values(value || {});
		else if (name in ACTIVITY && name !== 'ID')
			row[name] = ACTIVITY[name] === 'integer' ?
				Number(value) : value;
	}
}

// keeps an activity of any kind
function saveActivity(ctx, row) {
	const isNew = !row.ID;
	row.LAST_UPDATED = iso(ctx.now());
	row.STATUS = row.COMPLETED === 'Y' ? 2 : 1;
	if (isNew)
		ctx.state.add('activity', Object.assign(row, {
			CREATED: iso(ctx.now()), AUTHOR_ID: ctx.user,
			EDITOR_ID: ctx.user, COMPLETED: row.COMPLETED || 'N' }));
	else
		ctx.state.put('activity', row);
	ctx.wrote('activity', row.ID, { origin: row.ORIGIN_ID, owner:
		`${byId(row.OWNER_TYPE_ID)?.name}:${row.OWNER_ID}` });
	ctx.event(`ONCRMACTIVITY${isNew ? 'ADD' : 'UPDATE'}`, row.ID);
	return row.ID;
}

function activityAdd(ctx) {
	const row = {};
	takeActivity(row, mapOf(ctx.params, 'fields'));
	checkActivity(ctx, row);
	return { result: saveActivity(ctx, row) };
}

function activityUpdate(ctx) {
	const row = structuredClone(findRow(ctx, 'activity',
		'Activity is not found'));
	takeActivity(row, mapOf(ctx.params, 'fields'));
	if (row.PROVIDER_ID !== 'CRM_TODO')
		checkActivity(ctx, row);
	saveActivity(ctx, row);
	return { result: true };
}

function todoAdd(ctx) {
	const { params } = ctx;
	for (const name of ['ownerTypeId', 'ownerId', 'deadline']) {
		if (params[name] === undefined || params[name] === '')
			throw bad('100',
				`Could not find value for parameter {${name}}`);
	}
	if (!ownerOf(ctx, params.ownerTypeId, params.ownerId))
		throw bad('OWNER_NOT_FOUND', 'Владелец элемента не найден');
	if (Number.isNaN(Date.parse(params.deadline)))
		throw bad('WRONG_DATETIME_FORMAT', 'Wrong datetime format');
	return { result: { id: saveActivity(ctx, { PROVIDER_ID: 'CRM_TODO',
		TYPE_ID: 6, OWNER_TYPE_ID: Number(params.ownerTypeId),
		OWNER_ID: Number(params.ownerId),
		SUBJECT: params.title || 'Дело',
		DESCRIPTION: params.description || '',
		DEADLINE: iso(Date.parse(params.deadline)),
		RESPONSIBLE_ID: Number(params.responsibleId) || ctx.user }) } };
}

module.exports = { saveActivity, listRows, methods: {
	'crm.timeline.comment.add': crm(commentAdd),
	'crm.timeline.comment.list': crm(commentList),
	'crm.timeline.comment.get': crm((ctx) => ({
		result: told(findRow(ctx, 'comment', 'Not found.')) })),
	'crm.timeline.comment.update': crm(commentUpdate),
	'crm.timeline.comment.delete': crm(remove('comment')),
	'crm.activity.add': crm(activityAdd),
	'crm.activity.update': crm(activityUpdate),
	'crm.activity.get': crm((ctx) => ({
		result: told(findRow(ctx, 'activity', 'Activity is not found')) })),
	'crm.activity.list': crm((ctx) => listRows(ctx,
		ctx.state.all('activity'), ACTIVITY)),
	'crm.activity.delete': crm(remove('activity')),
	'crm.activity.todo.add': crm(todoAdd),
} };
