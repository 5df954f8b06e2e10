/* The reading of a map, in two parts: bitrix24_map.c, and bitrix24_map_parts.c
 * for tasks, call-backs and calls. */
#ifndef CRM_BITRIX24_READING_H
#define CRM_BITRIX24_READING_H

#include "src/crm/bitrix24_map.h"

/* One reading of a map. */
struct bx_reading {
	struct bx_map *map;
	struct sv_problems *problems;
};

/* One key of a map: what it is read by. */
struct bx_key {
	const char *name;
	void (*read)(struct bx_reading *reading, const struct sv_node *node);
};

/* what is wrong with a node */
void bx_wrong(struct bx_reading *reading, const struct sv_node *node,
              const char *what);

/* The text of a node, and one that is a template: "" when it is none, which is
 * told. */
const char *bx_read_text(struct bx_reading *reading,
                         const struct sv_node *node);
const char *bx_read_template(struct bx_reading *reading,
                             const struct sv_node *node);

/* The members of a map, each by its key; keys ends with { NULL, NULL }. */
void bx_read_keys(struct bx_reading *reading, const struct sv_node *node,
                  const struct bx_key *keys);

void bx_read_task(struct bx_reading *reading, const struct sv_node *node);
void bx_read_callback(struct bx_reading *reading, const struct sv_node *node);
void bx_read_call(struct bx_reading *reading, const struct sv_node *node);

#endif
