/*
 * What an engine does: it brings entries of the outbox to a CRM. An engine is
 * one file that fills one struct crm_engine; engines.c lists those of this
 * build.
 *
 * Only the process that holds the outbox's lock sends (outbox.h), some
 * entries one by one and then flush(), between begin() and end(). The entries
 * of a call come in their order (record.c), each behind those before it. An
 * entry is marked as tried before send() sees it. One that was tried and whose
 * outcome is not known, as its sender was killed or an answer was lost, is
 * asked for with find() first: so it is there once.
 *
 * Engines never print and never exit. They hand up codes (lib/fail.h).
 */
#ifndef CRM_ENGINE_H
#define CRM_ENGINE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/option.h"
#include "lib/store.h"

/* Each engine defines this for itself. */
struct crm;

/* what is to be sent, lent */
struct crm_entry {
	const char *key;     /* idempotency key: what the CRM is asked for */
	const char *kind;    /* lead, call, recording …: record.c */
	const char *call;    /* call id; "" for an entry that belongs to none */
	const char *payload; /* JSON, one line, without a newline */
	int64_t place;       /* what begin() said before the first attempt */
	int attempts;        /* this one included */

	/* What the entries of this call, and earlier tries of this one, have
	 * made or found in the CRM: {"lead":12,"contact":5,"call":"ext.9"};
	 * an object, empty at first. For "done" also "tasks": what the tasks
	 * of that number have made, [{"task":7}]. */
	const json_t *made;
};

/* What became of a try besides its code. Zero before; both are kept after a
 * failure, too. For crm_outcome_release(). */
struct crm_outcome {
	json_t *made; /* what this try made or found, an object; or NULL */
	int wait_ms;  /* the CRM wants to be left alone so long; 0: it has not
	               * said so */
	bool unknown; /* what was asked last may be done, or still be at work */
	bool all;     /* it is the CRM that fails, not this entry: no use in
	               * trying others now */
};

void crm_outcome_release(struct crm_outcome *outcome);

struct crm_engine {
	const char *name;
	const char *about;           /* a few words for -e help */
	const char *const *settings; /* keys of -p, ended by NULL */
	const char *const *kinds;    /* what it takes, ended by NULL; others are
	                           * not queued for it */
	int batch; /* entries tried before what became of them is noted */

	/* 0 and *made for close(); EX_USAGE, EX_CONFIG, EX_CANTCREAT. Asks
	 * nothing of the network: who passes events on calls it, too. */
	int (*open)(struct crm **made, const struct sv_list *settings);
	void (*close)(struct crm *crm); /* NULL is fine */

	/* Before a run of sends. *place is kept with each entry that is tried
	 * until end(). 0; EX_TEMPFAIL when somebody else has the CRM;
	 * EX_CANTCREAT, EX_IOERR. */
	int (*begin)(struct crm *crm, int64_t *place);
	void (*end)(struct crm *crm);

	/* Whether the CRM has the entry already; 0 or a code, as of send(). */
	int (*find)(struct crm *crm, const struct crm_entry *entry, bool *there,
	            struct crm_outcome *outcome);

	/* 0: the CRM has it. EX_DATAERR: it never will, the entry is dead.
	 * EX_UNAVAILABLE, EX_NOPERM, EX_CONFIG, or outcome->all: the CRM takes
	 * nothing now, all wait. Any other code: this one is tried again
	 * later. May block: only the process that sends calls it. */
	int (*send)(struct crm *crm, const struct crm_entry *entry,
	            struct crm_outcome *outcome);

	/* 0: what was sent since begin() is there for good, whatever comes */
	int (*flush)(struct crm *crm);

	/* Optional. For how many ms a request that was not answered, or whose
	 * sender died, may still be at work in the CRM: so long nobody looks
	 * for what it was about, as that could be there a moment later. */
	int (*settle)(const struct crm *crm);

	/* Optional. The store, lent until close() or lend(crm, NULL), for what
	 * must outlive the process. The one that sends calls it before
	 * begin(). */
	void (*lend)(struct crm *crm, struct sv_store *store);

	/* Optional. Somebody waits for what is asked from now on: it may use
	 * what is kept back from the background, and gives up after
	 * limit_ms. */
	void (*urgent)(struct crm *crm, int limit_ms);

	/* Optional. -n: from now on requests are printed on stdout instead of
	 * being made. */
	void (*show)(struct crm *crm);

	/* Optional. sv-crm check: whether its settings fit the CRM; prints
	 * what it found. 0 or a code. Opens what it needs by itself: open()
	 * stops at the first thing that is wrong. */
	int (*check)(const struct sv_list *settings);

	/* Optional. sv-crm find: what the CRM knows of the people who
	 * are wanted; *found is yours. 0 or a code. */
	int (*search)(struct crm *crm, const json_t *wanted, json_t **found);
};

/* whether it takes entries of that kind */
bool crm_takes(const struct crm_engine *engine, const char *kind);

/* the engines in this build, ended by NULL */
extern const struct crm_engine *const crm_engines[];

/* *found by name; EX_USAGE when there is none, or a setting it does not know.
 * A setting is KEY=VALUE or NAME.KEY=VALUE. */
int crm_find(const struct crm_engine **found, const char *name,
             const struct sv_list *settings);

/* prints the engines with what they are, for -e help */
int crm_list_engines(void);

#endif
