/* speechkit-files.js: recognition of files by SpeechKit v3, and operations */
'use strict';

const crypto = require('crypto');
const fs = require('fs');
const path = require('path');
const { CODE, refuse } = require('./grpc');
const { hear } = require('./words.js');
const { riff, decode, channel } = require('./wav');
const { checkModel, alternative, normalize, bad, MODELS } =
	require('./speechkit-stt');

const BUCKET = 'https://storage.yandexcloud.net/';
const ID_MAX = 50;
const PAUSE_MS = 1000; // ends an utterance
const TYPES = { 2: 'sndfile', 3: 'mp3' };

const operations = new Map();

function stored(peer, uri) {
	if (!uri.startsWith(BUCKET) || !peer.options.bucket)
		bad(`no file ${uri}`);
	const name = new URL(uri).pathname.split('/').slice(2).join('/');
	const file = path.join(peer.options.bucket, decodeURIComponent(name));
	if (!fs.existsSync(file))
		bad(`no file ${uri}`);
	return fs.readFileSync(file);
}

/* { pcm, rate, channels } of what was sent */
function audio(format, content) {
	const { raw_audio: raw, container_audio: container } = format;

	if (raw) {
		if (content.length % (2 * raw.audio_channel_count))
			bad(`${content.length} bytes: half a sample`);
		return { pcm: content, rate: raw.sample_rate_hertz,
			channels: raw.audio_channel_count };
	}
	const type = container.container_audio_type;
	const sound = type === 1 ? riff(content) : decode(content, TYPES[type]);
	if (!sound)
		bad('the file is not what container_audio says');
	return sound;
}

function utterances(words) {
	const all = [];
	let end_ms = -Infinity;

	for (const word of words) {
		if (word.start_ms - end_ms >= PAUSE_MS)
			all.push([]);
		all[all.length - 1].push(word);
		({ end_ms } = word);
	}
	return all;
}

/* the responses for one channel */
function results(model, words, tag) {
	const wanted = model.text_normalization;
	const all = [];

	utterances(words).forEach((utterance, index) => {
		const found = alternative(utterance);
		const cursors = { received_data_ms: found.end_time_ms,
			final_time_ms: found.end_time_ms, final_index: index,
			eou_time_ms: found.end_time_ms };
		const add = (what) => all.push({ audio_cursors: cursors, ...what,
			channel_tag: tag });
		add({ final: { alternatives: [found] } });
		if (wanted && wanted.text_normalization === 1)
			add({ final_refinement: { final_index: index,
				normalized_text: { alternatives: [{ ...found,
					text: normalize(found.text, wanted) }] } } });
		add({ eou_update: { time_ms: found.end_time_ms } });
	});
	return all;
}

function recognizeFile(call) {
	const { peer } = call;
	let operation;

	return {
		message(request) {
			checkModel(request.recognition_model,
				[...MODELS, 'deferred-general', 'deferred-general:rc']);
			if (!request.content === !request.uri)
				bad('neither content nor uri');
			const { pcm, rate, channels } = audio(
				request.recognition_model.audio_format,
				request.content || stored(peer, request.uri));
			operation = { id: crypto.randomBytes(10).toString('hex'),
				at_ms: peer.ms(), seconds: Math.floor(Date.now() / 1000),
				responses: [] };
			for (let i = 0; i < channels; i++)
				operation.responses.push(...results(
					request.recognition_model,
					hear(channel(pcm, channels, i), rate), String(i)));
			operations.set(operation.id, operation);
		},
		end() {
			call.write(shown(peer, operation));
			call.finish(CODE.OK);
		},
	};
}

function done(peer, operation) {
	return peer.ms() - operation.at_ms >= peer.options.work;
}

function shown(peer, operation) {
	const is_done = done(peer, operation);
	const time = { seconds: operation.seconds };

	return { id: operation.id, description: 'STT v3 async recognition',
		created_at: time, modified_at: time, done: is_done,
		...is_done && { response: { type_url:
			'type.googleapis.com/google.protobuf.Empty', value: '' } } };
}

function find(request) {
	const id = request.operation_id || '';

	if (!id || id.length > ID_MAX)
		bad(`operation_id is '${id}'`);
	if (!operations.has(id))
		refuse('NOT_FOUND', `no operation ${id}`);
	return operations.get(id);
}

/* a method of one request about an operation */
function about(act) {
	return (call) => {
		let operation;
		return {
			message(request) {
				operation = find(request);
			},
			end() {
				act(call, operation);
				call.finish(CODE.OK);
			},
		};
	};
}

module.exports = {
	recognizeFile,
	getOperation: about((call, operation) =>
		call.write(shown(call.peer, operation))),
	getRecognition: about((call, operation) => {
		if (!done(call.peer, operation))
			refuse('NOT_FOUND', 'operation data is not ready');
		operation.responses.forEach((response) => call.write(response));
	}),
	deleteRecognition: about((call, operation) => {
		operations.delete(operation.id);
		call.write({});
	}),
};
