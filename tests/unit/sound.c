/*
 * sound: recordings whole, cut, lying, and without a header
 */
#include "lib/sound.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/fail.h"

#include "tests/unit/tap.h"

enum { HEAD = 44, FRAMES = 4000 };

/* a stereo WAV at 8 kHz: n counts up on the left and down on the right */
static unsigned char wav[HEAD + FRAMES * 4];

static void put(size_t at, unsigned value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		wav[at + (size_t)i] = (unsigned char)(value >> 8 * i);
}

static void make_wav(void)
{
	memcpy(wav, "RIFF....WAVEfmt ", 16);
	put(4, sizeof wav - 8, 4);
	put(16, 16, 4);
	put(20, 1, 2);
	put(22, 2, 2);
	put(24, 8000, 4);
	put(28, 32000, 4);
	put(32, 4, 2);
	put(34, 16, 2);
	memcpy(wav + 36, "data", 4);
	put(40, FRAMES * 4, 4);
	for (int i = 0; i < FRAMES; i++) {
		put((size_t)(HEAD + 4 * i), (unsigned)i, 2);
		put((size_t)(HEAD + 4 * i + 2), (unsigned)-i, 2);
	}
}

static void save(const char *path, const void *data, size_t len)
{
	FILE *file = fopen(path, "w");

	ok(file && fwrite(data, 1, len, file) == len);
	if (file)
		fclose(file);
}

struct heard {
	int rc, check, rate_hz, channels;
	long n;
	int16_t left, right; /* of the last frame */
};

static struct heard hear(const char *path, const char *raw, size_t block)
{
	int16_t samples[2048], right[1024];
	struct heard heard = { 0 };
	struct sv_sound *sound;
	size_t n;

	heard.rc = sv_sound_open(&sound, path, raw);
	if (heard.rc)
		return heard;
	heard.rate_hz = sv_sound_info(sound)->rate_hz;
	heard.channels = sv_sound_info(sound)->channels;
	while ((n = sv_sound_read(sound, samples, block))) {
		heard.n += (long)n;
		heard.left = samples[(n - 1) * (size_t)heard.channels];
		sv_sound_channel(samples, n, heard.channels, heard.channels - 1,
		                 right);
		heard.right = right[n - 1];
	}
	heard.check = sv_sound_check(sound);
	sv_sound_close(sound);
	return heard;
}

static void whole(void)
{
	struct heard heard;

	save("a.wav", wav, sizeof wav);
	for (size_t block = 1; block <= 1000; block = block * 10 - 3) {
		heard = hear("a.wav", NULL, block);
		ok(!heard.rc && !heard.check && heard.n == FRAMES);
		ok(heard.rate_hz == 8000 && heard.channels == 2);
		ok(heard.left == FRAMES - 1 && heard.right == 1 - FRAMES);
	}
}

static void lying(void)
{
	struct heard heard;

	save("cut.wav", wav, 1001);
	heard = hear("cut.wav", NULL, 100);
	ok(heard.check == EX_DATAERR && heard.n == (1001 - HEAD) / 4);
	put(40, 0, 4);
	save("killed.wav", wav, sizeof wav);
	heard = hear("killed.wav", NULL, 100);
	ok(heard.check == EX_DATAERR && heard.n == FRAMES);
	put(40, 100, 4);
	save("short.wav", wav, sizeof wav);
	heard = hear("short.wav", NULL, 100);
	ok(heard.check == EX_DATAERR && heard.n == FRAMES);
	put(40, 0xffffffff, 4);
	save("piped.wav", wav, sizeof wav);
	heard = hear("piped.wav", NULL, 100);
	ok(!heard.check && heard.n == FRAMES);
	make_wav();
}

/* an AU of 8 kHz, 16 bit, that promises 8000 bytes; and what follows the
 * sound of a WAV without harm */
