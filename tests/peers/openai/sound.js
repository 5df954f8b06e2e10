// Sound in and out of files and codes, as 16-bit samples.
'use strict';
const { spawnSync } = require('child_process');
const { bad } = require('./errors.js');

const unreadable = (why) => bad('Audio file might be corrupted or ' +
	`unsupported: ${why}`, 'file', 'invalid_value');

const samples = (bytes) => {
	const out = new Int16Array(bytes.length >> 1);
	for (let i = 0; i < out.length; i++)
		out[i] = bytes.readInt16LE(2 * i);
	return out;
};

// {rate, pcm} of a WAV file of 16-bit mono; its sizes must be true
function wav(data) {
	let at = 12;
	let format = null;

	if (data.length < 44 || data.toString('latin1', 0, 4) !== 'RIFF' ||
	    data.toString('latin1', 8, 12) !== 'WAVE')
		throw unreadable('no RIFF/WAVE');
	if (data.readUInt32LE(4) !== data.length - 8)
		throw unreadable('the size of RIFF is not that of the file');
	while (at + 8 <= data.length) {
		const id = data.toString('latin1', at, at + 4);
		const size = data.readUInt32LE(at + 4);
		const from = at + 8;
		if (from + size > data.length)
			throw unreadable(`chunk '${id}' is cut`);
		if (id === 'fmt ')
			format = { tag: data.readUInt16LE(from),
				channels: data.readUInt16LE(from + 2),
				rate: data.readUInt32LE(from + 4),
				speed: data.readUInt32LE(from + 8),
				align: data.readUInt16LE(from + 12),
				bits: data.readUInt16LE(from + 14) };
		if (id === 'data') {
			if (!format || format.tag !== 1 || format.bits !== 16)
				throw unreadable('not PCM of 16 bits');
			if (format.channels !== 1 || format.align !== 2 ||
			    format.speed !== 2 * format.rate || size % 2)
				throw unreadable('a header that contradicts itself');
			return { rate: format.rate,
				pcm: samples(data.subarray(from, from + size)) };
		}
		at = from + size + (size & 1);
	}
	throw unreadable('no data');
}

function sox(data, from, to) {
	const run = spawnSync('sox', [...from, '-', ...to, '-'],
		{ input: data, maxBuffer: 1 << 28 });
	if (run.status !== 0)
		throw unreadable('sox cannot read it');
	return run.stdout;
}

// {rate, pcm} of a file, by the ending of its name
function read(name, data) {
	const ending = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
	if (ending === 'wav')
		return wav(data);
	const type = { mpeg: 'mp3', mpga: 'mp3' }[ending] || ending;
	if (!['flac', 'mp3', 'ogg'].includes(type))
		throw unreadable('not a format that this peer can read');
	return { rate: 16000, pcm: samples(sox(data, ['-t', type],
		['-t', 'raw', '-r', '16000', '-c', '1', '-e', 'signed',
			'-b', '16'])) };
}

const bytesOf = (pcm) => {
	const out = Buffer.alloc(2 * pcm.length);
	pcm.forEach((v, i) => out.writeInt16LE(v, 2 * i));
	return out;
};

// a header for a WAV file that is sent before its length is known
function endlessHeader(rate) {
	const head = Buffer.alloc(44);
	head.write('RIFF', 0);
	head.writeUInt32LE(0xffffffff, 4);
	head.write('WAVEfmt ', 8);
	head.writeUInt32LE(16, 16);
	head.writeUInt16LE(1, 20);
	head.writeUInt16LE(1, 22);
	head.writeUInt32LE(rate, 24);
	head.writeUInt32LE(2 * rate, 28);
	head.writeUInt16LE(2, 32);
	head.writeUInt16LE(16, 34);
	head.write('data', 36);
	head.writeUInt32LE(0xffffffff, 40);
	return head;
}

// G.711
function ulaw(byte) {
	const v = ~byte & 0xff;
	const t = (((v & 0x0f) << 3) + 0x84) << ((v & 0x70) >> 4);
	return v & 0x80 ? 0x84 - t : t - 0x84;
}

function alaw(byte) {
	const v = byte ^ 0x55;
	const segment = (v & 0x70) >> 4;
	let t = ((v & 0x0f) << 4) + (segment ? 0x108 : 8);
	if (segment > 1)
		t <<= segment - 1;
	return v & 0x80 ? t : -t;
}

const decode = { 'audio/pcm': samples,
	'audio/pcmu': (bytes) => Int16Array.from(bytes, ulaw),
	'audio/pcma': (bytes) => Int16Array.from(bytes, alaw) };

module.exports = { read, sox, bytesOf, endlessHeader, decode };
