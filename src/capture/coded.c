/* coded.c: headerless sound from a descriptor, as it comes */
#include "src/capture/coded.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/log.h"
#include "lib/start.h"

enum { BLOCK = 1 << 16 };

struct coded {
	int fd;
	const char *name;
	const struct coding *coding;
	struct coder coder;
	int channels;
	size_t unit;    /* bytes of all channels together */
	int64_t left;   /* to be read; -1 when nobody knows */
	uint8_t *bytes; /* read and not yet decoded: from at to len */
	size_t at, len, cap;
	bool ended;
};

int coded_new(struct coded **made, int fd, const char *name,
              const struct coding *coding, int channels)
{
	struct coded *coded = sv_alloc(sizeof *coded);
	int rc = coder_init(&coded->coder, coding);

	if (rc) {
		coded_free(coded);
		return rc;
	}
	coded->fd = fd;
	coded->name = name;
	coded->coding = coding;
	coded->channels = channels;
	coded->unit = coding->unit_bytes * (size_t)channels;
	coded->left = -1;
	coded->cap = BLOCK + coded->unit;
	coded->bytes = sv_alloc(coded->cap);
	*made = coded;
	return 0;
}

void coded_limit(struct coded *coded, int64_t bytes)
{
	coded->left = bytes;
}

void coded_head(struct coded *coded, const void *head, size_t len)
{
	if (coded->left >= 0 && (uint64_t)coded->left < len)
		len = (size_t)coded->left;
	if (len > coded->cap) {
		coded->cap = len;
		coded->bytes = sv_realloc(coded->bytes, len);
	}
	memcpy(coded->bytes, head, len);
	coded->len = len;
	if (coded->left >= 0)
		coded->left -= (int64_t)len;
}

void coded_free(struct coded *coded)
{
	if (!coded)
		return;
	coder_release(&coded->coder);
	free(coded->bytes);
	free(coded);
}

/* Sound that stops before its time: said once. When we were told to stop it
 * is no fault of the input's. */
static void end(struct coded *coded)
{
	coded->ended = true;
	if (sv_stopping())
		return;
	if (coded->left > 0) {
		sv_warn("%s: cut short: %lld bytes of its sound are missing",
		        coded->name, (long long)coded->left);
		sv_bad_input();
	} else if (coded->left < 0 && coded->len > coded->at) {
		sv_warn("%s: the last sample is cut off", coded->name);
		sv_bad_input();
	}
}

/* one read(2), waiting for it */
static int fill(struct coded *coded)
{
	size_t room;
	ssize_t n;

	coded->len -= coded->at;
	memmove(coded->bytes, coded->bytes + coded->at, coded->len);
	coded->at = 0;
	room = coded->cap - coded->len;
	if (coded->left >= 0 && (uint64_t)coded->left < room)
		room = (size_t)coded->left;
	if (!room || !sv_readable(coded->fd)) {
		end(coded);
		return 0;
	}
	n = sv_read(coded->fd, coded->bytes + coded->len, room, coded->name);
	if (n < 0)
		return EX_IOERR;
	if (n == 0)
		end(coded);
	coded->len += (size_t)n;
	if (coded->left >= 0)
		coded->left -= n;
	return 0;
}

int coded_read(struct coded *coded, int32_t *frames, size_t max, size_t *n)
{
	size_t frames_a_unit = coded->coding->unit_samples, units;
	int rc = 0;

	while (!rc && !coded->ended && coded->len - coded->at < coded->unit)
		rc = fill(coded);
	units = (coded->len - coded->at) / coded->unit;
	if (units > max / frames_a_unit)
		units = max / frames_a_unit;
	coded->coding->decode(&coded->coder, coded->bytes + coded->at,
	                      units * (size_t)coded->channels, frames);
	coded->at += units * coded->unit;
	*n = units * frames_a_unit;
	return rc;
}
