/*
 * The results of recordings that are done, by the digest of what they depend
 * on. In a file they outlive the run, whatever ends it; without a name they
 * are kept where temporary things are and go with it.
 *
 * One SQLite table in write-ahead mode: what was put is found again after
 * kill -9 at any moment. It is not synced each time, so a power cut may take
 * the last few results, which are then made again; it never leaves half a
 * one. Several runs may share a journal.
 */
#ifndef ASR_JOURNAL_H
#define ASR_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/digest.h"

struct journal;

/* what a recording gave */
struct result {
	char *source; /* its name in the events; yours to free() */
	char *events; /* lines; yours to free() */
	size_t len;
	bool bad; /* it was damaged */
};

/* path may be NULL. 0 and *made for journal_close(); EX_CANTCREAT, EX_IOERR,
 * EX_DATAERR when the file is something else. */
int journal_open(struct journal **made, const char *path);
void journal_close(struct journal *journal);

/* 0 and *found, EX_IOERR */
int journal_has(struct journal *journal, const unsigned char key[SV_SHA256],
                bool *found);

/* the result, which must be there, for result_release() */
int journal_get(struct journal *journal, const unsigned char key[SV_SHA256],
                struct result *result);
void result_release(struct result *result);

/* All or nothing, over an older one. 0, EX_IOERR. */
int journal_put(struct journal *journal, const unsigned char key[SV_SHA256],
                const struct result *result);

#endif
