/*
 * Keeps files: each gets a row in the store, is put where objects are kept,
 * looked at there, said to be verified in its row, and only then may the file
 * go. Whatever ends it in between, the same file given again is taken up where
 * it was left.
 */
#ifndef ARCHIVE_KEEPER_H
#define ARCHIVE_KEEPER_H

#include <stdbool.h>

#include "src/archive/record.h"
#include "src/archive/ring.h"

struct file;

struct keeper {
	const struct sv_depot_engine *engine;
	struct sv_depot *depot;
	struct records records;
	struct ring ring;
	const char *format; /* of keys */
	bool free;          /* files go when they are kept, */
	int keep_ms;        /* after so long */
	bool dry_run;

	/* of the last file */
	bool away;      /* it failed for what is wrong with the store or the
	                 * place: others will fail, too */
	bool stored;    /* it is kept now, and was not before */
	bool freed;     /* it is gone */
	int64_t due_ms; /* wall clock: when it may go; 0: not known */
};

/* The engine, the place, the store and the keys. write: the store is written
 * to. 0 or a code; keeper_close() either way. */
struct keeper_options {
	const char *engine, *store, *format;
	const struct sv_list *settings;
	int keep_ms;
	bool free, dry_run;
};

int keeper_open(struct keeper *keeper, const struct keeper_options *options);
void keeper_close(struct keeper *keeper);

/* One file, by its whole path. call is its call; NULL: the store is asked, then
 * its name. Writes an archive.stored event when it is kept now. 0, SV_GONE, or
 * a code. */
int keeper_keep(struct keeper *keeper, const char *path, const char *call);

/* Files that the store knows of and this disk has, which were not finished
 * with: an upload that failed, a copy that was to stay for a while. */
int keeper_catch_up(struct keeper *keeper);

#endif
