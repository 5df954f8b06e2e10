/* record.c: the recording of a call, on disk as it comes */
#include "src/capture/record.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/fail.h"
#include "lib/pcm.h"

#include "src/capture/record_file.h"
#include "src/capture/record_format.h"

enum {
	WRITE_MS = 500, /* with what the coders hold, less than a second is
	                 * not on disk yet */
	APART_MS = 1000,
	OUT_MAX = 1 << 20,
};

enum side { HEARD, SENT };

struct record {
	struct record_file file;
	const struct record_format *format;
	struct coder_state *coder; /* NULL after a failure */
	struct sv_buf out;
	size_t unwritten; /* samples coded since the last write */
	size_t frame, write_after, apart; /* samples */

	/* what one side or both have given and is not coded yet, interleaved;
	 * silence where nothing came */
	int16_t *frames;
	size_t ends[RECORD_CHANNELS];
};

static const struct record_format *find_format(const char *name)
{
	static const struct record_format *const formats[] = {
		&record_flac,
		&record_opus,
		NULL,
	};
	const struct record_format *const *format = formats;

	while (*format && strcmp((*format)->name, name) != 0)
		format++;
	return *format;
}

static int write_out(struct record *record)
{
	struct record_patch patch = { 0 };
	int rc = record_file_add(&record->file, &record->out);

	record->unwritten = 0;
	sv_buf_cut(&record->out, 0);
	if (!rc && record->format->patch) {
		record->format->patch(record->coder, &patch);
		rc = record_file_patch(&record->file, &patch);
	}
	return rc;
}

/* Nothing more is recorded; what there is stays. */
static int give_up(struct record *record, int rc)
{
	if (!rc || !record->coder)
		return rc;
	record->format->close(record->coder);
	record->coder = NULL;
	sv_buf_release(&record->out);
	free(record->frames);
	record->frames = NULL;
	return rc;
}

/* Codes n frames from the start, and forgets them. */
static int encode(struct record *record, size_t n)
{
	const size_t *ends = record->ends;
	size_t longest = ends[HEARD] > ends[SENT] ? ends[HEARD] : ends[SENT];
	int16_t *frames = record->frames;
	int rc = record->format->encode(record->coder, frames, n);

	memmove(frames, frames + n * RECORD_CHANNELS,
	        (longest - n) * RECORD_CHANNELS * sizeof *frames);
	memset(frames + (longest - n) * RECORD_CHANNELS, 0,
	       n * RECORD_CHANNELS * sizeof *frames);
	record->ends[HEARD] -= n;
	record->ends[SENT] -= n;
	record->unwritten += n;
	return rc;
}

static int encode_ready(struct record *record)
{
	int rc = 0;

	while (!rc && record->ends[HEARD] >= record->frame &&
	       record->ends[SENT] >= record->frame)
		rc = encode(record, record->frame);
	if (!rc && record->unwritten >= record->write_after) {
		rc = record->format->flush(record->coder);
		if (!rc)
			rc = write_out(record);
	}
	return rc;
}

/* at most a frame of one side */
static int put(struct record *record, enum side side, const int16_t *samples,
               size_t n)
{
	size_t *end = &record->ends[side], *other = &record->ends[!side];
	int16_t *to = record->frames + *end * RECORD_CHANNELS + side;

	for (size_t i = 0; i < n; i++)
		to[i * RECORD_CHANNELS] = samples[i];
	*end += n;
	if (*end > record->apart && *other < *end - record->apart)
		*other = *end - record->apart;
	return encode_ready(record);
}

static int put_all(struct record *record, enum side side,
                   const int16_t *samples, size_t n)
{
	int rc = 0;

	while (!rc && n && record->coder) {
		size_t part = n < record->frame ? n : record->frame;

		rc = give_up(record, put(record, side, samples, part));
		samples += part;
		n -= part;
	}
	return rc;
}

int record_heard(struct record *record, const int16_t *samples, size_t n)
{
	return put_all(record, HEARD, samples, n);
}

int record_sent(struct record *record, const int16_t *samples, size_t n)
{
	return put_all(record, SENT, samples, n);
}

static void release(struct record *record)
{
	record->format->close(record->coder);
	sv_buf_release(&record->out);
	free(record->frames);
	free(record);
}

static int start(struct record *record, int rate_hz)
{
	int rc;

	record->frame = (size_t)sv_samples(SV_FRAME_MS, rate_hz);
	record->write_after = (size_t)sv_samples(WRITE_MS, rate_hz);
	record->apart = (size_t)sv_samples(APART_MS, rate_hz);
	record->frames = sv_calloc(record->apart + 2 * record->frame,
	                           RECORD_CHANNELS * sizeof *record->frames);
	sv_buf_init(&record->out, OUT_MAX);
	rc = record->format->open(&record->coder, rate_hz, &record->out);
	rc = rc ? rc : write_out(record);
	return rc ? EX_CANTCREAT : 0;
}

int record_open(struct record **made, const char *folder, const char *call,
                const char *format, int rate_hz)
{
	const struct record_format *found = find_format(format);
	struct record *record;
	int rc;

	if (!found || !sv_rate_valid(rate_hz) || strchr(call, '/'))
		return sv_fail(EX_USAGE,
		               "cannot record %s as '%s' at %d Hz; use flac "
		               "or opus",
		               call, format, rate_hz);
	record = sv_alloc(sizeof *record);
	record->format = found;
	rc = record_file_open(&record->file, folder, call, format);
	if (!rc) {
		rc = start(record, rate_hz);
		if (rc)
			unlink(record->file.path);
	}
	if (!rc) {
		*made = record;
		return 0;
	}
	record_file_close(&record->file, rc);
	release(record);
	return rc;
}

static int complete(struct record *record)
{
	size_t *ends = record->ends;
	int rc = 0;

	ends[HEARD] = ends[SENT] =
		ends[HEARD] > ends[SENT] ? ends[HEARD] : ends[SENT];
	rc = encode_ready(record);
	if (!rc && ends[HEARD])
		rc = encode(record, ends[HEARD]);
	if (!rc)
		rc = record->format->finish(record->coder);
	return rc ? rc : write_out(record);
}

int record_close(struct record *record)
{
	int rc = 0;

	if (!record)
		return 0;
	if (record->coder)
		rc = give_up(record, complete(record));
	rc = record_file_close(&record->file, rc);
	release(record);
	return rc;
}

const char *record_path(const struct record *record)
{
	return record->file.path;
}
