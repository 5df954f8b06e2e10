/*
 * What the files of the s3 engine share: an S3-compatible store, path-style,
 * asked one thing at a time in a loop of its own.
 *
 *     s3.c           its settings, and the engine's table
 *     s3_ask.c       one request, signed, and sent again where that may help
 *     s3_answer.c    what an answer says
 *     s3_error.c     what an error means
 *     s3_object.c    head, get, remove
 *     s3_put.c       put, and looking at what was put
 *     s3_multipart.c what is large goes in parts
 *     s3_parts.c     which parts are there already
 *     s3_list.c      what is there
 */
#ifndef SV_S3_H
#define SV_S3_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/depot.h"
#include "lib/http.h"
#include "lib/loop.h"
#include "lib/s3_sign.h"
#include "lib/service.h"

enum {
	S3_SMALL = 16 << 20, /* bytes that go in one piece */
	S3_PART = 8 << 20,   /* of a part, usually */
	S3_PART_LEAST = 5 << 20,
	S3_PARTS = 10000, /* S3's ceiling */
	S3_ETAG = 128,
	S3_CODE = 64,
	S3_SAID = 256,
	S3_MD5_HEX = 33,
	S3_UPLOAD = 1024, /* bytes in an upload's id */
	S3_QUERY = 6,
};

struct sv_depot {
	struct sv_service service;
	struct sv_loop *loop;
	struct sv_http *http;
	char *host; /* the header */
	char *root; /* path of the bucket, encoded */
	char *bucket, *prefix, *place;
	char *region, *id, *secret, *token;
	char *sse, *sse_key, *class; /* or NULL */
	int tries, idle_ms;
	bool download;      /* what was put is read back */
	bool unconditional; /* it was found not to know If-None-Match */
};

/* A request; all of it is lent. */
struct s3_ask {
	const char *method;
	const char *key; /* NULL: the bucket */
	struct sv_s3_query query[S3_QUERY];
	const char *const *headers; /* more of them, ended by NULL; or NULL */
	const char *body;
	size_t len;
	/* a good answer is XML, and each of its elements is told */
	int (*each)(void *arg, const char *path, const char *text);
	/* or it is given as it comes; it is not asked for again then */
	int (*data)(void *arg, const char *data, size_t len);
	void *arg;
};

struct s3_answer {
	long status;
	char code[S3_CODE];    /* of S3's errors: "NoSuchKey"; "" */
	char message[S3_SAID]; /* its sentence */
	char region[S3_CODE];  /* where it says that it is */
	char etag[S3_ETAG];    /* without quotes */
	char sha256[SV_SHA256_HEX];
	char encryption[S3_CODE];
	int64_t bytes; /* Content-Length; -1 */
	int64_t modified_ms, date_ms;
	bool marker; /* what was removed is only hidden: there are versions */
	bool handed; /* pieces went out */
};

/* Asks, as often as it takes. 0, or a code of depot.h. */
int s3_ask(struct sv_depot *depot, const struct s3_ask *ask,
           struct s3_answer *answer);

/* Waits before the next try, for as long as the service asks or by chance; false
 * when it is not worth it. sv_why() stays. */
bool s3_wait(struct sv_depot *depot, int tries, int retry_after_ms);

/* takes a line of the head; one of an error's body */
void s3_answer_header(struct s3_answer *answer, const char *line);
int s3_answer_error(void *arg, const char *path, const char *text);

/* The code and the sentence for an answer that is no good; *again: the same
 * may be asked once more. What http.h had to say of it is its code. */
int s3_error(const struct sv_depot *depot, const struct s3_ask *ask,
             const struct s3_answer *answer, int code, bool *again);

int s3_head(struct sv_depot *depot, const char *key,
            struct sv_depot_object *object);
int s3_get(struct sv_depot *depot, const char *key,
           int (*data)(void *arg, const void *bytes, size_t len), void *arg);
int s3_remove(struct sv_depot *depot, const char *key);

/* HEAD, with all it says */
int s3_look(struct sv_depot *depot, const char *key, struct s3_answer *answer);

int s3_put(struct sv_depot *depot, const char *key,
           const struct sv_depot_source *source);

/* the headers that tell what an object is; for s3_headers_free() */
const char **s3_headers(const struct sv_depot *depot,
                        const struct sv_depot_source *source);
void s3_headers_add(const char **headers, const char *header); /* takes it */
void s3_headers_free(const char **headers);

/* Puts it in parts; etag is what it should have then. EX_CANTCREAT when
 * another is there. */
int s3_put_parts(struct sv_depot *depot, const char *key,
                 const struct sv_depot_source *source, char etag[S3_ETAG]);

/* what is known of a part that is there */
struct s3_part {
	char etag[S3_MD5_HEX]; /* "": it is not there */
	int64_t bytes;
};

/* The upload of this key that was begun last and never completed: upload is ""
 * when there is none, or none can be asked for. */
int s3_find_upload(struct sv_depot *depot, const char *key,
                   char upload[S3_UPLOAD]);
int s3_list_parts(struct sv_depot *depot, const char *key, const char *upload,
                  struct s3_part *parts, size_t n);
int s3_abort(struct sv_depot *depot, const char *key, const char *upload);
int s3_tidy(struct sv_depot *depot, int64_t before_ms);

int s3_list(struct sv_depot *depot, const char *prefix,
            int (*each)(void *arg, const struct sv_depot_object *object),
            void *arg);

/* len bytes of the source, or its end is a failure */
int s3_read(const struct sv_depot_source *source, char *data, size_t len);

void s3_md5(const void *data, size_t len, unsigned char digest[16]);

#endif
