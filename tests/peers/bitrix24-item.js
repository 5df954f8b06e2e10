// bitrix24-item.js: crm.item.*, the family for all types: numbers are numbers,
// and what is not known in a filter is refused
'use strict';

const { bad } = require('./bitrix24-answer.js');
const { byId, phoneKey } = require('./bitrix24-fields.js');
const { compile, page } = require('./bitrix24-filter.js');
const entity = require('./bitrix24-entity.js');
const { save, mapOf } = require('./bitrix24-crm.js');

function typeOf(ctx) {
	const type = byId(ctx.params.entityTypeId);
	if (!type)
		throw bad('NOT_FOUND', 'Смарт-процесс не найден');
	return type;
}

function find(ctx, type) {
	const object = ctx.state.get(type.name, ctx.params.id);
	if (!object)
		throw bad('NOT_FOUND', 'Элемент не найден');
	return object;
}

const tell = (ctx, type, object) => ({ result: { item: entity.tellNew(type,
	object, { original: ctx.params.useOriginalUfNames === 'Y', fm: true }) } });

function fieldsOf(ctx) {
	if (!ctx.params.fields || typeof ctx.params.fields !== 'object')
		throw bad('100', 'Could not find value for parameter {fields} ' +
			'(internal error)');
	return ctx.params.fields;
}

function add(ctx) {
	const type = typeOf(ctx);
	const object = entity.create(ctx.state, type, ctx.now(), ctx.user);
	const fields = fieldsOf(ctx);
	if (type.name === 'deal' && fields.categoryId)
		object.CATEGORY_ID = Number(fields.categoryId);
	entity.takeNew(ctx.state, type, object, fields);
	if (type.name === 'company' && !object.TITLE)
		throw bad('CRM_FIELD_ERROR_REQUIRED',
			'Не заполнено обязательное поле "Название компании"');
	return tell(ctx, type, save(ctx, type, object, 'ADD'));
}

function update(ctx) {
	const type = typeOf(ctx);
	const object = structuredClone(find(ctx, type));
	entity.takeNew(ctx.state, type, object, fieldsOf(ctx));
	return tell(ctx, type, save(ctx, type, object, 'UPDATE'));
}

function remove(ctx) {
	const type = typeOf(ctx);
	const object = find(ctx, type);
	ctx.state.drop(type.name, object.ID);
	ctx.wrote(type.name, object.ID, {});
	ctx.event(`ONCRM${type.name.toUpperCase()}DELETE`, object.ID);
	return { result: [] };
}

const resolver = (type, where) => (name) => {
	const field = type.byCamel.get(name) ||
		(name.startsWith('UF_') && type.byUpper.get(name));
	if (!field || name === 'fm')
		throw bad('INVALID_ARG_VALUE',
			`Invalid ${where}: field '${name}' is not allowed in ${where}`);
	return { type: field.type, value: (object) => object[field.name] };
};

function list(ctx) {
	const { params, state } = ctx;
	const type = typeOf(ctx);
	const select = Object.values(params.select || {});
	const all = !select.length || select.includes('*');
	const { rows, total, next } = page(state.all(type.name), {
		test: compile(mapOf(params, 'filter'), resolver(type, 'filter')),
		order: mapOf(params, 'order'), start: params.start,
		resolve: resolver(type, 'order') });
	const wanted = all ? null : new Set(['id', ...select]);
	return { total, next, result: { items: rows.map((object) =>
		entity.tellNew(type, object, { wanted,
			original: params.useOriginalUfNames === 'Y',
			fm: select.includes('*') })) } };
}

function fields(ctx) {
	const type = typeOf(ctx);
	const original = ctx.params.useOriginalUfNames === 'Y';
	return { result: { fields: Object.fromEntries(type.list.map((field) =>
		[field.user && original ? field.name : field.camel, {
			type: field.type, isRequired: false,
			isReadOnly: field.readOnly, isImmutable: field.immutable,
			isMultiple: field.multiple, isDynamic: field.user,
			title: field.name, statusType: field.list,
			upperName: field.name === 'fm' ? 'FM' : field.name }])) } };
}

const MOST = 20;

// Up to 20 of a type, and the types behind one that has so many are left out.
function duplicates(ctx) {
	const { params, state } = ctx;
	const values = Object.values(params.values || {});
	if (!params.type)
		throw bad('Communication type is not defined',
			"Parameter 'type' is required.");
	if (!['PHONE', 'EMAIL'].includes(params.type))
		throw bad(`Communication type '${params.type}' is not ` +
			'supported in current context', 'Wrong type.');
	if (!values.length || typeof params.values !== 'object')
		throw bad('Communication values is not defined',
			"Parameter 'values' is required.");
	const key = params.type === 'PHONE' ? phoneKey :
		(text) => String(text).trim().toLowerCase();
	const wanted = values.slice(0, MOST).map(key).filter(Boolean);
	const result = {};
	for (const name of ['lead', 'contact', 'company']) {
		if (params.entity_type &&
		    String(params.entity_type).toUpperCase() !== name.toUpperCase())
			continue;
		const found = state.reached(name, params.type, wanted)
			.slice(0, MOST);
		if (found.length)
			result[name.toUpperCase()] = found;
		if (found.length >= MOST)
			break;
	}
	return { result };
}

const crm = (run) => ({ scope: 'crm', run });

module.exports = { methods: {
	'crm.item.add': crm(add),
	'crm.item.update': crm(update),
	'crm.item.get': crm((ctx) => {
		const type = typeOf(ctx);
		return tell(ctx, type, find(ctx, type));
	}),
	'crm.item.delete': crm(remove),
	'crm.item.list': crm(list),
	'crm.item.fields': crm(fields),
	'crm.duplicate.findbycomm': crm(duplicates),
} };
