/* synthesis.js: sound on its way out of a double that speaks */
'use strict';

/* resolves in so many ms of the wall clock */
function wait(ms) {
	return new Promise((done) => setTimeout(done, ms));
}

/*
 * Gives write(piece, i) the sound in pieces, as fast as --pace and --first have
 * it; a piece may end within a sample.
 */
async function speak(call, pcm, rate, write) {
	const { chunk, pace, first } = call.peer.options;

	if (first)
		await wait(first);
	for (let at = 0, i = 0; at < pcm.length; at += chunk, i++) {
		if (call.over || call.stopped)
			return;
		const piece = pcm.subarray(at, at + chunk);
		write(piece, i);
		call.heard(Math.round((at + piece.length) / 2 / rate * 1000));
		if (pace)
			await wait(piece.length / 2 / rate * 1000 / pace);
	}
}

module.exports = { speak };
