/*
 * Everything of one telephone number, across store, disk and where objects are
 * kept: found, deleted, and searched for again.
 *
 * What was found is written down first (the plan, in the state folder), so
 * that after a kill the next run still knows the calls whose rows are gone
 * already. Order: objects elsewhere, files, rows: by the rows the rest is
 * found.
 */
#ifndef ADMIN_FORGET_H
#define ADMIN_FORGET_H

#include "src/admin/admin.h"
#include "src/admin/person.h"
#include "src/admin/remote.h"
#include "src/admin/tables.h"

struct forget {
	struct admin *admin;
	struct person person;
	struct remote remote;
	struct tables tables;
	json_t *calls; /* an object: the ids of the person's calls */
	json_t *loose; /* rows that belong to no call: "TABLE WHERE …" */
	json_t *crm;   /* what the CRM has of them */
	json_t *rows;  /* per table how many */
	json_t *files; /* paths */
	struct tally tally;
	int64_t lines;  /* of NDJSON files */
	int64_t unsent; /* entries that the CRM has not got, and will not get */
};

/* forget_find.c: what the store and the logs have; again after the deletion,
 * where *n gets how many places still hold something. */
int forget_find(struct forget *forget);
int forget_again(struct forget *forget, int64_t *n);

/* forget_files.c: objects, recordings, other files, lines of logs. With apply
 * they are deleted; what stays is told by admin_left(). */
int forget_objects(struct forget *forget);
int forget_files(struct forget *forget);
/* the logs once more, after their calls are known from the store, too */
int forget_search_logs(struct forget *forget);

/* forget_rows.c */
int forget_rows(struct forget *forget, const char *hash);

/* forget_plan.c: what was found, kept until it is done. hash names it. */
int plan_load(struct forget *forget, const char *hash);
int plan_save(const struct forget *forget, const char *hash);
int plan_drop(const char *hash);

#endif
