// What a session.update of a transcription session may hold.
'use strict';
const { live } = require('./models.js');

class Wrong extends Error {
	constructor(message, param, code) {
		super(message);
		this.param = param;
		this.code = code;
	}
}

const isObject = (v) => v !== null && typeof v === 'object' &&
	!Array.isArray(v);

// Refuses what is no object, and keys it does not have.
function only(value, path, keys) {
	if (!isObject(value))
		throw new Wrong(`Invalid type for '${path}': expected an ` +
			'object.', path, 'invalid_type');
	for (const key of Object.keys(value))
		if (!keys.includes(key))
			throw new Wrong(`Unknown parameter: '${path}.${key}'.`,
				`${path}.${key}`, 'unknown_parameter');
}

function among(value, path, list) {
	if (!list.includes(value))
		throw new Wrong(`Invalid value: '${value}'. Supported values ` +
			`are: ${list.map((v) => `'${v}'`).join(', ')}.`, path,
			'invalid_value');
}

function number(value, path, least, most) {
	if (value !== undefined && !(typeof value === 'number' &&
	    value >= least && value <= most))
		throw new Wrong(`Invalid value for '${path}'`, path,
			'invalid_value');
}

function format(value, path) {
	only(value, path, ['type', 'rate']);
	among(value.type, `${path}.type`,
		['audio/pcm', 'audio/pcmu', 'audio/pcma']);
	if (value.type === 'audio/pcm' && value.rate !== 24000)
		throw new Wrong(`Invalid value for '${path}.rate': expected ` +
			'24000', `${path}.rate`, 'invalid_value');
	if (value.type !== 'audio/pcm' && 'rate' in value)
		throw new Wrong(`Unknown parameter: '${path}.rate'.`,
			`${path}.rate`, 'unknown_parameter');
}

const isText = (v) => typeof v === 'string';
const isTexts = (v) => Array.isArray(v) && v.every(isText);

function transcription(value, path) {
	if (value === null)
		return;
	only(value, path, ['model', 'language', 'prompt', 'languages',
		'keywords', 'delay']);
	if (value.model === undefined)
		throw new Wrong(`Missing required parameter: '${path}.model'.`,
			`${path}.model`, 'missing_required_parameter');
	among(value.model, `${path}.model`, Object.keys(live));
	const model = live[value.model];
	const no = (key) => new Wrong(`'${key}' is not supported with model ` +
		`'${value.model}'.`, `${path}.${key}`, 'invalid_value');
	if ('language' in value && !(isText(value.language) &&
	    /^[a-z]{2,3}$/.test(value.language)))
		throw new Wrong(`Invalid language '${value.language}'.`,
			`${path}.language`, 'invalid_language_format');
	if ('prompt' in value && (!isText(value.prompt) || model.streaming))
		throw no('prompt');
	for (const key of ['languages', 'keywords'])
		if (key in value && (!isTexts(value[key]) || !model.lists))
			throw no(key);
	if ('delay' in value) {
		if (!model.streaming)
			throw no('delay');
		among(value.delay, `${path}.delay`,
			['minimal', 'low', 'medium', 'high', 'xhigh']);
	}
}

function turns(value, path) {
	if (value === null)
		return;
	only(value, path, ['type', 'threshold', 'prefix_padding_ms',
		'silence_duration_ms', 'create_response',
		'interrupt_response', 'idle_timeout_ms', 'eagerness']);
	among(value.type, `${path}.type`, ['server_vad', 'semantic_vad']);
	number(value.threshold, `${path}.threshold`, 0, 1);
	number(value.prefix_padding_ms, `${path}.prefix_padding_ms`, 0, 5000);
	number(value.silence_duration_ms, `${path}.silence_duration_ms`, 0,
		10000);
	if (value.create_response || value.interrupt_response)
		throw new Wrong('A transcription session has no responses',
			path, 'invalid_value');
}

function input(value, path) {
	only(value, path, ['format', 'transcription', 'turn_detection',
		'noise_reduction']);
	if ('format' in value)
		format(value.format, `${path}.format`);
	if ('transcription' in value)
		transcription(value.transcription, `${path}.transcription`);
	if ('turn_detection' in value)
		turns(value.turn_detection, `${path}.turn_detection`);
	if ('noise_reduction' in value && value.noise_reduction !== null) {
		only(value.noise_reduction, `${path}.noise_reduction`,
			['type']);
		among(value.noise_reduction.type,
			`${path}.noise_reduction.type`,
			['near_field', 'far_field']);
	}
}

// The session with the parts of an update put in; throws Wrong.
function updated(session, update) {
	if (!isObject(update))
		throw new Wrong("Missing required parameter: 'session'.",
			'session', 'missing_required_parameter');
	if (update.type === undefined)
		throw new Wrong("Missing required parameter: 'session.type'.",
			'session.type', 'missing_required_parameter');
	among(update.type, 'session.type', ['realtime', 'transcription']);
	if (update.type !== 'transcription')
		throw new Wrong('Passing a realtime session update event to a ' +
			'transcription session is not allowed.', 'session.type',
			'invalid_value');
	only(update, 'session', ['type', 'audio', 'include']);
	if ('include' in update && !(isTexts(update.include) &&
	    update.include.every((v) => v ===
	    'item.input_audio_transcription.logprobs')))
		throw new Wrong('Invalid include', 'session.include',
			'invalid_value');
	const audio = update.audio || {};
	only(audio, 'session.audio', ['input']);
	if (audio.input !== undefined)
		input(audio.input, 'session.audio.input');
	const now = { ...session.audio.input, ...audio.input };
	if (now.transcription && live[now.transcription.model].streaming &&
	    now.turn_detection)
		throw new Wrong('turn_detection must be null with model ' +
			`'${now.transcription.model}'.`,
			'session.audio.input.turn_detection', 'invalid_value');
	return { ...session, ...('include' in update ?
		{ include: update.include } : {}), audio: { input: now } };
}

const fresh = (id, life) => ({
	type: 'transcription', object: 'realtime.transcription_session', id,
	expires_at: Math.floor((Date.now() + life) / 1000), include: null,
	audio: { input: { format: { type: 'audio/pcm', rate: 24000 },
		transcription: null, noise_reduction: null,
		turn_detection: { type: 'server_vad', threshold: 0.5,
			prefix_padding_ms: 300, silence_duration_ms: 200,
			idle_timeout_ms: null } } } });

module.exports = { Wrong, only, updated, fresh };
