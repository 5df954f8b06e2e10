/*
 * words.js: speech for tests, that says its own words
 *
 * A word is START, its letters, END, 40 ms each: two tones at once, one of
 * sixteen low ones and one of ten high ones. Letters take the even and the odd
 * low tones by turns, so that a letter said twice is two letters, and a letter
 * that is missing shows. All lies in the telephone band, and on multiples of
 * 50 Hz, so that a window of 20 ms tells the tones apart at any rate from
 * 8 kHz on, wherever the sound was cut. Between words there is silence, as
 * voice activity detection wants it.
 *
 * Heard is what was said, in lower case. A word without its beginning or end
 * is told as ~word or word~, one with a hole as wo~rd.
 */
'use strict';

const LETTERS = 'абвгдежзийклмнопрстуфхцчшщъыьэюяё' +
	'abcdefghijklmnopqrstuvwxyz0123456789-\'@.%+/_';
const START = 0;
const END = 1;
const FIRST = 2; // of the letters; what is none of them is UNKNOWN
const UNKNOWN = FIRST + LETTERS.length;
const CUT = '~';

const LOW_HZ = Array.from({ length: 16 }, (_, i) => 300 + 100 * i);
const HIGH_HZ = Array.from({ length: 10 }, (_, i) => 2000 + 150 * i);
const SYMBOL_MS = 40;
const LEVEL = 0.2; // of full scale, each tone
const GAP_MS = { '': 80, ',': 200, '.': 350 };

const QUIET_RMS = 60; // below: nobody speaks
const PURE = 0.6; // the part of the energy that two tones must have
const SILENT_MS = 40; // and a word is over

function code(letter) {
	const i = LETTERS.indexOf(letter);
	return i < 0 ? UNKNOWN : FIRST + i;
}

function letter(symbol) {
	return symbol === UNKNOWN ? '?' : LETTERS[symbol - FIRST];
}

/* text as words, each with the pause after it; (700) is a pause of its own */
function parse(text) {
	const parts = [];

	for (const token of text.normalize('NFC').split(/\s+/)) {
		const pause = /^\((\d+)\)$/.exec(token);
		const word = token.replace(/^[^\p{L}\p{N}]+/u, '')
			.replace(/[^\p{L}\p{N}%]+$/u, '');
		const tail = token.slice(-1);

		if (pause)
			parts.push({ word: '', gap_ms: Number(pause[1]) });
		else if (word)
			parts.push({ word, gap_ms: /[.!?…;:]/.test(tail) ?
				GAP_MS['.'] : GAP_MS[tail] || GAP_MS[''] });
		else if (/[.!?…,—–-]/.test(tail))
			parts.push({ word: '', gap_ms: GAP_MS[','] });
	}
	return parts;
}

/* one symbol, its first and last two ms faded */
function tone(out, at, symbol, odd, rate) {
	const n = Math.round(SYMBOL_MS * rate / 1000);
	const fade = rate / 500;
	const low = 2 * Math.PI * LOW_HZ[2 * (symbol % 8) + odd] / rate;
	const high = 2 * Math.PI * HIGH_HZ[Math.floor(symbol / 8)] / rate;

	for (let i = 0; i < n; i++) {
		const gain = Math.min(1, (i + 1) / fade, (n - i) / fade);
		out[at + i] = Math.round(32767 * LEVEL * gain *
			(Math.sin(low * i) + Math.sin(high * i)));
	}
	return at + n;
}

/* PCM of the text, and when each word is in it */
function say(text, rate, lead_ms = 0) {
	const samples = (ms) => Math.round(ms * rate / 1000);
	const parts = parse(text);
	const length = parts.reduce((n, part) => n + samples(part.gap_ms) +
		(part.word ? (part.word.length + 2) * samples(SYMBOL_MS) : 0),
	samples(lead_ms));
	const pcm = new Int16Array(length);
	const words = [];
	let at = samples(lead_ms);

	for (const { word, gap_ms } of parts) {
		const from = at;
		if (word) {
			const symbols = [START,
				...[...word.toLowerCase()].map(code), END];
			symbols.forEach((symbol, i) => {
				at = tone(pcm, at, symbol, i % 2, rate);
			});
			words.push({ word, start_ms: Math.round(from / rate * 1000),
				end_ms: Math.round(at / rate * 1000) });
		}
		at += samples(gap_ms);
	}
	return { pcm: Buffer.from(pcm.buffer, 0, 2 * at), words,
		ms: Math.round(at / rate * 1000) };
}

/* the power of one tone in the window, as a part of a full one's */
function power(window, hz, rate) {
	const k = 2 * Math.cos(2 * Math.PI * hz / rate);
	let a = 0;
	let b = 0;

	for (let i = 0; i < window.length; i++) {
		const c = window[i] + k * a - b;
		b = a;
		a = c;
	}
	return (a * a + b * b - k * a * b) * 2 / window.length;
}