static void others(void)
{
	static unsigned char au[24 + 4000] = {
		'.', 's', 'n', 'd', 0, 0, 0,    24,   0, 0, 0x1f, 0x40,
		0,   0,   0,   3,   0, 0, 0x1f, 0x40, 0, 0, 0,    1,
	};
	static unsigned char tagged[sizeof wav + 128];
	struct heard heard;
	struct sv_sound *sound;

	save("cut.au", au, sizeof au);
	heard = hear("cut.au", NULL, 1000);
	ok(heard.check == EX_DATAERR && heard.n == 2000);
	au[10] = 0x0f;
	au[11] = 0xa0;
	save("whole.au", au, sizeof au);
	heard = hear("whole.au", NULL, 1000);
	ok(!heard.check && heard.n == 2000);

	make_wav();
	memcpy(tagged, wav, sizeof wav);
	memcpy(tagged + sizeof wav, "TAGa song", 9);
	save("tagged.wav", tagged, sizeof tagged);
	heard = hear("tagged.wav", NULL, 1000);
	ok(!heard.check && heard.n == FRAMES);

	ok(!sv_sound_open_fd(&sound, open("tagged.wav", O_RDONLY), "it", NULL));
	ok(sv_sound_info(sound)->frames == FRAMES);
	sv_sound_close(sound);
	ok(sv_sound_open_fd(&sound, -1, "it", NULL) == EX_IOERR);
	ok(!sound);
}

static void headerless(void)
{
	struct heard heard;

	save("a.sln16", wav + HEAD, 4001);
	heard = hear("a.sln16", NULL, 1000);
	ok(heard.rate_hz == 16000 && heard.n == 2000 && heard.channels == 1);
	ok(heard.check == EX_DATAERR);
	save("a.ulaw", "\xff\x00\x80", 3);
	heard = hear("a.ulaw", NULL, 1000);
	ok(!heard.check && heard.n == 3 && heard.left == 32124);
	heard = hear("a.ulaw", "alaw", 1000);
	ok(!heard.check && heard.n == 3 && heard.left == 5504);
	save("a.g722", wav, 1001);
	heard = hear("a.g722", NULL, 999);
	ok(!heard.check && heard.n == 2002 && heard.rate_hz == 16000);
	save("a.gsm", wav, 100);
	heard = hear("a.gsm", NULL, 1000);
	ok(heard.check == EX_DATAERR && heard.n <= 640);
	ok(hear("a.gsm", "g729", 1000).rc == EX_USAGE);
}

static void no_recording(void)
{
	save("empty.wav", "", 0);
	ok(hear("empty.wav", NULL, 100).rc == EX_DATAERR);
	save("text.wav", "this is no recording at all", 27);
	ok(hear("text.wav", NULL, 100).rc == EX_DATAERR);
	ok(strstr(sv_why(), "text.wav") != NULL);
	ok(hear("missing.wav", NULL, 100).rc == EX_NOINPUT);
	ok(!mkdir("folder.wav", 0700) || errno == EEXIST);
	ok(hear("folder.wav", NULL, 100).rc == EX_NOINPUT);
	ok(!mkfifo("fifo.wav", 0600));
	ok(hear("fifo.wav", NULL, 100).rc == EX_NOINPUT);
	put(22, 200, 2);
	save("wide.wav", wav, sizeof wav);
	ok(hear("wide.wav", NULL, 100).rc == EX_DATAERR);
	put(22, 2, 2);
	put(24, 1, 4);
	save("slow.wav", wav, sizeof wav);
	ok(hear("slow.wav", NULL, 100).rc == EX_DATAERR);
}

static void names(void)
{
	ok(sv_sound_known("a/b.wav") && sv_sound_known("B.WAV"));
	ok(!sv_sound_known("a.wav/b") && !sv_sound_known("wav"));
	ok(!sv_sound_known(".wav") && !sv_sound_known("a.txt"));
	ok(!sv_sound_raw("a.wav") && !sv_sound_raw("a"));
	is(sv_sound_raw("x.y/a.SLN16"), "sln16");
	is(sv_sound_raw("a.pcm"), "ulaw");
}

static void clean(const char *folder)
{
	glob_t found;

	if (!glob("*", 0, NULL, &found)) {
		for (size_t i = 0; i < found.gl_pathc; i++)
			remove(found.gl_pathv[i]);
		globfree(&found);
	}
	remove(folder);
}

int main(void)
{
	char folder[] = "/tmp/sv-sound-XXXXXX";

	if (!ok(mkdtemp(folder) && !chdir(folder)))
		return tap_end();
	make_wav();
	whole();
	lying();
	others();
	headerless();
	no_recording();
	names();
	clean(folder);
	return tap_end();
}
