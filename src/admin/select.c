/* select: SQL for what the rules let go */
#include "src/admin/select.h"

#include <inttypes.h>
#include <stddef.h>

#include "lib/alloc.h"
#include "lib/buf.h"

#include "src/admin/removal.h"

enum { SQL_MAX = 60000 };

/* what is there to be deleted */
static const char *const there[] = {
	[RECORDINGS] = "(c.recording IS NOT NULL OR EXISTS (SELECT 1 FROM "
		       "objects o WHERE o.call = c.call AND o.kind = "
		       "'recording' AND " OBJECT_THERE "))",
	[TRANSCRIPTS] = "(EXISTS (SELECT 1 FROM events e WHERE e.call = c.call "
			"AND " SAID ") OR EXISTS (SELECT 1 FROM tags t "
			"WHERE t.call = c.call) OR EXISTS (SELECT 1 FROM "
			"objects o WHERE o.call = c.call AND o.kind = "
			"'transcript' AND " OBJECT_THERE "))",
	[SLOTS] =
		"(EXISTS (SELECT 1 FROM slots s WHERE s.call = c.call) OR "
		"EXISTS (SELECT 1 FROM leads l WHERE l.call = c.call) OR "
		"EXISTS (SELECT 1 FROM events e WHERE e.call = c.call AND (" TOLD
		" OR " ENDED_WITH_SLOTS ")))",
	[EVENTS] = "EXISTS (SELECT 1 FROM events e WHERE e.call = c.call)",
	[CALLS] = "1 = 1",
};

static void add_names(struct sv_buf *sql, const char *column,
                      const char *const *names, size_t n)
{
	if (!n)
		return;
	sv_buf_printf(sql, " AND c.%s IN (", column);
	for (size_t i = 0; i < n; i++) {
		sv_buf_puts(sql, i ? ", '" : "'");
		for (const char *p = names[i]; *p; p++) {
			if (*p == '\'')
				sv_buf_putc(sql, '\'');
			sv_buf_putc(sql, *p);
		}
		sv_buf_putc(sql, '\'');
	}
	sv_buf_putc(sql, ')');
}

/* the time before which a call's part goes, by the first rule that fits it */
static void add_cutoff(struct sv_buf *sql, const struct selection *selection)
{
	sv_buf_puts(sql, "CASE");
	for (size_t i = 0; i < selection->rules->n; i++) {
		const struct rule *rule = &selection->rules->items[i];
		int64_t cutoff = rule->keep_ms == FOREVER
		                         ? 0
		                         : selection->now_ms - rule->keep_ms;

		sv_buf_puts(sql, " WHEN 1 = 1");
		add_names(sql, "scenario", rule->scenarios, rule->n_scenarios);
		add_names(sql, "outcome", rule->outcomes, rule->n_outcomes);
		sv_buf_printf(sql, " THEN %" PRId64, cutoff < 0 ? 0 : cutoff);
	}
	sv_buf_puts(sql, " ELSE 0 END");
}

char *select_calls(const struct selection *selection)
{
	struct sv_buf sql = { .max = SQL_MAX };

	if (!selection->rules->n)
		return NULL;
	sv_buf_puts(&sql, "SELECT c.call, c.recording FROM calls c"
	                  " WHERE c.call > ?1 AND " CALL_AGE " < ");
	add_cutoff(&sql, selection);
	sv_buf_printf(&sql, " AND %s", there[selection->kind]);
	if (selection->kind == CALLS && selection->taking)
		sv_buf_puts(&sql, " AND c.recording IS NULL AND NOT EXISTS "
		                  "(SELECT 1 FROM objects o WHERE o.call = "
		                  "c.call AND " OBJECT_THERE ")");
	sv_buf_printf(&sql,
	              " AND %sEXISTS (SELECT 1 FROM outbox x"
	              " WHERE x.call = c.call AND x." NOT_SENT ")"
	              " ORDER BY c.call LIMIT %d",
	              selection->held ? "" : "NOT ", BATCH);
	return sv_buf_take(&sql);
}

char *select_orphans(const struct selection *selection)
{
	int64_t cutoff = rules_cutoff(selection->rules, selection->now_ms);
	bool recordings = selection->kind == RECORDINGS;

	if ((!recordings && selection->kind != TRANSCRIPTS) ||
	    cutoff == INT64_MIN)
		return NULL;
	return sv_format("SELECT DISTINCT o.call, CAST(NULL AS TEXT)"
	                 " FROM objects o WHERE o.call > ?1 AND o.kind = '%s'"
	                 " AND o.created < %" PRId64 " AND " OBJECT_THERE
	                 " AND NOT EXISTS (SELECT 1 FROM calls c"
	                 " WHERE c.call = o.call) AND NOT EXISTS"
	                 " (SELECT 1 FROM outbox x WHERE x.call = o.call"
	                 " AND x." NOT_SENT ") ORDER BY 1 LIMIT %d",
	                 recordings ? "recording" : "transcript", cutoff,
	                 BATCH);
}
