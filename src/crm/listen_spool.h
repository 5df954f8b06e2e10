/*
 * Calls placed through Asterisk's spool (pbx_spool): a file for each, written
 * beside it, synced, and renamed into it. Of what comes from the network only
 * a number, an extension and ids reach the file, each of a few characters that
 * are allowed there.
 */
#ifndef CRM_LISTEN_SPOOL_H
#define CRM_LISTEN_SPOOL_H

#include <jansson.h>
#include <stdbool.h>

#include "lib/buf.h"
#include "lib/option.h"
#include "lib/ulid.h"

enum {
	SPOOL_LINE = 250,  /* bytes: Asterisk cuts at 256 */
	SPOOL_FILE = 4096, /* bytes of a call file */
};

/* How calls are placed; all strings are lent. In the values of channel, exten,
 * data, caller and variables {phone}, {digits}, {extension}, {user} and
 * {call} stand for those of the click. */
struct spool {
	const char *folder;  /* NULL: none are */
	const char *channel; /* "Local/{extension}@from-internal" */
	const char *context, *exten, *priority;
	const char *application, *data; /* instead of those three */
	const char *caller;             /* the caller id; NULL: none */
	const char *account;            /* NULL: none */
	const char *variables;          /* NAME=VALUE,NAME=VALUE; NULL */
	const char *prefixes; /* of numbers; NULL: all may be called */
	int wait_ms, retry_ms, retries;
	int most;      /* calls in a minute */
	int within_ms; /* a click older than that places none */
};

/* the keys of -p that spool_init() knows, ended by NULL */
extern const char *const spool_settings[];

/* 0; EX_USAGE, EX_CONFIG for a value that cannot stand in a call file */
int spool_init(struct spool *spool, const char *folder, const char *channel,
               const struct sv_list *settings);

/* Makes the folder that files are written in. 0, EX_CANTCREAT, EX_NOINPUT. */
int spool_open(const struct spool *spool);

/* The call's id, made of the click's key: always the same. */
void spool_call(const char *key, char call[SV_ULID_LEN]);

/* The file for a click's fields. 0, or EX_DATAERR: it cannot be placed,
 * sv_why() is a few words why. */
int spool_file(const struct spool *spool, const json_t *click, const char *call,
               struct sv_buf *file);

/* Writes it beside the spool, synced. 0, EX_CANTCREAT, EX_IOERR. */
int spool_write(const struct spool *spool, const char *call,
                const struct sv_buf *file);

/* Moves it into the spool, when it is not there already. 0 or EX_IOERR. */
int spool_place(const struct spool *spool, const char *call);

#endif