function loudest(window, tones, rate) {
	const powers = tones.map((hz) => power(window, hz, rate));
	const most = Math.max(...powers);

	return { i: powers.indexOf(most), power: most };
}

/* what a window of 20 ms holds: null, 'silence', or { symbol, odd } */
function look(window, rate) {
	let energy = 0;

	for (let i = 0; i < window.length; i++)
		energy += window[i] * window[i];
	if (energy < QUIET_RMS * QUIET_RMS * window.length)
		return 'silence';
	const high = loudest(window, HIGH_HZ, rate);
	if (high.power < 0.1 * energy)
		return null;
	const low = loudest(window, LOW_HZ, rate);
	if (low.power < 0.1 * energy || low.power + high.power < PURE * energy)
		return null;
	return { symbol: 8 * high.i + (low.i >> 1), odd: low.i & 1 };
}

/* Listens: push() sound in pieces of any size, take() the words. */
class Hearing {
	constructor(rate) {
		this.rate = rate;
		this.len = Math.round(rate / 50);
		this.hop = this.len / 2; // may be a half
		this.samples = 0; // heard, with those skipped
		this.base = 0; // sample that window 0 of now begins at
		this.next = 0; // window
		this.rest = new Int16Array(0);
		this.words = [];
		this.word = null;
		this.last = null; // symbol, or what was there instead
		this.voiced = 0; // ms at which sound was heard last
	}

	get ms() {
		return Math.round(this.samples / this.rate * 1000);
	}

	/* Buffer of s16le, whole samples */
	push(buffer) {
		const more = new Int16Array(buffer.length / 2);

		for (let i = 0; i < more.length; i++)
			more[i] = buffer.readInt16LE(2 * i);
		const all = new Int16Array(this.rest.length + more.length);
		all.set(this.rest);
		all.set(more, this.rest.length);
		const start = this.samples - this.rest.length;
		this.samples += more.length;
		let from = this.place() - start;
		while (from + this.len <= all.length) {
			this.window(all.subarray(from, from + this.len));
			this.next++;
			from = this.place() - start;
		}
		this.rest = all.slice(Math.max(0, from));
	}

	/* the first sample of the next window */
	place() {
		return this.base + Math.floor(this.next * this.hop);
	}

	/* so much time without any sound */
	skip(ms) {
		this.flush();
		this.samples += Math.round(ms * this.rate / 1000);
		this.base = this.samples;
	}

	/* nothing more comes of what is being heard */
	flush() {
		this.close(false);
		this.last = null;
		this.rest = new Int16Array(0);
		this.base = this.samples;
		this.next = 0;
	}

	window(samples) {
		const seen = look(samples, this.rate);
		const ms = Math.round(this.place() / this.rate * 1000);

		if (seen && seen !== 'silence') {
			this.voiced = ms + 20;
			this.symbol(seen, ms);
		} else if (ms + 20 - this.voiced > SILENT_MS) {
			this.close(false);
			this.last = null;
		}
	}

	symbol(seen, ms) {
		const last = this.last;

		this.last = seen;
		if (last && last.symbol === seen.symbol && last.odd === seen.odd) {
			if (this.word)
				this.word.end_ms = ms + 20;
			return;
		}
		if (seen.symbol === START) {
			this.close(false);
			this.word = { word: '', start_ms: ms };
		} else if (!this.word) {
			this.word = { word: CUT, start_ms: ms };
		} else if (last && last.odd === seen.odd) {
			this.word.word += CUT;
		}
		this.word.end_ms = ms + 20;
		if (seen.symbol === END)
			this.close(true);
		else if (seen.symbol !== START)
			this.word.word += letter(seen.symbol);
	}

	close(complete) {
		if (!this.word)
			return;
		if (!complete)
			this.word.word += CUT;
		this.words.push(this.word);
		this.word = null;
	}

	/* words that are over, and no longer kept here */
	take() {
		return this.words.splice(0);
	}

	/* what has been heard of the word going on */
	get begun() {
		return this.word ? this.word.word.replace(/~/g, '') : '';
	}
}

/* the words of a whole piece of sound */
function hear(buffer, rate) {
	const hearing = new Hearing(rate);

	hearing.push(buffer);
	hearing.flush();
	return hearing.take();
}

/* the same for Int16Array */
function encode(text, rate) {
	const { pcm } = say(text, rate);
	return new Int16Array(pcm.buffer, pcm.byteOffset, pcm.length / 2);
}

function decode(pcm, rate) {
	return hear(Buffer.from(pcm.buffer, pcm.byteOffset, 2 * pcm.length),
		rate);
}

module.exports = { say, hear, Hearing, encode, decode };
