// The models there are, and what each may be asked.
'use strict';
const { refused } = require('./errors.js');

const transcribe = {
	'gpt-transcribe': { formats: ['json'], stream: true, lists: true },
	'gpt-4o-transcribe': { formats: ['json'], stream: true,
		logprobs: true },
	'gpt-4o-mini-transcribe': { formats: ['json'], stream: true,
		logprobs: true },
	'gpt-4o-mini-transcribe-2025-12-15': { formats: ['json'],
		stream: true, logprobs: true },
	'gpt-4o-transcribe-diarize': { stream: true, diarize: true,
		formats: ['json', 'text', 'diarized_json'] },
	'whisper-1': { seconds: true,
		formats: ['json', 'text', 'srt', 'verbose_json', 'vtt'] },
};
const speak = {
	'tts-1': { old: true },
	'tts-1-hd': { old: true },
	'gpt-4o-mini-tts': {},
	'gpt-4o-mini-tts-2025-12-15': {},
};
const live = {
	'gpt-realtime-whisper': { streaming: true },
	'gpt-transcribe': { lists: true },
	'gpt-4o-transcribe': {},
	'gpt-4o-mini-transcribe': {},
	'gpt-4o-mini-transcribe-2025-12-15': {},
	'whisper-1': { seconds: true },
};

function also(names) {
	for (const name of names ? names.split(',') : []) {
		transcribe[name] = { ...transcribe['whisper-1'], stream: true };
		speak[name] = {};
		live[name] = {};
	}
}

// table's entry for a model that was asked for, or its refusal
function known(table, model) {
	if (typeof model !== 'string' || !model)
		throw refused(400, 'you must provide a model parameter',
			'model');
	if (!Object.hasOwn(table, model))
		throw refused(404, `The model \`${model}\` does not exist or ` +
			'you do not have access to it.', null,
			'model_not_found');
	return table[model];
}

const list = ({ answer }) => answer.json({ object: 'list',
	data: [...new Set([...Object.keys(transcribe), ...Object.keys(speak),
		...Object.keys(live)])].map((id) => ({ id, object: 'model',
		created: 1767225600, owned_by: 'system' })) });

module.exports = { transcribe, speak, live, also, known, list };
