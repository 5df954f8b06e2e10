/*
 * The voice of a call that is run again without sound: prompts are played one
 * after the other for as long as they take, by the call's clock, and are
 * paused, resumed and cut as sv-tts would do it.
 */
#ifndef REPLAY_VOICE_H
#define REPLAY_VOICE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/replay/past.h"

struct prompt {
	char id[24];
	char *text;
	int64_t length_ms;
	int64_t played_ms; /* until it was paused */
	bool started;
};

/* all zero is one that is silent */
struct voice {
	struct prompt *prompts; /* the first is the one being played */
	size_t n;
	int64_t from_t; /* when the first begins, or went on */
	bool paused;
};

/* what is told of a prompt at its time: the event's type and fields */
struct report {
	const char *type;
	json_t *fields;
};

void voice_release(struct voice *voice);

/* A prompt asked for at t, which sounds like that: heard its lag later, if
 * nothing is played then. */
void voice_add(struct voice *voice, const char *id, const char *text, int64_t t,
               const struct spoken *spoken);

void voice_pause(struct voice *voice, int64_t t);
void voice_resume(struct voice *voice, int64_t t);

/* Cuts that prompt (NULL: the first), whether it was begun or not. False when
 * there is none such. */
bool voice_cancel(struct voice *voice, const char *id, int64_t t,
                  struct report *report);

/* when something happens next by itself, or -1 */
int64_t voice_next(const struct voice *voice);

/* What happens then. fields are yours. */
struct report voice_step(struct voice *voice);

/* when all that is to be said will have been; t when there is nothing */
int64_t voice_end(const struct voice *voice, int64_t t);

#endif
