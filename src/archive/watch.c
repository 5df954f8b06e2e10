/* watch: folders whose finished files are kept */
#include "src/archive/watch.h"

#include <dirent.h>
#include <errno.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/start.h"

#include "src/archive/file.h"
#include "src/archive/name.h"

enum {
	SLICE_MS = 100,
	DAY_MS = 86400000,
	STALE_DAYS = 7,       /* for somebody to go on with an upload */
	AGAIN_MS = 600000,    /* a file that has failed is left alone so long */
	FIRST_AWAY_MS = 1000, /* a place, doubled each time up to */
	LONG_AWAY_MS = 300000,
};

/* a file that is not to be looked at before its time */
struct known {
	char *id; /* path, inode, length and time: another file is another */
	int64_t due_ms;
};

struct watch {
	struct keeper *keeper;
	const struct watch_options *options;
	void *known; /* tsearch(3)'s tree */
	int code;    /* of the last failure */
	int64_t tidied_ms;
	bool worked; /* something was kept, or would have been */
	bool away;   /* no use in going on for now */
};

void watch_wait(int ms)
{
	int64_t until = sv_now_ms() + ms;

	while (!sv_stopping() && sv_now_ms() < until) {
		struct timespec slice = { .tv_nsec = SLICE_MS * 1000000L };

		nanosleep(&slice, NULL);
	}
}

/* --- what is known --- */

static int by_id(const void *a, const void *b)
{
	const struct known *one = a, *other = b;

	return strcmp(one->id, other->id);
}

static char *id_of(const char *path, const struct stat *info)
{
	return sv_format(
		"%s\n%llu %lld %lld.%ld", path,
		(unsigned long long)info->st_ino, (long long)info->st_size,
		(long long)info->st_mtim.tv_sec, info->st_mtim.tv_nsec);
}

static bool is_due(struct watch *watch, const char *path,
                   const struct stat *info)
{
	struct known key = { .id = id_of(path, info) };
	struct known **found = tfind(&key, &watch->known, by_id);
	bool due = !found || (*found)->due_ms <= sv_wall_ms();

	free(key.id);
	return due;
}

static void forget(struct watch *watch, const char *path,
                   const struct stat *info)
{
	struct known key = { .id = id_of(path, info) };
	struct known **found = tfind(&key, &watch->known, by_id), *known;

	if (found) {
		known = *found;
		tdelete(&key, &watch->known, by_id);
		free(known->id);
		free(known);
	}
	free(key.id);
}

static void remember(struct watch *watch, const char *path,
                     const struct stat *info, int64_t due_ms)
{
	struct known *known = sv_alloc(sizeof *known);

	forget(watch, path, info);
	known->id = id_of(path, info);
	known->due_ms = due_ms;
	tsearch(known, &watch->known, by_id);
}

static void free_known(void *node)
{
	struct known *known = node;

	free(known->id);
	free(known);
}

/* --- a file --- */

static int failed(struct watch *watch, int rc)
{
	watch->code = rc;
	watch->away = watch->keeper->away;
	return 0;
}

/* when a file that is kept is to be looked at again */
static void note_kept(struct watch *watch, const char *path,
                      const struct stat *info)
{
	const struct keeper *keeper = watch->keeper;
	int64_t now = sv_wall_ms(), due_ms = now + AGAIN_MS;

	watch->worked = true;
	if (keeper->freed) {
		forget(watch, path, info);
		return;
	}
	/* one that somebody still wants is due, and looked at soon */
	if (keeper->due_ms)
		due_ms = keeper->due_ms > now ? keeper->due_ms
		                              : now + FIRST_AWAY_MS;
	remember(watch, path, info, due_ms);
}

static int note_failed(struct watch *watch, const char *path,
                       const struct stat *info, int rc)
{
	/* of a place that is away one warning is enough; what another works
	 * on, or writes to, is tried again soon */
	if (!watch->keeper->away)
		sv_log(rc == EX_TEMPFAIL ? SV_INFO : SV_WARNING, "%s",
		       sv_why());
	if (rc != EX_TEMPFAIL)
		remember(watch, path, info, sv_wall_ms() + AGAIN_MS);
	return failed(watch, rc);
}

static int look_at(struct watch *watch, const char *path,
                   const struct stat *info)
{
	int rc;

	if (!name_kind(path) || !is_due(watch, path, info) ||
	    !file_is_finished(path, watch->options->settle_ms))
		return 0;
	rc = keeper_keep(watch->keeper, path, NULL);
	if (rc == SV_GONE)
		return rc;
	if (rc && sv_stopping())
		return 0; /* broken off: it goes on from there next time */
	if (rc)
		return note_failed(watch, path, info, rc);
	note_kept(watch, path, info);
	return 0;
}

/* --- folders --- */

static int go_through(struct watch *watch, const char *folder);

