// bitrix24-entity.js: an object of the CRM: what is put into it, and how it is
// told. Inside, names are upper case and numbers are numbers.
'use strict';

const { bad, iso } = require('./bitrix24-answer.js');
const { STATUSES, PHONE_TYPES, MULTI } = require('./bitrix24-fields.js');

const NUMBERS = new Set(['integer', 'double', 'user', 'crm_lead', 'crm_contact',
	'crm_company', 'crm_category']);

const invalid = (field) => bad('CRM_FIELD_ERROR_VALUE_NOT_VALID',
	`Неверное значение поля "${field}"`);

const listed = (name, id) => (STATUSES[name] || [])
	.some(([one]) => one === id);

// a deal's stages are those of its category
function stageList(field, object) {
	return field.list === 'DEAL_STAGE' && Number(object.CATEGORY_ID) ?
		`DEAL_STAGE_${object.CATEGORY_ID}` : field.list;
}

// one value as it is kept; strict is crm.item.*, which refuses
function keep(state, field, value, object, strict) {
	if (value === null || value === '')
		return null;
	if (NUMBERS.has(field.type)) {
		const number = Number(value);
		if (Number.isNaN(number) || typeof value === 'object')
			throw invalid(field.camel);
		if (field.type === 'user' && !state.get('user', number))
			throw invalid(field.camel);
		return number;
	}
	if (field.type === 'boolean')
		return value === true || value === 'Y' || value === '1' ||
			value === 1 ? 'Y' : 'N';
	if (field.type === 'datetime' || field.type === 'date') {
		const ms = Date.parse(value);
		if (Number.isNaN(ms))
			throw invalid(field.camel);
		return iso(ms);
	}
	if (typeof value === 'object')
		throw strict ? invalid(field.camel) :
			bad('', `Неверное значение поля ${field.name}`);
	if (field.list && !listed(stageList(field, object), String(value)) &&
	    strict)
		throw invalid(field.camel);
	return String(value);
}

function keepAll(state, field, value, object, strict) {
	if (!field.multiple)
		return keep(state, field, value, object, strict);
	if (value === null || value === '')
		return [];
	if (typeof value !== 'object')
		throw bad('100', 'Expected iterable value for multiple field, ' +
			`but got \`${typeof value}\` instead`);
	return Object.values(value).map((one) =>
		keep(state, field, one, object, strict));
}

// A phone, an address: added when it has no number, else changed, or dropped
// when its value is empty.
function keepMulti(state, object, typeId, number, { value, valueType }) {
	const there = object.fm.find((one) => one.id === number);
	if (number && !there)
		return;
	if (there) {
		if (value === '')
			object.fm = object.fm.filter((one) => one !== there);
		else
			Object.assign(there, { value: value ?? there.value,
				valueType: valueType || there.valueType });
		return;
	}
	if (!MULTI.has(typeId) || value === undefined || value === '')
		return;
	const type = valueType || 'WORK';
	if (typeId === 'PHONE' && !PHONE_TYPES.has(type))
		throw invalid('fm');
	if (typeId === 'EMAIL' && !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(value))
		throw bad('ERROR_CORE',
			'Поле "E-mail" содержит некорректный адрес<br>');
	object.fm.push({ id: state.next('multifield'), typeId,
		valueType: type, value: String(value) });
}

// the fields of crm.lead.* and its like: unknown ones are passed over
function takeOld(state, type, object, fields) {
	for (const [name, value] of Object.entries(fields)) {
		const field = type.byUpper.get(name);
		if (MULTI.has(name) && type.byUpper.has('fm')) {
			if (!value || typeof value !== 'object')
				throw bad('', `Неверное значение поля ${name}`);
			for (const one of Object.values(value))
				keepMulti(state, object, name, Number(one.ID) || 0,
					{ value: one.VALUE,
						valueType: one.VALUE_TYPE });
		} else if (field && !field.readOnly && name !== 'fm' &&
			   !(field.immutable && object.ID)) {
			object[name] = keepAll(state, field, value, object, false);
		}
	}
}

