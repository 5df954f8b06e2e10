/* The PostgreSQL backend's own: a connection, and statements on it. */
#ifndef SV_STORE_POSTGRES_H
#define SV_STORE_POSTGRES_H

#include <libpq-fe.h>
#include <stdbool.h>

#include "lib/buf.h"
#include "lib/store_backend.h"

struct sv_backend {
	PGconn *link;
	char *name;
	bool begun;
	bool absent; /* read-only, and no store of ours there: empty */
	int rights;  /* that go with the connection */

	char *bulk_table, *bulk_columns; /* store_postgres_bulk.c */
	struct sv_buf bulk;
};

/* The code and the server's sentence for a failure; result may be NULL. */
int sv_postgres_failed(const struct sv_backend *backend,
                       const PGresult *result);

/* A statement without parameters whose rows nobody wants. */
int sv_postgres_run(struct sv_backend *backend, const char *sql);

/* A connection that was lost is made anew. EX_TEMPFAIL also when a right went
 * with the old one. */
int sv_postgres_revive(struct sv_backend *backend);

int sv_postgres_open(struct sv_backend **made, const char *dsn,
                     enum sv_store_mode mode);
void sv_postgres_close(struct sv_backend *backend);
const char *sv_postgres_name(const struct sv_backend *backend);

int sv_postgres_bulk_begin(struct sv_backend *backend, const char *table,
                           const char *columns);
int sv_postgres_bulk_row(struct sv_backend *backend, const char *const *values);
int sv_postgres_bulk_end(struct sv_backend *backend, int64_t *n);
void sv_postgres_bulk_drop(struct sv_backend *backend);

int sv_postgres_lock(struct sv_backend *backend, const char *name);
void sv_postgres_unlock(struct sv_backend *backend, const char *name);

#endif
