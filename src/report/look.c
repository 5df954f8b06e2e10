/* look: the audit log's lines about reports of single calls */
#include "src/report/look.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "lib/audit.h"
#include "lib/fail.h"

static int note(const char *dsn, const char *call, const char *detail)
{
	struct sv_store *store = NULL;
	int rc = sv_store_open(&store, dsn, SV_STORE_WRITE);

	if (!rc)
		rc = sv_audit(store, "look", call, detail);
	sv_store_close(store);
	return rc ? sv_fail(rc,
	                    "nothing is shown, as the audit log cannot be "
	                    "written: %s",
	                    sv_why())
	          : 0;
}

int look(const char *dsn, const struct report *report,
         const struct query *query)
{
	bool many = !strcmp(report->name, "calls") && !query->redact;
	json_t *detail;
	char *text;
	int rc;

	if (!report->call && !many)
		return 0;
	detail = json_pack("{s:s, s:b, s:I}", "report", report->name, "masked",
	                   query->redact, "calls",
	                   many ? (json_int_t)query->n : 1);
	text = json_dumps(detail, JSON_COMPACT);
	rc = note(dsn, many ? "" : report->call, text);
	json_decref(detail);
	free(text);
	return rc;
}
