/*
 * audit: the chain of who looked at what; in PostgreSQL, too, where
 * SV_TEST_POSTGRES is the DSN of an empty database
 */
#include "lib/audit.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/fail.h"

#include "tests/unit/tap.h"

static struct sv_store *opened(const char *dsn)
{
	struct sv_store *store = NULL;

	ok(!sv_store_open(&store, dsn, SV_STORE_WRITE));
	if (!store) {
		printf("Bail out! %s\n", sv_why());
		exit(1);
	}
	return store;
}

static void grows(struct sv_store *store)
{
	struct sv_audit_head head, before;

	ok(!sv_audit_head(store, &head));
	ok(head.id == 0 && !*head.digest);
	ok(!sv_audit(store, "look", "C1", "{\"report\":\"transcript\"}"));
	ok(!sv_audit(store, "look", "C2 «ё»\n", NULL));
	ok(!sv_audit_head(store, &before));
	ok(!sv_audit(store, "delete", "", NULL));
	ok(!sv_audit_check(store, &before, &head));
	ok(head.id == 3);
	ok(strlen(head.digest) == SV_SHA256_HEX - 1);
}

/* undone with what it was about */
static void within(struct sv_store *store)
{
	struct sv_audit_head head;

	ok(!sv_store_begin(store));
	ok(!sv_audit_within(store, "delete", "C1", NULL));
	sv_store_rollback(store);
	ok(!sv_audit_check(store, NULL, &head));
	ok(head.id == 3);
	ok(sv_audit(store, "look", "\xff", NULL) == EX_SOFTWARE);
	ok(!sv_audit_check(store, NULL, &head));
	ok(head.id == 3);
}

static void seen(struct sv_store *store, const char *damage, const char *why)
{
	struct sv_audit_head head;

	ok(!sv_store_begin(store));
	ok(!sv_store_execute(store, damage));
	ok(sv_audit_check(store, NULL, &head) == EX_DATAERR);
	is(sv_why(), why);
	sv_store_rollback(store);
}

static void damaged(struct sv_store *store)
{
	struct sv_audit_head known, head;

	seen(store, "UPDATE audit SET who = 'nobody' WHERE id = 2",
	     "audit: row 2 was changed, or one before it");
	seen(store, "UPDATE audit SET at = at - 1 WHERE id = 3",
	     "audit: row 3 was changed, or one before it");
	seen(store, "DELETE FROM audit WHERE id = 1",
	     "audit: row 1 is missing");
	seen(store, "DELETE FROM audit WHERE id = 2",
	     "audit: row 2 is missing");
	ok(!sv_audit_head(store, &known));
	ok(!sv_store_begin(store));
	ok(!sv_store_execute(store, "DELETE FROM audit WHERE id = 3"));
	ok(!sv_audit_check(store, NULL, &head));
	ok(sv_audit_check(store, &known, &head) == EX_DATAERR);
	is(sv_why(), "audit: row 3 is missing");
	ok(!sv_audit_within(store, "look", "C9", NULL));
	ok(sv_audit_check(store, &known, &head) == EX_DATAERR);
	is(sv_why(), "audit: row 3 is not the one that was there");
	sv_store_rollback(store);
}

static int write_rows(const char *dsn)
{
	struct sv_store *store;
	int rc = sv_store_open(&store, dsn, SV_STORE_WRITE);

	for (int i = 0; !rc && i < 20; i++)
		rc = sv_audit(store, "look", "C", NULL);
	sv_store_close(store);
	return rc;
}

static void at_the_same_time(const char *dsn, struct sv_store *store)
{
	struct sv_audit_head head;
	pid_t children[4];
	int status;

	for (int i = 0; i < 4; i++) {
		children[i] = fork();
		if (!children[i])
			_exit(write_rows(dsn));
	}
	for (int i = 0; i < 4; i++) {
		waitpid(children[i], &status, 0);
		ok(WIFEXITED(status) && !WEXITSTATUS(status));
	}
	ok(!sv_audit_check(store, NULL, &head));
	ok(head.id == 83);
}

static void all(const char *dsn)
{
	struct sv_store *store = opened(dsn);

	grows(store);
	within(store);
	damaged(store);
	at_the_same_time(dsn, store);
	sv_store_close(store);
}

int main(void)
{
	const char *postgres = getenv("SV_TEST_POSTGRES");
	char folder[] = "/tmp/sv-audit-XXXXXX";
	char path[64];

	if (postgres) {
		all(postgres);
		return tap_end();
	}
	ok(mkdtemp(folder) != NULL);
	snprintf(path, sizeof path, "%s/store.db", folder);
	all(path);
	unlink(path);
	snprintf(path, sizeof path, "%s/store.db-wal", folder);
	unlink(path);
	snprintf(path, sizeof path, "%s/store.db-shm", folder);
	unlink(path);
	rmdir(folder);
	return tap_end();
}
