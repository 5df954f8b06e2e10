/*
 * What a question expects, as asr.expect tells it, and whether some text
 * already is the whole answer.
 */
#ifndef ASR_EXPECT_H
#define ASR_EXPECT_H

#include <jansson.h>
#include <stdbool.h>

enum expect_kind {
	EXPECT_FREE,
	EXPECT_YESNO,
	EXPECT_NUMBER,
	EXPECT_PHONE,
	EXPECT_EMAIL,
	EXPECT_NAME,
	EXPECT_DATE,
	EXPECT_TIME,
	EXPECT_CHOICE,
	EXPECT_DIGITS,
	EXPECT_KINDS
};

struct expect {
	enum expect_kind kind;
	int digits; /* that complete the answer; 0 when not said */
	bool closed;
	json_t *hints; /* array of strings, our own reference, or NULL */
	char language[3];
};

/* the word for a kind, as in asr.expect */
const char *expect_name(enum expect_kind kind);

/* the kind of that name, EXPECT_KINDS when there is none */
enum expect_kind expect_find(const char *name);

/* Reads an asr.expect event's fields, lent; what is missing or of a wrong type
 * counts as not said, an unknown kind as free. The language stays as it was
 * unless it is named. */
void expect_read(struct expect *expect, const json_t *fields);
void expect_release(struct expect *expect);

/* Whether the text answers in full, so that no pause need be waited for: all
 * the digits of a number whose length is known. (A hint of a closed question
 * that was heard whole proves nothing: a grammar's recogniser runs ahead of the
 * voice where only one way is open.) */
bool expect_complete(const struct expect *expect, const char *text);

#endif
