/*
 * YAML as a tree of texts, lists and maps with their places. A scenario is
 * typed by people and may come from strangers, so what YAML offers beyond
 * that (anchors, tags, several documents) is refused, and size, depth and the
 * number of nodes have ceilings.
 */
#ifndef DIALOG_YAML_H
#define DIALOG_YAML_H

#include "src/dialog/arena.h"
#include "src/dialog/problem.h"

enum node_kind { NODE_TEXT, NODE_LIST, NODE_MAP };

struct node {
	enum node_kind kind;
	struct place place;
	const char *key; /* in a map */
	struct place key_place;
	const char *text;   /* NODE_TEXT */
	struct node *first; /* of a list or map */
	struct node *last;
	struct node *next; /* beside this one */
	size_t n;
};

enum {
	YAML_MAX = 1 << 20,   /* bytes in a file */
	YAML_MAX_TEXT = 4000, /* bytes in a text */
	YAML_MAX_DEPTH = 12,
	YAML_MAX_NODES = 50000,
	YAML_MAX_KEYS = 2000, /* in one map */
};

/* The tree, in arena; NULL with an error in problems. */
struct node *yaml_parse(struct arena *arena, struct problems *problems,
                        const char *data, size_t len);

#endif
