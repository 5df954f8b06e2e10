/*
 * Reports of what was deleted, signed with Ed25519, so that who has our public
 * key can see that a report is ours and as it was. There is no personal data
 * in one: who it was about stands there as a keyed hash.
 */
#ifndef ADMIN_REPORT_H
#define ADMIN_REPORT_H

#include "src/admin/admin.h"

enum { PERSON_HASH = 65 };

/* whether there is a key to sign with, and no report in that place yet: 0,
 * EX_CONFIG, EX_CANTCREAT */
int report_ready(const char *path);

/* Writes the report (taken) with v, id, time, who, host, program and the end
 * of the audit log added, signed, to the file: whole or not at all. */
int report_put(struct admin *admin, const char *path, json_t *report);

/* Signs fields (changed in place) with the 64 hex digits of a key's seed.
 * false for no such key. */
bool report_sign(json_t *report, const char *seed);

/* 0; EX_DATAERR for what is no report, was changed, or is signed by another
 * key than public_key (64 hex digits). */
int report_check(json_t *report, const char *public_key);

/* What stands for a person: the same number gives the same, and who has not the
 * key cannot try numbers. 0, EX_CONFIG. */
int report_person(const char *e164, char hash[PERSON_HASH]);

/* The public key of a seed; false for none. */
bool report_public(const char *seed, char public_key[PERSON_HASH]);

#endif
