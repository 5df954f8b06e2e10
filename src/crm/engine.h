/*
 * What an engine does: it brings entries of the outbox to a CRM. An engine is
 * one file that fills one struct crm_engine; engines.c lists those of this
 * build.
 *
 * Only the process that holds the outbox's lock sends (outbox.h), some
 * entries one by one and then flush(), between begin() and end(). An entry is marked as tried before
 * send() sees it. One that was tried and whose outcome is not known, as its
 * sender was killed, is asked for with find() first: so it is there once.
 *
 * Engines never print and never exit. They hand up codes (lib/fail.h).
 */
#ifndef CRM_ENGINE_H
#define CRM_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/option.h"

/* Each engine defines this for itself. */
struct crm;

/* what is to be sent, lent */
struct crm_entry {
	const char *key;     /* idempotency key: what the CRM is asked for */
	const char *kind;    /* lead, call */
	const char *call;    /* call id */
	const char *payload; /* JSON, one line, without a newline */
	int64_t place;       /* what begin() said before the last attempt */
};

struct crm_engine {
	const char *name;
	const char *about;           /* a few words for -e help */
	const char *const *settings; /* keys of -p, ended by NULL */
	int batch; /* entries tried before what became of them is noted */

	/* 0 and *made for close(); EX_USAGE, EX_CANTCREAT */
	int (*open)(struct crm **made, const struct sv_list *settings);
	void (*close)(struct crm *crm); /* NULL is fine */

	/* Before a run of sends. *place is kept with each entry that is tried
	 * until end(). 0; EX_TEMPFAIL when somebody else has the CRM;
	 * EX_CANTCREAT, EX_IOERR. */
	int (*begin)(struct crm *crm, int64_t *place);
	void (*end)(struct crm *crm);

	/* whether the CRM has the entry already; 0 or a code */
	int (*find)(struct crm *crm, const struct crm_entry *entry,
	            bool *there);

	/* 0: the CRM has it. EX_DATAERR: it never will, the entry is dead. Any
	 * other code: try again later. */
	int (*send)(struct crm *crm, const struct crm_entry *entry);

	/* 0: what was sent since begin() is there for good, whatever comes */
	int (*flush)(struct crm *crm);
};

/* the engines in this build, ended by NULL */
extern const struct crm_engine *const crm_engines[];

/* *found by name; EX_USAGE when there is none, or a setting it does not know */
int crm_find(const struct crm_engine **found, const char *name,
             const struct sv_list *settings);

/* prints the engines with what they are, for -e help */
int crm_list_engines(void);

#endif
