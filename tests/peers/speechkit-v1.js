/* speechkit-v1.js: recognition of short audio by REST */
'use strict';

const { hear } = require('./words.js');
const { decode } = require('./wav');
const { LANGUAGES, MODELS, normalize } = require('./speechkit-stt');

const PATH = '/speech/v1/stt:recognize';
const BYTES_MAX = 1 << 20;
const MS_MAX = 30000;
const KNOWN = new Set(['lang', 'topic', 'format', 'sampleRateHertz',
	'profanityFilter', 'rawResults', 'folderId']);

function refused(status, code, message) {
	return { status, body: { error_code: code, error_message: message } };
}

/* what is wrong with the parameters, or nothing */
function wrong(query, folder) {
	const format = query.get('format') || 'oggopus';

	for (const key of query.keys())
		if (!KNOWN.has(key))
			return `unknown parameter ${key}`;
	if (!LANGUAGES.has((query.get('lang') || 'ru-RU').toLowerCase()))
		return `no language ${query.get('lang')}`;
	if (!MODELS.includes(query.get('topic') || ''))
		return `no topic ${query.get('topic')}`;
	if (!['oggopus', 'lpcm'].includes(format))
		return `no format ${format}`;
	if (query.has('sampleRateHertz') && (format !== 'lpcm' ||
		!['8000', '16000', '48000'].includes(query.get('sampleRateHertz'))))
		return `sampleRateHertz is ${query.get('sampleRateHertz')}`;
	for (const key of ['profanityFilter', 'rawResults'])
		if (!['true', 'false', null].includes(query.get(key)))
			return `${key} is ${query.get(key)}`;
	if (query.has('folderId') && query.get('folderId') !== folder)
		return `no folder ${query.get('folderId')}`;
	return '';
}

function recognizeShort(peer, request, unauthorized) {
	const url = new URL(request.url, 'http://double');
	const query = url.searchParams;

	if (url.pathname !== PATH)
		return refused(404, 'NOT_FOUND', `no ${url.pathname}`);
	if (request.method !== 'POST')
		return refused(405, 'BAD_REQUEST', `${request.method}, not POST`);
	const headers = { 'x-folder-id': query.get('folderId') || undefined,
		...request.headers };
	const why = unauthorized(peer, headers);
	if (why)
		return refused(why[0] === 'UNAUTHENTICATED' ? 401 : 403,
			why[0] === 'UNAUTHENTICATED' ? 'UNAUTHORIZED' : 'FORBIDDEN',
			why[1]);
	const what = wrong(query, peer.options.folder);
	if (what)
		return refused(400, 'BAD_REQUEST', what);
	return heard(query, request.body);
}

function heard(query, body) {
	const lpcm = query.get('format') === 'lpcm';

	if (body.length > BYTES_MAX)
		return refused(413, 'BAD_REQUEST', 'audio of more than 1 MB');
	if (!body.length || (lpcm && body.length % 2))
		return refused(400, 'BAD_REQUEST', `${body.length} bytes of audio`);
	const sound = lpcm ? { pcm: body, channels: 1,
		rate: Number(query.get('sampleRateHertz') || 48000) } :
		decode(body, 'sndfile');
	if (!sound)
		return refused(400, 'BAD_REQUEST', 'the audio is not OggOpus');
	if (sound.channels !== 1)
		return refused(400, 'BAD_REQUEST', 'more than one channel');
	if (sound.pcm.length / 2 / sound.rate * 1000 > MS_MAX)
		return refused(400, 'BAD_REQUEST', 'audio of more than 30 s');
	const text = hear(sound.pcm, sound.rate).map(({ word }) => word).join(' ');
	return { status: 200, body: { result: query.get('rawResults') === 'true' ?
		text : normalize(text, { profanity_filter:
			query.get('profanityFilter') === 'true',
		literature_text: true }).replace(/\.$/, '') } };
}

module.exports = { recognizeShort };
