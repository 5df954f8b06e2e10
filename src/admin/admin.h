/* What the commands of sv-admin share: what they were told, and what they
 * found and did. */
#ifndef ADMIN_ADMIN_H
#define ADMIN_ADMIN_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/option.h"
#include "lib/store.h"

#include "src/admin/rules.h"

struct admin {
	const char *dsn, *rules_path, *format, *output, *country;
	const char *since, *who, *known, *public_key;
	struct sv_list settings; /* of the depots: -p */
	bool apply, dry_run, verify, replace;

	int64_t now_ms;
	struct sv_store *store; /* once admin_open() was called */
	struct rules rules;
	json_t *left; /* what could not be reached: [{"what":…,"why":…}] */
	int worst;    /* the code of that, or 0 */
};

int retention(struct admin *admin, char **operands, int n);
int forget(struct admin *admin, char **operands, int n);
int verify(struct admin *admin, char **operands, int n);
int keygen(struct admin *admin, char **operands, int n);
int audit(struct admin *admin, char **operands, int n);
int config(struct admin *admin, char **operands, int n);
int approve(struct admin *admin, char **operands, int n);

/* Reads the rules, if there are any (EX_USAGE when they are needed), and opens
 * the store; to delete from it, with the right that one sv-admin at a time
 * has. */
int admin_open(struct admin *admin, bool rules_needed);
void admin_close(struct admin *admin);

/* format is json */
bool admin_json(const struct admin *admin);

/* Something stays that should go, for the reason sv_why() gives: kept for the
 * report, and told on stderr. what is lent. */
void admin_left(struct admin *admin, int code, const char *what);

/* Prints it as JSON, indented, with a newline (takes value). 0, EX_IOERR … */
int admin_print(json_t *value);

/* what was found or done of one kind */
struct tally {
	int64_t rows, files, objects, bytes, held;
};

#endif
