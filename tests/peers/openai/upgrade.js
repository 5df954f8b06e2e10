// GET /v1/realtime?intent=transcription: the way to a session.
'use strict';
const { randomBytes } = require('crypto');
const { bad } = require('./errors.js');
const { Session } = require('./realtime.js');
const { wrongUpgrade } = require('./websocket.js');

// Says no to an upgrade, as to any other request.
function no(socket, wrong) {
	const body = JSON.stringify(wrong.body);
	const more = Object.entries(wrong.headers)
		.map(([k, v]) => `${k}: ${v}\r\n`).join('');
	socket.end(`HTTP/1.1 ${wrong.status} No\r\nConnection: close\r\n` +
		'Content-Type: application/json\r\nx-request-id: ' +
		`req_${randomBytes(16).toString('hex')}\r\n${more}` +
		`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

function wrongSession(request, url) {
	const query = url.searchParams;
	const how = ['model', 'intent', 'call_id'].filter((k) => query.has(k));
	const upgrade = wrongUpgrade(request);
	if (upgrade)
		return bad(`Not a WebSocket: ${upgrade}`);
	if (request.headers['openai-beta'])
		return bad('The Realtime Beta API is no longer supported. ' +
			'Please use /v1/realtime for the GA API.', null,
		'beta_api_shape_disabled');
	if (how.length !== 1)
		return bad('You must provide exactly one of model, intent ' +
			'and call_id.', 'model', 'missing_model');
	if (query.get('intent') !== 'transcription')
		return bad('this peer transcribes only', how[0],
			'invalid_value');
	return null;
}

function upgrade(setup) {
	const { request, socket, log, faults, key, unauthorised } = setup;
	const url = new URL(request.url, 'http://peer');
	const wrong = faults.broken(request, key) || unauthorised(request) ||
		(url.pathname !== '/v1/realtime' ?
			bad(`Invalid URL (GET ${url.pathname})`) :
			wrongSession(request, url));

	socket.on('error', () => {});
	log({ request: `GET ${url.pathname}`, query: url.search,
		client: request.headers['x-client-request-id'],
		fault: faults.names(), refused: wrong?.status });
	if (faults.has('silent'))
		return;
	if (faults.has('drop'))
		socket.resetAndDestroy();
	else if (wrong)
		no(socket, wrong);
	else
		setTimeout(() => new Session(setup), faults.number('late', 0));
}

module.exports = { upgrade };
