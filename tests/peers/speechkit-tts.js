/* speechkit-tts.js: synthesis by SpeechKit v3 */
'use strict';

const { CODE, refuse } = require('./grpc');
const { say } = require('./words.js');
const { wav } = require('./wav');
const { speak } = require('./synthesis');

/* voice: roles; the first is the usual one */
const VOICES = Object.fromEntries(`alena neutral good/filipp/ermil neutral good/
jane neutral good evil/omazh neutral evil/zahar neutral good/
marina neutral whisper friendly/madi_ru/dasha neutral good friendly/
julia neutral strict/lera neutral friendly/masha good strict friendly/
alexander neutral good/kirill neutral strict good/anton neutral good/
saule_ru neutral strict whisper/lola_ru neutral strict friendly/
zhanar_ru neutral strict friendly/yulduz_ru neutral strict friendly whisper/
john`.split('/').map((line) => {
	const [voice, ...roles] = line.trim().split(' ');
	return [voice, roles];
}));
const TEXT_MAX = 250;
const UNSAFE_MAX = 5000;
const SPEECH_MS_MAX = 24000;
const PAUSE_MS_MAX = 7000;
const PAUSES = { tiny: 50, small: 100, medium: 300, large: 600, huge: 1200 };

function bad(why) {
	refuse('INVALID_ARGUMENT', why);
}

function filled(template) {
	const values = Object.fromEntries((template.variables || []).map((v) =>
		[v.variable_name, v.variable_value || '']));

	return (template.text_template || '').replace(/\{(\w+)\}/g, (_, name) =>
		name in values ? values[name] : bad(`no variable ${name}`));
}

/* text without its markup, pauses as tests/peers/words has them */
function plain(text) {
	if (/<\/?(speak|break|sub|phoneme|p|s)\b/.test(text))
		bad('SSML');
	const words = text
		.replace(/sil<\[(\d+)\]>/g, (_, ms) => Number(ms) > PAUSE_MS_MAX ?
			bad(`a pause of ${ms} ms`) : ` (${ms}) `)
		.replace(/<\[(\w+)\]>/g, (_, name) => name === 'accented' ? '' :
			name in PAUSES ? ` (${PAUSES[name]}) ` :
				bad(`no pause ${name}`))
		.replace(/\[\[(.*?)\]\]/g, (_, phonemes) =>
			phonemes.replace(/\s/g, ''))
		.replace(/\*\*(.+?)\*\*/g, '$1')
		.replace(/\+(?=[аеёиоуыэюя])/gi, '');

	if (/<\[|\]>|\*\*|\[\[|\]\]|\+[^\d\s]/.test(words))
		bad(`markup that is none: ${words}`);
	if (!/[\p{L}\p{N}]/u.test(words.replace(/\(\d+\)/g, '')))
		bad('no text besides markup');
	return words.trim();
}

function range(value, least, most, name) {
	if (value !== undefined && !(value >= least && value <= most))
		bad(`${name} is ${value}`);
}

function checkHints(hints, loudness) {
	const found = {};

	for (const hint of hints) {
		const [name] = Object.keys(hint);
		if (!name)
			bad('a hint without anything');
		if (name in found)
			bad(`${name} twice`);
		found[name] = hint[name];
	}
	const voice = found.voice || 'marina';
	if (!VOICES[voice])
		bad(`no voice ${voice}`);
	if (found.role && !VOICES[voice].includes(found.role))
		bad(`${voice} has no role ${found.role}`);
	range(found.speed, 0.1, 3, 'speed');
	range(found.pitch_shift, -1000, 1000, 'pitch_shift');
	if (loudness === 1)
		range(found.volume, 0.001, 1, 'volume');
	else
		range(found.volume, -145, -0.001, 'volume');
	return found;
}

/* { rate, container } of the sound to make */
function format(spec) {
	if (!spec)
		return { rate: 22050, container: 1 };
	if (spec.raw_audio) {
		const { audio_encoding: encoding, sample_rate_hertz: rate } =
			spec.raw_audio;
		if (encoding !== 1)
			bad('audio_encoding is not LINEAR16_PCM');
		if (!(rate >= 8000 && rate <= 48000))
			bad(`sample_rate_hertz is ${rate}`);
		return { rate };
	}
	if (!spec.container_audio || !spec.container_audio.container_audio_type)
		bad('output_audio_spec without a format');
	if (spec.container_audio.container_audio_type !== 1)
		refuse('UNIMPLEMENTED', 'the double makes raw_audio and WAV');
	return { rate: 22050, container: 1 };
}

function textOf(request) {
	const text = request.text_template ? filled(request.text_template) :
		request.text;

	if (request.model)
		bad(`model is ${request.model}`);
	if (!text)
		bad('no text');
	const most = request.unsafe_mode ? UNSAFE_MAX : TEXT_MAX;
	if ([...text].length > most)
		bad(`${[...text].length} characters, of ${most}`);
	return text;
}

function utteranceSynthesis(call) {
	let request;

	return {
		speaks: true,
		message(message) {
			request = message;
		},
		async end() {
			const text = textOf(request);
			const { rate, container } = format(request.output_audio_spec);
			checkHints(request.hints || [],
				request.loudness_normalization_type || 2);
			const spoken = say(plain(text), rate);
			if (spoken.ms > SPEECH_MS_MAX && !request.unsafe_mode)
				bad('more than 24 s of speech');
			call.facts = { characters: [...text].length,
				length_ms: spoken.ms };
			const { chunk } = call.peer.options;
			const pcm = container ? wav(spoken.pcm, rate) : spoken.pcm;
			await speak(call, pcm, rate, (data, i) => call.write({
				audio_chunk: { data },
				start_ms: Math.round(i * chunk / 2 / rate * 1000),
				length_ms: Math.round(data.length / 2 / rate * 1000),
				...i === 0 && { text_chunk: { text },
					word_timings: spoken.words.map((w) => ({
						word: w.word, start_ms: w.start_ms,
						length_ms: w.end_ms - w.start_ms })) },
			}));
			call.inputDone();
			call.finish(CODE.OK);
		},
	};
}

module.exports = { utteranceSynthesis };
