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
 * read once. 0, SV_GONE, EX_IOERR, EX_SOFTWARE for an amount that is none; a
 * table that cannot be read is told of once, on stderr. */
int sv_cost_event(const char *call, int64_t t, const struct sv_cost *cost);

/* the event's fields alone, yours; NULL with sv_why() for an amount that is
 * none */
json_t *sv_cost_fields(const struct sv_cost *cost);

/* A table of one's own. */
struct sv_prices;

/* Reads a table; name stands in the sentences. 0 and *made for
 * sv_prices_free(), or EX_CONFIG with *made NULL. */
int sv_prices_parse(struct sv_prices **made, const char *name,
                    const char *text);
void sv_prices_free(struct sv_prices *prices); /* NULL is fine */

/* What the amount costs, and in what currency (lent), or a negative number
 * when the table does not say. */
double sv_prices_find(const struct sv_prices *prices,
                      const struct sv_cost *cost, const char **currency);

const char *sv_prices_version(const struct sv_prices *prices);

#endif
