/* listen_item: one thing that was received becomes an event */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/event.h"
#include "lib/fail.h"
#include "lib/log.h"

#include "src/crm/listen_notice.h"
#include "src/crm/listen_tell.h"

enum {
	MINUTE_MS = 60000,
	LAST_ENTRIES = 50000, /* of the outbox: ours are looked for in them */
};

/* --- is it our own doing? --- */

/* LIKE's own characters, taken as they are */
static char *quoted(const char *text)
{
	struct sv_buf out;

	sv_buf_init(&out, 2 * strlen(text) + 1);
	for (; *text; text++) {
		if (strchr("%_\\", *text))
			sv_buf_putc(&out, '\\');
		sv_buf_putc(&out, *text);
	}
	return sv_buf_take(&out);
}

/* What the outbox's entries have made is there as compact JSON. */
static int find_made(struct sv_store *store, const char *name,
                     const char *value, bool *own)
{
	char *as_text = sv_format("%%\"%s\":\"%s\"%%", name, value);
	char *last = sv_format("%%\"%s\":%s}", name, value);
	char *other = sv_format("%%\"%s\":%s,%%", name, value);
	struct sv_rows *row;
	int rc = sv_store_first(
		store, &row,
		"SELECT 1 FROM outbox WHERE made IS NOT NULL"
		" AND id > (SELECT max(id) FROM outbox) - ?1"
		" AND (made LIKE ?2 ESCAPE '\\' OR made LIKE ?3 ESCAPE '\\'"
		" OR made LIKE ?4 ESCAPE '\\') LIMIT 1",
		"isss", (int64_t)LAST_ENTRIES, as_text, last, other);

	*own = row != NULL;
	sv_rows_free(row);
	free(as_text);
	free(last);
	free(other);
	return rc;
}

static int add_own(struct sv_store *store, const struct received *item,
                   json_t *event)
{
	const char *id = json_string_value(json_object_get(event, "id"));
	const char *name = notice_made(item->type);
	bool own = false;
	char *value;
	int rc;

	if (!store || !id || !name)
		return 0;
	value = quoted(id);
	rc = find_made(store, name, value, &own);
	free(value);
	if (own)
		json_object_set_new(event, "own", json_true());
	return rc;
}

/* --- clicks --- */

static int refuse(json_t *event)
{
	json_object_set_new(event, "placed", json_false());
	json_object_set_new(event, "reason", sv_event_text(sv_why()));
	sv_warn("a click places no call: %s", sv_why());
	return 0;
}

/* whether there is still time, and nobody runs wild */
static int may_place(const struct tell_setup *setup, struct sv_store *store,
                     const struct received *item, int *why_not)
{
	int64_t now = sv_wall_ms();
	int n = 0, rc = 0;

	*why_not = 0;
	if (now - item->received_ms > setup->spool->within_ms)
		*why_not = sv_fail(EX_DATAERR, "too late");
	else if (store)
		rc = inbox_calls(store, now - MINUTE_MS, &n);
	if (!rc && n >= setup->spool->most)
		*why_not = sv_fail(EX_DATAERR, "more than %d calls a minute",
		                   setup->spool->most);
	return rc;
}

/* The file is on disk, and noted as about to be placed: 0, or *why_not. */
static int prepare(const struct tell_setup *setup, struct sv_store *store,
                   const struct received *item, const char *call, int *why_not)
{
	struct sv_buf file = { 0 };
	int rc = may_place(setup, store, item, why_not);

	if (rc || *why_not)
		return rc;
	*why_not = spool_file(setup->spool, item->fields, call, &file);
	if (!*why_not && !store)
		fprintf(stderr, "%s", sv_buf_str(&file));
	if (!*why_not && store) {
		*why_not = spool_write(setup->spool, call, &file);
		if (!*why_not)
			rc = inbox_calling(store, item->place, sv_wall_ms());
	}
	sv_buf_release(&file);
	return rc;
}

static int add_call(const struct tell_setup *setup, struct sv_store *store,
                    const struct received *item, json_t *event,
                    char call[SV_ULID_LEN])
{
	int why_not = 0, rc = 0;

	*call = '\0';
	if (strcmp(item->type, "crm.click") != 0 || !setup->spool->folder)
		return 0;
	spool_call(item->key, call);
	if (!item->calling)
		rc = prepare(setup, store, item, call, &why_not);
	if (!rc && !why_not && store)
		why_not = spool_place(setup->spool, call);
	if (rc)
		return rc;
	if (why_not) {
		*call = '\0';
		return refuse(event);
	}
	json_object_set_new(event, "placed", json_boolean(store != NULL));
	return 0;
}

/* --- one --- */

int tell_item(const struct tell_setup *setup, struct sv_store *store,
              const struct received *item, bool *begun)
{
	json_t *event = json_pack("{ss}", "key", item->key);
	char call[SV_ULID_LEN] = "";
	int rc;

	json_object_update(event, item->fields);
	rc = add_own(store, item, event);
	if (!rc)
		rc = add_call(setup, store, item, event, call);
	if (rc) {
		json_decref(event);
		return rc;
	}
	/* the same number and time each time that it is told */
	sv_event_began(item->received_ms);
	sv_event_set_seq(call, *call ? 1 : item->place);
	*begun = true;
	return sv_event_write(call, 0, item->type, event);
}
