/*
 * Utterances that are over and whose words are not known yet: what is to stand
 * in their asr.final besides what the engine tells.
 */
#ifndef ASR_ENDED_H
#define ASR_ENDED_H

#include <jansson.h>
#include <stdint.h>

struct ended {
	int number; /* of the utterance, from 1 */
	int64_t start_ms, end_ms;
	int64_t endpoint_ms; /* from there to our endpoint */
	int64_t since_ms;    /* monotonic, of the endpoint */
	const char *reason;  /* a literal */
	const char *language;
	struct ended *next;
};

/* Puts a copy of it behind the others. */
void ended_add(struct ended **list, const struct ended *ended);

/* The earliest, yours to free(); NULL when there is none. */
struct ended *ended_take(struct ended **list);

/* asr.final's fields: those of the engine, taken, and ours. NULL when they
 * cannot be made. */
json_t *ended_fields(const struct ended *ended, const char *engine,
                     json_t *fields);

#endif
