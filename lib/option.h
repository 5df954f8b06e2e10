/*
 * The types an option can have: each function parses value into target and
 * refuses what does not fit (never clips it) with EX_USAGE and a sentence
 * that says what would do. Strings are lent by argv or the environment.
 */
#ifndef SV_OPTION_H
#define SV_OPTION_H

#include <stddef.h>

/* what a repeatable option collects, in order */
struct sv_list {
	const char **items; /* lent strings; the array lives for good */
	size_t n;
	char *split; /* the copy that sv_names() made its items of */
};

int sv_str(const char *value, void *target);   /* const char * */
int sv_flag(const char *value, void *target);  /* bool; 1/0 yes/no true/false */
int sv_int(const char *value, void *target);   /* int, 0 or more */
int sv_ms(const char *value, void *target);    /* int, ms: 250ms 1.5s 2m 1h */
int sv_hz(const char *value, void *target);    /* int: 8000 16000 24000 48000 */
int sv_lang(const char *value, void *target);  /* const char *: "ru" or "en" */
int sv_clock(const char *value, void *target); /* bool: "call", not "wall" */
int sv_add(const char *value, void *target);   /* struct sv_list, appended */
int sv_pair(const char *value, void *target); /* as sv_add, must be KEY=VALUE */

/* the value of key in a list of KEY=VALUE, the last one counts; or NULL */
const char *sv_list_get(const struct sv_list *list, const char *key);

/* Splits "a,b,c" into the list, in place of what an earlier sv_names() put
 * there; an empty item is refused. */
int sv_names(const char *value, void *target); /* struct sv_list */

#endif
