/* seat.c: an engine's place in a chain */
#include "src/asr/seat.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"

#include "src/asr/spent.h"

enum { REST_MOST_MS = 300000 };

static struct sv_breaker *breaker_of(const struct seat *seat)
{
	const char *place = NULL;
	struct sv_breaker *breaker;
	char *name;

	if (!seat->engine->remote)
		return NULL;
	if (seat->engine->place)
		place = seat->engine->place(seat->model);
	name = sv_format("asr-%s-%s", seat->engine->name, place ? place : "");
	breaker = sv_breaker_new(name, &sv_breaker_usual);
	free(name);
	return breaker;
}

void seat_init(struct seat *seat, const struct asr_link *link,
               const struct asr_place *place, int in_hz)
{
	*seat = (struct seat){ .engine = link->engine,
		               .model = link->model,
		               .asr = link->spare,
		               .place = *place,
		               .budgets = link->budgets,
		               .in_hz = in_hz };
	seat->rate_hz = link->engine->rate(link->model, place->rate_hz);
	seat->breaker = breaker_of(seat);
}

void seat_release(struct seat *seat)
{
	seat_close(seat);
	sv_breaker_free(seat->breaker);
	seat->breaker = NULL;
}

int seat_open(struct seat *seat)
{
	if (seat->asr)
		return 0;
	seat->opened_ms = sv_now_ms();
	seat->ready_ms = 0;
	seat->told = 0;
	return seat->engine->open(&seat->asr, seat->model, &seat->place);
}

void seat_close(struct seat *seat)
{
	asr_spent_gather(&seat->spent, seat->engine, seat->asr);
	seat->engine->close(seat->asr);
	seat->asr = NULL;
	sv_resample_free(seat->resampler);
	seat->resampler = NULL;
	seat->len = 0;
}

bool seat_ready(struct seat *seat)
{
	if (!seat->asr ||
	    (seat->engine->ready && !seat->engine->ready(seat->asr)))
		return false;
	if (!seat->ready_ms)
		seat->ready_ms = sv_now_ms();
	return true;
}

int seat_expect(struct seat *seat, const struct expect *expect, unsigned number)
{
	if (seat->told == number)
		return 0;
	seat->told = number;
	return seat->engine->expect(seat->asr, expect);
}

int seat_begin(struct seat *seat)
{
	int rc = 0;

	seat->len = 0;
	sv_resample_free(seat->resampler);
	seat->resampler = NULL;
	if (seat->in_hz != seat->rate_hz)
		rc = sv_resample_new(&seat->resampler, seat->in_hz,
		                     seat->rate_hz,
		                     seat->place.live ? SV_QUICK : SV_HIGH);
	return rc ? rc : seat->engine->begin(seat->asr);
}

static int flush(struct seat *seat)
{
	size_t n = seat->len;

	seat->len = 0;
	return n ? seat->engine->feed(seat->asr, seat->block, n) : 0;
}

/* samples at its own rate */
static int gather(struct seat *seat, const int16_t *samples, size_t n,
                  size_t most, bool *went)
{
	int rc = 0;

	while (!rc && n) {
		size_t part = most - seat->len;

		if (part > n)
			part = n;
		memcpy(seat->block + seat->len, samples,
		       part * sizeof *samples);
		seat->len += part;
		samples += part;
		n -= part;
		if (seat->len == most) {
			*went = true;
			rc = flush(seat);
		}
	}
	return rc;
}

static size_t block(const struct seat *seat, size_t frames)
{
	return frames * (size_t)seat->rate_hz * SEAT_FRAME_MS / 1000;
}

int seat_feed(struct seat *seat, const int16_t *samples, size_t n,
              size_t frames, bool *went)
{
	size_t most = block(seat, frames);
	int rc = 0;

	*went = false;
	if (seat->resampler)
		rc = sv_resample(seat->resampler, samples, n, &samples, &n);
	if (!rc && seat->len >= most)
		rc = flush(seat);
	return rc ? rc : gather(seat, samples, n, most, went);
}

int seat_finish(struct seat *seat, int64_t offset_ms, bool cut)
{
	const int16_t *rest = NULL;
	size_t n = 0;
	bool went;
	int rc = 0;

	if (seat->resampler)
		rc = sv_resample_end(seat->resampler, &rest, &n);
	if (!rc && n)
		rc = gather(seat, rest, n, block(seat, SEAT_BLOCK), &went);
	if (!rc)
		rc = flush(seat);
	return rc ? rc : seat->engine->finish(seat->asr, offset_ms, cut);
}

bool seat_usable(struct seat *seat, bool tired)
{
	if (!tired && seat->rest_until_ms > sv_now_ms())
		return false;
	return !seat->breaker || sv_breaker_allows(seat->breaker);
}

/* what another try would not mend */
static bool is_setting(int code)
{
	return code == EX_CONFIG || code == EX_USAGE || code == EX_DATAERR ||
	       code == EX_NOINPUT;
}

void seat_failed(struct seat *seat, int code, bool blamed)
{
	int64_t rest_ms = seat->budgets.rest;

	seat->last_code = code;
	seat->last_retry_ms = 0;
	if (seat->asr && seat->engine->retry_ms)
		seat->last_retry_ms = seat->engine->retry_ms(seat->asr);
	seat_close(seat);
	for (int i = 0; i < seat->failures && rest_ms < REST_MOST_MS; i++)
		rest_ms *= 2;
	if (is_setting(code) || rest_ms > REST_MOST_MS)
		rest_ms = REST_MOST_MS;
	if (rest_ms < seat->last_retry_ms)
		rest_ms = seat->last_retry_ms;
	seat->rest_until_ms = sv_now_ms() + rest_ms;
	seat->failures++;
	if (seat->breaker && blamed && !is_setting(code))
		sv_breaker_failed(seat->breaker, seat->last_retry_ms);
}

void seat_worked(struct seat *seat)
{
	seat->failures = 0;
	if (seat->breaker)
		sv_breaker_worked(seat->breaker);
}

bool seat_mendable(const struct seat *seat)
{
	return seat->engine->remote && !is_setting(seat->last_code) &&
	       !seat->last_retry_ms;
}
