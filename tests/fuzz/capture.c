/*
 * fuzz: headers of WAV on a pipe, raw sound of any coding, effect chains
 *
 * uses: src/capture/wav.c src/capture/coding.c src/capture/coded.c src/capture/args.c
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/riff.h"
#include "lib/sound.h"

#include "src/capture/args.h"
#include "src/capture/coded.h"
#include "src/capture/wav.h"

enum { MAX = 256 };

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static int file_of(const unsigned char *data, size_t size)
{
	int fd = memfd_create("in", MFD_CLOEXEC);

	if (write(fd, data, size) != (ssize_t)size || lseek(fd, 0, SEEK_SET))
		abort();
	return fd;
}

/* no more samples than the bytes can hold */
static void decode(int fd, const struct coding *coding, int channels,
                   size_t size)
{
	struct coded *coded;
	static int32_t frames[MAX * SV_SOUND_CHANNELS];
	size_t n, all = 0;

	if (coded_new(&coded, fd, "it", coding, channels))
		abort();
	do {
		if (coded_read(coded, frames, MAX, &n) || n > MAX)
			abort();
		all += n;
	} while (n);
	if (all * (size_t)channels >
	    size / coding->unit_bytes * coding->unit_samples)
		abort();
	coded_free(coded);
}

/* A verdict stands however many bytes more there are, and what it says lies
 * within them. */
static void header(const unsigned char *data, size_t size)
{
	enum wav_verdict verdict = WAV_MORE, whole;
	struct wav wav, all;
	size_t len;
	int fd;

	whole = wav_parse(data, size, &all);
	for (len = 0; len < size && verdict == WAV_MORE; len++)
		verdict = wav_parse(data, len, &wav);
	if (verdict != WAV_MORE && verdict != whole)
		abort();
	if (whole != WAV_FOUND)
		return;
	if (all.data_at > size || !all.coding || all.channels < 1 ||
	    all.channels > SV_SOUND_CHANNELS || all.rate_hz < 0)
		abort();
	fd = file_of(data + all.data_at, size - all.data_at);
	decode(fd, all.coding, all.channels, size - all.data_at);
	close(fd);
}

static void length(const unsigned char *data, size_t size)
{
	int fd = file_of(data, size);
	struct sv_riff riff;

	sv_riff_look(&riff, fd, (int64_t)size);
	if (riff.wrong && (riff.size > size || riff.size_at < 4 ||
	                   (size_t)riff.size_at + 4 > size))
		abort();
	close(fd);
}

static void raw(const unsigned char *data, size_t size)
{
	static const char *const names[] = { "ulaw", "alaw", "gsm", "g722",
		                             "sln" };
	const struct coding *coding = coding_find(names[size % 5]);
	int fd = file_of(data, size);

	decode(fd, coding, 1, size);
	close(fd);
}

static void words(const unsigned char *data, size_t size)
{
	struct args words;
	char *text = malloc(size + 1);
	size_t i, len = 0;

	memcpy(text, data, size);
	text[size] = '\0';
	(void)args_split(text, &words);
	for (i = 0; i < words.n; i++)
		len += strlen(words.items[i]);
	if (len > size)
		abort();
	args_release(&words);
	free(text);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static void (*const targets[])(const unsigned char *,
	                               size_t) = { header, length, raw, words };

	sv_log_open("fuzz", SV_ERROR, false);
	if (size)
		targets[data[0] % 4](data + 1, size - 1);
	return 0;
}
