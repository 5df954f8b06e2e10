/* The pieces of sv-text: what is done to a text, and two ways to read. */
#ifndef TEXT_TEXT_H
#define TEXT_TEXT_H

#include "lib/text.h"

enum text_verb { TEXT_ITN, TEXT_TN, TEXT_REDACT };

struct text_job {
	enum text_verb verb;
	const char *language;
	enum sv_itn_mode mode;
	const char *today;
};

enum {
	TEXT_LINE_MAX = 1 << 20, /* bytes of a line of text */
	TEXT_OUT_MAX = 1 << 24,  /* bytes it may become */
};

/* Adds what becomes of text to out. 0, or EX_DATAERR with sv_why() set: itn
 * found no value, tn left a digit (out holds the text), or out is full. */
int text_apply(const struct text_job *job, struct sv_redactor *redactor,
               const char *text, struct sv_buf *out);

/* Filters what fd holds, by lines or by events, to stdout. Each call of
 * text_lines() is a conversation of its own to redact. name stands in
 * messages. 0, SV_GONE, EX_IOERR. */
int text_lines(const struct text_job *job, int fd, const char *name);

struct text_calls; /* what lasts over the events of each call */
struct text_calls *text_calls_new(void);
void text_calls_free(struct text_calls *calls);

int text_events(const struct text_job *job, struct text_calls *calls, int fd,
                const char *name);

#endif
