/*
 * A time of day as it stands in an answer: what itn_time.c and itn_clock.c
 * share.
 */
#ifndef SV_ITN_TIME_H
#define SV_ITN_TIME_H

#include "lib/itn.h"

enum { SV_NO_PART = -1 };

/* How sure a reading is: a number alone, one behind "в" or "at", a time. */
enum sv_time_rank { TIME_NONE, TIME_BARE, TIME_BEHIND, TIME_SURE };

struct sv_time {
	int hour, minute;
	bool exact; /* 24 hours were meant: 03:30, fifteen hundred */
	int part;   /* of the day, or SV_NO_PART */
	size_t next;
	enum sv_time_rank rank;
};

/* the time that begins at token i */
bool sv_time_read(const struct sv_answer *answer, size_t i,
                  struct sv_time *found);

/* "дня", "вечера", "pm", "in the evening" at token *i, which moves behind it;
 * SV_NO_PART when there is none */
int sv_time_part(const struct sv_tokens *tokens, bool russian, size_t *i);

#endif