static int look_at_entry(struct watch *watch, const char *folder,
                         const char *name)
{
	char *path = sv_format("%s/%s", folder, name);
	struct stat info;
	int rc = 0;

	if (*name != '.' && !lstat(path, &info)) {
		if (S_ISDIR(info.st_mode))
			rc = go_through(watch, path);
		else if (S_ISREG(info.st_mode))
			rc = look_at(watch, path, &info);
	}
	free(path);
	return rc;
}

static int go_through(struct watch *watch, const char *folder)
{
	struct dirent **names;
	int rc = 0, n = scandir(folder, &names, NULL, alphasort);

	if (n < 0) {
		rc = errno == ENOENT ? 0 : EX_NOINPUT;
		if (rc) {
			sv_fail(rc, "read the folder %s:", folder);
			sv_warn("%s", sv_why());
			failed(watch, rc);
		}
		return 0;
	}
	for (int i = 0; i < n; i++) {
		if (!rc && !watch->away && !sv_stopping())
			rc = look_at_entry(watch, folder, names[i]->d_name);
		free(names[i]);
	}
	free(names);
	return rc;
}

/* What others began and will not finish, once a day. */
static void tidy(struct watch *watch)
{
	const struct keeper *keeper = watch->keeper;
	int64_t now = sv_wall_ms();

	if (keeper->dry_run || now < watch->tidied_ms + DAY_MS)
		return;
	watch->tidied_ms = now;
	if (keeper->engine->tidy(keeper->depot,
	                         now - (int64_t)STALE_DAYS * DAY_MS))
		sv_info("%s", sv_why());
}

static int go_round(struct watch *watch, char **folders)
{
	int rc = 0;

	watch->code = 0;
	watch->away = false;
	watch->keeper->away = false;
	for (char **folder = folders; !rc && *folder; folder++)
		rc = go_through(watch, *folder);
	if (!rc && watch->worked && !watch->away)
		tidy(watch);
	return rc;
}

/* full jitter: many may wait for the same place */
static int wait_away(int rounds)
{
	unsigned wait = FIRST_AWAY_MS, chance = 0;

	for (int i = 1; i < rounds && wait < LONG_AWAY_MS; i++)
		wait *= 2;
	if (wait > LONG_AWAY_MS)
		wait = LONG_AWAY_MS;
	if (getrandom(&chance, sizeof chance, GRND_NONBLOCK) < 0)
		chance = (unsigned)sv_now_us();
	return (int)(wait / 2 + chance % (wait / 2 + 1));
}

static bool is_hopeless(const struct watch *watch)
{
	return !watch->worked && watch->away &&
	       (watch->code == EX_CONFIG || watch->code == EX_NOPERM);
}

/* What is told once, when a place goes and when it comes back; away is for how
 * many rounds it is. */
static void tell_away(const struct watch *watch, int away, bool was)
{
	if (!away && was)
		sv_say("%s is there again", watch->keeper->records.place);
	if (away == 1)
		sv_warn("%s; files stay where they are until then", sv_why());
}

/* Again and again; how often in a row the place was away. */
static int go_on(struct watch *watch, char **folders)
{
	int away = 0, rc = 0;
	bool was;

	while (!rc && !sv_stopping()) {
		rc = go_round(watch, folders);
		if (rc || sv_stopping())
			break;
		if (is_hopeless(watch))
			return watch->code;
		was = away > 0;
		away = watch->away ? away + 1 : 0;
		tell_away(watch, away, was);
		watch_wait(away ? wait_away(away) : watch->options->every_ms);
	}
	return rc;
}

/* whole paths: that is how the store and the events know files */
static int whole_paths(char **folders, char **whole)
{
	struct stat info;

	for (size_t i = 0; folders[i]; i++) {
		whole[i] = realpath(folders[i], NULL);
		if (!whole[i])
			return sv_fail(EX_NOINPUT, "%s:", folders[i]);
		if (stat(whole[i], &info) || !S_ISDIR(info.st_mode))
			return sv_fail(EX_NOINPUT, "%s is not a folder",
			               folders[i]);
	}
	return 0;
}

int watch(struct keeper *keeper, char **folders,
          const struct watch_options *options)
{
	struct watch watch = { .keeper = keeper, .options = options };
	size_t n = 0;
	char **whole;
	int rc;

	while (folders[n])
		n++;
	whole = sv_calloc(n + 1, sizeof *whole);
	rc = whole_paths(folders, whole);
	if (!rc && options->every_ms) {
		rc = go_on(&watch, whole);
	} else if (!rc) {
		rc = go_round(&watch, whole);
		rc = rc ? rc : watch.code;
	}
	for (size_t i = 0; i < n; i++)
		free(whole[i]);
	free(whole);
	tdestroy(watch.known, free_known);
	return rc;
}
