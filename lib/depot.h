/*
 * Where recordings and transcripts are kept for good: a folder of this
 * machine, or an S3-compatible store. What put() says is there is there whole,
 * and was looked at again; what it does not say so of is not there under its
 * key, or is as it was before.
 *
 * Keys are names with slashes, "2026/11/22/CALL.flac": sv_depot_key_check().
 * Everything here blocks, and gives up in good time.
 *
 * Codes: EX_TEMPFAIL later (the service is busy, down, or not to be reached,
 * the disk is full), EX_NOPERM our key may not, EX_NOINPUT there is no such
 * object, EX_CONFIG (a clock that is wrong, too), EX_USAGE, EX_DATAERR what is
 * there is not what it says it is, EX_UNAVAILABLE, EX_IOERR, EX_CANTCREAT.
 */
#ifndef SV_DEPOT_H
#define SV_DEPOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/digest.h"
#include "lib/option.h"

enum { SV_DEPOT_KEY = 512 }; /* bytes in a key, its NUL included */

/* each engine defines it for itself: an open one */
struct sv_depot;

struct sv_depot_object {
	char key[SV_DEPOT_KEY];
	int64_t bytes;
	int64_t modified_ms;
	char sha256[SV_SHA256_HEX]; /* as it is, or as was said when it was
	                             * put; "": not known, as in list() */
};

/* The bytes of an object that is to be put. They are read several times, and
 * must be the same each time: who reads a file sees to it. */
struct sv_depot_source {
	int64_t bytes;
	char sha256[SV_SHA256_HEX];
	const char *type; /* its content type */
	bool replace;     /* whether it may stand in another object's place */

	/* From the beginning again; some of the next bytes, none only at the
	 * end. 0, or the code put() then ends with. */
	int (*rewind)(void *arg);
	int (*read)(void *arg, void *data, size_t len, size_t *got);
	void *arg;
};

struct sv_depot_engine {
	const char *name;
	const char *about;           /* a few words */
	const char *const *settings; /* keys of -p, ended by NULL */

	int (*open)(struct sv_depot **made, const struct sv_list *settings);
	void (*close)(struct sv_depot *depot); /* NULL is fine */

	/* what sentences and the store call it, "s3://BUCKET/PREFIX"; lent */
	const char *(*place)(const struct sv_depot *depot);

	/* 0 when it is there, now or from before, with these very bytes;
	 * EX_CANTCREAT when another object is, and is not to be replaced. */
	int (*put)(struct sv_depot *depot, const char *key,
	           const struct sv_depot_source *source);

	int (*head)(struct sv_depot *depot, const char *key,
	            struct sv_depot_object *object);

	/* its bytes as they come; the code data() ends it with, if any. One
	 * that comes cut short is a failure. */
	int (*get)(struct sv_depot *depot, const char *key,
	           int (*data)(void *arg, const void *bytes, size_t len),
	           void *arg);

	/* 0 also when there was none */
	int (*remove)(struct sv_depot *depot, const char *key);

	/* Each object whose key begins so; the code each() ends it
	 * with, if any. */
	int (*list)(struct sv_depot *depot, const char *prefix,
	            int (*each)(void *arg,
	                        const struct sv_depot_object *object),
	            void *arg);

	/* Takes away what was begun by a put() before then (wall clock), and
	 * never finished. */
	int (*tidy)(struct sv_depot *depot, int64_t before_ms);
};

extern const struct sv_depot_engine sv_depot_folder, sv_depot_s3;

/* 0 and *found; EX_USAGE for no such engine, or one that has not all of these
 * settings */
int sv_depot_find(const struct sv_depot_engine **found, const char *name,
                  const struct sv_list *settings);

/* prints the engines with what they are. 0, EX_IOERR */
int sv_depot_list(void);

/* Whether it can be a key: UTF-8 without control characters, parts between
 * single slashes, none of them empty, "." or "..". 0, EX_USAGE. */
int sv_depot_key_check(const char *key);

#endif
