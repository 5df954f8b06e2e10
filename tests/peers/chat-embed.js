// A text as a vector: its hashed trigrams, so that texts that have letters in
// common are near, and the same text is the same always.
'use strict';

function hash(text) {
	let h = 2166136261;

	for (const c of text)
		h = Math.imul(h ^ c.codePointAt(0), 16777619) >>> 0;
	return h;
}

function embed(text, size, base64) {
	const vector = new Float32Array(size);
	const letters = [...` ${text.toLowerCase().replace(/ё/g, 'е')
		.replace(/[^\p{L}\p{N}]+/gu, ' ').trim()} `];

	for (let i = 0; i + 3 <= letters.length; i++) {
		const h = hash(letters.slice(i, i + 3).join(''));
		vector[h % size] += h & 0x10000 ? 1 : -1;
	}
	const norm = Math.hypot(...vector) || 1;
	const unit = vector.map((x) => x / norm);
	return base64 ? Buffer.from(unit.buffer).toString('base64') : [...unit];
}

module.exports = { embed };
