/* audit: who looked at or deleted what, in a chain of rows */
#include "lib/audit.h"

#include <inttypes.h>
#include <jansson.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/start.h"

#define COLUMNS "id, at, who, host, program, action, subject, detail, digest"

enum { ID, AT, FIRST_TEXT, TEXTS = 6, DIGEST = FIRST_TEXT + TEXTS };

/* a row before its digest; texts as in COLUMNS, lent */
struct row {
	int64_t id, at_ms;
	const char *texts[TEXTS];
};

/* sudo tells who called it; from anybody but root that would be a claim. */
char *sv_audit_person(void)
{
	const char *caller = getuid() ? NULL : getenv("SUDO_USER");
	const struct passwd *user;

	if (caller && *caller)
		return sv_strdup(caller);
	user = getpwuid(getuid());
	if (user && user->pw_name && *user->pw_name)
		return sv_strdup(user->pw_name);
	return sv_format("uid %lu", (unsigned long)getuid());
}

/* Of the digest before and the row as JSON, in which no two rows look alike.
 * "" for a row that is no UTF-8, as none of ours is. */
static void chain(const struct row *row, const char *before,
                  char digest[SV_SHA256_HEX])
{
	unsigned char sum[SV_SHA256];
	json_t *array = json_pack("[s, I, I]", before, (json_int_t)row->id,
	                          (json_int_t)row->at_ms);
	char *text = NULL;

	for (size_t i = 0; i < TEXTS; i++)
		json_array_append_new(array, json_string(row->texts[i]));
	if (json_array_size(array) == 3 + TEXTS)
		text = json_dumps(array, JSON_COMPACT | JSON_ENSURE_ASCII);
	json_decref(array);
	*digest = '\0';
	if (text) {
		sv_sha256(text, strlen(text), sum);
		sv_hex(sum, sizeof sum, digest);
	}
	free(text);
}

int sv_audit_head(struct sv_store *store, struct sv_audit_head *head)
{
	struct sv_rows *row;
	int rc = sv_store_first(store, &row,
	                        "SELECT id, digest FROM audit"
	                        " ORDER BY id DESC LIMIT 1",
	                        "");

	*head = (struct sv_audit_head){ 0 };
	if (row) {
		head->id = sv_rows_int(row, 0);
		strncat(head->digest, sv_rows_text(row, 1),
		        sizeof head->digest - 1);
	}
	sv_rows_free(row);
	return rc;
}

static int insert(struct sv_store *store, const struct row *row,
                  const char *digest)
{
	return sv_store_change(store, NULL,
	                       "INSERT INTO audit (" COLUMNS ")"
	                       " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
	                       "iisssssss", row->id, row->at_ms, row->texts[0],
	                       row->texts[1], row->texts[2], row->texts[3],
	                       row->texts[4], row->texts[5], digest);
}

int sv_audit_within(struct sv_store *store, const char *action,
                    const char *subject, const char *detail)
{
	struct sv_audit_head head = { 0 };
	char host[256] = "", program[64] = "sv-";
	char digest[SV_SHA256_HEX];
	char *who = sv_audit_person();
	const struct row row = { .at_ms = sv_wall_ms(),
		                 .texts = { who, host, program, action, subject,
		                            detail ? detail : "{}" } };
	struct row next = row;
	int rc = 0;

	gethostname(host, sizeof host - 1);
	strncat(program, sv_stage(), sizeof program - 4);
	/* SQLite's transaction keeps others out by itself */
	if (sv_store_is_postgres(store))
		rc = sv_store_execute(store, "SELECT pg_advisory_xact_lock("
		                             "hashtextextended("
		                             "'sales-voice audit', 0))");
	if (!rc)
		rc = sv_audit_head(store, &head);
	if (!rc) {
		next.id = head.id + 1;
		chain(&next, head.digest, digest);
		if (!*digest)
			rc = sv_fail(EX_SOFTWARE,
			             "audit: the row is not UTF-8");
	}
	if (!rc)
		rc = insert(store, &next, digest);
	free(who);
	return rc;
}

int sv_audit(struct sv_store *store, const char *action, const char *subject,
             const char *detail)
{
	int rc = sv_store_begin(store);

	if (!rc)
		rc = sv_audit_within(store, action, subject, detail);
	if (!rc)
		rc = sv_store_commit(store);
	if (rc)
		sv_store_rollback(store);
	return rc;
}

static int broken(int64_t id, const char *how)
{
	return sv_fail(EX_DATAERR, "audit: row %" PRId64 " %s", id, how);
}

/* one row behind the head, which it becomes */
static int follow(const struct sv_rows *rows, struct sv_audit_head *head)
{
	struct row row = { .id = sv_rows_int(rows, ID),
		           .at_ms = sv_rows_int(rows, AT) };
	const char *had = sv_rows_text(rows, DIGEST);
	char digest[SV_SHA256_HEX];

	for (int i = 0; i < TEXTS; i++)
		row.texts[i] = sv_rows_text(rows, FIRST_TEXT + i);
	if (row.id != head->id + 1)
		return broken(head->id + 1, "is missing");
	chain(&row, head->digest, digest);
	if (!had || strcmp(had, digest) != 0)
		return broken(row.id, "was changed, or one before it");
	head->id = row.id;
	memcpy(head->digest, digest, sizeof digest);
	return 0;
}

int sv_audit_check(struct sv_store *store, const struct sv_audit_head *known,
                   struct sv_audit_head *head)
{
	struct sv_rows *rows;
	int rc = sv_store_query(
		store, &rows, "SELECT " COLUMNS " FROM audit ORDER BY id", "");

	*head = (struct sv_audit_head){ 0 };
	while (!rc && sv_rows_next(rows)) {
		rc = follow(rows, head);
		if (!rc && known && known->id == head->id &&
		    strcmp(known->digest, head->digest) != 0)
			rc = broken(head->id, "is not the one that was there");
	}
	if (!rc)
		rc = sv_rows_code(rows);
	sv_rows_free(rows);
	if (!rc && known && known->id > head->id)
		rc = broken(head->id + 1, "is missing");
	return rc;
}
