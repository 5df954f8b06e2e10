// POST /v1/audio/transcriptions
'use strict';
const { bad, refused } = require('./errors.js');
const { parse } = require('./multipart.js');
const { transcribe, known } = require('./models.js');
const sound = require('./sound.js');
const words = require('../words.js');

const fileEndings = /\.(flac|mp3|mp4|mpeg|mpga|m4a|ogg|wav|webm)$/i;
const most = 25 << 20;

const one = ['model', 'language', 'prompt', 'temperature', 'response_format',
	'stream', 'chunking_strategy'];
const many = ['timestamp_granularities[]', 'include[]', 'languages[]',
	'keywords[]', 'known_speaker_names[]', 'known_speaker_references[]'];

// the parts by their names: a value, a list of them, and the file
function fields(parts) {
	const form = {};
	for (const part of parts) {
		if (part.name === 'file') {
			if (form.file)
				throw bad('Duplicate file', 'file');
			form.file = part;
			continue;
		}
		if (part.file !== undefined)
			throw bad(`'${part.name}' is no file`, part.name);
		const value = new TextDecoder('utf-8', { fatal: true })
			.decode(part.data);
		if (many.includes(part.name))
			(form[part.name] ??= []).push(value);
		else if (!one.includes(part.name))
			throw bad(`Unknown parameter: '${part.name}'.`,
				part.name, 'unknown_parameter');
		else if (part.name in form)
			throw bad(`Duplicate parameter: '${part.name}'.`,
				part.name);
		else
			form[part.name] = value;
	}
	return form;
}

function checkFile(file) {
	if (!file)
		throw bad("[{'type': 'missing', 'loc': ('body', 'file'), " +
			"'msg': 'Field required'}]");
	if (!file.file || !fileEndings.test(file.file))
		throw bad('Invalid file format. Supported formats: [\'flac\', ' +
			"'m4a', 'mp3', 'mp4', 'mpeg', 'mpga', 'oga', 'ogg', " +
			"'wav', 'webm']", 'file', 'unsupported_format');
	if (!file.type || !/^(audio|video)\/[a-z0-9.+-]+$/.test(file.type))
		throw bad(`Invalid content type of a file: '${file.type}'`,
			'file');
	if (file.data.length > most)
		throw refused(413, `Maximum content size limit (${most}) ` +
			`exceeded (${file.data.length} bytes read)`);
}

// what a model cannot be asked
function checkModel(form, model) {
	const format = form.response_format || 'json';
	const no = (name, why) => bad(`'${name}' is not supported with ` +
		`model '${form.model}'${why || ''}.`, name.replace('[]', ''),
		'unsupported_value');

	if (!model.formats.includes(format))
		throw bad(`response_format '${format}' is not compatible with ` +
			`model '${form.model}'. Use ` +
			`${model.formats.join(' or ')} instead.`,
			'response_format', 'unsupported_value');
	for (const name of ['languages[]', 'keywords[]'])
		if (form[name] && !model.lists)
			throw no(name);
	for (const name of ['known_speaker_names[]',
		'known_speaker_references[]'])
		if (form[name] && (!model.diarize || form[name].length > 4))
			throw no(name);
	if (form.prompt !== undefined && model.diarize)
		throw no('prompt');
	if (form['timestamp_granularities[]'] &&
	    (format !== 'verbose_json' || model.diarize))
		throw no('timestamp_granularities[]',
			' without verbose_json');
	if (form['include[]'] && (!model.logprobs || format !== 'json'))
		throw no('include[]');
}

function checkValues(form) {
	const granularities = form['timestamp_granularities[]'] || [];
	if (form.language !== undefined && !/^[a-z]{2,3}$/.test(form.language))
		throw bad(`Invalid language '${form.language}'. Language ` +
			'parameter must be specified in ISO-639-1 format.',
			'language', 'invalid_language_format');
	if (granularities.some((v) => v !== 'word' && v !== 'segment'))
		throw bad('Invalid timestamp_granularities',
			'timestamp_granularities', 'invalid_value');
	if ((form['include[]'] || []).some((v) => v !== 'logprobs'))
		throw bad('Invalid include', 'include', 'invalid_value');
	if (form.temperature !== undefined &&
	    !(/^\d(\.\d+)?$/.test(form.temperature) &&
	      Number(form.temperature) <= 1))
		throw bad('temperature must be between 0 and 1',
			'temperature', 'invalid_value');
	if (form.stream !== undefined &&
	    !['true', 'false'].includes(form.stream))
		throw bad('stream must be true or false', 'stream',
			'invalid_type');
}

