// A session of realtime transcription, as events.
'use strict';
const { randomBytes } = require('crypto');
const { live } = require('./models.js');
const { usageOf } = require('./transcriptions.js');
const { Wrong, only, updated, fresh } = require('./session.js');
const { Socket } = require('./websocket.js');
const sound = require('./sound.js');
const { Hearing } = require('../words.js');

const id = (kind) => `${kind}_${randomBytes(9).toString('base64url')}`;
const loud = 500; // a sample that is not silence, for the server's own VAD

class Session {
	constructor({ request, socket, head, log, faults, life }) {
		this.log = log;
		this.fault = faults;
		this.session = fresh(id('sess'), life);
		this.clear();
		this.previous = null;
		this.commits = 0;
		this.appends = 0;
		this.held = null;    // what waits to come out of order
		this.total = 0;      // samples ever appended
		this.spoken = 0;     // samples of it at the last loud one
		this.speaking = false;
		this.ws = new Socket(request, socket, head, {
			message: (text) => this.message(text),
			end: () => this.end() });
		this.ws.pieces = this.fault.has('pieces');
		this.timer = setTimeout(() => this.expire(), life);
		this.tell({ type: 'session.created', session: this.session });
	}

	end() {
		clearTimeout(this.timer);
		this.log({ realtime: 'closed', commits: this.commits });
	}

	tell(event) {
		if (this.fault.has('deaf') && event.type !== 'session.created')
			return;
		if (this.fault.has('unknown'))
			this.ws.text(JSON.stringify({ type: 'session.weather',
				event_id: id('event'), sky: ['серое', null] }));
		const { type, ...rest } = event;
		this.ws.text(JSON.stringify({ type, event_id: id('event'),
			...rest, ...(this.fault.has('unknown') ?
				{ tomorrow: { is: 'another day' } } : {}) }));
	}

	expire() {
		this.tell({ type: 'error', error: {
			type: 'invalid_request_error', code: 'session_expired',
			message: 'Your session hit the maximum duration of 60 ' +
				'minutes.', param: null, event_id: null } });
		this.ws.close(1001, 'session expired');
	}

	message(text) {
		let event = null;
		try {
			if (text === null)
				throw new Wrong('Binary messages are not ' +
					'supported.', null, 'invalid_message');
			event = this.read(text);
			this.log({ realtime: event.type,
				...(event.audio ? { bytes: event.audio.length } :
					{ event }) });
			this.act(event);
		} catch (wrong) {
			if (!(wrong instanceof Wrong))
				throw wrong;
			this.log({ realtime: 'error', message: wrong.message });
			this.tell({ type: 'error', error: {
				type: 'invalid_request_error', code: wrong.code,
				message: wrong.message,
				param: wrong.param || null,
				event_id: event?.event_id ?? null } });
		}
	}

	read(text) {
		let event;
		try {
			event = JSON.parse(text);
		} catch (error) {
			throw new Wrong('The server could not parse your event ' +
				'as JSON.', null, 'invalid_json');
		}
		const keys = {
			'session.update': ['session'],
			'input_audio_buffer.append': ['audio'],
			'input_audio_buffer.commit': [],
			'input_audio_buffer.clear': [],
		};
		if (!event || !Object.hasOwn(keys, event.type))
			throw new Wrong(`Invalid value: '${event?.type}'. ` +
				'Supported values are: ' + Object.keys(keys)
				.map((k) => `'${k}'`).join(', ') + '.', 'type',
			'invalid_value');
		only(event, 'event', ['type', 'event_id', ...keys[event.type]]);
		if ('event_id' in event && !(typeof event.event_id === 'string' &&
		    event.event_id.length <= 512))
			throw new Wrong('Invalid event_id', 'event_id',
				'invalid_value');
		return event;
	}

	act(event) {
		switch (event.type) {
		case 'session.update':
			this.session = updated(this.session, event.session);
			return this.tell({ type: 'session.updated',
				session: this.session });
		case 'input_audio_buffer.append':
			return this.append(event.audio);
		case 'input_audio_buffer.clear':
			this.clear();
			return this.tell({ type: 'input_audio_buffer.cleared' });
		default:
			if (this.input().turn_detection)
				throw new Wrong('The buffer is committed by ' +
					'turn_detection.', 'type',
				'invalid_value');
			return this.commit();
		}
	}

	input() {
		return this.session.audio.input;
	}

	rate() {
		return this.input().format.type === 'audio/pcm' ? 24000 : 8000;
	}

	clear() {
		this.length = 0;     // of the buffer, in samples
		this.hearing = null; // what listens to it
		this.heard = [];     // words of it that are over
		this.item = null;    // the id that it will have
		this.said = 0;       // words of it told of in deltas
	}

