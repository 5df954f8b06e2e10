/*
 * YAML as a tree of texts, lists and maps with their places. Such a file (a
 * scenario, a map) is typed by people and may come from strangers, so what YAML
 * offers beyond that (anchors, tags, several documents) is refused, and size,
 * depth and the number of nodes have ceilings.
 */
#ifndef SV_YAML_H
#define SV_YAML_H

#include <stdbool.h>

#include "lib/arena.h"
#include "lib/problem.h"

enum sv_node_kind { SV_NODE_TEXT, SV_NODE_LIST, SV_NODE_MAP };

struct sv_node {
	enum sv_node_kind kind;
	struct sv_place place;
	const char *key; /* in a map */
	struct sv_place key_place;
	const char *text;      /* SV_NODE_TEXT */
	bool plain;            /* without quotes: may stand for a number */
	struct sv_node *first; /* of a list or map */
	struct sv_node *last;
	struct sv_node *next; /* beside this one */
	size_t n;
};

enum {
	SV_YAML_MAX = 1 << 20,    /* bytes in a file */
	SV_YAML_MAX_TEXT = 16000, /* bytes in a text */
	SV_YAML_MAX_DEPTH = 12,
	SV_YAML_MAX_NODES = 50000,
	SV_YAML_MAX_KEYS = 2000, /* in one map */
};

/* The tree, in arena; NULL with an error in problems. */
struct sv_node *sv_yaml_parse(struct sv_arena *arena,
                              struct sv_problems *problems, const char *data,
                              size_t len);

#endif
