/* log: sv-admin audit, who looked at or deleted what */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/audit.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/start.h"

#include "src/admin/admin.h"

enum { DAY_MS = 86400000 };

/* "7d", or a time */
static int read_since(const char *text, int64_t now_ms, int64_t *since)
{
	size_t digits = strspn(text, "0123456789");

	if (digits && digits < 6 && text[digits] == 'd' && !text[digits + 1]) {
		*since = now_ms - strtoll(text, NULL, 10) * DAY_MS;
		return 0;
	}
	if (sv_time_parse(text, since))
		return sv_fail(EX_USAGE,
		               "--since %s: say 7d, 2026-11-20 or "
		               "2026-11-20T10:00:00Z",
		               text);
	return 0;
}

/* "ID:DIGEST", as --verify has printed it */
static int read_known(const char *text, struct sv_audit_head *known)
{
	char *end;

	memset(known, 0, sizeof *known);
	known->id = strtoll(text, &end, 10);
	if (known->id <= 0 || *end != ':' ||
	    strlen(end + 1) != SV_SHA256_HEX - 1)
		return sv_fail(EX_USAGE, "--known %s: say NUMBER:DIGEST", text);
	memcpy(known->digest, end + 1, SV_SHA256_HEX);
	return 0;
}

static int check(struct admin *admin)
{
	struct sv_audit_head known, head;
	int rc = admin->known ? read_known(admin->known, &known) : 0;

	if (!rc)
		rc = sv_audit_check(admin->store, admin->known ? &known : NULL,
		                    &head);
	if (!rc)
		printf("%" PRId64 ":%s\n", head.id, head.digest);
	return rc;
}

static void print_row(const struct sv_rows *row, bool as_json)
{
	char time[SV_TIME_LEN];
	json_t *detail, *item;
	char *text;

	sv_time_format(sv_rows_int(row, 1), time);
	if (!as_json) {
		printf("%6" PRId64 " %s %s@%s %s %s %s %s\n",
		       sv_rows_int(row, 0), time, sv_rows_text(row, 2),
		       sv_rows_text(row, 3), sv_rows_text(row, 4),
		       sv_rows_text(row, 5), sv_rows_text(row, 6),
		       sv_rows_text(row, 7));
		return;
	}
	detail = json_loads(sv_rows_text(row, 7), 0, NULL);
	item = json_pack("{s:I, s:s, s:s, s:s, s:s, s:s, s:s, s:o}", "id",
	                 (json_int_t)sv_rows_int(row, 0), "time", time, "who",
	                 sv_rows_text(row, 2), "host", sv_rows_text(row, 3),
	                 "program", sv_rows_text(row, 4), "action",
	                 sv_rows_text(row, 5), "subject", sv_rows_text(row, 6),
	                 "detail", detail ? detail : json_object());
	text = json_dumps(item, JSON_COMPACT);
	if (text)
		puts(text);
	free(text);
	json_decref(item);
}

static int list(struct admin *admin, int64_t since)
{
	struct sv_rows *rows;
	int rc = sv_store_query(
		admin->store, &rows,
		"SELECT id, at, who, host, program, action, subject, detail"
		" FROM audit WHERE at >= ?1 AND (?2 IS NULL OR who = ?2)"
		" ORDER BY id",
		"is", since, admin->who);

	while (!rc && !sv_stopping() && sv_rows_next(rows))
		print_row(rows, admin_json(admin));
	if (!rc)
		rc = sv_rows_code(rows);
	sv_rows_free(rows);
	return rc;
}

int audit(struct admin *admin, char **operands, int n)
{
	int64_t since = INT64_MIN;
	int rc;

	if (n)
		return sv_fail(EX_USAGE, "%s: audit takes no operands",
		               operands[0]);
	rc = admin->since ? read_since(admin->since, admin->now_ms, &since) : 0;
	if (!rc)
		rc = admin_open(admin, false);
	if (rc)
		return rc;
	return admin->verify || admin->known ? check(admin)
	                                     : list(admin, since);
}
