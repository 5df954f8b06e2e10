/* keeper_left: what earlier runs could not finish with */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/start.h"

#include "src/archive/keeper_inside.h"

enum { BATCH = 1000 };

struct left {
	int64_t before_ms;
	bool free;
	char **paths, **calls;
	int n;
};

static int note(void *arg, const struct record *record)
{
	struct left *left = arg;
	bool local = !strcmp(record->state, "local");
	bool due = !strcmp(record->state, "verified") && !record->freed &&
	           left->free && record->uploaded <= left->before_ms;
	struct stat info;

	if ((!local && !due) || left->n == BATCH ||
	    lstat(record->path, &info) || !S_ISREG(info.st_mode))
		return 0;
	left->paths[left->n] = sv_strdup(record->path);
	left->calls[left->n++] = sv_strdup(record->call);
	return 0;
}

int keeper_catch_up(struct keeper *keeper)
{
	struct left left = { .before_ms = sv_wall_ms() - keeper->keep_ms,
		             .free = keeper->free };
	int rc = 0;

	left.paths = sv_calloc(BATCH, sizeof *left.paths);
	left.calls = sv_calloc(BATCH, sizeof *left.calls);
	rc = record_each(&keeper->records, NULL, note, &left);
	keeper->away = rc != 0;
	for (int i = 0; i < left.n; i++) {
		if (!keeper->away && rc != SV_GONE && !sv_stopping())
			rc = keeper_keep(keeper, left.paths[i], left.calls[i]);
		free(left.paths[i]);
		free(left.calls[i]);
	}
	free(left.paths);
	free(left.calls);
	return rc;
}
