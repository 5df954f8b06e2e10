/*
 * A call's difference as it may be shown: its texts, masked under the same
 * placeholders in all of them, its turns, its date.
 */
#ifndef REPLAY_READER_H
#define REPLAY_READER_H

#include "lib/clock.h"

#include "src/replay/difference.h"
#include "src/replay/show.h"

struct sv_redactor;

struct reader {
	struct sv_redactor *redactor; /* NULL: all may be seen */
	const char *language;
};

void reader_init(struct reader *reader, const struct show *show,
                 const struct past *past);
void reader_release(struct reader *reader);

/* what is shown of an entry, yours to free() */
char *reader_text(const struct reader *reader, const struct entry *entry);

/* A turn is the changes from i up to the one returned; whether any is one. */
size_t reader_turn_end(const struct difference *difference, size_t i,
                       bool *changed);

/* when the call began, "" when that is not known */
void reader_date(const struct past *past, char out[SV_TIME_LEN]);

/* show_json.c: the same as show_call() and show_tally() for a program */
void show_json_call(const struct reader *reader, const struct shown *shown);
void show_json_tally(const struct tally *tally);

#endif
