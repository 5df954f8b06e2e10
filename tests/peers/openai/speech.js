// POST /v1/audio/speech
'use strict';
const { bad, refused } = require('./errors.js');
const { speak, known } = require('./models.js');
const { bytes } = require('./answer.js');
const sound = require('./sound.js');
const words = require('../words.js');

const rate = 24000; // of pcm, as documented
const voices = ['alloy', 'ash', 'ballad', 'coral', 'echo', 'fable', 'onyx',
	'nova', 'sage', 'shimmer', 'verse', 'marin', 'cedar'];
const types = { mp3: 'audio/mpeg', opus: 'audio/opus', aac: 'audio/aac',
	flac: 'audio/flac', wav: 'audio/wav', pcm: 'audio/pcm' };
const keys = ['model', 'input', 'voice', 'instructions', 'response_format',
	'speed', 'stream_format'];

function text(asked, key, least) {
	const value = asked[key];
	if (typeof value !== 'string' || [...value].length < least)
		throw bad(`Invalid '${key}': expected a string of at least ` +
			`${least} characters`, key, 'invalid_type');
	if ([...value].length > 4096)
		throw bad(`Invalid '${key}': string too long. Expected a ` +
			'string with maximum length 4096, but got a string ' +
			`with length ${[...value].length} instead.`, key,
			'string_above_max_length');
}

function among(asked, key, list) {
	if (key in asked && !list.includes(asked[key]))
		throw bad(`Invalid value: '${asked[key]}'. Supported values ` +
			`are: ${list.map((v) => `'${v}'`).join(', ')}.`, key,
			'invalid_value');
}

function checkVoice(asked) {
	const own = asked.voice;
	if (own && typeof own === 'object' && Object.keys(own).length === 1 &&
	    /^voice_./.test(own.id))
		return;
	if (own === undefined)
		throw bad("Missing required parameter: 'voice'.", 'voice',
			'missing_required_parameter');
	among(asked, 'voice', voices);
}

function checked(request, body) {
	if (!/^application\/json(; *charset=utf-8)?$/i
		.test(request.headers['content-type'] || ''))
		throw bad('Unsupported content type: this API method only ' +
			"accepts 'application/json' requests");
	let asked;
	try {
		asked = JSON.parse(new TextDecoder('utf-8', { fatal: true })
			.decode(body));
	} catch (error) {
		throw bad('We could not parse the JSON body of your request.');
	}
	if (!asked || typeof asked !== 'object' || Array.isArray(asked))
		throw bad('The JSON body is not an object');
	for (const key of Object.keys(asked))
		if (!keys.includes(key))
			throw bad(`Unknown parameter: '${key}'.`, key,
				'unknown_parameter');
	return asked;
}

function checkValues(asked, model) {
	text(asked, 'input', 1);
	checkVoice(asked);
	among(asked, 'response_format', Object.keys(types));
	among(asked, 'stream_format', ['audio', 'sse']);
	if ('instructions' in asked)
		text(asked, 'instructions', 0);
	if (model.old && ('instructions' in asked ||
	    asked.stream_format === 'sse'))
		throw bad(`model '${asked.model}' has neither instructions ` +
			'nor stream_format sse', 'instructions',
			'unsupported_parameter');
	if ('speed' in asked && !(typeof asked.speed === 'number' &&
	    asked.speed >= 0.25 && asked.speed <= 4))
		throw bad('speed must be between 0.25 and 4', 'speed',
			'invalid_value');
}

// pieces of sizes that fall in with nothing: odd ones cut samples in half
function *odd(body) {
	const sizes = [1, 44, 7, 511, 3, 4801, 960, 2047];
	for (let at = 0, i = 0; at < body.length; i++) {
		const size = sizes[i % sizes.length];
		yield body.subarray(at, at + size);
		at += size;
	}
}

function encoded(pcm, format) {
	const raw = sound.bytesOf(pcm);
	if (format === 'pcm')
		return raw;
	if (format === 'wav')
		return Buffer.concat([sound.endlessHeader(rate), raw]);
	if (!['mp3', 'flac'].includes(format))
		throw refused(501, `this peer does not encode ${format}`);
	return sound.sox(raw, ['-t', 'raw', '-r', String(rate), '-c', '1',
		'-e', 'signed', '-b', '16'], ['-t', format]);
}

async function handle({ request, answer, log, body }) {
	const asked = checked(request, body);
	const model = known(speak, asked.model);
	checkValues(asked, model);
	const format = asked.response_format || 'mp3';
	const pcm = words.encode(asked.input, rate);
	const audio = encoded(pcm, format);
	const tokens = { input_tokens: asked.input.split(/\s+/).length,
		output_tokens: Math.ceil(20 * pcm.length / rate) };

	log({ speech: asked.input, id: answer.id, asked,
		ms: Math.round(1000 * pcm.length / rate) });
	if (asked.stream_format === 'sse')
		return answer.events([...[...odd(audio)].map((piece) => ({
			type: 'speech.audio.delta',
			audio: piece.toString('base64') })),
		{ type: 'speech.audio.done', usage: { ...tokens,
			total_tokens: tokens.input_tokens +
				tokens.output_tokens } }]);
	await answer.stream(types[format], answer.fault.has('bytes') ?
		bytes(audio) : odd(audio), audio.length);
}

module.exports = { handle };
