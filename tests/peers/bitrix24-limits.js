// bitrix24-limits.js: how much a source may ask
'use strict';

const { performance } = require('perf_hooks');

// The counter of a source's requests, which leaks: when it would go over the
// ceiling, the request is refused. Real time, as the network's.
class Bucket {
	constructor(options) {
		this.options = options; // rate a second, burst
		this.levels = new Map();
		this.worst = 0;
		this.overruns = 0;
		this.taken = 0;
	}

	level(source) {
		const now = performance.now();
		const { level, at } = this.levels.get(source) ||
			{ level: 0, at: now };
		return { now, level: Math.max(0, level -
			(now - at) / 1000 * this.options.rate) };
	}

	// what has not leaked yet, of all sources
	now() {
		return [...this.levels.keys()].reduce((sum, source) =>
			sum + this.level(source).level, 0);
	}

	take(source) {
		const { now, level } = this.level(source);
		const over = level + 1 > this.options.burst + 1e-6;
		if (over)
			this.overruns++;
		else
			this.taken++;
		this.worst = Math.max(this.worst, level + 1);
		this.levels.set(source, { level: over ? level : level + 1,
			at: now });
		return !over;
	}
}

const BUCKETS = 10;

// Seconds that a method has used in ten minutes, for each application or
// webhook, in buckets of a minute that begin with their first call.
class Operating {
	constructor({ operating_limit, operating_window }, clock) {
		this.limit = operating_limit;
		this.window_ms = operating_window * 1000;
		this.clock = clock;
		this.used = new Map();
	}

	buckets(who, method) {
		const key = `${who} ${method}`;
		const now = this.clock();
		const list = (this.used.get(key) || []).filter((b) =>
			b.from + this.window_ms > now);
		this.used.set(key, list);
		return list;
	}

	// { seconds, reset_at }: as the answer tells
	told(who, method) {
		const list = this.buckets(who, method);
		const from = list.length ? list[0].from : this.clock();
		return { seconds: list.reduce((sum, b) => sum + b.seconds, 0),
			reset_at: Math.ceil((from + this.window_ms) / 1000) };
	}

	blocked(who, method) {
		return this.told(who, method).seconds > this.limit;
	}

	add(who, method, seconds) {
		const list = this.buckets(who, method);
		const now = this.clock();
		const last = list[list.length - 1];
		if (last && now < last.from + this.window_ms / BUCKETS)
			last.seconds += seconds;
		else
			list.push({ from: now, seconds });
	}

	// as if it had used all it may
	exhaust(who, method) {
		this.add(who, method, this.limit + 1);
	}
}

module.exports = { Bucket, Operating };
