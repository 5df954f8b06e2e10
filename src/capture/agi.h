/*
 * The wire of the Asterisk Gateway Interface, without a descriptor: what the
 * exchange says is fed in, what is to be said to it is taken out.
 *
 * First comes the environment, one "agi_name: value" a line, up to an empty
 * line. Then we send commands and each has its reply. Only one command is with
 * the exchange at a time: what comes behind it in one write Asterisk does not
 * see. Commands that play something can be interrupted; such a command may
 * then have no reply at all.
 *
 * Names, lines and what is said to be reply are as they came: not surely
 * UTF-8.
 */
#ifndef CAPTURE_AGI_H
#define CAPTURE_AGI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	AGI_LINE_MAX = 8192,   /* bytes of a command, its newline included */
	AGI_REPLY_MAX = 65536, /* bytes of a reply that are kept */
	AGI_VALUE_MAX = 1900,  /* of a variable's value, quoted: older Asterisks
	                        * take lines of 2048 */
	AGI_WAITING_MAX = 64,  /* commands */
	AGI_VARIABLES_MAX = 128,
};

/* strings are lent for the call of done() */
struct agi_reply {
	int code;           /* 200, 510, 511, 520; 0: none comes, the command
	                     * was interrupted or the other side is gone */
	const char *result; /* behind result=; "" when nothing is */
	const char *data;   /* in parentheses; NULL */
	int64_t endpos;     /* -1 when there is none */
	const char *text;   /* all of it, lines separated by newlines */
};

struct agi_variable {
	char *name, *value;
};

struct agi;

struct agi *agi_new(void);
void agi_free(struct agi *agi); /* NULL is fine; no done() is called */

/* Bytes from the exchange. 0; EX_UNAVAILABLE when this is no AGI; or what a
 * done() returned, which ends the work on what came (the next call takes it
 * up, also with len 0). */
int agi_feed(struct agi *agi, const void *data, size_t len);

/* the environment is complete */
bool agi_greeted(const struct agi *agi);

/* the line HANGUP came, as FastAGI has it */
bool agi_hung_up(const struct agi *agi);

/* A variable of the environment by its whole name; NULL when it has none. */
const char *agi_get(const struct agi *agi, const char *name);
const struct agi_variable *agi_variables(const struct agi *agi, size_t *n);

/* What waits to be written: lent, "" when nothing does. agi_wrote() says how
 * much of it was. */
const char *agi_out(const struct agi *agi, size_t *len);
void agi_wrote(struct agi *agi, size_t n);

/* Has a command sent when those before it are done. words end with NULL and
 * are quoted as needed. done(arg) may be NULL; it is called once, with the
 * reply. 0, or EX_DATAERR: too long, or too many waiting. */
int agi_ask(struct agi *agi, const char *const words[],
            int (*done)(void *arg, const struct agi_reply *reply), void *arg);

/* the same with a command line, which must be one */
int agi_ask_line(struct agi *agi, const char *line,
                 int (*done)(void *arg, const struct agi_reply *reply),
                 void *arg);

/* SET VARIABLE, the value cut where it is too long, NULL being "" */
int agi_ask_set(struct agi *agi, const char *name, const char *value,
                int (*done)(void *arg, const struct agi_reply *reply),
                void *arg);

/* Whether no command waits for its turn or reply. */
bool agi_idle(const struct agi *agi);

/* Ends the command that the exchange is busy with where that can be ended:
 * STREAM FILE, SAY, GET DATA, WAIT FOR DIGIT. To be repeated each 100 ms or so
 * until it is done: Asterisk may have read both in one piece, and then sees
 * the second when a third comes. */
void agi_interrupt(struct agi *agi);

/* The other side is gone: all that waits is done, with code 0. 0, or what a
 * done() returned. */
int agi_gone(struct agi *agi);

#endif
