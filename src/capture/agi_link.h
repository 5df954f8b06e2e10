/*
 * An AGI session on descriptors: a socket, or a pipe each way. What is read
 * goes into agi.h's wire, what that wants said is written, in a loop.
 */
#ifndef CAPTURE_AGI_LINK_H
#define CAPTURE_AGI_LINK_H

#include <jansson.h>
#include <stdbool.h>

#include "lib/loop.h"

#include "src/capture/agi.h"
#include "src/capture/transport.h"

struct agi_link {
	struct agi *agi;
	int in, out; /* non-blocking, and not the link's to close */
	bool gone;   /* the exchange has closed its side, or talks nonsense */
	struct sv_loop *loop;
	int (*heard)(void *arg); /* whenever something came, or it left */
	void *arg;
};

/* Makes both descriptors non-blocking; release it. */
void agi_link_init(struct agi_link *link, int in, int out);
void agi_link_release(struct agi_link *link);

/* Works in that loop until agi_link_part(). heard returns 0, or what ends the
 * loop. */
void agi_link_join(struct agi_link *link, struct sv_loop *loop,
                   int (*heard)(void *arg), void *arg);
void agi_link_part(struct agi_link *link);

/* Writes what waits; to be called when something was asked. 0 also when the
 * exchange has left, of which heard() is told. */
int agi_link_push(struct agi_link *link);

/* Waits until all that was asked has its reply. 0, EX_TEMPFAIL when that takes
 * longer, EX_UNAVAILABLE when the exchange left. */
int agi_link_settle(struct agi_link *link, int within_ms);

/* --- what the environment says of the call --- */

/* a variable as UTF-8, yours to free(); "" for what is absent, or "unknown" */
char *agi_link_get(const struct agi_link *link, const char *name);

/* who calls, and whom: strings of facts */
void agi_link_facts(const struct agi_link *link, struct call_facts *facts);

/* Has the four variables set by which the dialplan knows how our part of the
 * call ended (known.h); NULL is "". done(arg) comes after the last. */
int agi_link_outcome(struct agi_link *link, const char *const values[4],
                     int (*done)(void *arg, const struct agi_reply *reply),
                     void *arg);

/* the same from a farewell */
int agi_link_farewell(struct agi_link *link,
                      const struct call_farewell *farewell,
                      int (*done)(void *arg, const struct agi_reply *reply),
                      void *arg);

#endif
