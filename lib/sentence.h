/*
 * Text that arrives bit by bit, cut into sentences that can be spoken: each is
 * given the moment it is sure to be over. Russian and English abbreviations,
 * initials, numbers, dates, addresses of mail and of pages do not end one; the
 * end of a line does. What ends in a full stop waits for what comes behind it,
 * or for the end of the text.
 *
 * However the text is cut on its way here, the sentences are the same.
 */
#ifndef SV_SENTENCE_H
#define SV_SENTENCE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/buf.h"

enum {
	SV_SENTENCE_MOST = 400, /* characters, where no other is set */
};

/* owned by who declares it */
struct sv_sentences {
	/* characters in a sentence: one that is longer ends at a comma, or at a
	 * blank, or where it must */
	size_t most;
	/* The same for the first, so that speaking may begin: one that is
	 * longer ends behind a comma, a semicolon, a colon or a dash, if there
	 * is one; 0: the first is like all others. */
	size_t first_most;
	/* Markdown is what is for the eye: marks of emphasis, headings and
	 * lists go, of links the text is kept. */
	bool markdown;
	/* a sentence, NUL behind it, without blanks at its ends; what it
	 * returns, if not 0, ends the feed and is handed up */
	int (*got)(void *arg, const char *text, size_t len);
	void *arg;

	/* what is inside */
	struct sv_buf raw;  /* not read yet: a mark that may go on */
	struct sv_buf text; /* what may be a sentence */
	size_t at;          /* of text, what was looked at, */
	size_t n;           /* in characters */
	size_t clause;      /* where it may be cut; 0: nowhere */
	size_t space;
	bool begun;  /* the first sentence is behind us */
	bool spoken; /* a letter or a digit was looked at */
	bool within; /* of a line of raw, not at its beginning */
	char last;   /* what the character before raw was, for marks */
};

/* All that is set above may be changed until the first feed. */
void sv_sentences_init(struct sv_sentences *cut,
                       int (*got)(void *arg, const char *text, size_t len),
                       void *arg);
void sv_sentences_release(struct sv_sentences *cut);

/* More of the text: UTF-8, cut anywhere. 0, or got()'s code. */
int sv_sentences_feed(struct sv_sentences *cut, const char *text, size_t len);

/* The text is over: what is left is a sentence. Then all begins anew. */
int sv_sentences_end(struct sv_sentences *cut);

/* What is left is thrown away; all begins anew. */
void sv_sentences_reset(struct sv_sentences *cut);

#endif
