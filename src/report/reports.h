/*
 * The reports: each fills its tables from the calls of the period.
 */
#ifndef REPORT_REPORTS_H
#define REPORT_REPORTS_H

#include <stdbool.h>

#include "lib/option.h"

#include "src/report/store.h"
#include "src/report/table.h"

/* what is asked of the events */
struct query {
	struct store *store;
	struct call **calls; /* those of the period, by time */
	size_t n;
	struct period period;
	bool redact;              /* mask what is personal */
	const char *language;     /* of what is said, for masking */
	struct sv_list qualified; /* outcomes that count as a lead */
	struct sv_list abandoned; /* outcomes that count as abandoned */
	int slowest;              /* how many slow answers to list */
};

/* 0, or EX_USAGE, EX_NOINPUT (transcript: no such call, or several). */
int calls_report(struct report *report, const struct query *query);
int costs_report(struct report *report, const struct query *query);
int daily_report(struct report *report, const struct query *query);
int funnel_report(struct report *report, const struct query *query);
int latency_report(struct report *report, const struct query *query);
int transcript_report(struct report *report, const struct query *query);
int variants_report(struct report *report, const struct query *query);

/* Tables of several reports, or with a file of their own. */
void outcomes_table(struct report *report, const struct query *query);
void day_outcomes_table(struct report *report, const struct query *query);
void states_table(struct report *report, const struct query *query);
void failovers_table(struct report *report, const struct query *query);

bool is_qualified(const struct query *query, const struct call *call);

/* Hung up in mid-conversation: no outcome was reached and nobody took over,
 * or the outcome says so. */
bool is_abandoned(const struct query *query, const struct call *call);

/* whether a conversation took place: the caller said something or pressed a
 * key; who hung up during the greeting did not */
bool is_answered(const struct call *call);

/* turns as the dialog counted them, or as the events show; NEVER for none */
int64_t call_turns(const struct call *call);

/* The value at that rank, 1 to 100, by the nearest-rank method: of n sorted
 * values the one at ceil(percent / 100 * n). NEVER when there is none. */
int64_t percentile(const int32_t *sorted, size_t n, int percent);

void sort_ms(int32_t *values, size_t n);

/* part of whole; whole is more than 0 */
struct share {
	double part, whole;
};

struct interval {
	double low, high;
};

/* how far from 0, in deviations, a normal value is with that chance */
double normal_quantile(double chance);

/* Where a share may truly be, by Wilson's score; and the difference of two
 * (a - b), by Newcombe's hybrid score (method 10 of his paper of 1998). Both
 * are right for few calls and for shares near 0, where the usual ones are
 * not. */
struct interval share_interval(struct share share, double z);
struct interval difference_interval(struct share a, struct share b, double z);

/* Personal data, masked where the query asks for it: +7916***4567, И***,
 * i***@mail.ru. NULL stays NULL. The result is lent by the report. */
const char *mask_caller(struct report *report, const struct query *query,
                        const char *caller);
const char *mask_slot(struct report *report, const struct query *query,
                      const struct slot *slot);

/* Whether a slot is personal: its kind tells, and in a scenario without kinds
 * its name. */
bool mask_is_personal(const struct slot *slot);
bool mask_is_name(const struct slot *slot);

#endif
