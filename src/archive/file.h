/*
 * A file that is to be kept: what it holds, as it is or sealed, read as often
 * as it takes and the same each time, or it is a failure.
 */
#ifndef ARCHIVE_FILE_H
#define ARCHIVE_FILE_H

#include <stdbool.h>
#include <sys/stat.h>

#include "lib/depot.h"

#include "src/archive/seal.h"

enum {
	FILE_CHECK = crypto_onetimeauth_BYTES,
	FILE_CHECK_KEY = crypto_onetimeauth_KEYBYTES,
};

struct file {
	const char *path; /* lent */
	int fd;
	struct stat info; /* as it was first */
	unsigned char plain[SV_SHA256];
	char plain_hex[SV_SHA256_HEX];

	/* when it is sealed */
	const struct ring_key *key; /* or NULL */
	const char *name;
	unsigned char (*checks)[FILE_CHECK]; /* of each piece of the file */
	unsigned char check_key[FILE_CHECK_KEY];
	struct seal seal;
	unsigned char *in, *out; /* a piece, and what it was sealed to */
	size_t out_at, out_len;
	int64_t at; /* in the file */
	bool last;
};

/* Opens and locks it, so that no other sv-archive works on it, and finds what
 * it holds. 0; EX_TEMPFAIL when another one has it, or it is not there any
 * more; EX_NOINPUT, EX_IOERR. file_close() either way. */
int file_open(struct file *file, const char *path);
void file_close(struct file *file);

/* Whether nobody has it open for writing and it was not touched for quiet_ms.
 * Where the system cannot tell who has it open (not our file, not a disk of
 * this machine) it is left alone for ten times as long. */
bool file_is_finished(const char *path, int quiet_ms);

/* Whether it is what it was when it was opened, and still has its name. */
bool file_is_same(const struct file *file);

/* It as what is put: as it is (key NULL), or sealed under a name. Lent for as
 * long as the file is open. */
int file_source(struct file *file, const struct ring_key *key, const char *name,
                struct sv_depot_source *source);

#endif
