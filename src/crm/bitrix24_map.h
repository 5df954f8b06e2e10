/*
 * The map of the engine bitrix24: which field of the portal gets what, who is
 * responsible, what a call makes. A YAML file (-p map=FILE); without one what
 * is built in. examples/crm/bitrix24.yaml has all of it, explained.
 *
 * A value is a template: "{need}: {name|phone}" is filled from an entry's
 * payload (src/crm/record.c), with the first alternative that is there. One
 * that is a single {…} keeps its type; one of which nothing was filled is left
 * out.
 */
#ifndef CRM_BITRIX24_MAP_H
#define CRM_BITRIX24_MAP_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/phone.h"
#include "lib/yaml.h"

enum bx_entity { BX_LEAD, BX_DEAL, BX_CONTACT, BX_COMPANY, BX_ENTITIES };

enum {
	BX_EMAIL = 128,
	BX_NAME = 64,
	BX_USERS = 64,  /* in a rotation */
	BX_COUNTRY = 4, /* digits of a country, NUL included */
};

/* one of "responsible" or "makes", in their order */
struct bx_rule {
	struct sv_place place;
	const struct sv_node *when; /* a map, or NULL: always */
	enum bx_entity makes;       /* lead or deal */
	int64_t users[BX_USERS];
	struct sv_place user_places[BX_USERS];
	size_t n_users;
	struct bx_rule *next;
};

struct bx_map {
	struct sv_arena arena;
	char *data, *file;
	char country[BX_COUNTRY];
	int zone_min; /* of times that say none: of here, unless the map says it */
	bool zoned;
	const struct sv_node *fields[BX_ENTITIES]; /* maps, or NULL */
	struct bx_rule *responsible, *makes;
	bool strangers; /* a call of somebody unknown makes a lead */
	bool companies; /* a company that is named is made */
	bool reuse;     /* an open lead of the same person is taken again */

	struct {
		const char *title, *text;
		int within_ms;
	} task;

	struct {
		const char *title, *text;
		int remind_min[4];
		size_t n_remind;
	} callback;

	struct {
		const char *subject, *text, *line;
	} call;

	const char *comment; /* its text */
	const struct sv_node *root;
};

/* file NULL: what is built in. 0 and *made for bx_map_free(); EX_NOINPUT,
 * EX_CONFIG with the first problem as the sentence. problems: NULL, or they
 * are collected there, and *made is what could be read. */
int bx_map_read(struct bx_map **made, const char *file,
                struct sv_problems *problems);
int bx_map_parse(struct bx_map **made, const char *name, const char *data,
                 size_t len, struct sv_problems *problems);
void bx_map_free(struct bx_map *map); /* NULL is fine */

/* what is built in */
extern const char bx_map_usual[];

/* --- names of fields (bitrix24_name.c) --- */

/* A field's name in the older spelling: "title" is TITLE, "ufCrm_12" UF_CRM_12;
 * in the newer one: STATUS_ID of a lead is "stageId". */
void bx_name_old(const char *name, enum bx_entity entity, char old[BX_NAME]);
void bx_name_new(const char *name, enum bx_entity entity, char item[BX_NAME]);

/* PHONE, EMAIL, WEB, IM; "PHONE.HOME" has a type of its own: *type behind the
 * dot, "" without one. */
bool bx_name_multi(const char *name, const char **type);

/* --- templates (bitrix24_template.c) --- */

/* What is wrong with it, or NULL: told with place. */
void bx_template_check(const char *text, struct sv_place place,
                       struct sv_problems *problems);

/* A new value, or NULL when nothing of it was there. "$result[" does not come
 * through from outside. */
json_t *bx_template(const char *text, const json_t *payload);

/* A copy in which no text is a reference, either; NULL for NULL. */
json_t *bx_outside(const json_t *value);

/* The same as text, yours to free(); never NULL. */
char *bx_template_text(const char *text, const json_t *payload);

/* --- rules (bitrix24_rule.c) --- */

/* "responsible", or with makes "makes": a list of rules, or one of them. */
void bx_rules_read(struct sv_arena *arena, struct sv_problems *problems,
                   const struct sv_node *node, bool makes,
                   struct bx_rule **rules);

void bx_when_check(const struct sv_node *when, struct sv_problems *problems);

/* Whether it holds for the payload; at_ms is the wall clock. */
bool bx_when(const struct bx_map *map, const struct sv_node *when,
             const json_t *payload, int64_t at_ms);

/* The first that holds, or NULL. */
const struct bx_rule *bx_rule(const struct bx_map *map,
                              const struct bx_rule *rules,
                              const json_t *payload, int64_t at_ms);

/* --- times (bitrix24_time.c) --- */

enum { BX_TIME = 40 };

/* "2026-11-22T15:00:00+03:00" */
void bx_time_format(int64_t wall_ms, int zone_min, char out[BX_TIME]);

/* Reads RFC 3339, or "2026-11-22 15:00" in that zone; false: it is none. */
bool bx_time_read(const char *text, int zone_min, int64_t *wall_ms);

/* Whether a time is in "mon-fri 09:00-18:00", "sat,sun" or "22:00-06:00":
 * 1, 0, -1 when that is no such thing. */
int bx_time_within(const char *text, int64_t at_ms, int zone_min);

#endif
