/* riva-asr.js: recognition by Riva */
'use strict';

const { CODE, refuse } = require('./grpc');
const { Hearing, hear } = require('./words.js');

const BOOST_MAX = 100;
const INTERIM_MS = 100; // between hypotheses
const EXACT = 0.95;

function bad(why) {
	refuse('INVALID_ARGUMENT', why);
}

function modelName(options, language) {
	return options.model ||
		`conformer-${language.toLowerCase()}-asr-streaming`;
}

function checkConfig(options, config) {
	if (!config)
		bad('no config');
	if (config.encoding !== 1)
		bad('the double hears LINEAR_PCM alone');
	if (!(config.sample_rate_hertz >= 8000))
		bad(`sample_rate_hertz is ${config.sample_rate_hertz}`);
	if (!config.language_code)
		bad('no language_code');
	if (!options.languages.split(',').includes(config.language_code) ||
		(config.model && config.model !==
			modelName(options, config.language_code)))
		bad('Unavailable model requested given these parameters: ' +
			`language_code=${config.language_code} model=${config.model}`);
	if (config.enable_separate_recognition_per_channel ||
		(config.audio_channel_count || 1) !== 1)
		bad('one channel can be recognised');
	if (config.max_alternatives < 0)
		bad(`max_alternatives is ${config.max_alternatives}`);
	checkContexts(options, config.speech_contexts || []);
	checkEndpointing(config.endpointing_config || {});
	return config;
}

function checkContexts(options, contexts) {
	if (contexts.length && options.boost === 'no')
		bad('word boosting is not supported by the model');
	for (const { phrases, boost = 0 } of contexts) {
		if (!phrases || phrases.some((phrase) => !phrase.trim()))
			bad('a speech context without a phrase');
		if (!(boost >= 0 && boost <= BOOST_MAX))
			bad(`boost is ${boost}`);
	}
}

function checkEndpointing(config) {
	for (const [key, value] of Object.entries(config))
		if (value < 0 || (/threshold/.test(key) && value > 1))
			bad(`${key} is ${value}`);
	if (config.stop_history && config.stop_history_eou >= config.stop_history)
		bad('stop_history_eou is not below stop_history');
}

/* a final transcript ends in a space */
function alternative(words, config) {
	const plain = words.map(({ word }) => word).join(' ');
	const text = config.enable_automatic_punctuation && plain ?
		`${plain[0].toUpperCase()}${plain.slice(1)}.` : plain;

	return {
		transcript: `${text} `,
		confidence: EXACT,
		...config.enable_word_time_offsets && {
			words: words.map(({ word, start_ms, end_ms }) => ({
				start_time: start_ms, end_time: end_ms, word,
				confidence: EXACT })) },
	};
}

/* a request's id comes back */
function echo(id) {
	return id ? { id } : {};
}

class Stream {
	constructor(call) {
		this.call = call;
		this.options = call.peer.options;
		this.words = []; // since the last final
		this.told = '';
		this.told_ms = -Infinity;
		call.quiet = (message) => message.audio_content;
		call.facts = { chunks: 0, text: '' };
	}

	message(message) {
		const { streaming_config: config, audio_content: audio } = message;

		if (message.id)
			this.id = message.id;
		if (config) {
			if (this.config)
				bad('streaming_config twice');
			this.configure(config);
		} else if (audio === undefined) {
			bad('neither streaming_config nor audio_content');
		} else if (!this.config) {
			bad('audio_content before streaming_config');
		} else {
			return this.audio(audio);
		}
		return undefined;
	}

	configure({ config, interim_results: interim }) {
		this.config = checkConfig(this.options, config);
		this.interim = interim;
		this.hearing = new Hearing(config.sample_rate_hertz);
		this.pause_ms = (config.endpointing_config || {}).stop_history ||
			this.options.stop_history;
	}

	async audio(data) {
		if (!data.length || data.length % 2)
			bad(`audio_content of ${data.length} bytes`);
		this.call.facts.chunks++;
		this.hearing.push(data);
		this.listen();
		this.call.heard(this.hearing.ms);
		const { begun, ms, voiced } = this.hearing;
		if (this.words.length && !begun && ms - voiced >= this.pause_ms)
			await this.final();
		else if (this.interim)
			this.hypothesis();
	}

	listen() {
		const more = this.hearing.take();

		this.words.push(...more);
		for (const { word } of more)
			this.call.facts.text += `${this.call.facts.text ? ' ' : ''}${word}`;
	}

	respond(results) {
		const audio_processed = this.hearing.ms / 1000;

		this.call.write({ results: results.map((result) => ({ ...result,
			channel_tag: 1, audio_processed })), ...echo(this.id) });
	}

	/* what is sure, and the last words, which are not: to be joined */
	hypothesis() {
		const all = this.words.map(({ word }) => word);
		const { begun, ms } = this.hearing;
		const tail = [...all.splice(-1), ...begun ? [begun] : []].join(' ');
		const sure = all.map((word) => `${word} `).join('');

		if (`${sure}${tail}` === this.told || !tail ||
			ms - this.told_ms < INTERIM_MS)
			return;
		this.told = `${sure}${tail}`;
		this.told_ms = ms;
		this.respond([...sure ? [{ alternatives: [{ transcript: sure }],
			stability: 0.9 }] : [],
		{ alternatives: [{ transcript: tail }], stability: 0.1 }]);
	}

	async final() {
		const words = this.words.splice(0);

		if (this.options.delay)
			await new Promise((done) => setTimeout(done,
				this.options.delay));
		this.told = '';
		this.respond([{ alternatives: [alternative(words, this.config)],
			is_final: true }]);
	}

	async end() {
		if (!this.config)
			bad('no streaming_config');
		this.hearing.flush();
		this.listen();
		if (this.words.length)
			await this.final();
		this.call.finish(CODE.OK);
	}
}

function recognize(call) {
	let response;

	call.quiet = () => true;
	return {
		message({ config, audio, id }) {
			checkConfig(call.peer.options, config);
			if (!audio || !audio.length || audio.length % 2)
				bad(`audio of ${audio ? audio.length : 0} bytes`);
			const words = hear(audio, config.sample_rate_hertz);
			response = { results: words.length ? [{
				alternatives: [alternative(words, config)], channel_tag: 1,
				audio_processed: audio.length / 2 /
					config.sample_rate_hertz }] : [], ...echo(id) };
		},
		end() {
			call.write(response);
			call.finish(CODE.OK);
		},
	};
}

function getConfig(call) {
	const { options } = call.peer;

	return {
		message({ model_name: wanted }) {
			const models = options.languages.split(',')
				.map((language) => ({ model_name: modelName(options, language),
					parameters: { language_code: language, type: 'online',
						sample_rate: '16000', streaming: 'True' } }))
				.filter((model) => !wanted || model.model_name === wanted);
			if (!models.length)
				bad(`no model ${wanted}`);
			call.write({ model_config: models });
		},
		end() {
			call.finish(CODE.OK);
		},
	};
}

module.exports = { streamingRecognize: (call) => new Stream(call), recognize,
	getConfig };
