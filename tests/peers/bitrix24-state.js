// bitrix24-state.js: what the portal knows, and does not forget
//
// Tables of objects by number, a file that each change is appended to before its
// request is answered, and the order of all writes.
'use strict';

const fs = require('fs');

class State {
	constructor(file) {
		this.tables = new Map();
		this.last = new Map(); // numbers are not used again
		this.values = {};
		this.writes = [];
		this.pending = [];
		this.watchers = [];
		this.file = file;
		if (file && fs.existsSync(file))
			this.load(fs.readFileSync(file, 'utf8'));
		this.fd = file ? fs.openSync(file, 'a') : -1;
	}

	load(text) {
		const lines = text.split('\n');
		lines.pop(); // what was cut off by a kill was never answered
		for (const line of lines) {
			const [what, ...rest] = JSON.parse(line);
			this[`load_${what}`](...rest);
		}
		fs.writeFileSync(this.file, lines.map((l) => `${l}\n`).join(''));
	}

	load_put(table, id, object) {
		this.table(table).set(id, object);
		this.last.set(table, Math.max(this.last.get(table) || 0, id));
	}

	load_drop(table, id) {
		this.table(table).delete(id);
	}

	load_set(key, value) {
		this.values[key] = value;
	}

	load_write(write) {
		this.writes.push(write);
	}

	note(...change) {
		if (this.fd >= 0)
			this.pending.push(JSON.stringify(change));
	}

	// what changed is on disk
	commit() {
		if (this.pending.length)
			fs.writeSync(this.fd, `${this.pending.join('\n')}\n`);
		this.pending = [];
	}

	table(name) {
		if (!this.tables.has(name))
			this.tables.set(name, new Map());
		return this.tables.get(name);
	}

	all(name) {
		return [...this.table(name).values()];
	}

	get(name, id) {
		return this.table(name).get(Number(id));
	}

	next(name) {
		const id = (this.last.get(name) || 0) + 1;
		this.last.set(name, id);
		return id;
	}

	// object gets its number ID
	add(name, object) {
		object.ID = this.next(name);
		this.put(name, object);
		return object.ID;
	}

	put(name, object) {
		this.table(name).set(object.ID, object);
		this.note('put', name, object.ID, object);
		for (const watcher of this.watchers)
			watcher(name, object.ID, object);
	}

	drop(name, id) {
		this.table(name).delete(Number(id));
		this.note('drop', name, Number(id));
		for (const watcher of this.watchers)
			watcher(name, Number(id), null);
	}

	set(key, value) {
		this.values[key] = value;
		this.note('set', key, value);
	}

	// A write that was done: what, to which object, and what names the call.
	wrote(method, table, id, more) {
		const write = { n: this.writes.length + 1, method, table, id,
			...more };
		this.writes.push(write);
		this.note('write', write);
	}

	dump() {
		const tables = {};
		for (const [name, table] of this.tables)
			tables[name] = [...table.values()];
		return tables;
	}
}

module.exports = { State };
