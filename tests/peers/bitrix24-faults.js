// bitrix24-faults.js: what goes wrong with a portal, to order or at random
'use strict';

const HELP = `  --fault NAME[:KEY=VALUE[,KEY=VALUE ...]]  (again for more; the first that
  fits a request happens to it)
   before anything is done:
    reset            the connection is reset
    query-limit      503 QUERY_LIMIT_EXCEEDED
    operation-limit  429 OPERATION_TIME_LIMIT: the method has used its time up
    refused          code=CODE status=N text=TEXT (INTERNAL_SERVER_ERROR)
    gateway          status=502, and a page
    html             200, and a page instead of JSON
    expired          the access tokens are over now
    hold             is done ms=1000 later
    dropped          the connection is reset, and it is done ms=1000 later
    somebody         a person puts in a lead (kind=lead) with the same phone just
                     before ours; copy=yes: one with our origin too
    halfway          in a batch: from command after=1 on, all fail with
                     code=expired_token
   when it was done, and the answer is
    lost             a reset instead of it
    late             ms=1000 later
    silent           never there
    internal         500 INTERNAL_SERVER_ERROR
    gateway-after    status=504, and a page
    truncated        half of it, then the end of the connection
    slow             in pieces of size=16 bytes each ms=5
    text             the right one, called text/html
    garbage          cut short, though its length is right
    rebuilt          with whole seconds and without time
   which requests: method=TEXT (in its name, or in that of a batch's command; the
   token server is oauth), skip=N before, times=N, rate=P (at random, by --seed),
   writes=yes (those that change something alone)
`;

const BEFORE = new Set(['reset', 'query-limit', 'operation-limit', 'refused',
	'gateway', 'html', 'expired', 'hold', 'dropped', 'somebody', 'halfway']);
const AFTER = new Set(['lost', 'late', 'silent', 'internal', 'gateway-after',
	'truncated', 'slow', 'text', 'garbage', 'rebuilt']);
const WRITES = /\.(add|update|delete|complete|register|finish|attach\w*)$/i;

function parse(text) {
	const [, name, rest] = /^([a-z-]+):?(.*)$/s.exec(text.trim()) || [];
	if (!BEFORE.has(name) && !AFTER.has(name))
		throw new Error(`no fault '${text}'`);
	const spec = { name, skip: 0, times: Infinity };
	for (const pair of rest ? rest.split(',') : []) {
		const [key, ...value] = pair.split('=');
		spec[key] = value.join('=');
	}
	for (const key of ['skip', 'times', 'rate', 'ms', 'size', 'after',
		'status']) {
		if (spec[key] !== undefined)
			spec[key] = Number(spec[key]);
		if (Number.isNaN(spec[key]))
			throw new Error(`'${key}' of '${text}' is no number`);
	}
	return { ...spec, before: BEFORE.has(name), happened: 0 };
}

// mulberry32: the same seed, the same faults
function generator(seed) {
	let a = seed >>> 0;
	return () => {
		a = a + 0x6d2b79f5 >>> 0;
		let t = Math.imul(a ^ a >>> 15, 1 | a);
		t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t;
		return ((t ^ t >>> 14) >>> 0) / 4294967296;
	};
}

class Faults {
	constructor(texts, seed) {
		this.specs = texts.map(parse);
		this.random = generator(seed);
		this.counts = {};
	}

	set(texts) {
		this.specs = texts.map(parse);
	}

	fits(spec, names) {
		const some = (test) => names.some(test);
		if (spec.method && !some((name) =>
			name.toLowerCase().includes(spec.method.toLowerCase())))
			return false;
		if (spec.writes && !some((name) => WRITES.test(name)))
			return false;
		if (spec.times <= 0)
			return false;
		if (spec.skip > 0) {
			spec.skip--;
			return false;
		}
		return spec.rate === undefined || this.random() < spec.rate;
	}

	// the fault of a request whose methods have these names, or null
	take(names) {
		const spec = this.specs.find((one) => this.fits(one, names));
		if (!spec)
			return null;
		spec.times--;
		spec.happened++;
		this.counts[spec.name] = (this.counts[spec.name] || 0) + 1;
		return spec;
	}
}

module.exports = { Faults, HELP };
