/* riva-tts.js: synthesis by Riva */
'use strict';

const { CODE, refuse } = require('./grpc');
const { say } = require('./words.js');
const { speak } = require('./synthesis');

function bad(why) {
	refuse('INVALID_ARGUMENT', why);
}

/* SSML without its tags; the tags must be of those it knows, and in pairs */
function plain(text) {
	if (!text.includes('<'))
		return text;
	if (!/^<speak>[^]*<\/speak>$/.test(text))
		bad('SSML outside of <speak>');
	const words = text
		.replace(/<break time="(\d+)ms"\s*\/>/g, ' ($1) ')
		.replace(/<(emphasis|sub|prosody|phoneme)( [^<>]*)?>([^<>]*)<\/\1>/g,
			'$3')
		.replace(/<\/?speak>/g, '');
	if (/[<>]/.test(words))
		bad(`SSML that it does not know: ${words}`);
	return words;
}

/* { text, rate } of a request that can be spoken */
function check(options, request) {
	const { text = '', language_code: language, encoding, sample_rate_hz: rate,
		voice_name: voice } = request;

	if (!language)
		bad('no language_code');
	if (!options.languages.split(',').includes(language))
		bad(`Unavailable model requested: language_code=${language}`);
	if (encoding !== 1)
		bad('the double speaks LINEAR_PCM alone');
	if (!(rate >= 8000 && rate <= 48000))
		bad(`sample_rate_hz is ${rate}`);
	if (voice && !options.voices.split(',').includes(voice))
		bad(`no voice ${voice}`);
	if (voice && !voice.toLowerCase().includes(
		language.slice(-2).toLowerCase()))
		bad(`${voice} does not speak ${language}`);
	if ([...text].length > options.text_max)
		bad(`${[...text].length} characters, of ${options.text_max}`);
	const words = plain(text);
	if (!/[\p{L}\p{N}]/u.test(words))
		bad('no text');
	return { text: words, rate };
}

function response(request, data, meta) {
	return { audio: data, ...meta && { meta: { text: request.text,
		processed_text: request.text } },
	...request.id && { id: request.id } };
}

function spoken(call, request) {
	const { text, rate } = check(call.peer.options, request);
	const { pcm, ms } = say(text, rate);
	const { characters = 0, length_ms = 0 } = call.facts;

	call.facts = { characters: characters + [...request.text].length,
		length_ms: length_ms + ms };
	return { pcm, rate };
}

function synthesize(call) {
	let answer;

	return {
		message(request) {
			answer = response(request, spoken(call, request).pcm, true);
		},
		end() {
			call.write(answer);
			call.finish(CODE.OK);
		},
	};
}

function synthesizeOnline(call) {
	let requests = 0;

	return {
		speaks: true,
		async message(request) {
			const { pcm, rate } = spoken(call, request);
			requests++;
			await speak(call, pcm, rate, (data, i) =>
				call.write(response(request, data, i === 0)));
		},
		end() {
			if (!requests)
				bad('no request');
			call.inputDone();
			call.finish(CODE.OK);
		},
	};
}

module.exports = { synthesize, synthesizeOnline };
