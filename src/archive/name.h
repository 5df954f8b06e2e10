/*
 * What a file is of, and the key it is kept under. Keys, unlike paths, are
 * seen by whoever runs the store: no number of a telephone gets into one.
 */
#ifndef ARCHIVE_NAME_H
#define ARCHIVE_NAME_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/depot.h"
#include "lib/event.h"

/* "recording", "transcript", or NULL: by its suffix it is neither, or it is
 * half written (.NAME, NAME.part, NAME.tmp) */
const char *name_kind(const char *path);

/* The call by the file's name: CALL.flac, CALL-2.flac. */
void name_call(const char *path, char call[SV_CALL_MAX + 1]);

/* Whether an id tells nothing of a person: a ULID, a UUID, an id of Asterisk's,
 * or a name with less digits than a telephone number has. */
bool name_is_opaque(const char *call);

/* Whether it is one of those that never come again: the first three. */
bool name_is_unique(const char *call);

/* what a key is made of */
struct name_parts {
	const char *call, *kind, *path;
	const char *plain;   /* SHA-256 of the file, hex: stands for a call
	                      * whose id tells too much */
	int64_t modified_ms; /* of the file: its date, UTC */
	bool sealed;         /* ".sealed" behind it */
	int copy;            /* 2 and more: another one of that name */
};

/* A template has %Y %m %d (date), %c (call), %h (the beginning of the
 * content's hash), %k (kind), %e (suffix), %%. 0, EX_USAGE: it must tell files
 * apart, by %c or %h. */
int name_check(const char *format);

/* 0, EX_USAGE when what comes of it cannot be a key */
int name_key(const char *format, const struct name_parts *parts,
             char key[SV_DEPOT_KEY]);

#endif