function checkChunking(form, model, seconds) {
	const given = form.chunking_strategy;
	if (given === undefined && model.diarize && seconds > 30)
		throw bad('chunking_strategy is required for diarization ' +
			'models beyond 30 seconds', 'chunking_strategy');
	if (given === undefined || given === 'auto')
		return;
	try {
		if (JSON.parse(given).type === 'server_vad')
			return;
	} catch (error) { /* refused below, as any other value */ }
	throw bad('Invalid chunking_strategy', 'chunking_strategy',
		'invalid_value');
}

const usageOf = (model, seconds, text) => {
	if (model.seconds)
		return { type: 'duration', seconds: Math.ceil(seconds) };
	const audio = Math.ceil(10 * seconds);
	const output = 2 + text.split(' ').length;
	return { type: 'tokens', input_tokens: audio,
		input_token_details: { text_tokens: 0, audio_tokens: audio },
		output_tokens: output, total_tokens: audio + output };
};

function verbose(form, seconds, heard, text) {
	const wanted = form['timestamp_granularities[]'] || ['segment'];
	const answer = { task: 'transcribe', language: 'russian',
		duration: seconds, text };
	if (wanted.includes('word'))
		answer.words = heard.map((w) => ({ word: w.word,
			start: w.start_ms / 1000, end: w.end_ms / 1000 }));
	if (wanted.includes('segment'))
		answer.segments = heard.length ? [{ id: 0, seek: 0,
			start: heard[0].start_ms / 1000,
			end: heard.at(-1).end_ms / 1000, text: ` ${text}`,
			tokens: [50364, 50664], temperature: 0,
			avg_logprob: -0.2, compression_ratio: 1,
			no_speech_prob: 0.01 }] : [];
	return answer;
}

function diarized(seconds, heard, text) {
	return { task: 'transcribe', duration: seconds, text,
		segments: heard.map((w, i) => ({
			type: 'transcript.text.segment', id: `seg_${i}`,
			start: w.start_ms / 1000, end: w.end_ms / 1000,
			text: w.word, speaker: 'A' })) };
}

async function streamed(answer, text, usage) {
	const events = text ? text.split(/(?= )/).map((delta) => ({
		type: 'transcript.text.delta', delta })) : [];
	events.push({ type: 'transcript.text.done', text, usage });
	await answer.events(events);
}

async function reply(answer, form, model, said) {
	const { seconds, heard, text, usage } = said;
	const format = form.response_format || 'json';
	if (form.stream === 'true' && model.stream)
		return streamed(answer, text, usage);
	if (format === 'verbose_json')
		return answer.json({ ...verbose(form, seconds, heard, text),
			usage });
	if (format === 'diarized_json')
		return answer.json({ ...diarized(seconds, heard, text),
			usage });
	if (format === 'json')
		return answer.json({ text, usage });
	if (format === 'text')
		return answer.whole(Buffer.from(text + '\n'), 'text/plain');
	throw refused(501, 'this peer writes no subtitles');
}

async function handle({ request, answer, log, body }) {
	const form = fields(parse(request.headers['content-type'], body));
	checkFile(form.file);
	const model = known(transcribe, form.model);
	checkValues(form);
	checkModel(form, model);
	const { rate, pcm } = sound.read(form.file.file, form.file.data);
	const seconds = pcm.length / rate;
	if (seconds < 0.1)
		throw bad('Audio file is too short. Minimum audio length is ' +
			'0.1 seconds.', 'file', 'audio_too_short');
	checkChunking(form, model, seconds);
	const heard = words.decode(pcm, rate);
	const text = heard.map((w) => w.word).join(' ');
	log({ transcription: text, id: answer.id, seconds, rate,
		fields: { ...form, file: form.file.file } });
	await reply(answer, form, model,
		{ seconds, heard, text, usage: usageOf(model, seconds, text) });
}

module.exports = { handle, usageOf };
