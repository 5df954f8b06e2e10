/*
 * What is kept for how long, and in which folders it is besides the store: a
 * YAML file, sv-admin(1) has its form.
 */
#ifndef ADMIN_RULES_H
#define ADMIN_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/arena.h"

/* in the order they are deleted in: calls are what the others before them are
 * found by */
enum kind {
	RECORDINGS,
	TRANSCRIPTS,
	SLOTS,
	EVENTS,
	CALLS,
	COSTS,
	LEADS,
	OUTBOX,
	INBOX,
	LOGS,
	CHECKPOINTS,
	TRACES,
	CACHES,
	KINDS
};

enum { RULES_MAX = 64, FOLDERS_MAX = 32, NAMES_MAX = 64 };

#define FOREVER INT64_MAX

/* Of the rules of a kind the first that fits a call counts. */
struct rule {
	int64_t keep_ms; /* or FOREVER */
	int line;
	const char *kept; /* as it was written: "90d" */
	const char *scenarios[NAMES_MAX], *outcomes[NAMES_MAX];
	size_t n_scenarios, n_outcomes; /* 0: any */
};

struct kind_rules {
	struct rule *items; /* none: kept for good */
	size_t n;
	const char *folders[FOLDERS_MAX];
	size_t n_folders;
};

struct rules {
	struct kind_rules kinds[KINDS];
	struct sv_arena arena;
};

/* 0; EX_NOINPUT; EX_CONFIG with what is wrong printed on stderr, each with
 * its place. For rules_release() in any case. */
int rules_load(struct rules *rules, const char *path);
int rules_read(struct rules *rules, const char *path, const char *text,
               size_t len);
void rules_release(struct rules *rules);

const char *kind_name(enum kind kind);

/* whether its rules may look at a call's scenario and outcome */
bool kind_is_of_calls(enum kind kind);

/* The time before which what no condition is about is let go; INT64_MIN when
 * it is kept for good. */
int64_t rules_cutoff(const struct kind_rules *rules, int64_t now_ms);

/* the longest that any of them keeps; FOREVER without rules, or when what fits
 * none is kept */
int64_t rules_longest(const struct kind_rules *rules);

#endif
