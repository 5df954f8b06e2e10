/* speechkit-stt.js: streaming recognition of SpeechKit v3 */
'use strict';

const crypto = require('crypto');
const { CODE, refuse } = require('./grpc');
const { Hearing } = require('./words.js');

const MODELS = ['', 'general', 'general:rc', 'general:deprecated'];
const LANGUAGES = new Set(['auto', 'de-de', 'en-us', 'es-es', 'fi-fi', 'fr-fr',
	'he-he', 'he-il', 'it-it', 'kk-kk', 'kk-kz', 'nl-nl', 'pl-pl', 'pt-br',
	'pt-pt', 'ru-ru', 'sv-se', 'tr-tr', 'uz-uz']);
const CLASSIFIERS = new Set(['formal_greeting', 'informal_greeting',
	'formal_farewell', 'informal_farewell', 'insult', 'profanity', 'gender',
	'negative', 'answerphone']);
/* words by which a classifier is sure */
const SIGNS = { formal_greeting: 'здравствуйте', informal_greeting: 'привет',
	formal_farewell: 'свидания', informal_farewell: 'пока', insult: 'дурак',
	profanity: 'чёрт', gender: 'она', negative: 'плохо',
	answerphone: 'автоответчик' };
const GAP_MS = 5000;
const SESSION_MS = 5 * 60 * 1000;
const PAUSE_MS = { 0: 1000, 1: 1000, 2: 500 };
const PARTIAL_MS = 100; // between hypotheses
const STATUS_MS = 2000; // between signs of life
const HURRIED_MS = 5000; // ahead of the clock, and it is no conversation

function bad(why) {
	refuse('INVALID_ARGUMENT', why);
}

/* what is asked of recognition_model, in any kind of it */
function checkModel(model, models = MODELS) {
	if (!model)
		bad('no recognition_model');
	if (!models.includes(model.model || ''))
		bad(`no model ${model.model}`);
	checkLanguage(model.language_restriction);
	checkNormalization(model.text_normalization);
	if (!model.audio_format)
		bad('no audio_format');
	const { raw_audio: raw, container_audio: container } = model.audio_format;
	if (!raw && !(container && container.container_audio_type))
		bad('audio_format without a format');
	if (raw)
		checkRaw(raw);
}

function checkRaw(raw) {
	if (raw.audio_encoding !== 1)
		bad('audio_encoding is not LINEAR16_PCM');
	if (![8000, 16000, 48000].includes(raw.sample_rate_hertz))
		bad(`sample_rate_hertz is ${raw.sample_rate_hertz}`);
	if (![1, 2].includes(raw.audio_channel_count))
		bad(`audio_channel_count is ${raw.audio_channel_count}`);
}

function checkLanguage(restriction) {
	if (!restriction)
		return;
	const codes = restriction.language_code || [];
	if (!restriction.restriction_type)
		bad('no restriction_type');
	if (!codes.length)
		bad('no language_code');
	for (const code of codes)
		if (!LANGUAGES.has(code.toLowerCase()))
			bad(`no language ${code}`);
}

function checkNormalization(wanted) {
	if (wanted && wanted.text_normalization !== 1 &&
		(wanted.profanity_filter || wanted.literature_text ||
			wanted.phone_formatting_mode))
		bad('text_normalization is off, and its options are on');
}

function checkClassifiers(wanted) {
	for (const { classifier, triggers } of
		(wanted && wanted.classifiers) || []) {
		if (!CLASSIFIERS.has(classifier))
			bad(`no classifier ${classifier}`);
		if (!triggers || triggers.includes(0))
			bad(`${classifier} without a trigger`);
	}
}

/* words as an Alternative */
function alternative(words, language) {
	return {
		words: words.map(({ word, start_ms, end_ms }) => ({ text: word,
			start_time_ms: start_ms, end_time_ms: end_ms })),
		text: words.map(({ word }) => word).join(' '),
		start_time_ms: words.length ? words[0].start_ms : 0,
		end_time_ms: words.length ? words[words.length - 1].end_ms : 0,
		...language && { languages: [
			{ language_code: language, probability: 1 }] },
	};
}

/* as literature has it, or only figures for numbers of one word */
function normalize(text, wanted) {
	const figures = { ноль: 0, один: 1, два: 2, три: 3, четыре: 4, пять: 5,
		шесть: 6, семь: 7, восемь: 8, девять: 9, десять: 10 };
	const spelled = text.split(' ').map((word) =>
		word in figures ? String(figures[word]) : word).join(' ')
		.replace(/чёрт/g, wanted.profanity_filter ? '***' : 'чёрт');

	return wanted.literature_text && spelled ?
		`${spelled[0].toUpperCase()}${spelled.slice(1)}.` : spelled;
}

