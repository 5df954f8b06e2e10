// bitrix24-tasks.js: tasks.task.*, REST 2: upper case in, camel case and strings
// out, errors with <br>
'use strict';

const { bad, iso } = require('./bitrix24-answer.js');
const { compile, page } = require('./bitrix24-filter.js');

const FIELDS = { ID: 'integer', TITLE: 'string', DESCRIPTION: 'string',
	DEADLINE: 'datetime', RESPONSIBLE_ID: 'integer', CREATED_BY: 'integer',
	CREATED_DATE: 'datetime', CHANGED_DATE: 'datetime', PRIORITY: 'integer',
	STATUS: 'integer', REAL_STATUS: 'integer', XML_ID: 'string',
	UF_CRM_TASK: 'string', CLOSED_DATE: 'datetime', GROUP_ID: 'integer',
	CLOSED_BY: 'integer' };
const FIXED = new Set(['ID', 'CREATED_DATE', 'CHANGED_DATE', 'CLOSED_DATE',
	'CLOSED_BY', 'REAL_STATUS']);

const core = (text) => bad('ERROR_CORE', `${text}<br>`);
const task = (run) => ({ scope: 'task', run });

const camel = (name) => name.toLowerCase().replace(/_([a-z])/g, (m, c) =>
	c.toUpperCase());

function tell(row, select) {
	const told = {};
	for (const name of Object.keys(FIELDS)) {
		if (name === 'REAL_STATUS' || (select && name !== 'ID' &&
		    !select.includes(name) && !select.includes('*')))
			continue;
		// user fields come only by name
		if (name === 'UF_CRM_TASK') {
			if (select && select.includes(name))
				told.ufCrmTask = row[name];
			continue;
		}
		const value = row[name];
		told[camel(name)] = value === undefined || value === null ? null :
			String(value);
	}
	return { ...told, group: [], auditors: [], accomplices: [] };
}

function take(ctx, row, fields) {
	for (const [name, value] of Object.entries(fields)) {
		if (!(name in FIELDS) || FIXED.has(name))
			continue;
		if (name === 'UF_CRM_TASK')
			row[name] = Object.values(value || {}).map(String);
		else if (FIELDS[name] === 'datetime')
			row[name] = value ? iso(Date.parse(value)) : null;
		else
			row[name] = FIELDS[name] === 'integer' ? Number(value) :
				String(value);
	}
	if (!row.TITLE)
		throw core('Не указано название задачи');
	if (!row.RESPONSIBLE_ID)
		throw core('Не указан исполнитель');
	if (!ctx.state.get('user', row.RESPONSIBLE_ID))
		throw core('Пользователь указанный в поле "Исполнитель" не найден');
	for (const one of row.UF_CRM_TASK || []) {
		if (!/^(L|D|C|CO)_[1-9]\d*$/.test(one))
			throw core('Неверное значение поля "Элементы CRM"');
	}
}

function save(ctx, row, event) {
	row.CHANGED_DATE = iso(ctx.now());
	row.REAL_STATUS = row.STATUS;
	if (row.ID)
		ctx.state.put('task', row);
	else
		ctx.state.add('task', row);
	ctx.wrote('task', row.ID, { origin: row.XML_ID || undefined,
		owners: row.UF_CRM_TASK, status: row.STATUS });
	ctx.event(`ONTASK${event}`, row.ID);
	return { result: { task: tell(row) } };
}

function fieldsOf(ctx) {
	const { fields } = ctx.params;
	if (!fields || typeof fields !== 'object' || !Object.keys(fields).length)
		throw bad('100', 'Could not find value for parameter {fields} ' +
			'(internal error)');
	return fields;
}

function add(ctx) {
	const row = { STATUS: 2, PRIORITY: 1, CREATED_BY: ctx.user,
		CREATED_DATE: iso(ctx.now()), UF_CRM_TASK: [] };
	take(ctx, row, fieldsOf(ctx));
	return save(ctx, row, 'ADD');
}

function find(ctx) {
	const id = ctx.params.taskId;
	if (id === undefined)
		throw bad('100', 'CTaskItem All parameters in the constructor must ' +
			'have real class type (internal error)');
	if (!/^[1-9]\d*$/.test(String(id)))
		throw bad('0', 'wrong task id');
	const row = ctx.state.get('task', id);
	if (!row)
		throw bad('0', 'Действие над задачей не разрешено');
	return structuredClone(row);
}

function complete(ctx) {
	const row = find(ctx);
	if (row.STATUS === 5)
		throw bad('0', 'Действие над задачей не разрешено');
	Object.assign(row, { STATUS: 5, CLOSED_DATE: iso(ctx.now()),
		CLOSED_BY: ctx.user });
	return save(ctx, row, 'UPDATE');
}

const resolve = (where) => (name) => {
	if (name in FIELDS)
		return { type: FIELDS[name], value: (row) => row[name] };
	if (where === 'order')
		throw bad('0', 'Неверный ключ сортировки (internal error)');
	return null;
};

function list(ctx) {
	const { params, state } = ctx;
	const found = page(state.all('task'), {
		test: compile(params.filter || {}, resolve('filter')),
		order: params.order, start: params.start,
		resolve: resolve('order') });
	const select = params.select && Object.values(params.select);
	return { total: found.total, next: found.next, result: {
		tasks: found.rows.map((row) => tell(row, select)) } };
}

module.exports = { methods: {
	'tasks.task.add': task(add),
	'tasks.task.update': task((ctx) => {
		const row = find(ctx);
		take(ctx, row, fieldsOf(ctx));
		return save(ctx, row, 'UPDATE');
	}),
	'tasks.task.complete': task(complete),
	'tasks.task.get': task((ctx) => ({ result: { task: tell(find(ctx),
		ctx.params.select && Object.values(ctx.params.select)) } })),
	'tasks.task.list': task(list),
} };
