/* breaker: a service that has failed is left alone for a while */
#include "lib/breaker.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/breaker_inside.h"
#include "lib/clock.h"
#include "lib/io.h"
#include "lib/log.h"

enum { NAME = 128 }; /* bytes of a name that count */

const struct sv_breaker_rule sv_breaker_usual = {
	.failures = 3,
	.window_ms = 30000,
	.open_ms = 10000,
	.most_ms = 300000,
};

struct sv_breaker *sv_breaker_new(const char *name,
                                  const struct sv_breaker_rule *rule)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-.:";
	struct sv_breaker *breaker = sv_alloc(sizeof *breaker);
	char *run = sv_run_folder();
	char *folder = sv_format("%s/breakers", run);

	breaker->rule = *rule;
	breaker->name = sv_strndup(name, NAME);
	for (char *p = breaker->name; *p; p++) {
		if (!strchr(allowed, *p) || (p == breaker->name && *p == '.'))
			*p = '_';
	}
	if (access(folder, W_OK | X_OK))
		sv_folder_make(folder); /* or else it is ours alone */
	breaker->path = sv_format("%s/%s", folder, breaker->name);
	free(folder);
	free(run);
	return breaker;
}

void sv_breaker_free(struct sv_breaker *breaker)
{
	if (!breaker)
		return;
	free(breaker->name);
	free(breaker->path);
	free(breaker);
}

bool sv_breaker_allows(struct sv_breaker *breaker)
{
	struct breaker_record *r = &breaker->record;
	int64_t now = sv_now_ms();
	bool ours = false;
	int fd;

	breaker_look(breaker);
	if (r->state == SV_CLOSED)
		return true;
	if (now < r->until_ms)
		return false;
	fd = breaker_change(breaker); /* somebody may have been faster */
	if (r->state != SV_CLOSED && now >= r->until_ms) {
		r->state = SV_HALF_OPEN;
		r->until_ms = now + breaker->rule.open_ms;
		ours = true;
		sv_info("%s: tried again", breaker->name);
	}
	breaker_keep(breaker, fd);
	return ours || r->state == SV_CLOSED;
}

void sv_breaker_worked(struct sv_breaker *breaker)
{
	struct breaker_record *r = &breaker->record;
	int fd;

	breaker_look(breaker);
	if (r->state == SV_CLOSED && !r->failures)
		return; /* as nearly always: nothing is written */
	fd = breaker_change(breaker);
	if (r->state != SV_CLOSED)
		sv_info("%s: works again", breaker->name);
	*r = (struct breaker_record){ 0 };
	breaker_keep(breaker, fd);
}

static void open_for(struct sv_breaker *breaker, int64_t length_ms,
                     int64_t at_least_ms)
{
	struct breaker_record *r = &breaker->record;
	int64_t for_ms = length_ms > at_least_ms ? length_ms : at_least_ms;

	r->state = SV_OPEN;
	r->length_ms = length_ms;
	r->until_ms = sv_now_ms() + for_ms;
	sv_info("%s: not asked for %d ms", breaker->name, (int)for_ms);
}

static void count_failure(struct sv_breaker *breaker, int at_least_ms)
{
	const struct sv_breaker_rule *rule = &breaker->rule;
	struct breaker_record *r = &breaker->record;
	int64_t now = sv_now_ms();

	if (!r->failures || now - r->begun_ms > rule->window_ms) {
		r->failures = 0;
		r->begun_ms = now;
	}
	r->failures++;
	if (r->failures >= rule->failures)
		open_for(breaker, rule->open_ms, at_least_ms);
	else if (at_least_ms > 0) /* it asks for it */
		open_for(breaker, 0, at_least_ms);
}

void sv_breaker_failed(struct sv_breaker *breaker, int at_least_ms)
{
	const struct sv_breaker_rule *rule = &breaker->rule;
	struct breaker_record *r = &breaker->record;
	int64_t twice, at_least = at_least_ms < BREAKER_LONGEST_MS
	                                  ? at_least_ms
	                                  : BREAKER_LONGEST_MS;
	int fd = breaker_change(breaker);

	if (r->state == SV_CLOSED) {
		count_failure(breaker, (int)at_least);
	} else if (r->state == SV_OPEN) { /* one that was under way */
		at_least += sv_now_ms();
		if (at_least_ms > 0 && at_least > r->until_ms)
			r->until_ms = at_least;
	} else {
		twice = 2 * (r->length_ms > rule->open_ms ? r->length_ms
		                                          : rule->open_ms);
		open_for(breaker, twice < rule->most_ms ? twice : rule->most_ms,
		         at_least);
	}
	breaker_keep(breaker, fd);
}

enum sv_breaker_state sv_breaker_look(struct sv_breaker *breaker, int *left_ms)
{
	struct breaker_record *r = &breaker->record;
	int64_t left;

	breaker_look(breaker);
	left = r->state == SV_CLOSED ? 0 : r->until_ms - sv_now_ms();
	*left_ms = left > 0 ? (int)left : 0;
	return r->state == SV_OPEN && !*left_ms ? SV_HALF_OPEN : r->state;
}
