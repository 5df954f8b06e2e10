/* file.c: recordings, from files and pipes, with a header or without */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/coding.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/log.h"
#include "lib/sound.h"
#include "lib/start.h"

#include "src/capture/coded.h"
#include "src/capture/engine.h"
#include "src/capture/spool.h"
#include "src/capture/wav.h"

enum { HEAD_FIRST = 4096, BLOCK = 1 << 16, REST_MAX = 1 << 20 };

/* What can seek is lib/sound.h's, what cannot is decoded as it comes: the one
 * of sound and coded that is not NULL does the reading. */
struct source {
	int fd; /* -1 when sound has it */
	const char *name;
	struct sv_buf head; /* what was read to see what it is */
	bool head_ends;     /* which was all there is */

	struct sv_sound *sound;
	int channels;
	int16_t *samples;
	size_t room; /* frames in it */

	struct coded *coded;
};

static bool fits(const char *what)
{
	(void)what;
	return true;
}

/* adds at most len bytes to what is known of the start */
static int read_head(struct source *source, size_t len)
{
	unsigned char block[BLOCK];
	ssize_t n = 0;

	if (len > sizeof block)
		len = sizeof block;
	if (sv_readable(source->fd))
		n = sv_read(source->fd, block, len, source->name);
	if (n < 0)
		return EX_IOERR;
	source->head_ends = n == 0;
	return sv_buf_add(&source->head, block, (size_t)n);
}

static int parse_head(struct source *source, struct wav *wav,
                      enum wav_verdict *verdict)
{
	const struct sv_buf *head = &source->head;
	int rc;

	do {
		rc = read_head(source,
		               head->len ? head->max - head->len : HEAD_FIRST);
		*verdict = wav_parse((const uint8_t *)sv_buf_str(head),
		                     head->len, wav);
	} while (!rc && *verdict == WAV_MORE && !source->head_ends &&
	         head->len < head->max);
	return rc;
}

static int use_sound(struct source *source, const char *raw,
                     struct capture_sound *sound)
{
	const struct sv_sound_info *info;
	int fd = source->fd, rc;

	if (fd == STDIN_FILENO)
		fd = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	source->fd = -1;
	rc = sv_sound_open_fd(&source->sound, fd, source->name, raw);
	if (rc)
		return rc;
	info = sv_sound_info(source->sound);
	sound->rate_hz = info->rate_hz;
	sound->channels = source->channels = info->channels;
	sound->frames = info->frames;
	return 0;
}

/* Whether it begins like a format that libsndfile knows: who pipes us
 * something else should not have to wait for its end to hear of it. */
static bool looks_contained(const struct sv_buf *head)
{
	static const char *const starts[] = {
		"RIFF", "RIFX", "RF64", "riff", "FORM", ".snd",
		"dns.", "fLaC", "OggS", "caff", "ID3",  "NIST",
		"Crea", "PVF1", "2BIT", " paf", "fap ", "MATL",
	};
	const unsigned char *data = (const unsigned char *)head->data;
	size_t i, len;

	for (i = 0; i < sizeof starts / sizeof *starts; i++) {
		len = strlen(starts[i]);
		if (head->len >= len && !memcmp(data, starts[i], len))
			return true;
	}
	return head->len > 1 && data[0] == 0xff && (data[1] & 0xe0) == 0xe0;
}

static int use_spooled(struct source *source, const char *raw,
                       struct capture_sound *sound)
{
	int rc = spool(&source->fd, source->name, &source->head);

	return rc ? rc : use_sound(source, raw, sound);
}

/* libsndfile could read most formats on a pipe, but not all (FLAC, CAF, GSM
 * in WAV), and finds out after it has eaten the start. */
static int use_container(struct source *source, struct capture_sound *sound)
{
	if (!source->head.len)
		return sv_fail(EX_DATAERR, "%s is empty", source->name);
	if (!looks_contained(&source->head))
		return sv_fail(EX_DATAERR,
		               "%s: not a recording; if it is raw sound, name "
		               "its coding with --raw",
		               source->name);
	return use_spooled(source, NULL, sound);
}

static int use_wav(struct source *source, const struct wav *wav,
                   struct capture_sound *sound)
{
	int rc = coded_new(&source->coded, source->fd, source->name,
	                   wav->coding, wav->channels);

