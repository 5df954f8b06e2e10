/*
 * Filling a slot from what was said or keyed, and the limits of its value.
 * Values are kept as text in one form per kind: yes or no, 1250, 150000 RUB,
 * +79161234567, ivan@mail.ru, Иван, 2026-11-21, 15:30, a choice's name,
 * digits, or the words themselves.
 */
#ifndef DIALOG_SLOT_H
#define DIALOG_SLOT_H

#include <jansson.h>

#include "src/dialog/scenario.h"
#include "src/dialog/words.h"

enum { SLOT_VALUE = 256 }; /* bytes in a value, its NUL included */

/* What was heard, and in what circumstances. */
struct hearing {
	const char *text;
	double confidence; /* 1 where recognition does not tell */
	const char *language;
	char today[11]; /* YYYY-MM-DD in the time zone of this machine */
	bool keys;      /* text is keys that were pressed */
};

enum sureness {
	SLOT_NOTHING, /* no value in it */
	SLOT_INVALID, /* a value outside of the slot's limits */
	SLOT_GUESSED, /* the whole utterance, for want of something better */
	SLOT_SURE,    /* a value that is one in any context */
};

/* asked: the question was for this very slot */
enum sureness slot_take(const struct slot *slot, const struct hearing *hearing,
                        bool asked, char value[SLOT_VALUE]);

/* The same from a caller who has just said that the value is wrong: "нет, не
 * Иван, а Игорь". */
enum sureness slot_correct(const struct slot *slot,
                           const struct hearing *hearing,
                           char value[SLOT_VALUE]);

/* the keys that complete an answer; 0 when only # or a pause does */
size_t slot_keys(const struct slot *slot, const char *language,
                 const char *keys);

/* what the keys in hearing mean to the slot that was asked for */
enum sureness keys_take(const struct slot *slot, const struct hearing *hearing,
                        char value[SLOT_VALUE]);

bool slot_takes_keys(const struct slot *slot);

/* whether min or max is written as the kind needs it */
bool slot_limit_valid(enum slot_kind kind, const char *text);

/* slot_limit.c: whether value keeps to min and max */
bool slot_within(const struct slot *slot, const char *value, const char *today);

/* as events carry it: boolean, number or string */
json_t *slot_json(const struct slot *slot, const char *value);

/* how it is said in a prompt, on the written side: +7 916 123-45-67 */
void slot_speak(const struct slot *slot, const char *language,
                const char *value, char *out, size_t size);

/* slot_name.c: the name in an utterance */
enum sureness name_take(const struct words *words, bool asked,
                        char value[SLOT_VALUE]);

#endif
