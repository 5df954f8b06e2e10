/*
 * The engine bitrix24, in parts: what an entry of the outbox becomes in a
 * portal, and how it is found there again.
 *
 *     bitrix24.c          the engine: kinds, who does which
 *     bitrix24_job.c      one entry on its way: asking, what it made
 *     bitrix24_entity.c   leads, deals, contacts, companies in both families
 *                         of methods
 *     bitrix24_people.c   who is known by a number or an address already
 *     bitrix24_fields.c   what the map says of an object
 *     bitrix24_assign.c   who is responsible
 *     bitrix24_lead.c     lead, and whom the rest hangs on
 *     bitrix24_deal.c     deal
 *     bitrix24_call.c     call
 *     bitrix24_record.c   recording
 *     bitrix24_transcript.c
 *     bitrix24_note.c     comment, callback
 *     bitrix24_task.c     task, done
 *     bitrix24_search.c   sv-crm find
 *     bitrix24_check.c    sv-crm check
 *     bitrix24_map.h      which field gets what, and who is responsible
 *
 * Nothing is written that could be there already without a look: each writer
 * has a finder beside it, and what was made is handed up at once
 * (crm_outcome).
 */
#ifndef CRM_BITRIX24_H
#define CRM_BITRIX24_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/store.h"

#include "src/crm/bitrix24_map.h"
#include "src/crm/engine.h"
#include "src/crm/portal.h"

extern const struct crm_engine crm_bitrix24;

/* what everything of ours bears as ORIGINATOR_ID */
#define BX_ORIGINATOR "sales-voice"

/* (struct crm itself is each engine's own, see engine.h) */
struct crm {
	struct portal *portal;
	struct bx_map *map;
	struct sv_store *store; /* lent, or NULL */
	int settle_ms;          /* a request may be at work so long */
	int64_t self;           /* the user we act as, once it was asked; 0 */
	bool urgent;            /* a person waits */
	bool frozen; /* the portal lacks crm.item.*: the older methods then */
	bool show;   /* requests are printed, answers empty */
};

/* --- one entry on its way (bitrix24_job.c) --- */

struct bx_job {
	struct crm *crm;
	const struct crm_entry *entry;
	struct crm_outcome *outcome;
	json_t *payload; /* an object; what templates read */
	bool missing;    /* the portal lacks a method of crm.item.* */
	bool unknown;    /* what was asked last may have been done */
};

/* One request. What the answer says about waiting goes into the outcome. */
int bx_ask(struct bx_job *job, const char *method, json_t *params,
           enum portal_kind kind, struct portal_answer *answer);

/* As portal_batch(), with the params of each freed; 0 only when all that had
 * to be answered were: the first code of one that had not. */
int bx_batch(struct bx_job *job, struct portal_command *commands, size_t n,
             bool halt);

/* An id that this entry, or an earlier one of its call, made; 0: none. */
int64_t bx_made(const struct bx_job *job, const char *name);
void bx_note(struct bx_job *job, const char *name, int64_t id);
/* the same of a text, lent; NULL: none */
const char *bx_made_text(const struct bx_job *job, const char *name);
void bx_note_text(struct bx_job *job, const char *name, const char *text);

/* A member of the payload as text, lent; "" when there is none. */
const char *bx_text(const struct bx_job *job, const char *name);

/* --- leads, deals, contacts, companies (bitrix24_entity.c) --- */

/* "lead", "LEAD", 1, "L" */
extern const struct bx_names {
	const char *name, *upper, *task;
	int type;
} bx_names[BX_ENTITIES];

/* Commands for a batch or, with params taken out of them, for bx_ask().
 * fields are in the older spelling (TITLE, UF_CRM_1), multifields too
 * (PHONE: [{VALUE, VALUE_TYPE}]); they are taken. */
struct portal_command bx_add(const struct crm *crm, const char *key,
                             enum bx_entity entity, json_t *fields);
struct portal_command bx_update(const struct crm *crm, const char *key,
                                enum bx_entity entity, int64_t id,
                                json_t *fields);
/* filter: {"=ORIGIN_ID": …}, select: ["ID", …]; both taken */
struct portal_command bx_list(const struct crm *crm, const char *key,
                              enum bx_entity entity, json_t *filter,
                              json_t *select);
struct portal_command bx_get(const struct crm *crm, const char *key,
                             enum bx_entity entity, int64_t id);

/* The rows of a bx_list(), the object of a bx_get(): lent. */
json_t *bx_rows(const json_t *result);
json_t *bx_item(const json_t *result);

/* The row that really has that origin: the older methods pass over what they
 * do not know in a filter. Lent; NULL: none. */
json_t *bx_ours(const json_t *result, enum bx_entity entity, const char *key);

/* A field of such a row in either spelling, by the older name; lent. */
json_t *bx_field(const json_t *row, enum bx_entity entity, const char *name);

/* "$result[KEY]…" of the id that an add has in this family; for params. */
json_t *bx_result_id(const struct crm *crm, const char *key);

/* {"=ORIGINATOR_ID": …, "=ORIGIN_ID": key} */
json_t *bx_origin(const char *key);

/* What the map says for the payload, as fields in the older spelling
 * (bitrix24_fields.c). */