	append(audio) {
		if (typeof audio !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/
			.test(audio) || audio.length % 4)
			throw new Wrong("Invalid 'audio'. Expected " +
				'base64-encoded audio bytes', 'audio',
			'invalid_value');
		const bytes = Buffer.from(audio, 'base64');
		const { type } = this.input().format;
		if (bytes.toString('base64') !== audio ||
		    (type === 'audio/pcm' && bytes.length % 2))
			throw new Wrong("Invalid 'audio': not whole samples " +
				'in base64', 'audio', 'invalid_value');
		if (bytes.length > 15 << 20)
			throw new Wrong("Invalid 'audio': more than 15 MiB",
				'audio', 'invalid_value');
		this.appends++;
		if (this.fault.has('reset') &&
		    this.appends === this.fault.number('reset', Infinity))
			return this.ws.socket.resetAndDestroy();
		const pcm = sound.decode[type](bytes);
		this.hearing ??= new Hearing(this.rate());
		this.hearing.push(sound.bytesOf(pcm));
		this.heard.push(...this.hearing.take());
		this.length += pcm.length;
		this.total += pcm.length;
		this.item ??= id('item');
		if (this.input().turn_detection)
			this.listen(pcm);
		else if (live[this.input().transcription?.model]?.streaming)
			this.deltas();
	}

	// the server's own ends of utterances: silence after speech
	listen(pcm) {
		const at = (n) => Math.round(1000 * n / this.rate());
		const { silence_duration_ms: quiet = 500 } =
			this.input().turn_detection;
		if (pcm.some((v) => Math.abs(v) > loud)) {
			this.spoken = this.total;
			if (!this.speaking)
				this.tell({ type:
					'input_audio_buffer.speech_started',
				audio_start_ms: Math.max(0,
					at(this.total - pcm.length) - 300),
				item_id: this.item });
			this.speaking = true;
		} else if (this.speaking && at(this.total - this.spoken) >= quiet) {
			this.speaking = false;
			this.tell({ type: 'input_audio_buffer.speech_stopped',
				audio_end_ms: at(this.total),
				item_id: this.item });
			this.commit();
		}
	}

	// words that are over and were not told of
	deltas() {
		for (; this.said < this.heard.length; this.said++)
			this.tell({ type: 'conversation.item.' +
				'input_audio_transcription.delta',
			item_id: this.item, content_index: 0,
			delta: (this.said ? ' ' : '') +
				this.heard[this.said].word });
	}

	broken() {
		const f = this.fault;
		if (f.has('expired'))
			this.expire();
		else if (f.has('close'))
			this.ws.close(f.number('close', 1011), 'internal error');
		else if (f.has('reset') && f.number('reset', 0) === 0)
			this.ws.socket.resetAndDestroy();
		else
			return false;
		return true;
	}

	commit() {
		const ms = 1000 * this.length / this.rate();
		if (ms < 100)
			throw new Wrong('Error committing input audio buffer: ' +
				'buffer too small. Expected at least 100ms of ' +
				`audio, but buffer only has ${ms.toFixed(2)}ms ` +
				'of audio.', null,
			'input_audio_buffer_commit_empty');
		this.commits++;
		if (this.broken())
			return;
		const item = { id: this.item, object: 'realtime.item',
			type: 'message', status: 'completed', role: 'user',
			content: [{ type: 'input_audio', transcript: null }] };
		const at = { previous_item_id: this.previous };
		this.tell({ type: 'input_audio_buffer.committed',
			item_id: item.id, ...at });
		this.tell({ type: 'conversation.item.added', ...at, item });
		this.tell({ type: 'conversation.item.done', ...at, item });
		if (this.input().transcription)
			this.transcribe(item.id);
		this.previous = item.id;
		this.clear();
	}

	transcribe(item) {
		this.hearing.flush();
		this.heard.push(...this.hearing.take());
		const text = this.heard.map((w) => w.word).join(' ');
		const model = live[this.input().transcription.model];
		this.deltas();
		this.log({ transcription: text, item,
			seconds: this.length / this.rate() });
		const kind = 'conversation.item.input_audio_transcription.';
		const event = this.fault.has('failed') ? {
			type: kind + 'failed', item_id: item, content_index: 0,
			error: { type: 'server_error', code: null, param: null,
				message: 'The server had an error' } } : {
			type: kind + 'completed', item_id: item,
			content_index: 0, transcript: text,
			usage: usageOf(model, this.length / this.rate(), text) };
		if (this.fault.has('notjson'))
			this.ws.text('{"type": "conversation.item.');
		if (this.fault.has('hold'))
			setTimeout(() => this.tell(event),
				this.fault.number('hold', 100));
		else if (this.fault.has('order') && !this.held)
			this.held = event;
		else
			this.release(event);
	}

	release(event) {
		this.tell(event);
		if (this.held)
			this.tell(this.held);
		this.held = null;
	}
}

module.exports = { Session };
