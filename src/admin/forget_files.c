/* forget_files: a person's objects, recordings, files and lines of logs */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/digest.h"
#include "lib/event.h"
#include "lib/fail.h"
#include "lib/start.h"

#include "src/admin/forget.h"
#include "src/admin/held.h"
#include "src/admin/ndjson.h"
#include "src/admin/shelf.h"

/* in which pass over the folders we are */
struct pass {
	struct forget *forget;
	enum kind kind;
	const char *root;
	bool searching; /* only for calls in logs */
};

/* --- what the store knows of --- */

static int take_recording(struct forget *forget, const char *call)
{
	struct admin *admin = forget->admin;
	struct sv_rows *row;
	char *path = NULL;
	int rc = sv_store_first(admin->store, &row,
	                        "SELECT recording FROM calls WHERE call = ?",
	                        "s", call);

	if (row)
		path = sv_strdup(sv_rows_text(row, 0));
	sv_rows_free(row);
	if (!rc)
		rc = held_file(admin, path, &forget->tally);
	free(path);
	return rc;
}

/* One that stays keeps all rows, and so what names it. */
int forget_objects(struct forget *forget)
{
	struct admin *admin = forget->admin;
	const char *call;
	json_t *value;
	int rc = 0;

	json_object_foreach (forget->calls, call, value) {
		int code = held_objects(admin, &forget->remote, call, NULL,
		                        &forget->tally);

		if (!code)
			code = take_recording(forget, call);
		if (code)
			admin_left(admin, code, call);
		if (code && !rc && admin->apply)
			rc = code;
	}
	return rc;
}

/* --- what the folders have --- */

/* CALL, or CALL-2 of an id that came again */
static bool is_call(const struct forget *forget, const char *name, size_t len)
{
	char *call = sv_strndup(name, len);
	char *dash = strrchr(call, '-');
	bool found = json_object_get(forget->calls, call) != NULL;

	if (!found && dash && dash[1] &&
	    !dash[1 + strspn(dash + 1, "0123456789")]) {
		*dash = '\0';
		found = json_object_get(forget->calls, call) != NULL;
	}
	free(call);
	return found;
}

/* A part of the path that is named after a call of theirs: CALL, CALL.flac,
 * where an id may have points of its own; or that has the number in it. */
static bool is_theirs(const struct forget *forget, const char *rest)
{
	bool found = person_in(&forget->person, rest, strlen(rest));

	while (!found && *rest) {
		size_t len = strcspn(rest += strspn(rest, "/"), "/");

		for (size_t i = 1; !found && i <= len; i++) {
			if (i == len || rest[i] == '.')
				found = is_call(forget, rest, i);
		}
		rest += len;
	}
	return found;
}

static bool is_digest(const struct forget *forget, const char *name)
{
	const char *call;
	json_t *value;

	if (*name != '=')
		return false;
	json_object_foreach (forget->calls, call, value) {
		unsigned char sum[SV_SHA256];
		char hex[SV_SHA256_HEX];

		sv_sha256(call, strlen(call), sum);
		sv_hex(sum, sizeof sum, hex);
		if (!strncmp(name + 1, hex, SV_SHA256_HEX - 1))
			return true;
	}
	return false;
}

/* A line with the number makes its call one of theirs. */
static void take_line_call(struct forget *forget, const char *line, size_t len)
{
	json_t *event = json_loadb(line, len, 0, NULL);
	const char *call = json_string_value(json_object_get(event, "call"));

	if (call && *call)
		json_object_set_new(forget->calls, call, json_true());
	json_decref(event);
}

static bool of_their_call(const struct forget *forget, const char *line,
                          size_t len)
{
	json_t *event = json_loadb(line, len, 0, NULL);
	const char *call = json_string_value(json_object_get(event, "call"));
	bool theirs = call && json_object_get(forget->calls, call);

	json_decref(event);
	return theirs;
}

static bool line_stays(void *arg, const char *line, size_t len)
{
	const struct pass *pass = arg;
	struct forget *forget = pass->forget;
	bool named = person_in(&forget->person, line, len);

	if (pass->searching && named)
		take_line_call(forget, line, len);
	return !named && (pass->searching || !of_their_call(forget, line, len));
}

