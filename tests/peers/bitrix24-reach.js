// bitrix24-reach.js: who has a phone or an address, looked up at once
'use strict';

const { phoneKey } = require('./bitrix24-fields.js');

const KINDS = new Set(['lead', 'contact', 'company']);

class Reach {
	constructor(state) {
		this.keys = new Map(); // "lead PHONE 7916..." : Set of numbers
		this.held = new Map(); // "lead 12": its keys
		for (const kind of KINDS) {
			for (const object of state.all(kind))
				this.changed(kind, object.ID, object);
		}
		state.watchers.push((...change) => this.changed(...change));
		state.reached = (...what) => this.find(...what);
	}

	changed(kind, id, object) {
		if (!KINDS.has(kind))
			return;
		for (const key of this.held.get(`${kind} ${id}`) || [])
			this.keys.get(key).delete(id);
		const keys = (object?.fm || []).map(({ typeId, value }) =>
			`${kind} ${typeId} ${typeId === 'PHONE' ? phoneKey(value) :
				value.trim().toLowerCase()}`);
		for (const key of keys) {
			if (!this.keys.has(key))
				this.keys.set(key, new Set());
			this.keys.get(key).add(id);
		}
		this.held.set(`${kind} ${id}`, keys);
	}

	find(kind, type, wanted) {
		const found = new Set();
		for (const one of wanted) {
			for (const id of this.keys.get(`${kind} ${type} ${one}`) || [])
				found.add(id);
		}
		return [...found].sort((a, b) => a - b);
	}
}

module.exports = { Reach };
