/*
 * What a realtime session tells us, as far as a transcription needs it. Types
 * and fields that are not known are none of our business.
 */
#ifndef ASR_OPENAI_EVENT_H
#define ASR_OPENAI_EVENT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum openai_event_kind {
	OPENAI_OTHER,     /* tomorrow's, or nothing to us */
	OPENAI_UPDATED,   /* session.updated: our settings are taken */
	OPENAI_COMMITTED, /* an utterance has become an item */
	OPENAI_DELTA,
	OPENAI_COMPLETED,
	OPENAI_FAILED, /* no words of that item */
	OPENAI_ERROR
};

/* all lent by json; "" for what is missing */
struct openai_event {
	enum openai_event_kind kind;
	const char *item;     /* item_id */
	const char *previous; /* previous_item_id */
	const char *text;     /* delta, or transcript */
	const json_t *error;  /* of OPENAI_FAILED and OPENAI_ERROR, or NULL */
	const char *code;     /* of the error */
	const char *about;    /* the event_id of ours that it is about */
	const json_t *usage, *logprobs;
	json_t *json;
};

/* 0, for openai_event_release(), or EX_UNAVAILABLE for what is no event */
int openai_event_read(struct openai_event *event, const char *text, size_t len);
void openai_event_release(struct openai_event *event);

/* Whether an error of that code says nothing against the session. */
bool openai_event_harmless(const char *code);

/* Whether the session, and any other, will be of no use. */
bool openai_event_fatal(const char *code);

#endif
