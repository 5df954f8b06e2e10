/* bitrix24_assign.c: who is responsible: by rule, or whose turn it is */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/buf.h"

#include "src/crm/bitrix24.h"

enum { LIST_MAX = 2048 };

/* The rotation's name: who is in it. A list that changes begins anew. */
static char *name_of(const struct bx_rule *rule)
{
	struct sv_buf name;
	size_t i;

	sv_buf_init(&name, LIST_MAX);
	sv_buf_puts(&name, "responsible");
	for (i = 0; i < rule->n_users; i++)
		sv_buf_printf(&name, "%c%lld", i ? ',' : ':',
		              (long long)rule->users[i]);
	return sv_buf_take(&name);
}

/* The next number of that rotation: the store gives each once, whoever asks. */
static int next_turn(struct sv_store *store, const struct bx_rule *rule,
                     int64_t *turn)
{
	char *name = name_of(rule);
	struct sv_rows *row = NULL;
	int rc = sv_store_first(
		store, &row,
		"INSERT INTO crm_turn (name, turn) VALUES (?, 1)"
		" ON CONFLICT (name) DO UPDATE SET turn = crm_turn.turn + 1"
		" RETURNING turn",
		"s", name);

	if (row)
		*turn = sv_rows_int(row, 0) - 1;
	sv_rows_free(row);
	free(name);
	return rc;
}

int bx_responsible(struct bx_job *job, int64_t *user)
{
	const struct bx_map *map = job->crm->map;
	const struct bx_rule *rule;
	int64_t turn = 0;
	int rc = 0;

	*user = bx_made(job, "responsible");
	if (!*user)
		*user = portal_int(
			json_object_get(job->payload, "responsible"));
	if (*user)
		return 0;
	rule = bx_rule(map, map->responsible, job->payload, bx_when_ms(job));
	if (!rule || !rule->n_users)
		return 0;
	if (rule->n_users > 1 && job->crm->store && !job->crm->show)
		rc = next_turn(job->crm->store, rule, &turn);
	if (rc)
		return rc;
	*user = rule->users[(size_t)turn % rule->n_users];
	bx_note(job, "responsible", *user);
	return 0;
}

int bx_user(struct bx_job *job, int64_t *user)
{
	struct portal_answer answer = { 0 };
	int rc = bx_responsible(job, user);

	if (rc || *user)
		return rc;
	*user = job->crm->self;
	if (*user)
		return 0;
	rc = bx_ask(job, "profile", json_object(), PORTAL_READ, &answer);
	if (!rc)
		*user = job->crm->self = portal_id(answer.result);
	portal_release(&answer);
	return rc;
}
