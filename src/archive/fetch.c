/* fetch: what is kept, fetched, listed and looked at */
#include "src/archive/fetch.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/audit.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/start.h"

#include "src/archive/opener.h"

static const char *name_of(const char *key)
{
	const char *slash = strrchr(key, '/');

	return slash ? slash + 1 : key;
}

/* An object to fd, opened; plain is what it should hold, "": not known. */
static int fetch(struct keeper *keeper, const char *key, const char *plain,
                 int fd, const char *fd_name)
{
	struct opener opener;
	char hex[SV_SHA256_HEX];
	int rc, code;

	opener_init(&opener, &keeper->ring, name_of(key), fd, fd_name);
	rc = keeper->engine->get(keeper->depot, key, opener_feed, &opener);
	code = rc ? rc : opener_end(&opener, hex);
	if (!rc && !code && *plain && strcmp(hex, plain) != 0)
		code = sv_fail(EX_DATAERR, "it is not what was put there");
	opener_release(&opener);
	if (code == EX_DATAERR || (code == EX_CONFIG && opener.begun))
		return sv_fail(code, "%s: %s", key, sv_why());
	return code;
}

/* --- get --- */

/* the best row for what was asked: a key, or a call's recording */
struct wanted {
	struct record record;
	int n;
};

static int choose(void *arg, const struct record *record)
{
	struct wanted *wanted = arg;
	bool recording = !strcmp(record->kind, "recording");

	if (!strcmp(record->state, "removed"))
		return 0;
	if (!wanted->n ||
	    (recording && strcmp(wanted->record.kind, "recording") != 0))
		wanted->record = *record;
	wanted->n++;
	return 0;
}

static int to_file(struct keeper *keeper, const struct record *record,
                   const char *path)
{
	char *temp = sv_format("%s.XXXXXX", path);
	int rc, fd = mkostemp(temp, O_CLOEXEC); /* mode 600 */

	if (fd < 0) {
		rc = sv_fail(EX_CANTCREAT, "create %s:", path);
		free(temp);
		return rc;
	}
	rc = fetch(keeper, record->key, record->plain, fd, path);
	if (!rc && fsync(fd))
		rc = sv_fail(EX_IOERR, "write %s:", path);
	if (close(fd) && !rc)
		rc = sv_fail(EX_IOERR, "close %s:", path);
	if (!rc && rename(temp, path))
		rc = sv_fail(EX_CANTCREAT, "rename to %s:", path);
	if (rc)
		unlink(temp);
	free(temp);
	return rc;
}

static int note(struct keeper *keeper, const struct record *record)
{
	const char *call = *record->call ? record->call : record->key;
	json_t *detail = json_pack("{s:s}", "key", record->key);
	char *text = json_dumps(detail, JSON_COMPACT);
	int rc = sv_audit(keeper->records.store, "export", call, text);

	json_decref(detail);
	free(text);
	return rc;
}

int fetch_get(struct keeper *keeper, const char *what, const char *path)
{
	struct wanted wanted = { .n = 0 };
	struct record *record = &wanted.record;
	int rc = record_each(&keeper->records, what, choose, &wanted);

	/* what the store does not know may be there all the same */
	if (!rc && !wanted.n) {
		rc = sv_depot_key_check(what);
		snprintf(record->key, sizeof record->key, "%s", what);
	}
	if (!rc)
		rc = note(keeper, record);
	if (rc)
		return rc;
	if (path && strcmp(path, "-") != 0)
		return to_file(keeper, record, path);
	return fetch(keeper, record->key, record->plain, STDOUT_FILENO,
	             "stdout");
}

/* --- list --- */

static void print_time(int64_t wall_ms)
{
	char text[SV_TIME_LEN] = "-";

	if (wall_ms)
		sv_time_format(wall_ms, text);
	fputs(text, stdout);
}

/* a field of a line: no tab and no newline within */
static void print_field(const char *text)
{
	for (; *text; text++)
		putchar((unsigned char)*text < ' ' || *text == 0x7f ? '?'
		                                                    : *text);
	putchar('\t');
}

static int print(void *arg, const struct record *record)
{
	struct stat info;
	bool here =
		!record->freed && *record->path && !lstat(record->path, &info);

	(void)arg;
	print_field(record->key);
	print_field(record->state);
	print_field(record->kind);
	print_field(record->call);
	printf("%lld\t", (long long)record->bytes);
	print_time(record->uploaded);
	printf("\t%s\n", here ? "here" : "-");
	return ferror(stdout) ? sv_fail(EX_IOERR, "write stdout:") : 0;
}

static int print_object(void *arg, const struct sv_depot_object *object)
{
	(void)arg;
	printf("%s\t%lld\t", object->key, (long long)object->bytes);
	print_time(object->modified_ms);
	putchar('\n');
	return ferror(stdout) ? sv_fail(EX_IOERR, "write stdout:") : 0;
}

int fetch_list(struct keeper *keeper, const char *what, bool remote)
{
	if (remote)
		return keeper->engine->list(keeper->depot, what ? what : "",
		                            print_object, NULL);
	return record_each(&keeper->records, what, print, NULL);
}

/* --- verify --- */

struct check {
	struct keeper *keeper;
	bool full;
	int good, bad;
};

static int look(struct keeper *keeper, const struct record *record)
{
	struct sv_depot_object object;
	int rc = keeper->engine->head(keeper->depot, record->key, &object);

	if (rc)
		return rc;
	if (object.bytes != record->bytes)
		return sv_fail(EX_DATAERR,
		               "%s: %lld bytes are there, %lld were put",
		               record->key, (long long)object.bytes,
		               (long long)record->bytes);
	if (*object.sha256 && strcmp(object.sha256, record->sha256) != 0)
		return sv_fail(EX_DATAERR, "%s: its SHA-256 is another",
		               record->key);
	return 0;
}

static int check_one(void *arg, const struct record *record)
{
	struct check *check = arg;
	int rc;

	if (strcmp(record->state, "verified") != 0)
		return 0;
	if (sv_stopping())
		return sv_fail(EX_TEMPFAIL, "stopped");
	rc = look(check->keeper, record);
	if (!rc && check->full)
		rc = fetch(check->keeper, record->key, record->plain, -1, "");
	if (!rc) {
		check->good++;
		return 0;
	}
	if (rc != EX_NOINPUT && rc != EX_DATAERR && rc != EX_CONFIG)
		return rc; /* it is the place that is wrong */
	check->bad++;
	printf("%s\t%s\n", record->key,
	       rc == EX_NOINPUT ? "missing" : "damaged");
	sv_warn("%s", sv_why());
	return 0;
}

int fetch_verify(struct keeper *keeper, const char *what, bool full)
{
	struct check check = { .keeper = keeper, .full = full };
	int rc = record_each(&keeper->records, what, check_one, &check);

	if (rc)
		return rc;
	if (what && !check.good && !check.bad)
		return sv_fail(EX_NOINPUT, "%s: nothing of that name is kept",
		               what);
	sv_info("%d are as they should be, %d are not", check.good, check.bad);
	return check.bad ? sv_fail(EX_DATAERR,
	                           "%d of %d objects are not as they should "
	                           "be",
	                           check.bad, check.good + check.bad)
	                 : 0;
}
