/* recall: earlier calls of a number, in short */
#include "src/report/recall.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/phone.h"
#include "lib/store.h"

enum { ASKED_MAX = 64 << 10, CALLS = 3, SPELLINGS = 4, SUMMARY_MAX = 1600 };

struct recalled {
	struct sv_store *store;
	struct sv_buf summary;
	json_t *slots; /* the newest value of each */
	char *calls[CALLS];
	int64_t first_ms[CALLS];
	char *outcomes[CALLS];
	int n;
	int64_t all;
};

/* one JSON object on stdin */
static int read_asked(json_t **asked)
{
	struct sv_buf text;
	char bytes[4096];
	ssize_t n;
	int rc = 0;

	sv_buf_init(&text, ASKED_MAX);
	while (!rc && (n = sv_read(0, bytes, sizeof bytes, "stdin")) > 0)
		rc = sv_buf_add(&text, bytes, (size_t)n);
	*asked = rc ? NULL : json_loadb(sv_buf_str(&text), text.len, 0, NULL);
	sv_buf_release(&text);
	return json_is_object(*asked)
	               ? 0
	               : sv_fail(EX_DATAERR, "stdin: give {\"caller\":NUMBER}");
}

/* the spellings that calls.caller may have */
static void spell(const char *caller, char spellings[SPELLINGS][SV_E164])
{
	char e164[SV_E164];
	size_t i, n = 0;

	if (sv_phone_e164(caller, "7", e164))
		n = sv_phone_spellings(e164, spellings, SPELLINGS);
	for (i = n; i < SPELLINGS; i++)
		snprintf(spellings[i], SV_E164, "%.23s", caller);
}

static void add_call(struct recalled *recalled, const struct sv_rows *rows)
{
	const char *outcome = sv_rows_text(rows, 2);
	int n = recalled->n++;

	recalled->calls[n] = sv_strdup(sv_rows_text(rows, 0));
	recalled->first_ms[n] = sv_rows_int(rows, 1);
	recalled->outcomes[n] = outcome ? sv_strdup(outcome) : NULL;
}

#define OF_CALLER " FROM calls WHERE caller IN (?1, ?2, ?3, ?4) AND call <> ?5"

static int find_calls(struct recalled *recalled, const char *caller,
                      const char *but)
{
	char s[SPELLINGS][SV_E164];
	struct sv_rows *rows;
	int rc;

	spell(caller, s);
	rc = sv_store_first(recalled->store, &rows, "SELECT count(*)" OF_CALLER,
	                    "sssss", s[0], s[1], s[2], s[3], but);
	if (rc)
		return rc;
	recalled->all = rows ? sv_rows_int(rows, 0) : 0;
	sv_rows_free(rows);
	rc = sv_store_query(recalled->store, &rows,
	                    "SELECT call, first_ms, outcome" OF_CALLER
	                    " ORDER BY first_ms DESC LIMIT 3",
	                    "sssss", s[0], s[1], s[2], s[3], but);
	if (rc)
		return rc;
	while (recalled->n < CALLS && sv_rows_next(rows))
		add_call(recalled, rows);
	rc = sv_rows_code(rows);
	sv_rows_free(rows);
	return rc;
}

static void add_day(struct sv_buf *out, int64_t ms)
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm tm;
	char day[16] = "?";

	if (localtime_r(&seconds, &tm))
		strftime(day, sizeof day, "%Y-%m-%d", &tm);
	sv_buf_puts(out, day);
}

/* one call's slots, the last value of each; older calls do not change newer */
static int add_slots(struct recalled *recalled, const char *call)
{
	json_t *mine = json_object();
	struct sv_rows *rows;
	void *at;
	int rc = sv_store_query(recalled->store, &rows,
	                        "SELECT name, value FROM slots WHERE call = ?1"
	                        " ORDER BY seq",
	                        "s", call);

	while (!rc && sv_rows_next(rows))
		if (sv_rows_text(rows, 0) && sv_rows_text(rows, 1))
			json_object_set_new(mine, sv_rows_text(rows, 0),
			                    json_string(sv_rows_text(rows, 1)));
	if (!rc) {
		rc = sv_rows_code(rows);
		sv_rows_free(rows);
	}
	for (at = json_object_iter(mine); at;
	     at = json_object_iter_next(mine, at)) {
		const char *name = json_object_iter_key(at);

		sv_buf_printf(&recalled->summary, ", %s: %s", name,
		              json_string_value(json_object_iter_value(at)));
		if (!json_object_get(recalled->slots, name))
			json_object_set(recalled->slots, name,
			                json_object_iter_value(at));
	}
	json_decref(mine);
	return rc;
}

static int tell(struct recalled *recalled)
{
	int i, rc = 0;

	for (i = 0; !rc && i < recalled->n; i++) {
		if (i)
			sv_buf_puts(&recalled->summary, "; ");
		add_day(&recalled->summary, recalled->first_ms[i]);
		if (recalled->outcomes[i])
			sv_buf_printf(&recalled->summary, " %s",
			              recalled->outcomes[i]);
		rc = add_slots(recalled, recalled->calls[i]);
	}
	return rc;
}

static int print(const struct recalled *recalled)
{
	json_t *object =
		json_pack("{s:I, s:s, s:O}", "calls", (json_int_t)recalled->all,
	                  "summary", sv_buf_str(&recalled->summary), "slots",
	                  recalled->slots);
	char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;
	int rc = text ? 0 : sv_fail(EX_SOFTWARE, "what is known is no UTF-8");

	if (text)
		rc = sv_write(1, text, strlen(text), "stdout");
	if (!rc)
		rc = sv_write(1, "\n", 1, "stdout");
	json_decref(object);
	free(text);
	return rc;
}

static int look_up(struct recalled *recalled, const char *dsn,
                   const json_t *asked)
{
	const char *caller =
		json_string_value(json_object_get(asked, "caller"));
	const char *call = json_string_value(json_object_get(asked, "call"));
	int rc;

	if (!caller || !*caller)
		return sv_fail(EX_DATAERR, "stdin: whose calls? there is no "
		                           "caller");
	rc = sv_store_open(&recalled->store, dsn, SV_STORE_READ);
	if (!rc)
		rc = find_calls(recalled, caller, call ? call : "");
	if (!rc)
		rc = tell(recalled);
	return rc ? rc : print(recalled);
}

int recall(const char *dsn)
{
	struct recalled recalled = { .slots = json_object() };
	json_t *asked;
	int i, rc = read_asked(&asked);

	sv_buf_init(&recalled.summary, SUMMARY_MAX);
	if (!rc)
		rc = look_up(&recalled, dsn, asked);
	for (i = 0; i < recalled.n; i++) {
		free(recalled.calls[i]);
		free(recalled.outcomes[i]);
	}
	sv_store_close(recalled.store);
	sv_buf_release(&recalled.summary);
	json_decref(recalled.slots);
	json_decref(asked);
	return rc;
}
