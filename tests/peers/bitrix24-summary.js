// bitrix24-summary.js: what became of each call, for tests to look at
'use strict';

// An origin is the call's id, perhaps with more behind it: "01ABC:lead".
const callOf = (origin) => String(origin).split(/[:/#]/)[0];

const EMPTY = () => ({ leads: [], deals: [], contacts: [], calls: [],
	finished: 0, records: 0, transcripts: 0, comments: 0, tasks: 0,
	activities: 0, order: [] });

const KEPT = { lead: 'leads', deal: 'deals', contact: 'contacts',
	company: 'contacts', call: 'calls' };
const COUNTED = { record: 'records', transcript: 'transcripts',
	comment: 'comments', task: 'tasks', activity: 'activities' };
const TASK_OWNER = { L: 'lead', D: 'deal', C: 'contact', CO: 'company' };

class Summary {
	constructor(state) {
		this.state = state;
		this.groups = new Map();
		this.owners = new Map(); // "lead:12": call
		for (const table of ['lead', 'deal', 'contact', 'company'])
			for (const one of state.all(table))
				if (one.ORIGIN_ID)
					this.owns(`${table}:${one.ID}`,
						callOf(one.ORIGIN_ID));
		for (const one of state.all('call'))
			if (one.EXTERNAL_CALL_ID)
				this.owns(`call:${one.CALL_ID}`,
					callOf(one.EXTERNAL_CALL_ID));
	}

	owns(key, call) {
		this.owners.set(key, call);
		if (!this.groups.has(call))
			this.groups.set(call, EMPTY());
	}

	// the call whose id is in a text
	inText(text) {
		return (String(text ?? '').match(/[\w-]+/g) || [])
			.find((word) => this.groups.has(word));
	}

	callOfWrite(write) {
		const row = this.state.get(write.table, write.id);
		const named = write.origin && callOf(write.origin);
		if (named && this.groups.has(named))
			return named;
		const owner = [write.owner, write.call && `call:${write.call}`,
			...(write.owners || []).map((one) => {
				const [kind, id] = one.split('_');
				return `${TASK_OWNER[kind]}:${id}`;
			}), `${write.table}:${write.id}`]
			.find((one) => this.owners.has(one));
		return this.inText(row?.COMMENT ?? row?.DESCRIPTION) ??
			this.owners.get(owner) ?? named;
	}

	all() {
		const seen = new Set();
		for (const write of this.state.writes) {
			const call = this.callOfWrite(write);
			if (!call || write.user === 2)
				continue;
			const group = this.groups.get(call) || this.groups.set(call,
				EMPTY()).get(call);
			group.order.push(this.step(write));
			group.finished += Boolean(write.finished);
			const key = `${write.table} ${write.id}`;
			const there = this.state.get(write.table, write.id);
			if (seen.has(key) || !there)
				continue;
			seen.add(key);
			if (KEPT[write.table])
				group[KEPT[write.table]].push(write.id);
			else if (!(write.table === 'activity' &&
				   there.PROVIDER_ID === 'VOXIMPLANT_CALL'))
				group[COUNTED[write.table]]++;
		}
		return [...this.groups].map(([call, group]) => ({ call, ...group }));
	}

	// what a write did, in a word
	step({ method, table, finished, status }) {
		if (finished)
			return 'finish';
		return /update$/i.test(method) ? `${table}-update` :
			status === 5 ? 'done' : table;
	}
}

// what is there more than once under one origin
function duplicates(state) {
	const found = {};
	const names = { lead: 'ORIGIN_ID', deal: 'ORIGIN_ID',
		contact: 'ORIGIN_ID', company: 'ORIGIN_ID',
		activity: 'ORIGIN_ID', task: 'XML_ID', call: 'EXTERNAL_CALL_ID',
		record: 'call', transcript: 'call' };
	for (const [table, name] of Object.entries(names)) {
		const counts = {};
		for (const one of state.all(table))
			if (one[name])
				counts[one[name]] = (counts[one[name]] || 0) + 1;
		const twice = Object.entries(counts).filter(([, n]) => n > 1);
		if (twice.length)
			found[table] = Object.fromEntries(twice);
	}
	return found;
}

module.exports = { Summary, duplicates };
