/*
 * The outbox: what is to be written to the CRM is first a row here, with a key
 * that is there once. It is a table of the store (lib/store.h); a commit is on
 * disk when a function returns. Any number of processes may fill one outbox, one sends.
 *
 *     queued --> sent        the CRM has it
 *            --> dead        given up: a person retries or drops it
 *            --> dropped     by a person; the key stays, so it never comes back
 */
#ifndef CRM_OUTBOX_H
#define CRM_OUTBOX_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "src/crm/entry.h"

enum {
	OUTBOX_FAILURES_MAX = 120, /* two days and more: entry_delay_ms() */
	OUTBOX_KEPT_DAYS = 7,      /* of a call that never ended */
};

struct outbox;

/* dsn: "sqlite:PATH", PATH, or NULL for store.db in the state folder. Made
 * when it is not there, unless read_only: then it is as if it were empty, and
 * nothing is written. 0 and *made for outbox_close(); EX_USAGE, EX_CANTCREAT,
 * EX_IOERR, EX_DATAERR (no database, or none of ours). */
int outbox_open(struct outbox **made, const char *dsn, bool read_only);
void outbox_close(struct outbox *outbox); /* NULL is fine */

/* lent: where its rows are */
struct sv_store *outbox_store(struct outbox *outbox);

/* Several changes as one: all are there, or none. */
int outbox_begin(struct outbox *outbox);
int outbox_commit(struct outbox *outbox);
void outbox_rollback(struct outbox *outbox);

/* Queues what entry's key, kind, call, subject, payload, rank and next_due_ms
 * say. A key that is there stays as it is, but that what was not tried yet
 * takes a payload of higher rank, and the new due time with it. *seq gets the
 * number of the event that tells, 0 when nothing new was queued. */
int outbox_put(struct outbox *outbox, const struct entry *entry, int64_t *seq);

/* Whether there is a missed call's task about that number which no "done" was
 * queued for. */
int outbox_has_task(struct outbox *outbox, const char *subject, bool *there);

/* Makes due at now_ms what waits of a call for more of it to come. */
int outbox_release(struct outbox *outbox, const char *call, int64_t now_ms);

/* Takes the right to send: 0, or EX_TEMPFAIL when another process has it. */
int outbox_lock(struct outbox *outbox);
void outbox_unlock(struct outbox *outbox);

/* --- sending (claim.c); all of it needs the lock --- */

/* Where a run of claims is: zero at first, but for now_ms, place and
 * until_ms. */
struct claims {
	int64_t now_ms, place;
	int64_t until_ms; /* what is claimed is not due before, whoever dies */
	int64_t head;     /* the first claimed of the last call */
	const struct entry *last; /* lent by who claims */
};

/*
 * The next entry that is due, marked as tried with that place; entry->id is 0
 * when there is none. First come those of the last one's call, by step, as
 * long as they are due; then those of the next call, by id. One is not claimed
 * while an earlier one of its call is queued and was not claimed in this run.
 * entry->attempts counts this one; when it was tried before, entry->place is
 * that of the first try, as what a try that failed left is not known for sure.
 */
int outbox_claim(struct outbox *outbox, struct claims *claims,
                 struct entry *entry);

/* That very entry, if it is queued and due and nothing of its call before it
 * is queued. */
int outbox_claim_key(struct outbox *outbox, const struct claims *claims,
                     const char *key, struct entry *entry);

/* as if it had not been claimed; it is due */
int outbox_unclaim(struct outbox *outbox, const struct entry *entry);

/* What the entries of its call have made in the CRM, as struct crm_entry has
 * it: *made is yours. */
int outbox_made(struct outbox *outbox, const struct entry *entry,
                json_t **made);

/* How the try ended, with what it made, JSON or NULL. */
int outbox_sent(struct outbox *outbox, const struct entry *entry,
                const char *made, int64_t *seq);

struct failure {
	const char *why;
	const char *made;
	int64_t due_ms; /* when to try again */
	bool own;       /* it counts: the entry failed, not the whole CRM */
	bool dead;
};

int outbox_failed(struct outbox *outbox, const struct entry *entry,
                  const struct failure *failure, int64_t *seq);

/* The number of our next event of the call. */
int outbox_seq(struct outbox *outbox, const char *call, int64_t *seq);

/* When the next queued entry is due; INT64_MAX when none is. */
int outbox_next_due(struct outbox *outbox, int64_t *due_ms);

/* 0, or EX_TEMPFAIL when entries wait that failed. */
int outbox_failing(struct outbox *outbox);

/* What is known of a call whose events have not all come: *state yours, NULL
 * when nothing is. state NULL forgets it. */
int outbox_load_call(struct outbox *outbox, const char *call, char **state);
int outbox_save_call(struct outbox *outbox, const char *call,
                     const char *state);

/* For people (by_hand.c). state: queued, sent, dead, dropped, "all", or NULL for what
 * waits or is dead. */
int outbox_list(struct outbox *outbox, const char *state,
                int (*each)(const struct entry *entry));
int outbox_get(struct outbox *outbox, const char *key, struct entry *entry);

/* the keys of those that were given up; they and *keys are yours */
int outbox_dead(struct outbox *outbox, char ***keys, int *n);

/* What is queued or dead made due, with a clean record but that it was tried;
 * given up by a person; or with another payload. EX_DATAERR: sent or dropped
 * already; EX_NOINPUT. drop and edit of one that is taken need the lock. */
int outbox_retry(struct outbox *outbox, const char *key, int64_t now_ms);
int outbox_drop(struct outbox *outbox, const char *key);
int outbox_edit(struct outbox *outbox, const char *key, const char *payload);

#endif
