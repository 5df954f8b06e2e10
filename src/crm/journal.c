/*
 * journal.c: appends what would be sent to a file, one JSON object a line
 *
 * A line and the row that says it was sent cannot be committed together, so a
 * sender killed between the two leaves a line whose entry still waits. What
 * makes the line appear once all the same: the file is locked from begin() to
 * end(); the outbox notes the file's length, the place, with each entry before
 * it is tried; a line is on disk before its entry counts as sent. An entry
 * that was tried is therefore either nowhere, or whole at its place or behind
 * it (other outboxes may have written before it), and that is where find()
 * looks. Half a line at the end of the file is what a killed sender or a full
 * disk left; nobody can be writing it, and begin() cuts it off.
 */
#include "src/crm/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/service.h"

enum { TAIL = 4096 };

struct crm {
	char *folder; /* to be made when it is not there; or NULL */
	char *path;
	int fd; /* -1 but between begin() and end() */
	off_t size;
};

static const char *const settings[] = { "file", NULL };
static const char *const kinds[] = { "lead", "call", NULL };

static int journal_open(struct crm **made, const struct sv_list *pairs)
{
	const char *path = sv_setting(pairs, "journal", "file");

	if (path && !*path)
		return sv_fail(EX_USAGE, "-p file=: no name of a file");
	*made = sv_alloc(sizeof **made);
	(*made)->fd = -1;
	if (path)
		(*made)->path = sv_strdup(path);
	else
		(*made)->folder = sv_state_folder();
	if (!path)
		(*made)->path = sv_format("%s/journal.ndjson", (*made)->folder);
	return 0;
}

static void journal_close(struct crm *crm)
{
	if (!crm)
		return;
	free(crm->folder);
	free(crm->path);
	free(crm);
}

static void journal_end(struct crm *crm)
{
	if (crm->fd >= 0)
		close(crm->fd); /* and with it the lock */
	crm->fd = -1;
}

/* The file under our name now must be the one we locked: it may have been
 * rotated while we opened it. */
static int check(struct crm *crm)
{
	struct stat ours = { 0 }, theirs = { 0 };

	if (fstat(crm->fd, &ours))
		return sv_fail(EX_IOERR, "journal %s:", crm->path);
	if (!S_ISREG(ours.st_mode))
		return sv_fail(
			EX_CANTCREAT,
			"journal %s: not a regular file, which alone can "
			"be looked through",
			crm->path);
	if (stat(crm->path, &theirs) || ours.st_ino != theirs.st_ino ||
	    ours.st_dev != theirs.st_dev)
		return sv_fail(EX_TEMPFAIL, "journal %s: replaced just now",
		               crm->path);
	crm->size = ours.st_size;
	return 0;
}

/* how long the file is up to its last newline */
static int whole_lines(const struct crm *crm, off_t *size)
{
	char tail[TAIL];
	off_t end = crm->size;

	while (end > 0) {
		size_t n = end < TAIL ? (size_t)end : TAIL;
		ssize_t got = pread(crm->fd, tail, n, end - (off_t)n);
		const char *last;

		if (got != (ssize_t)n)
			return sv_fail(EX_IOERR, "read journal %s:", crm->path);
		last = memrchr(tail, '\n', n);
		if (last) {
			*size = end - (off_t)n + (last - tail) + 1;
			return 0;
		}
		end -= (off_t)n;
	}
	*size = 0;
	return 0;
}

static int cut_half_line(struct crm *crm)
{
	off_t size = 0;
	int rc = whole_lines(crm, &size);

	if (rc || size == crm->size)
		return rc;
	if (ftruncate(crm->fd, size))
		return sv_fail(EX_IOERR, "cut journal %s:", crm->path);
	crm->size = size;
	return 0;
}

static int journal_begin(struct crm *crm, int64_t *place)
{
	int flags =
		O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
	int rc = crm->folder ? sv_folder_make(crm->folder) : 0;

	if (rc)
		return rc;
	crm->fd = open(crm->path, flags, 0600);
	if (crm->fd < 0)
		return sv_fail(EX_CANTCREAT, "open journal %s:", crm->path);
	if (flock(crm->fd, LOCK_EX | LOCK_NB))
		rc = errno == EWOULDBLOCK
		             ? sv_fail(EX_TEMPFAIL,
		                       "journal %s: another process has it",
		                       crm->path)
		             : sv_fail(EX_IOERR, "lock journal %s:", crm->path);
	if (!rc)
		rc = check(crm);
	if (!rc)
		rc = cut_half_line(crm);
	if (rc)
		journal_end(crm);
	else
		*place = crm->size;
	return rc;
}

static bool is_entry(const char *line, size_t len, const char *key)
{
	json_t *object = json_loadb(line, len, 0, NULL);
	const char *found = json_string_value(json_object_get(object, "key"));
	bool same = found && !strcmp(found, key);

	json_decref(object);
	return same;
}

static int journal_find(struct crm *crm, const struct crm_entry *entry,
                        bool *there, struct crm_outcome *outcome)
{
	FILE *file = fopen(crm->path, "re");
	off_t place = entry->place;
	char *line = NULL;
	size_t size = 0;
	ssize_t len;
	int rc = 0;

	*there = false;
	outcome->all = true; /* a file that cannot be read, or written below */
	if (!file)
		return sv_fail(EX_IOERR, "read journal %s:", crm->path);
	/* a file shorter than it was is another one: look at all of it */
	if (place > crm->size)
		place = 0;
	if (fseeko(file, place, SEEK_SET))
		rc = sv_fail(EX_IOERR, "read journal %s:", crm->path);
	while (!rc && !*there && (len = getline(&line, &size, file)) > 0)
		*there = is_entry(line, (size_t)len, entry->key);
	if (!rc && ferror(file))
		rc = sv_fail(EX_IOERR, "read journal %s:", crm->path);
	free(line);
	fclose(file);
	return rc;
}

static int journal_send(struct crm *crm, const struct crm_entry *entry,
                        struct crm_outcome *outcome)
{
	char *line = sv_format("%s\n", entry->payload);
	size_t len = strlen(line);
	int rc = sv_write(crm->fd, line, len, crm->path);

	if (rc) {
		outcome->all = true;
		/* the sentence is kept: this may fail as well, and then the
		 * next begin() cuts */
		if (ftruncate(crm->fd, crm->size))
			rc = EX_IOERR;
	} else {
		crm->size += (off_t)len;
	}
	free(line);
	return rc;
}

static int journal_flush(struct crm *crm)
{
	if (fdatasync(crm->fd))
		return sv_fail(EX_IOERR, "write journal %s:", crm->path);
	return 0;
}

const struct crm_engine crm_journal = {
	.name = "journal",
	.about = "append what would be sent to a file (-p file=PATH)",
	.settings = settings,
	.kinds = kinds,
	.batch = 256,
	.open = journal_open,
	.close = journal_close,
	.begin = journal_begin,
	.end = journal_end,
	.find = journal_find,
	.send = journal_send,
	.flush = journal_flush,
};
