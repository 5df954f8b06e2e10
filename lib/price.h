/*
 * What a service takes: a table of prices, a versioned file of a few lines,
 * turns seconds, characters and tokens into money. The format and where it is
 * looked for: sv-config(5).
 */
#ifndef SV_PRICE_H
#define SV_PRICE_H

#include <jansson.h>
#include <stdint.h>

/* One amount that a service counted; lent. */
struct sv_cost {
	const char *engine;  /* "speechkit" */
	const char *service; /* "asr", "tts", "llm" */
	const char *model;   /* model or voice; NULL when there is none */
	const char *unit;    /* "seconds", "characters", "input_tokens" … */
	double amount;
};

/* Writes a `cost` event: the amount, its price and currency by the table (a
 * price that is not known is null), and the table's version. The table is
 * read once. 0, SV_GONE, EX_IOERR; a table that cannot be read is told of
 * once, on stderr. */
int sv_cost_event(const char *call, int64_t t, const struct sv_cost *cost);

/* the event's fields alone, yours */
json_t *sv_cost_fields(const struct sv_cost *cost);

#endif
