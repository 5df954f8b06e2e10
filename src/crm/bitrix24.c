/* bitrix24.c: the engine: each kind of entry to who knows it */
#include "src/crm/bitrix24.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/service.h"

static const char *const settings[] = { "map", "settle", PORTAL_SETTINGS,
	                                NULL };

/* the portal ends a request that takes longer than a minute */
enum { SETTLE_MS = 65000 };

static const struct {
	const char *kind;
	int (*find)(struct bx_job *job, bool *there);
	int (*send)(struct bx_job *job);
} doers[] = {
	{ "lead", bx_lead_find, bx_lead_send },
	{ "deal", bx_deal_find, bx_deal_send },
	{ "call", bx_call_find, bx_call_send },
	{ "recording", bx_recording_find, bx_recording_send },
	{ "transcript", bx_transcript_find, bx_transcript_send },
	{ "comment", bx_comment_find, bx_comment_send },
	{ "task", bx_task_find, bx_task_send },
	{ "done", bx_done_find, bx_done_send },
	{ "callback", bx_callback_find, bx_callback_send },
};

enum { DOERS = sizeof doers / sizeof *doers };

static const char *const kinds[] = { "lead",      "deal",       "call",
	                             "recording", "transcript", "comment",
	                             "task",      "done",       "callback",
	                             NULL };

static void close_crm(struct crm *crm)
{
	if (!crm)
		return;
	portal_close(crm->portal);
	bx_map_free(crm->map);
	free(crm);
}

static int open_crm(struct crm **made, const struct sv_list *list)
{
	struct crm *crm = sv_alloc(sizeof *crm);
	int rc = portal_open(&crm->portal, list);

	crm->settle_ms = SETTLE_MS;
	if (!rc)
		rc = sv_setting_ms(list, "bitrix24", "settle", &crm->settle_ms);
	if (!rc)
		rc = bx_map_read(&crm->map, sv_setting(list, "bitrix24", "map"),
		                 NULL);
	*made = crm;
	if (rc) {
		close_crm(crm);
		*made = NULL;
	}
	return rc;
}

static int begin(struct crm *crm, int64_t *place)
{
	*place = 0;
	portal_background(crm->portal, !crm->urgent);
	return portal_ready(crm->portal);
}

static void end(struct crm *crm)
{
	portal_background(crm->portal, false);
}

static void lend(struct crm *crm, struct sv_store *store)
{
	crm->store = store;
}

static void urgent(struct crm *crm, int limit_ms)
{
	crm->urgent = true;
	portal_limit(crm->portal, limit_ms);
}

static void show(struct crm *crm)
{
	crm->show = true;
	portal_show(crm->portal, true);
}

static int settle(const struct crm *crm)
{
	return crm->settle_ms;
}

static size_t doer_of(const char *kind)
{
	size_t i = 0;

	while (i < DOERS && strcmp(doers[i].kind, kind) != 0)
		i++;
	return i;
}

/* Looks (there not NULL) or makes. */
static int act(struct bx_job *job, size_t doer, bool *there)
{
	return there ? doers[doer].find(job, there) : doers[doer].send(job);
}

/* A portal without crm.item.* tells so at the first request of that family,
 * and nothing was made by it: all is asked once more the older way. */
static int with_family(struct bx_job *job, size_t doer, bool *there)
{
	int rc = act(job, doer, there);

	if (!job->missing || job->crm->frozen)
		return rc;
	job->crm->frozen = true;
	job->missing = false;
	crm_outcome_release(job->outcome);
	return act(job, doer, there);
}

static int run(struct crm *crm, const struct crm_entry *entry, bool *there,
               struct crm_outcome *outcome)
{
	struct bx_job job = { .crm = crm, .entry = entry, .outcome = outcome };
	size_t doer = doer_of(entry->kind);
	int rc;

	if (strstr(entry->key, "$result") || strstr(entry->call, "$result"))
		return sv_fail(EX_DATAERR, "a key that means something else");
	if (doer == DOERS)
		return sv_fail(EX_DATAERR, "bitrix24 takes no %s", entry->kind);
	job.payload = json_loads(entry->payload, 0, NULL);
	if (!json_is_object(job.payload)) {
		json_decref(job.payload);
		return sv_fail(EX_DATAERR, "the payload is no object");
	}
	rc = with_family(&job, doer, there);
	json_decref(job.payload);
	outcome->unknown = rc && job.unknown;
	/* What may have been done is never given up for good: it is looked
	 * for before the next try. And what this entry lacks a right for,
	 * others may be let do. */
	if ((rc == EX_DATAERR && job.unknown) ||
	    (rc == EX_NOPERM && !outcome->all))
		return EX_TEMPFAIL;
	return rc;
}

static int find(struct crm *crm, const struct crm_entry *entry, bool *there,
                struct crm_outcome *outcome)
{
	*there = false;
	return run(crm, entry, there, outcome);
}

static int send_entry(struct crm *crm, const struct crm_entry *entry,
                      struct crm_outcome *outcome)
{
	return run(crm, entry, NULL, outcome);
}

static int flush(struct crm *crm)
{
	(void)crm;
	return 0;
}

const struct crm_engine crm_bitrix24 = {
	.name = "bitrix24",
	.about = "a Bitrix24 portal, over REST",
	.settings = settings,
	.kinds = kinds,
	.batch = 1,
	.open = open_crm,
	.close = close_crm,
	.begin = begin,
	.end = end,
	.settle = settle,
	.lend = lend,
	.urgent = urgent,
	.show = show,
	.find = find,
	.send = send_entry,
	.flush = flush,
	.check = bx_check,
	.search = bx_search,
};
