/* roster.c: what there is to recognise with, and whether it answers */
#include "src/asr/roster.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/alloc.h"
#include "lib/breaker.h"
#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/fail.h"

#include "src/asr/engine.h"
#include "src/asr/seat.h"

enum { ABOUT_MAX = 4096 };

static void print(const char *name, const char *state, const char *about)
{
	printf("%-12s %-15s %s\n", name, state, about);
}

/* a recogniser that opens is an answer where there is nobody else to ask */
static int ask(struct seat *seat, struct sv_buf *about)
{
	int rc;

	if (seat->engine->probe)
		return seat->engine->probe(seat->model, about);
	rc = seat_open(seat);
	return rc ? rc : sv_buf_puts(about, seat->engine->about);
}

static int probe(struct seat *seat)
{
	const char *name = seat->engine->name;
	int64_t since_ms = sv_now_ms();
	struct sv_buf about;
	char *state;
	int rc;

	sv_buf_init(&about, ABOUT_MAX);
	rc = ask(seat, &about);
	state = sv_format("answers %d ms", (int)(sv_now_ms() - since_ms));
	if (rc)
		print(name, "does not answer", sv_why());
	else
		print(name, state, sv_buf_str(&about));
	if (!rc && seat->breaker)
		sv_breaker_worked(seat->breaker);
	free(state);
	sv_buf_release(&about);
	return rc ? EX_UNAVAILABLE : 0;
}

static void describe(const struct seat *seat)
{
	const struct asr_engine *engine = seat->engine;
	const char *place = engine->place ? engine->place(seat->model) : NULL;
	char *about = place ? sv_format("%s, at %s", engine->about, place)
	                    : sv_strdup(engine->about);
	enum sv_breaker_state state = SV_CLOSED;
	int left_ms = 0;
	char *left;

	if (seat->breaker)
		state = sv_breaker_look(seat->breaker, &left_ms);
	left = sv_format("left alone %ds", (left_ms + 999) / 1000);
	print(engine->name,
	      state == SV_CLOSED      ? "configured"
	      : state == SV_HALF_OPEN ? "to be tried"
	                              : left,
	      about);
	free(left);
	free(about);
}

static int tell(const struct asr_engine *engine,
                const struct asr_config *config, bool probing)
{
	const struct asr_place place = { .rate_hz = config->rate_hz };
	struct asr_link link = { .engine = engine };
	struct seat *seat;
	int rc;

	rc = engine->load(&link.model, config);
	if (rc) {
		print(engine->name, "not configured", sv_why());
		return 0;
	}
	seat = sv_alloc(sizeof *seat);
	seat_init(seat, &link, &place, config->rate_hz);
	if (probing)
		rc = probe(seat);
	else
		describe(seat);
	seat_release(seat);
	free(seat);
	engine->unload(link.model);
	return rc;
}

int roster_print(const struct asr_config *config, bool probing)
{
	const struct sv_list *names = &config->engines;
	int worst = asr_check(config);
	int rc;

	if (worst)
		return worst;
	for (size_t i = 0; i < names->n; i++) {
		rc = tell(asr_engine_find(names->items[i]), config, probing);
		if (rc)
			worst = sv_fail(rc, "not all engines that are "
			                    "configured answer");
	}
	return worst;
}
