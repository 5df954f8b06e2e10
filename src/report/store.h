/*
 * What the events said, call by call: filled by gather.c, read by the
 * reports. Texts are lent by the store until its release.
 */
#ifndef REPORT_STORE_H
#define REPORT_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/report/names.h"
#include "src/report/period.h"
#include "src/report/scan.h"
#include "src/report/seen.h"

enum { NEVER = -1 }; /* a time or a length that no event told */

/* why an answer waited, in the order it does */
enum part { ENDPOINT, ASR, DIALOG, LLM, TOOL, TTS, WIRE, BEHIND, OTHER, PARTS };

struct slot {
	const char *name, *value;
	const char *kind; /* phone, name …; NULL when not told */
	const char *raw;  /* the words it came from, or NULL */
	bool confirmed;
};

/* a state and when it was first entered, on the call's clock */
struct visit {
	int64_t t;
	uint32_t state;
};

struct call {
	const char *id;
	int64_t first_ms; /* wall clock of the first of its events */
	int64_t start_ms; /* wall clock of call.start */
	int64_t end_ms, duration_ms;
	const char *caller, *callee, *source, *direction, *recording;
	const char *language; /* spoken; NULL when not told */
	const char *end_reason, *outcome, *scenario;
	const char *handoff, *handoff_reason, *brief;
	struct slot *slots;
	struct visit *path; /* by time once selected */
	uint32_t n_slots, n_path;
	uint32_t state; /* the last one entered; NAMES_MAX for none */
	int64_t state_t;
	int64_t turns; /* as the dialog counted */
	uint32_t turns_seen, answers, no_match, errors, interrupted;
	double confidence; /* sum over confident */
	uint32_t confident;
	bool ended;
	bool spoken; /* the caller was heard */
	bool in_dialog;
};

struct turn {
	int64_t time_ms; /* wall clock, or NEVER */
	uint32_t call;
	int32_t number, total_ms;
	int32_t parts[PARTS];
};

struct failover {
	int64_t time_ms; /* wall clock, for those outside calls */
	uint32_t call;   /* NAMES_MAX when outside */
	const char *stage, *from, *to, *reason;
	int64_t lost_ms;
};

enum { CURRENCIES = 8, NO_PRICE = CURRENCIES };

/* an amount that a service counted */
struct cost {
	int64_t time_ms;   /* wall clock, for those outside calls */
	uint32_t call;     /* NAMES_MAX when outside */
	uint32_t currency; /* of the store's, or NO_PRICE */
	const char *engine, *service, *model, *unit;
	double amount, price;
};

/* the variant that a call has of an experiment */
struct trial {
	uint32_t call;
	const char *experiment, *variant, *control;
};

/* one line of a transcript */
struct line {
	uint32_t call;
	int64_t t;
	size_t order;
	const char *who, *text, *note;
};

struct store {
	struct names texts, ids, states;
	struct seen seen;
	struct call *calls; /* as numbered by ids */
	size_t n_calls, cap_calls;
	struct turn *turns;
	size_t n_turns, cap_turns;
	struct failover *failovers;
	size_t n_failovers, cap_failovers;
	struct trial *trials;
	size_t n_trials, cap_trials;
	struct cost *costs;
	size_t n_costs, cap_costs;
	char currencies[CURRENCIES][4]; /* in order of their names */
	size_t n_currencies;
	struct line *lines;
	size_t n_lines, cap_lines;
	const char *wanted; /* transcript: the id or how it begins; or NULL */
};

/* the call of that id, new or old; NULL past the ceiling */
struct call *store_call(struct store *store, struct span id);

/* a copy of the text, cut to what a report can show */
const char *store_text(struct store *store, struct span text);

/* room for one more item in an array of the store */
void *store_add(void *array, size_t *n, size_t *cap, size_t size);

/* when the call began: what day it belongs to; NEVER when unknown */
int64_t call_began(const struct call *call);

/* Whether it lies in the period; a call without any time does only when the
 * period has no bounds. */
bool call_within(const struct call *call, const struct period *period);

/* The calls that began in the period, by time: an array yours to free(). Their
 * paths are put in order. */
struct call **store_select(const struct store *store,
                           const struct period *period, size_t *n);

/* the slot of that name, or the one of that kind; or NULL */
const struct slot *call_slot(const struct call *call, const char *name);

void store_release(struct store *store);

#endif