/* by gzip, bzip2, xz, zstd, or zip */
static bool packed(const struct shelf_item *item)
{
	static const char *const heads[] = { "\x1f\x8b", "BZh", "\3757zXZ",
		                             "\x28\xb5\x2f\xfd", "PK\3\4" };
	char head[8] = "";
	int fd = openat(item->folder, item->name,
	                O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	bool found = false;

	if (fd < 0)
		return false;
	if (read(fd, head, sizeof head - 1) > 0) {
		for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
			found = found ||
			        !strncmp(head, heads[i], strlen(heads[i]));
	}
	close(fd);
	return found;
}

static int not_searched(const struct shelf_item *item)
{
	return sv_fail(EX_NOPERM, "%s: packed, and not searched: unpack it",
	               item->path);
}

static int sift_log(struct pass *pass, const struct shelf_item *item)
{
	struct admin *admin = pass->forget->admin;
	struct ndjson_sieve sieve = { .stays = line_stays, .arg = pass };
	int rc = 0;

	if (packed(item))
		rc = not_searched(item);
	else
		rc = ndjson_sift(item, &sieve,
		                 admin->apply && !pass->searching);
	if (rc && !pass->searching)
		admin_left(admin, rc, item->path);
	if (!rc && !pass->searching)
		pass->forget->lines += sieve.lines;
	return 0;
}

/* In a dry run what the store names was counted there already. */
static bool is_counted(struct forget *forget, const char *path)
{
	struct sv_rows *row = NULL;
	bool counted;

	if (forget->admin->apply)
		return false;
	sv_store_first(forget->admin->store, &row,
	               "SELECT 1 FROM calls WHERE recording = ?1 UNION ALL"
	               " SELECT 1 FROM objects WHERE path = ?1 LIMIT 1",
	               "s", path);
	counted = row != NULL;
	sv_rows_free(row);
	return counted;
}

static int take_item(struct pass *pass, const struct shelf_item *item)
{
	struct forget *forget = pass->forget;
	int rc = forget->admin->apply ? shelf_take(item) : 0;

	if (is_counted(forget, item->path))
		return 0;
	if (rc) {
		admin_left(forget->admin, rc, item->path);
		return 0;
	}
	json_array_append_new(forget->files, sv_event_text(item->path));
	forget->tally.files++;
	forget->tally.bytes += item->info.st_size;
	return 0;
}

/* Texts are read: a checkpoint, a transcript, a trace's events. */
static int has_number(struct pass *pass, const struct shelf_item *item,
                      bool *has)
{
	struct pass asking = { .forget = pass->forget, .searching = true };
	struct ndjson_sieve sieve = { .stays = line_stays, .arg = &asking };
	int rc = packed(item) ? not_searched(item)
	                      : ndjson_sift(item, &sieve, false);

	*has = !rc && sieve.lines;
	return rc;
}

static int meet(void *arg, const struct shelf_item *item)
{
	struct pass *pass = arg;
	bool theirs;

	if (ndjson_remains(item->name))
		return pass->searching ? 0 : take_item(pass, item);
	if (pass->kind == LOGS)
		return sift_log(pass, item);
	theirs = is_theirs(pass->forget, item->path + strlen(pass->root)) ||
	         is_digest(pass->forget, item->name);
	if (!theirs && pass->kind != RECORDINGS &&
	    has_number(pass, item, &theirs))
		admin_left(pass->forget->admin, EX_NOPERM, item->path);
	return theirs ? take_item(pass, item) : 0;
}

static int walk(struct forget *forget, enum kind kind, bool searching)
{
	const struct kind_rules *rules = &forget->admin->rules.kinds[kind];
	int rc = 0;

	for (size_t i = 0; !rc && i < rules->n_folders; i++) {
		struct pass pass = { .forget = forget,
			             .kind = kind,
			             .root = rules->folders[i],
			             .searching = searching };

		rc = shelf_walk(rules->folders[i], false, meet, &pass);
		if (rc == EX_NOINPUT)
			rc = 0;
		if (rc) {
			admin_left(forget->admin, rc, rules->folders[i]);
			rc = 0;
		}
	}
	return rc;
}

int forget_search_logs(struct forget *forget)
{
	return walk(forget, LOGS, true);
}

/* Phrases that were spoken are cached by digest: which are a person's cannot be
 * told, and they go by age. */
int forget_files(struct forget *forget)
{
	static const enum kind kinds[] = { RECORDINGS, TRANSCRIPTS, CHECKPOINTS,
		                           TRACES, LOGS };

	int rc = 0;

	for (size_t i = 0; !rc && i < sizeof kinds / sizeof *kinds; i++)
		rc = walk(forget, kinds[i], false);
	if (!rc && forget->admin->apply && forget->admin->worst)
		rc = sv_fail(forget->admin->worst,
		             "%zu things stay that should go",
		             json_array_size(forget->admin->left));
	return rc;
}
