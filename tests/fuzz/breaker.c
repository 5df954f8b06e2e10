/*
 * breaker: what a file holds is refused, or is a state one can be in. The sum
 * at its end is made right, or nothing would be read behind it.
 */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/alloc.h"
#include "lib/breaker_inside.h"
#include "lib/clock.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *with_sum(const char *text)
{
	unsigned hash = 2166136261U;

	for (const char *p = text; *p; p++)
		hash = (hash ^ (unsigned char)*p) * 16777619U;
	return sv_format("%s %08x\n", text, hash);
}

static void read_it(const char *text)
{
	struct sv_breaker breaker = { .rule = sv_breaker_usual };
	struct breaker_record r = { 0 };

	if (!breaker_parse(&breaker, text, &r))
		return;
	assert(r.state == SV_CLOSED || r.state == SV_OPEN ||
	       r.state == SV_HALF_OPEN);
	assert(r.failures >= 0 && r.begun_ms >= 0 && r.length_ms >= 0);
	assert(r.begun_ms <= sv_now_ms());
	assert(r.until_ms <=
	       sv_now_ms() + BREAKER_LONGEST_MS + sv_breaker_usual.most_ms);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *raw = sv_strndup((const char *)data, size);
	char *begun = sv_format("sv-breaker 1 %s", raw);
	char *summed = with_sum(begun);

	read_it(raw);
	read_it(begun);
	read_it(summed);
	free(raw);
	free(begun);
	free(summed);
	return 0;
}
