/*
 * capture: codings, WAV headers and effect chains, byte by byte
 *
 * uses: src/capture/wav.c src/capture/coding.c src/capture/coded.c src/capture/args.c
 */
#include <fcntl.h>
#include <unistd.h>

#include "lib/coding.h"
#include "lib/fail.h"

#include "src/capture/args.h"
#include "src/capture/coded.h"
#include "src/capture/wav.h"
#include "tests/unit/tap.h"

static int32_t decode_one(const struct coding *coding, const void *bytes)
{
	struct coder coder;
	int32_t out[160];

	if (coder_init(&coder, coding))
		return -1;
	coding->decode(&coder, bytes, 1, out);
	coder_release(&coder);
	return out[0];
}

static void codings(void)
{
	const float loud = 1.5f, half = -0.5f, nothing = 0.0f / 0.0f;
	const double quarter = 0.25;

	ok(decode_one(&coding_u8, "\x80") == 0);
	ok(decode_one(&coding_u8, "\x00") == INT32_MIN);
	ok(decode_one(&coding_s16, "\x01\x80") == -32767 * 65536);
	ok(decode_one(&coding_s24, "\x01\x00\x80") == INT32_MIN + 256);
	ok(decode_one(&coding_s32, "\xff\xff\xff\x7f") == INT32_MAX);
	ok(decode_one(&coding_f32, &loud) == INT32_MAX);
	ok(decode_one(&coding_f32, &half) == -(1 << 30));
	ok(decode_one(&coding_f32, &nothing) == 0);
	ok(decode_one(&coding_f64, &quarter) == 1 << 29);
	ok(decode_one(&coding_ulaw, "\xff") == 0);
	ok(decode_one(&coding_ulaw, "\x80") == 32124 * 65536);
	ok(decode_one(&coding_alaw, "\xaa") == 32256 * 65536);
	ok(coding_find("SLN44") == &coding_s16);
	ok(coding_find("g722") == &coding_g722 && coding_find("GSM"));
	ok(!coding_find("vox") && !coding_find(""));
	ok(sv_coding_find("g722")->rate_hz == 16000);
}

/* a header with a chunk of odd length before the format */
static const uint8_t header[] = "RIFF\xff\xff\xff\xffWAVE"
				"junk\x03\0\0\0abc\0"
				"fmt \x10\0\0\0\x01\0\x02\0\x40\x1f\0\0"
				"\0\x7d\0\0\x04\0\x10\0"
				"data\x10\x27\0\0";

static void headers(void)
{
	uint8_t changed[sizeof header];

	enum { LEN = sizeof header - 1, FORMAT = 24 + 8 };
	struct wav wav;
	size_t len;
	int more = 0;

	for (len = 0; len < LEN; len++)
		more += wav_parse(header, len, &wav) == WAV_MORE;
	ok(more == LEN);
	ok(wav_parse(header, LEN, &wav) == WAV_FOUND);
	ok(wav.coding == &coding_s16 && wav.channels == 2);
	ok(wav.rate_hz == 8000 && wav.data_size == 10000);
	ok(wav.data_at == LEN && !wav_size_unknown(&wav));

	memcpy(changed, header, sizeof header);
	changed[FORMAT] = 0x11; /* IMA ADPCM */
	ok(wav_parse(changed, LEN, &wav) == WAV_OTHER);
	memcpy(changed, header, sizeof header);
	changed[FORMAT + 12] = 3; /* a frame of 3 bytes */
	ok(wav_parse(changed, LEN, &wav) == WAV_OTHER);
	memcpy(changed, header, sizeof header);
	changed[FORMAT + 2] = 33; /* channels */
	ok(wav_parse(changed, LEN, &wav) == WAV_OTHER);
	memcpy(changed, header, sizeof header);
	memset(changed + 16, 0xff, 4); /* a chunk of 4 GB */
	ok(wav_parse(changed, LEN, &wav) == WAV_OTHER);
	ok(wav_parse((const uint8_t *)"RIFX", 4, &wav) == WAV_OTHER);
	ok(wav_parse((const uint8_t *)"RIFF\0\0\0\0AVI ", 12, &wav) ==
	   WAV_OTHER);
	wav.data_size = 0;
	ok(wav_size_unknown(&wav));
	wav.data_size = UINT32_MAX;
	ok(wav_size_unknown(&wav));
}

static void limits(void)
{
	static const uint8_t bytes[] = { 1, 0, 2, 0, 3, 0, 4, 0, 5, 0 };
	struct coded *coded;
	int32_t frames[8];
	size_t n;
	int ends[2];

	/* two samples before, one in the pipe, the rest not ours */
	ok(!pipe(ends) && write(ends[1], bytes + 4, 6) == 6);
	ok(!coded_new(&coded, ends[0], "it", &coding_s16, 1));
	coded_limit(coded, 6);
	coded_head(coded, bytes, 4);
	ok(!coded_read(coded, frames, 8, &n) && n == 2);
	ok(frames[1] == 2 * 65536);
	ok(!coded_read(coded, frames, 8, &n) && n == 1);
	ok(frames[0] == 3 * 65536);
	ok(!coded_read(coded, frames, 8, &n) && n == 0);
	ok(!coded_read(coded, frames, 8, &n) && n == 0);
	coded_free(coded);
	ok(read(ends[0], frames, 8) == 4);
	close(ends[0]);
	close(ends[1]);
}

static void splitting(void)
{
	struct args words;

	ok(!args_split("", &words) && words.n == 0);
	args_release(&words);
	ok(!args_split(" gain  -3\tvol 'a b'\"c d\"\\ e ''", &words));
	ok(words.n == 5);
	is(words.items[0], "gain");
	is(words.items[1], "-3");
	is(words.items[3], "a bc d e");
	is(words.items[4], "");
	args_release(&words);
	ok(!args_split("'\\' \"\\\"\"", &words) && words.n == 2);
	is(words.items[0], "\\");
	is(words.items[1], "\"");
	args_release(&words);
	ok(args_split("a 'b", &words) == EX_USAGE);
	args_release(&words);
	ok(args_split("a \\", &words) == EX_USAGE);
	args_release(&words);
}

int main(void)
{
	codings();
	headers();
	limits();
	splitting();
	return tap_end();
}
