/*
 * piece.c: a telephone number that comes in pieces. Who dictates pauses after
 * the area code, and recognition takes the pause for the end.
 */
#include "src/dialog/piece.h"

#include <stdio.h>
#include <string.h>

#include "lib/text.h"

enum { LEAST = 3, ENOUGH = 10 }; /* digits of a piece, of a number */

static size_t digits_in(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text >= '0' && *text <= '9';
	return n;
}

/* how many digits were said */
static size_t digits_said(const char *language, const char *text)
{
	struct sv_buf out;
	size_t n = 0;

	sv_buf_init(&out, PIECE_BYTES);
	if (!sv_itn(language, SV_ITN_DIGITS, NULL, text, &out))
		n = digits_in(sv_buf_str(&out));
	sv_buf_release(&out);
	return n;
}

static bool asks_phone(const struct conversation *conversation)
{
	const struct slot *asked = conversation_asked(conversation);

	return asked && asked->kind == SLOT_PHONE &&
	       conversation->confirming == REF_NONE;
}

/* whether the words make a whole number of what was asked for */
static bool is_whole(const struct conversation *conversation,
                     const struct meaning *meaning)
{
	int asked =
		conversation->scenario->states[conversation->state].ask.index;

	return meaning->n_fills && meaning->fills[0].slot == asked &&
	       digits_in(meaning->fills[0].value) >= ENOUGH;
}

int piece_understand(struct conversation *conversation,
                     const struct hearing *hearing)
{
	char text[2 * PIECE_BYTES];
	struct hearing joined = *hearing;
	int rc;

	if (*conversation->piece && asks_phone(conversation) &&
	    !hearing->keys) {
		snprintf(text, sizeof text, "%s %s", conversation->piece,
		         hearing->text);
		joined.text = text;
		rc = conversation->type->understand(conversation->engine,
		                                    conversation, &joined,
		                                    &conversation->meaning);
		if (rc || is_whole(conversation, &conversation->meaning))
			return rc;
		memset(&conversation->meaning, 0, sizeof conversation->meaning);
	}
	return conversation->type->understand(conversation->engine,
	                                      conversation, hearing,
	                                      &conversation->meaning);
}

bool piece_keep(struct conversation *conversation,
                const struct hearing *hearing)
{
	char text[2 * PIECE_BYTES];
	size_t n;

	if (!asks_phone(conversation) || hearing->keys)
		return false;
	snprintf(text, sizeof text, "%s %s", conversation->piece,
	         hearing->text);
	n = digits_said(hearing->language, text);
	if (strlen(text) >= PIECE_BYTES || n < LEAST || n >= ENOUGH ||
	    !digits_said(hearing->language, hearing->text))
		return false;
	memcpy(conversation->piece, text, strlen(text) + 1);
	return true;
}
