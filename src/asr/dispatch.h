/*
 * Hands recordings to workers and takes what comes back: looks each up in the
 * journal once it is hashed, puts its result there, has it done again when
 * its worker died.
 */
#ifndef ASR_DISPATCH_H
#define ASR_DISPATCH_H

#include <stdint.h>

#include "lib/digest.h"

#include "src/asr/journal.h"
#include "src/asr/pool.h"
#include "src/asr/progress.h"
#include "src/asr/queue.h"

/* All but the pool's workers is for the caller to set and to free. */
struct dispatch {
	unsigned char identity[SV_SHA256]; /* see identity.h */
	struct queue *queue;
	struct journal *journal;
	struct progress *progress; /* wiped before a warning */
	struct pool pool;          /* with loop, config and loaded set */
};

void dispatch_init(struct dispatch *dispatch, size_t workers);
void dispatch_release(struct dispatch *dispatch);

/* Work for everybody who has none; stops the loop when all is done. 0,
 * EX_TEMPFAIL, what giving out gave. */
int dispatch_work(struct dispatch *dispatch);

/* of the recordings that are being done, what is done */
int64_t dispatch_bytes(const struct dispatch *dispatch);

#endif
