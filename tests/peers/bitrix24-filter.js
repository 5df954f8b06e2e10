// bitrix24-filter.js: filters, order and pages of the list methods
'use strict';

const PAGE = 50;
const PREFIX = /^(!=%|!%=|!%|!@|!=|>=|<=|=%|%=|!|=|>|<|@|%)?(.*)$/s;

const list = (value) => value && typeof value === 'object' ?
	Object.values(value) : [value];

function like(pattern) {
	const escaped = String(pattern).toLowerCase()
		.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/%/g, '.*')
		.replace(/_/g, '.');
	return new RegExp(`^${escaped}$`, 's');
}

const NUMBERS = new Set(['integer', 'double', 'user', 'crm_lead', 'crm_contact',
	'crm_company', 'crm_category']);

function compare(type, a, b) {
	if (NUMBERS.has(type))
		return Number(a) - Number(b);
	if (type === 'datetime' || type === 'date') {
		const [x, y] = [Date.parse(a), Date.parse(b)];
		if (!Number.isNaN(x) && !Number.isNaN(y))
			return x - y;
	}
	return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
}

// whether one value fits
function fits(op, type, value, wanted) {
	const empty = value === null || value === undefined || value === '';
	const text = String(empty ? '' : value).toLowerCase();
	switch (op) {
	case '%':
		return text.includes(String(wanted).toLowerCase());
	case '=%':
	case '%=':
		return like(wanted).test(text);
	case '>':
		return !empty && compare(type, value, wanted) > 0;
	case '>=':
		return !empty && compare(type, value, wanted) >= 0;
	case '<':
		return !empty && compare(type, value, wanted) < 0;
	case '<=':
		return !empty && compare(type, value, wanted) <= 0;
	default:
		return list(wanted).some((one) => empty ?
			one === '' || one === null || one === false :
			compare(type, value, one) === 0);
	}
}

function condition(key, wanted, resolve) {
	const [, op = '=', name] = PREFIX.exec(key);
	const field = resolve(name);
	if (!field)
		return null;
	const not = op.startsWith('!');
	const plain = not ? op.slice(1) || '=' : op;
	return (object) => {
		const value = field.value(object);
		const some = Array.isArray(value) ? value.length ?
			value.some((v) => fits(plain, field.type, v, wanted)) :
			fits(plain, field.type, null, wanted) :
			fits(plain, field.type, value, wanted);
		return some !== not;
	};
}

// A function that tells whether an object fits. resolve(name) gives { type,
// value(object) }, or null for what is passed over; it may throw.
function compile(filter, resolve) {
	const parts = [];
	const or = String(filter.logic || '').toUpperCase() === 'OR';
	for (const [key, wanted] of Object.entries(filter)) {
		if (key === 'logic')
			continue;
		const part = /^\d+$/.test(key) && wanted &&
			typeof wanted === 'object' ? compile(wanted, resolve) :
			condition(key, wanted, resolve);
		if (part)
			parts.push(part);
	}
	return or ? (object) => parts.some((part) => part(object)) :
		(object) => parts.every((part) => part(object));
}

// { rows, total, next } of what is there; start -1 counts nothing
function page(objects, { test, order, start, resolve }) {
	const found = objects.filter(test);
	const by = Object.entries(order || {}).map(([name, way]) =>
		[resolve(name), String(way).toUpperCase() === 'DESC' ? -1 : 1])
		.filter(([field]) => field);
	found.sort((a, b) => {
		for (const [field, way] of by) {
			const c = compare(field.type, field.value(a) ?? '',
				field.value(b) ?? '');
			if (c)
				return c * way;
		}
		return by.length ? 0 : a.ID - b.ID;
	});
	const from = Number(start) || 0;
	if (from < 0)
		return { rows: found.slice(0, PAGE), total: 0 };
	const aligned = Math.floor(from / PAGE) * PAGE;
	return { rows: found.slice(aligned, aligned + PAGE),
		total: found.length,
		next: found.length > aligned + PAGE ? aligned + PAGE :
			undefined };
}

module.exports = { compile, page };
