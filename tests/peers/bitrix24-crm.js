// bitrix24-crm.js: crm.lead|deal|contact|company.*, the older family: strings
'use strict';

const { bad } = require('./bitrix24-answer.js');
const { TYPES, MULTI } = require('./bitrix24-fields.js');
const { compile, page } = require('./bitrix24-filter.js');
const entity = require('./bitrix24-entity.js');

function idOf(params) {
	const text = String(params.id ?? params.ID ?? '');
	if (!/^[1-9]\d*$/.test(text))
		throw bad('', 'ID is not defined or invalid.');
	return Number(text);
}

function mapOf(params, name) {
	const value = params[name] ?? params[name.toUpperCase()];
	if (value === undefined)
		return {};
	if (!value || typeof value !== 'object')
		throw bad('', `Parameter '${name}' must be array.`);
	return value;
}

// keeps it, and notes the write; the caller may name the call it is about
function save(ctx, type, object, event) {
	const { state } = ctx;
	entity.settle(type, object, ctx.now(), ctx.user);
	const isNew = !object.ID;
	if (isNew)
		state.add(type.name, object);
	if (isNew && !object.TITLE && type.byUpper.has('TITLE'))
		object.TITLE = `${type.title} #${object.ID}`;
	state.put(type.name, object);
	ctx.wrote(type.name, object.ID, { origin: object.ORIGIN_ID });
	ctx.event(`ONCRM${type.name.toUpperCase()}${event}`, object.ID);
	return object;
}

function add(ctx, type) {
	const object = entity.create(ctx.state, type, ctx.now(), ctx.user);
	entity.takeOld(ctx.state, type, object, mapOf(ctx.params, 'fields'));
	if (type.name === 'company' && !object.TITLE)
		throw bad('', 'Не заполнено обязательное поле "Название компании"');
	return { result: save(ctx, type, object, 'ADD').ID };
}

function find(ctx, type) {
	const object = ctx.state.get(type.name, idOf(ctx.params));
	if (!object)
		throw bad('', 'Not found');
	return object;
}

function update(ctx, type) {
	const object = structuredClone(find(ctx, type));
	entity.takeOld(ctx.state, type, object, mapOf(ctx.params, 'fields'));
	save(ctx, type, object, 'UPDATE');
	return { result: true };
}

function remove(ctx, type) {
	const object = find(ctx, type);
	ctx.state.drop(type.name, object.ID);
	ctx.wrote(type.name, object.ID, {});
	ctx.event(`ONCRM${type.name.toUpperCase()}DELETE`, object.ID);
	return { result: true };
}

// A name of a filter that is unknown is passed over: the list is longer then.
const resolver = (type) => (name) => {
	const field = type.byUpper.get(name);
	if (MULTI.has(name))
		return { type: 'string', value: (object) => (object.fm || [])
			.filter((one) => one.typeId === name)
			.map((one) => one.value) };
	return field && name !== 'fm' ?
		{ type: field.type, value: (object) => object[name] } : null;
};

// "*" is what is neither the portal's own nor multiple
function selected(type, select) {
	const names = Object.values(select || {});
	const all = names.length ? names : ['*'];
	const wanted = new Set(all.filter((n) => n !== '*' && n !== 'UF_*'));
	for (const field of type.list) {
		if (all.includes(field.user ? 'UF_*' : '*'))
			wanted.add(field.name);
	}
	return wanted.add('ID');
}

function list(ctx, type) {
	const { params, state } = ctx;
	const resolve = resolver(type);
	const { rows, total, next } = page(state.all(type.name), { resolve,
		test: compile(mapOf(params, 'filter'), resolve),
		order: mapOf(params, 'order'), start: params.start });
	const wanted = selected(type, params.select ?? params.SELECT);
	return { total, next, result: rows.map((object) =>
		entity.tellOld(type, object, wanted)) };
}

function fields(type) {
	const result = {};
	for (const field of type.list) {
		if (field.name !== 'fm')
			result[field.name] = { type: field.type === 'boolean' ?
				'char' : field.type, isRequired: false,
			isReadOnly: field.readOnly, isImmutable: field.immutable,
			isMultiple: field.multiple, isDynamic: field.user,
			statusType: field.list, title: field.name };
	}
	if (type.byUpper.has('fm')) {
		for (const name of MULTI)
			result[name] = { type: 'crm_multifield',
				isRequired: false, isReadOnly: false,
				isImmutable: false, isMultiple: true,
				isDynamic: false, title: name };
	}
	return { result };
}

const methods = {};
for (const type of Object.values(TYPES)) {
	const put = (verb, run) => {
		methods[`crm.${type.name}.${verb}`] = { scope: 'crm', run };
	};
	put('add', (ctx) => add(ctx, type));
	put('update', (ctx) => update(ctx, type));
	put('get', (ctx) => ({ result: entity.tellOld(type, find(ctx, type)) }));
	put('delete', (ctx) => remove(ctx, type));
	put('list', (ctx) => list(ctx, type));
	put('fields', () => fields(type));
}

module.exports = { methods, save, mapOf };