	if (rc)
		return rc;
	if (!wav_size_unknown(wav))
		coded_limit(source->coded, wav->data_size);
	coded_head(source->coded, source->head.data + wav->data_at,
	           source->head.len - wav->data_at);
	sound->rate_hz = wav->rate_hz;
	sound->channels = wav->channels;
	return 0;
}

static int use_raw(struct source *source, const char *raw,
                   struct capture_sound *sound)
{
	const struct coding *coding = coding_find(raw);

	if (!coding)
		return use_spooled(source, raw, sound);
	sound->rate_hz = sv_coding_find(raw)->rate_hz;
	sound->channels = 1;
	return coded_new(&source->coded, source->fd, source->name, coding, 1);
}

static int use_pipe(struct source *source, const char *raw,
                    struct capture_sound *sound)
{
	enum wav_verdict verdict;
	struct wav wav;
	int rc;

	sound->frames = -1;
	if (raw)
		return use_raw(source, raw, sound);
	rc = parse_head(source, &wav, &verdict);
	if (rc)
		return rc;
	if (verdict != WAV_FOUND)
		return use_container(source, sound);
	return use_wav(source, &wav, sound);
}

static int start(struct source *source, const char *what, const char *raw,
                 struct capture_sound *sound)
{
	struct stat info;

	source->name = what;
	if (!strcmp(what, "-")) {
		source->name = "stdin";
		source->fd = STDIN_FILENO;
	} else {
		source->fd = open(what, O_RDONLY | O_CLOEXEC | O_NOCTTY);
		raw = raw ? raw : sv_sound_raw(what);
	}
	if (source->fd < 0 || fstat(source->fd, &info))
		return sv_fail(EX_NOINPUT, "open %s:", source->name);
	if (isatty(source->fd))
		return sv_fail(
			EX_USAGE,
			"%s is a terminal; name a FILE or send a recording",
			source->name);
	if (S_ISDIR(info.st_mode))
		return sv_fail(EX_NOINPUT, "%s is a folder", source->name);
	if (S_ISREG(info.st_mode) && lseek(source->fd, 0, SEEK_CUR) == 0 &&
	    !(raw && source->fd == STDIN_FILENO))
		return use_sound(source, raw, sound);
	return use_pipe(source, raw, sound);
}

static void file_close(struct source *source)
{
	if (!source)
		return;
	coded_free(source->coded);
	sv_sound_close(source->sound);
	sv_buf_release(&source->head);
	free(source->samples);
	if (source->fd > STDIN_FILENO)
		close(source->fd);
	free(source);
}

static int file_open(struct source **opened, const char *what,
                     const struct capture_how *how, struct capture_sound *sound)
{
	struct source *source = sv_alloc(sizeof *source);
	int rc;

	sv_buf_init(&source->head, WAV_HEADER_MAX);
	rc = start(source, what, how->raw, sound);
	if (rc) {
		file_close(source);
		return rc;
	}
	*opened = source;
	return 0;
}

static void read_sound(struct source *source, int32_t *frames, size_t max,
                       size_t *n)
{
	size_t channels = (size_t)source->channels, i;

	if (max > source->room) {
		source->room = max;
		source->samples =
			sv_realloc(source->samples,
		                   max * channels * sizeof *source->samples);
	}
	*n = sv_stopping() ? 0
	                   : sv_sound_read(source->sound, source->samples, max);
	for (i = 0; i < *n * channels; i++)
		frames[i] = source->samples[i] * 65536;
	if (!*n && !sv_stopping() && sv_sound_check(source->sound)) {
		sv_warn("%s", sv_why());
		sv_bad_input();
	}
}

/* What stands behind the sound on a pipe (a WAV's further chunks) is read,
 * within reason: its writer should not be told that we left. */
static void read_rest(struct source *source)
{
	unsigned char block[4096];
	ssize_t n, total = 0;

	while (total < REST_MAX && sv_readable(source->fd)) {
		n = sv_read(source->fd, block, sizeof block, source->name);
		if (n <= 0)
			break;
		total += n;
	}
}

static int file_read(struct source *source, int32_t *frames, size_t max,
                     size_t *n)
{
	int rc = 0;

	if (source->sound) {
		read_sound(source, frames, max, n);
		return 0;
	}
	rc = coded_read(source->coded, frames, max, n);
	if (!rc && !*n)
		read_rest(source);
	return rc;
}

const struct capture_source capture_file_source = {
	.name = "file",
	.fits = fits,
	.open = file_open,
	.read = file_read,
	.close = file_close,
};