// the fields of crm.item.*: the same, in camel case, or UF_ as it is written
function takeNew(state, type, object, fields) {
	for (const [name, value] of Object.entries(fields)) {
		const field = type.byCamel.get(name) ||
			(name.startsWith('UF_') && type.byUpper.get(name));
		if (!field || field.readOnly || (field.immutable && object.ID))
			continue;
		if (name === 'fm')
			takeMulti(state, object, value);
		else
			object[field.name] = keepAll(state, field, value, object,
				true);
	}
}

function takeMulti(state, object, value) {
	if (!value || typeof value !== 'object')
		throw bad('100', 'Expected iterable value for multiple field, ' +
			`but got \`${typeof value}\` instead`);
	for (const [key, one] of Object.entries(value)) {
		const number = Array.isArray(value) ? Number(one.id) || 0 :
			/^n\d+$/.test(key) ? 0 : Number(key);
		keepMulti(state, object, one.typeId, number, one);
	}
}

const SEMANTICS = (listName, id) => (STATUSES[listName] || [])
	.find(([one]) => one === id)?.[2] || 'P';

// A new one, with what the portal adds by itself.
function create(state, type, now, user) {
	const object = { fm: [], ASSIGNED_BY_ID: user, CREATED_BY_ID: user,
		MODIFY_BY_ID: user, DATE_CREATE: iso(now), OPENED: 'Y',
		LAST_ACTIVITY_BY: user, LAST_ACTIVITY_TIME: iso(now) };
	if (type.name === 'lead')
		object.STATUS_ID = 'NEW';
	if (type.name === 'deal')
		object.CATEGORY_ID = 0;
	return object;
}

// what follows from the rest, before it is kept
function settle(type, object, now, user) {
	object.DATE_MODIFY = iso(now);
	object.MODIFY_BY_ID = user;
	if (type.byUpper.has('fm')) {
		for (const name of ['PHONE', 'EMAIL'])
			object[`HAS_${name}`] = object.fm.some((one) =>
				one.typeId === name) ? 'Y' : 'N';
	}
	if (type.name === 'lead')
		object.STATUS_SEMANTIC_ID = SEMANTICS('STATUS', object.STATUS_ID);
	if (type.name === 'deal') {
		const category = Number(object.CATEGORY_ID) || 0;
		const listName = category ? `DEAL_STAGE_${category}` : 'DEAL_STAGE';
		object.STAGE_ID ||= STATUSES[listName]?.[0][0] || 'NEW';
		object.STAGE_SEMANTIC_ID = SEMANTICS(listName, object.STAGE_ID);
		if (object.CONTACT_IDS?.length)
			object.CONTACT_ID = object.CONTACT_IDS[0];
	}
}

function oldValue(field, value) {
	if (field.multiple)
		return (value || []).map(String);
	if (value === null || value === undefined)
		return field.type === 'boolean' ? 'N' :
			field.type === 'date' || field.type === 'datetime' ? '' :
				null;
	return field.type === 'double' ? Number(value).toFixed(2) : String(value);
}

// as crm.lead.get tells it: strings; wanted is a set of names, or null for all
function tellOld(type, object, wanted) {
	const told = {};
	for (const field of type.list) {
		if (field.name !== 'fm' && (!wanted || wanted.has(field.name)))
			told[field.name] = oldValue(field, object[field.name]);
	}
	for (const name of MULTI) {
		const list = (object.fm || []).filter((one) => one.typeId === name);
		if (list.length && (!wanted || wanted.has(name)))
			told[name] = list.map((one) => ({ ID: String(one.id),
				VALUE_TYPE: one.valueType, VALUE: one.value,
				TYPE_ID: name }));
	}
	return told;
}

// as crm.item.get tells it: numbers are numbers
function tellNew(type, object, { wanted, original, fm }) {
	const told = {};
	for (const field of type.list) {
		if (wanted && !wanted.has(field.camel) && !wanted.has(field.name))
			continue;
		if (field.name === 'fm') {
			if (fm)
				told.fm = object.fm || [];
			continue;
		}
		const value = object[field.name];
		told[field.user && original ? field.name : field.camel] =
			value === undefined ? field.multiple ? [] :
				field.type === 'boolean' ? 'N' : null : value;
	}
	if (!wanted)
		told.entityTypeId = type.id;
	return told;
}

module.exports = { create, settle, takeOld, takeNew, tellOld, tellNew };