json_t *bx_fields(const struct bx_job *job, enum bx_entity entity);

/* When what the payload tells of happened; now, when it does not say so. */
int64_t bx_when_ms(const struct bx_job *job);

/* --- people (bitrix24_people.c) --- */

enum { BX_KNOWN = 20 };

/* ids that a portal has for a number and an address */
struct bx_known {
	int64_t ids[BX_KNOWN];
	size_t n;
};

struct bx_people {
	char phone[SV_E164]; /* "" */
	char email[BX_EMAIL];
	struct bx_known by_phone[BX_ENTITIES], by_email[BX_ENTITIES];
};

/* The number and the address of the payload. */
void bx_people_read(const struct bx_job *job, struct bx_people *people);

/* Asks for who has them; one request. */
int bx_people_find(struct bx_job *job, struct bx_people *people);

/* The one of that type, by number first; 0: nobody. */
int64_t bx_people_id(const struct bx_people *people, enum bx_entity entity);

/* What that one lacks of number and address, as fields to be added; NULL:
 * nothing. */
json_t *bx_people_lacks(const struct bx_people *people, enum bx_entity entity,
                        int64_t id);

/* Adds what the one known lacks of them, apart from all else: who may not be
 * changed stays as they are. */
int bx_enrich(struct bx_job *job, const struct bx_people *people,
              enum bx_entity entity, int64_t id);

/* The one of our entry's origin: *id, noted; 0 when there is none. */
int bx_look(struct bx_job *job, enum bx_entity entity, int64_t *id);

/* an id as a field, unless it is 0 */
void bx_set_id(json_t *fields, const char *name, int64_t id);

/* A deal, with the contact and the company that nobody knows yet. */
int bx_deal_make(struct bx_job *job, const struct bx_people *people);

/* --- what is made (one function a kind) --- */

/* Whether it is there (find) or makes it (send); 0 or a code. */
int bx_lead_find(struct bx_job *job, bool *there);
int bx_lead_send(struct bx_job *job);
int bx_deal_find(struct bx_job *job, bool *there);
int bx_deal_send(struct bx_job *job);
int bx_call_find(struct bx_job *job, bool *there);
int bx_call_send(struct bx_job *job);
int bx_recording_find(struct bx_job *job, bool *there);
int bx_recording_send(struct bx_job *job);
int bx_transcript_find(struct bx_job *job, bool *there);
int bx_transcript_send(struct bx_job *job);
int bx_comment_find(struct bx_job *job, bool *there);
int bx_comment_send(struct bx_job *job);
int bx_callback_find(struct bx_job *job, bool *there);
int bx_callback_send(struct bx_job *job);
int bx_task_find(struct bx_job *job, bool *there);
int bx_task_send(struct bx_job *job);
int bx_done_find(struct bx_job *job, bool *there);
int bx_done_send(struct bx_job *job);

/* Asks for it where the call has made none: who is known by its number, or
 * what an earlier try has made. *id 0: nobody. Makes nothing. */
int bx_owner_look(struct bx_job *job, enum bx_entity *entity, int64_t *id);

/* The owner, or of a deal its contact or company: whom a call is with. */
void bx_person(const struct bx_job *job, enum bx_entity *entity, int64_t *id);

/* What a call's entries hang on: its deal, lead, contact or company, as far as
 * it has one. False: there is none. */
bool bx_owner(const struct bx_job *job, enum bx_entity *entity, int64_t *id);

/* The same, and when there is nobody a new lead, unless the map wants none
 * (then *id is 0). */
int bx_owner_find(struct bx_job *job, enum bx_entity *entity, int64_t *id);

/* Who is responsible: kept in made, so that a second try asks the same. 0 and
 * *user (0: the portal decides). */
int bx_responsible(struct bx_job *job, int64_t *user);

/* The same where somebody must be: whose webhook or application it is then. */
int bx_user(struct bx_job *job, int64_t *user);

/* "sales-voice KEY", what stands in a text that has no other place for it;
 * yours to free(). */
char *bx_mark(const struct bx_job *job);

/* A comment in the time-line of the owner, with our mark at its end: whether
 * it is there, and making it. files: [[name, base64]] (taken) or NULL. */
int bx_comment_look(struct bx_job *job, bool *there);
int bx_comment_add(struct bx_job *job, const char *text, json_t *files);

/* What the statistics have of the entry's call: a finished one's row, yours;
 * NULL: none. */
int bx_call_row(struct bx_job *job, json_t **row);

/* --- the tools --- */

enum { BX_ROWS = 10 }; /* of a list, told at most */

/* A field of a row under another name, unless it is 0 or ""; the parts of a
 * name as one (bitrix24_tell.c). */
void bx_tell_id(json_t *to, const char *as, const json_t *row,
                enum bx_entity entity, const char *name);
void bx_tell_text(json_t *to, const char *as, const json_t *row,
                  enum bx_entity entity, const char *name);
void bx_tell_name(json_t *to, const json_t *row);

/* A row, and those of a list: yours. */
json_t *bx_tell(const json_t *row, enum bx_entity entity);
json_t *bx_tell_all(const json_t *result, enum bx_entity entity);

int bx_search(struct crm *crm, const json_t *wanted, json_t **found);
int bx_check(const struct sv_list *settings);

#endif
