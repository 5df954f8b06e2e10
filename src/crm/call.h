/*
 * What the events of a call say about it, until it can be written to the CRM.
 *
 * An event that comes again (the same stage and seq) adds nothing. What is
 * kept of a call has a ceiling: CALL_TEXT_MAX bytes of transcript, the rest of
 * which is left out and the record says so.
 */
#ifndef CRM_CALL_H
#define CRM_CALL_H

#include <stdbool.h>

#include "lib/event.h"

enum {
	CALL_TEXT_MAX = 256 << 10,
	CALL_TURN_MAX = 4096, /* bytes of one utterance */
	CALL_SLOTS_MAX = 256,
	CALLS_MAX = 1024, /* in memory at once */
};

struct call {
	char id[SV_CALL_MAX + 1];
	json_t *state; /* see call.c */
	bool touched;  /* has something new for the outbox */
	bool unsaved;  /* knows more than the store does */
	struct call *next;
};

/* state: what call_state() gave earlier, or NULL. For call_free(). */
struct call *call_new(const char *id, const char *state);
void call_free(struct call *call); /* NULL is fine */

/* what is known, as JSON, yours to free() */
char *call_state(const struct call *call);

/* JSON without a newline, yours */
char *call_dump(const json_t *object);

/* whether an event of this type says anything about its call */
bool call_wants(const char *type);

void call_fold(struct call *call, const struct sv_event *event);

/* The conversation is over; the line is; somebody talked to the assistant. */
bool call_concluded(const struct call *call);
bool call_ended(const struct call *call);
bool call_talked(const struct call *call);

char *call_key(const struct call *call, const char *kind); /* yours */

/* What the CRM is to get (record.c): the kinds of entries in the order in which
 * they are sent, by number. */
enum { CALL_LEAD, CALL_RECORD, CALL_TASK = 5, CALL_DONE, CALL_KINDS = 8 };

const char *call_kind(int i);

/* whether what is known of the call makes such an entry */
bool call_has(const struct call *call, int i);

/* Its payload, yours: JSON without a newline. */
char *call_payload(const struct call *call, int i, bool with_transcript);

/* The number at the other end, E.164 where that can be; "" when it is not
 * known. Of an alarming length it is cut. */
enum { CALL_NUMBER = 64 };

void call_number(const struct call *call, char number[CALL_NUMBER]);

/* The calls in memory (calls.c), the one last heard of first. */
struct calls {
	struct call *first;
	int n;
};

/* the call, moved to the front; NULL when it is not there */
struct call *calls_find(struct calls *calls, const char *id);
void calls_add(struct calls *calls, struct call *call); /* takes it */

/* takes it out, for call_free() */
void calls_remove(struct calls *calls, const struct call *call);

/* the one that was heard of longest ago; NULL when there is none */
struct call *calls_oldest(const struct calls *calls);

#endif
