// bitrix24-control.js: what tests order and ask for, under /control
'use strict';

const { Summary, duplicates } = require('./bitrix24-summary.js');

const HELP = `While it runs, over HTTP:
  PUT /control/faults       the faults from now on, one a line; none: all is well
  PUT /control/clock        moves the portal's clock by so many seconds: +3600
  PUT /control/expire       the access tokens are over
  PUT /control/limits       {"rate", "burst"}
  PUT /control/by-hand      {"method", "params"}: a person does it, without limits
  PUT /control/event        {"event", "data", "url", "auth", "body"}: an outgoing
                            webhook; answers how its handler took it
  PUT /control/handler      the URL that all changes are told to from now on
  GET /control/code         a code for the application, as the browser gets it
  GET /control/counts       requests, methods, errors, faults, the bucket
  GET /control/state        all that is there, by table
  GET /control/writes       all writes in order, a line each
  GET /control/calls        what became of each call, a line each
  GET /control/duplicates   what is there more than once under one origin
`;

const lines = (list) => list.map((one) => `${JSON.stringify(one)}\n`).join('');

function counts(portal) {
	const { bucket } = portal;
	return { ...portal.counts, faults: portal.faults.counts,
		tokens: portal.oauth.counts, taken: bucket.taken,
		overruns: bucket.overruns, level: bucket.now(),
		worst_level: Math.round(bucket.worst * 1000) / 1000,
		events: portal.events.sent };
}

const GET = {
	counts,
	state: (portal) => portal.state.dump(),
	writes: (portal) => lines(portal.state.writes),
	calls: (portal) => lines(new Summary(portal.state).all()),
	duplicates: (portal) => duplicates(portal.state),
	code: (portal) => ({ code: portal.oauth.code() }),
};

const PUT = {
	faults: (portal, text) => {
		portal.faults.set(text.split('\n').filter((l) => l.trim()));
		return {};
	},
	clock: (portal, text) => {
		portal.advance(Number(text));
		return { now: portal.now() };
	},
	expire: (portal) => {
		portal.oauth.expire();
		return {};
	},
	limits: (portal, text) => {
		Object.assign(portal.options, JSON.parse(text));
		portal.bucket.levels.clear();
		portal.bucket.worst = portal.bucket.overruns = 0;
		portal.bucket.taken = 0;
		return {};
	},
	'by-hand': (portal, text) => {
		const { method, params } = JSON.parse(text);
		return portal.byHand(method, params);
	},
	event: async (portal, text) => {
		const { event, data, ...more } = JSON.parse(text);
		return { sent: await portal.events.send(event, data, more) };
	},
	handler: (portal, text) => {
		portal.events.handlers = text.trim() ? [text.trim()] : [];
		return {};
	},
};

// { status, body } of a request to /control
async function control(portal, method, path, text) {
	const run = { GET, PUT }[method]?.[path.replace('/control/', '')];
	if (!run)
		return { status: 404, body: '{"error":"no such control"}\n' };
	try {
		const answer = await run(portal, text);
		portal.state.commit();
		return { status: 200, body: typeof answer === 'string' ? answer :
			`${JSON.stringify(answer)}\n` };
	} catch (error) {
		return { status: 400, body: `${JSON.stringify({
			error: error.message })}\n` };
	}
}

module.exports = { control, counts, HELP };
