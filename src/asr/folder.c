/* folder.c: recordings in a folder, at any depth */
#include "src/asr/folder.h"

#include <errno.h>
#include <fts.h>
#include <search.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/sound.h"
#include "lib/start.h"

/* a folder that was entered */
struct place {
	dev_t device;
	ino_t number;
};

struct search {
	int (*found)(void *arg, const char *path, int64_t bytes, int code);
	void *arg;
	void *entered; /* struct place, for tsearch() */
};

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static int by_place(const void *a, const void *b)
{
	const struct place *left = a, *right = b;

	if (left->device != right->device)
		return left->device < right->device ? -1 : 1;
	if (left->number != right->number)
		return left->number < right->number ? -1 : 1;
	return 0;
}

/* whether it is entered for the first time */
static bool is_new(struct search *search, const struct stat *folder)
{
	struct place *place = sv_alloc(sizeof *place);
	struct place **known;

	*place = (struct place){ folder->st_dev, folder->st_ino };
	known = tsearch(place, &search->entered, by_place);
	if (known && *known == place)
		return true;
	free(place);
	return !known; /* no memory: FTS still sees circles */
}

static int refuse(struct search *search, const FTSENT *entry, int error)
{
	errno = error;
	return search->found(search->arg, entry->fts_path, 0,
	                     sv_fail(EX_NOINPUT, "open %s:", entry->fts_path));
}

static int meet(struct search *search, const FTSENT *entry)
{
	switch (entry->fts_info) {
	case FTS_F:
		if (!sv_sound_known(entry->fts_path))
			return 0;
		return search->found(search->arg, entry->fts_path,
		                     entry->fts_statp->st_size, 0);
	case FTS_DC:
		/* the folders above share its path, only shorter */
		sv_warn("%s leads back to %.*s: not followed", entry->fts_path,
		        (int)entry->fts_cycle->fts_pathlen, entry->fts_path);
		return 0;
	case FTS_SLNONE:
	case FTS_NS:
		if (!sv_sound_known(entry->fts_path))
			return 0;
		return refuse(search, entry,
		              entry->fts_errno ? entry->fts_errno : ENOENT);
	case FTS_DNR:
	case FTS_ERR:
		return refuse(search, entry, entry->fts_errno);
	default: /* folders, twice each, and what is no file */
		return 0;
	}
}

static int walk(struct search *search, FTS *tree)
{
	FTSENT *entry;
	int rc = 0;

	while (!rc && !sv_stopping() && (entry = fts_read(tree))) {
		bool hidden = entry->fts_level > 0 && entry->fts_name[0] == '.';

		if (hidden)
			fts_set(tree, entry, FTS_SKIP);
		else
			rc = meet(search, entry);
		if (hidden || entry->fts_info != FTS_D ||
		    is_new(search, entry->fts_statp))
			continue;
		sv_info("%s was searched already", entry->fts_path);
		fts_set(tree, entry, FTS_SKIP);
	}
	return rc;
}

int folder_walk(const char *path,
                int (*found)(void *arg, const char *path, int64_t bytes,
                             int code),
                void *arg)
{
	struct search search = { .found = found, .arg = arg };
	char *roots[] = { sv_strdup(path), NULL };
	FTS *tree = fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, by_name);
	int rc;

	if (!tree) {
		rc = sv_fail(EX_NOINPUT, "open %s:", path);
	} else {
		rc = walk(&search, tree);
		fts_close(tree);
	}
	tdestroy(search.entered, free);
	free(roots[0]);
	return rc;
}