class Session {
	constructor(call) {
		const { options } = call.peer;

		this.call = call;
		this.peer = call.peer;
		this.hurry = options.hurry;
		this.uuid = crypto.randomUUID();
		this.bytes = 0;
		this.words = []; // since the last final
		this.spoken = []; // since the last end of an utterance
		this.finals = this.final_index = 0;
		this.reset_ms = this.final_ms = this.partial_ms = this.eou_ms = 0;
		this.told = '';
		this.told_ms = -Infinity;
		this.pending = []; // timers
		this.lags = []; // of the chunks of an utterance
		this.started = this.peer.ms();
		call.quiet = (message) => message.chunk;
		call.facts = { chunks: 0, longest_gap_ms: 0, silence_ms: 0,
			late_ms: [], text: '' };
		this.arrived();
	}

	/* 5 s without a message end the session */
	arrived() {
		const now = this.peer.ms();

		if (this.last_ms !== undefined)
			this.call.facts.longest_gap_ms = Math.max(Math.round(
				now - this.last_ms), this.call.facts.longest_gap_ms);
		this.last_ms = now;
		clearTimeout(this.gap);
		this.gap = setTimeout(() => this.over(
			'no message for 5 seconds'), GAP_MS / this.hurry);
	}

	over(why) {
		this.event({ status_code: { code_type: 3, message: why } });
		this.call.finish(CODE.OUT_OF_RANGE, why);
	}

	close() {
		clearTimeout(this.gap);
		clearInterval(this.alive);
		this.pending.forEach(clearTimeout);
	}

	async message(message) {
		const [kind] = Object.keys(message);
		if (!kind)
			bad('an empty StreamingRequest');
		if (!this.options && kind !== 'session_options')
			bad(`${kind} before session_options`);
		if (this.options && kind === 'session_options')
			bad('session_options twice');
		await this[kind](message[kind]);
	}

	session_options(options) {
		const model = options.recognition_model;
		checkModel(model);
		checkClassifiers(options.recognition_classifier);
		const raw = model.audio_format.raw_audio;
		if (!raw)
			refuse('UNIMPLEMENTED', 'the double streams raw_audio alone');
		if (raw.audio_channel_count !== 1)
			bad('one channel can be streamed');
		this.options = options;
		this.model = model;
		const eou = options.eou_classifier || {};
		const usual = eou.default_classifier || {};
		if (options.eou_classifier && !Object.keys(eou).length)
			bad('eou_classifier without a classifier');
		this.external = Boolean(eou.external_classifier);
		this.pause_ms = usual.max_pause_between_words_hint_ms ||
			PAUSE_MS[usual.type || 0];
		this.rate = raw.sample_rate_hertz;
		this.hearing = new Hearing(this.rate);
		this.working();
		this.alive = setInterval(() => this.working(),
			STATUS_MS / this.hurry);
	}

	working() {
		this.event({ status_code: { code_type: 1, message: '' } });
	}

	/* the facts that go with every response */
	event(what) {
		this.call.write({
			session_uuid: { uuid: this.uuid, user_request_id:
				this.call.headers['x-client-request-id'] || '' },
			audio_cursors: {
				received_data_ms: this.hearing ? this.hearing.ms : 0,
				reset_time_ms: this.reset_ms,
				partial_time_ms: this.partial_ms,
				final_time_ms: this.final_ms,
				final_index: this.final_index,
				eou_time_ms: this.eou_ms,
			},
			response_wall_time_ms: Math.round(this.peer.ms() -
				this.started),
			...what,
			channel_tag: '0',
		});
	}

	chunk({ data }) {
		if (!data || !data.length)
			bad('a chunk without data');
		if (data.length % 2)
			bad(`a chunk of ${data.length} bytes: half a sample`);
		this.bytes += data.length;
		this.call.facts.chunks++;
		if (this.bytes > this.peer.options.session_bytes)
			return this.over('more than 10 MB in a session');
		this.hearing.push(data);
		this.lateness();
		return this.heard();
	}

	/* How much later a chunk came than the promptest of the utterance, but
	 * for the first second: that is told after the fact. */
	lateness() {
		const at_ms = this.hearing.samples / this.rate * 1000;

		if (!this.lags.length)
			this.since_ms = at_ms;
		this.lags.push(at_ms < this.since_ms + 1000 ? Infinity :
			this.last_ms - at_ms);
	}

	tellLateness() {
		const least = Math.min(...this.lags);
		const late = this.lags.filter((lag) => lag < Infinity)
			.map((lag) => lag - least).sort((a, b) => a - b);

		this.lags = [];
		if (late.length)
			this.call.facts.late_ms.push([0.5, 0.99, 1].map((part) =>
				Math.round(late[Math.ceil(part * late.length) - 1])));
	}

