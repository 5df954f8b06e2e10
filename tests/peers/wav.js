/* wav.js: PCM in a WAV file, and out of it; other containers by sox */
'use strict';

const { spawnSync } = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');

function wav(pcm, rate, channels = 1) {
	const head = Buffer.alloc(44);

	head.write('RIFF', 0);
	head.writeUInt32LE(36 + pcm.length, 4);
	head.write('WAVEfmt ', 8);
	head.writeUInt32LE(16, 16);
	head.writeUInt16LE(1, 20);
	head.writeUInt16LE(channels, 22);
	head.writeUInt32LE(rate, 24);
	head.writeUInt32LE(rate * 2 * channels, 28);
	head.writeUInt16LE(2 * channels, 32);
	head.writeUInt16LE(16, 34);
	head.write('data', 36);
	head.writeUInt32LE(pcm.length, 40);
	return Buffer.concat([head, pcm]);
}

/* { pcm, rate, channels } of a WAV file with 16 bits, else null */
function riff(file) {
	let at = 12;
	let format = null;

	if (file.length < 44 || file.toString('latin1', 0, 4) !== 'RIFF')
		return null;
	while (at + 8 <= file.length) {
		const name = file.toString('latin1', at, at + 4);
		const len = file.readUInt32LE(at + 4);
		const body = file.subarray(at + 8, at + 8 + len);
		if (name === 'fmt ')
			format = { channels: body.readUInt16LE(2),
				rate: body.readUInt32LE(4),
				bits: body.readUInt16LE(14) };
		if (name === 'data')
			return format && format.bits === 16 ? { ...format,
				pcm: body.subarray(0, body.length & ~1) } : null;
		at += 8 + len + (len & 1);
	}
	return null;
}

/* as riff(), what is no WAV file is PCM at that rate */
function unwav(file, rate) {
	return riff(file) ||
		{ pcm: file.subarray(0, file.length & ~1), rate, channels: 1 };
}

/* a file of any kind that sox knows (type sndfile for Opus, mp3), or null */
function decode(file, type) {
	const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'wav-'));
	const name = path.join(dir, 'file'); // libsndfile reads no pipe

	fs.writeFileSync(name, file);
	const { status, stdout } = spawnSync('sox', ['-t', type, name, '-t', 'wav',
		'-e', 'signed', '-b', '16', '-'], { maxBuffer: 1 << 30 });
	fs.rmSync(dir, { recursive: true });
	if (status !== 0)
		return null;
	stdout.writeUInt32LE(stdout.length - 44, 40); // sox could not seek
	return riff(stdout);
}

/* the samples of one channel */
function channel(pcm, channels, i) {
	const out = Buffer.alloc(pcm.length / channels & ~1);

	for (let n = 0; 2 * n < out.length; n++)
		pcm.copy(out, 2 * n, 2 * (n * channels + i),
			2 * (n * channels + i) + 2);
	return out;
}

module.exports = { wav, riff, unwav, decode, channel };