	silence_chunk({ duration_ms: ms }) {
		this.lags = []; // what follows is another stretch of sound
		if (!(ms > 0))
			bad(`a silence of ${ms} ms`);
		this.call.facts.silence_ms += ms;
		this.hearing.skip(ms);
		return this.heard();
	}

	async eou() {
		if (!this.external)
			bad('eou without external_classifier');
		this.hearing.flush();
		this.listen();
		this.call.inputDone();
		await this.utterance();
	}

	async end() {
		if (!this.options)
			bad('no session_options');
		clearTimeout(this.gap);
		this.hearing.flush();
		this.listen();
		if (this.words.length || this.spoken.length)
			await this.utterance();
		if (this.pending.length)
			await new Promise((done) => this.pending.push(
				setTimeout(done, this.peer.options.refine)));
		this.call.finish(CODE.OK);
	}

	/* words that are over by now */
	listen() {
		const more = this.hearing.take();

		this.words.push(...more);
		this.spoken.push(...more);
		for (const { word } of more)
			this.call.facts.text += `${this.call.facts.text ? ' ' : ''}${word}`;
	}

	async heard() {
		const { ms } = this.hearing;

		this.listen();
		this.call.heard(ms);
		const wall_ms = (this.peer.ms() - this.started) * this.hurry;
		if (Math.max(ms * this.hurry, wall_ms) > SESSION_MS)
			return this.over('more than 5 minutes in a session');
		if (ms > wall_ms + HURRIED_MS && !this.warned) {
			this.warned = true;
			this.event({ status_code: { code_type: 2,
				message: 'audio comes faster than it is spoken' } });
		}
		this.partial();
		const { split } = this.peer.options;
		if (split && this.words.length >= split)
			this.final(this.words.splice(0, split));
		if (!this.external && this.spoken.length && !this.hearing.begun &&
			ms - this.hearing.voiced >= this.pause_ms)
			await this.utterance();
		return undefined;
	}

	/* a hypothesis, when there is a new one: the last word still grows */
	partial() {
		const words = this.words.map(({ word }) => word);
		const { begun, ms } = this.hearing;
		const text = [...words, ...begun ? [begun] : []].join(' ');

		if (this.model.audio_processing_type === 2 || !text ||
			text === this.told || ms - this.told_ms < PARTIAL_MS)
			return;
		this.told = text;
		this.told_ms = this.partial_ms = ms;
		this.event({ partial: { alternatives: [{
			...alternative(this.words), text, end_time_ms: ms }] } });
		this.classify(3, 3, text);
	}

	final(words) {
		const found = alternative(words, this.language());

		this.final_ms = found.end_time_ms;
		this.told = '';
		const index = this.final_index = this.finals++;
		this.event({ final: { alternatives: [found] } });
		this.classify(2, 2, found.text);
		this.refine(index, found);
	}

	refine(index, found) {
		const wanted = this.model.text_normalization;

		if (!wanted || wanted.text_normalization !== 1 ||
			this.language() === 'auto')
			return;
		const act = () => this.event({ final_refinement: {
			final_index: index, normalized_text: { alternatives: [
				{ ...found, text: normalize(found.text, wanted) }] } } });
		if (this.peer.options.refine)
			this.pending.push(setTimeout(act, this.peer.options.refine));
		else
			act();
	}

	language() {
		const wanted = this.model.language_restriction;
		return wanted ? wanted.language_code[0] : 'ru-RU';
	}

	/* the utterance has ended: what is not final yet, then eou_update */
	async utterance() {
		const { delay } = this.peer.options;

		if (delay)
			await new Promise((done) => this.pending.push(
				setTimeout(done, delay)));
		if (this.words.length)
			this.final(this.words.splice(0));
		this.classify(1, 1, this.spoken.map(({ word }) => word).join(' '));
		this.spoken = [];
		this.reset_ms = this.eou_ms = this.hearing.ms;
		this.tellLateness();
		this.event({ eou_update: { time_ms: this.eou_ms } });
	}

	classify(trigger, window, text) {
		const { recognition_classifier: wanted } = this.options;

		for (const { classifier, triggers } of
			(wanted && wanted.classifiers) || []) {
			if (!triggers.includes(trigger) || !text)
				continue;
			const sure = text.split(' ').includes(SIGNS[classifier]);
			this.event({ classifier_update: { window_type: window,
				start_time_ms: this.reset_ms, end_time_ms: this.hearing.ms,
				classifier_result: { classifier, labels: [
					{ label: classifier, confidence: sure ? 0.95 : 0.05 },
				] } } });
		}
	}
}

module.exports = {
	recognizeStreaming: (call) => new Session(call),
	checkModel, alternative, normalize, bad, MODELS, LANGUAGES,
};
