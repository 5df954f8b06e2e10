/*
 * drain.c: entries to a CRM that answers as it is told to
 * uses: src/crm/outbox.c src/crm/claim.c src/crm/by_hand.c src/crm/entry.c src/crm/drain.c src/crm/try.c src/crm/order.c src/crm/engine.c
 */
#include "src/crm/drain.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/event.h"
#include "lib/fail.h"
#include "lib/log.h"

#include "tests/unit/tap.h"

enum { ANSWERS = 16, LOG = 4096 };

/* what the CRM says of a key, so many times */
struct answer {
	const char *key;
	int code, wait_ms, times;
	bool all;
	const char *made;
};

struct crm {
	struct answer answers[ANSWERS];
	int n;
	char log[LOG]; /* "send KEY" and "find KEY", and what was made before */
	bool has;      /* find() finds */
	int flush;     /* its code */
};

static char folder[] = "/tmp/sv-drain-XXXXXX";

static void note(struct crm *crm, const char *what,
                 const struct crm_entry *entry)
{
	size_t len = strlen(crm->log);
	char *made = json_dumps(entry->made, JSON_COMPACT | JSON_SORT_KEYS);

	snprintf(crm->log + len, sizeof crm->log - len, "%s %s %s\n", what,
	         entry->key, made);
	free(made);
}

static int begin(struct crm *crm, int64_t *place)
{
	(void)crm;
	*place = 0;
	return 0;
}

static void end(struct crm *crm)
{
	(void)crm;
}

static int find(struct crm *crm, const struct crm_entry *entry, bool *there,
                struct crm_outcome *outcome)
{
	note(crm, "find", entry);
	*there = crm->has;
	if (crm->has)
		outcome->made = json_pack("{si}", "found", 1);
	return 0;
}

static int answer(struct answer *said, struct crm_outcome *outcome)
{
	said->times--;
	outcome->wait_ms = said->wait_ms;
	outcome->all = said->all;
	if (said->made)
		outcome->made = json_loads(said->made, 0, NULL);
	return said->code ? sv_fail(said->code, "no") : 0;
}

static int send_one(struct crm *crm, const struct crm_entry *entry,
                    struct crm_outcome *outcome)
{
	int i;

	note(crm, "send", entry);
	for (i = 0; i < crm->n; i++)
		if (crm->answers[i].times > 0 &&
		    !strcmp(crm->answers[i].key, entry->key))
			return answer(&crm->answers[i], outcome);
	return 0;
}

static int flush(struct crm *crm)
{
	return crm->flush ? sv_fail(crm->flush, "not flushed") : 0;
}

static const char *const kinds[] = { "lead", "call", "comment", NULL };

static const struct crm_engine one_by_one = {
	.name = "test",
	.kinds = kinds,
	.batch = 1,
	.begin = begin,
	.end = end,
	.find = find,
	.send = send_one,
	.flush = flush,
};

static struct drain open_pump(const char *name, struct crm *crm)
{
	struct drain pump = { .engine = &one_by_one, .crm = crm };
	char *path = sv_format("%s/%s", folder, name);

	ok(outbox_open(&pump.outbox, path, false) == 0);
	free(path);
	return pump;
}

static void put(struct drain *pump, const char *call, const char *kind)
{
	struct entry entry = { .next_due_ms = 1 };
	int64_t seq;

	entry.key = sv_format("%s:%s", call, kind);
	entry.kind = sv_strdup(kind);
	entry.call = sv_strdup(call);
	entry.payload = sv_strdup("{}");
	ok(outbox_put(pump->outbox, &entry, &seq) == 0);
	entry_release(&entry);
}

static struct entry get(struct drain *pump, const char *key)
{
	struct entry entry;

	ok(outbox_get(pump->outbox, key, &entry) == 0);
	return entry;
}

static void has_state(struct drain *pump, const char *key, const char *state)
{
	struct entry entry = get(pump, key);

	is(entry.state, state);
	ok(!entry.taken);
	entry_release(&entry);
}

static void says(struct crm *crm, const char *log)
{
	is(crm->log, log);
	*crm->log = '\0';
}

/* what an entry has made is known to those behind it, in the same batch, in a
 * later one, and after a failure */
static void hands_on_what_was_made(int batch)
{
	struct crm_engine engine = one_by_one;
	struct crm crm = {
		.answers = { { "A:lead", 0, 0, 1, false, "{\"lead\":7}" },
		             { "A:call", EX_TEMPFAIL, 60000, 1, false,
		               "{\"call\":\"x\"}" } },
		.n = 2,
	};
	char *name = sv_format("made%d.db", batch);
	struct drain pump = open_pump(name, &crm);

	engine.batch = batch;
	pump.engine = &engine;
	put(&pump, "A", "comment");
	put(&pump, "A", "call");
	put(&pump, "A", "lead");
	ok(drain_all(&pump, 0) == EX_TEMPFAIL);
	says(&crm, "send A:lead {}\nsend A:call {\"lead\":7}\n");
	has_state(&pump, "A:comment", "queued");
	ok(outbox_retry(pump.outbox, "A:call", 1) == 0);
	ok(drain_all(&pump, 0) == 0);
	says(&crm, "find A:call {\"call\":\"x\",\"lead\":7}\n"
	           "send A:call {\"call\":\"x\",\"lead\":7}\n"
	           "send A:comment {\"call\":\"x\",\"lead\":7}\n");
	outbox_close(pump.outbox);
	free(name);
}

/* One call that fails keeps no other back, and what failed is due later. */
static void goes_on_with_others(int batch)
{
	struct crm_engine engine = one_by_one;
	struct crm crm = {
		.answers = { { "A:lead", EX_TEMPFAIL, 3000, 9, false, NULL },
		             { "C:lead", EX_DATAERR, 0, 9, false, NULL },
		             { "D:lead", EX_IOERR, 90000, 9, false, NULL } },
		.n = 3,
	};
	char *name = sv_format("others%d.db", batch);
	struct drain pump = open_pump(name, &crm);
	int64_t now_ms = sv_wall_ms();
	struct entry entry;

	engine.batch = batch;
	pump.engine = &engine;
	put(&pump, "A", "lead");
	put(&pump, "A", "call");
	put(&pump, "B", "lead");
	put(&pump, "C", "lead");
	put(&pump, "C", "call");
	put(&pump, "D", "lead");
	put(&pump, "E", "lead");
	ok(drain_all(&pump, 0) == EX_TEMPFAIL);
	is(sv_why(), "2 entries failed and will be tried again: no");
	ok(strstr(crm.log, "send A:call") == NULL);
	has_state(&pump, "B:lead", "sent");
	has_state(&pump, "C:lead", "dead");
	has_state(&pump, "C:call", "sent"); /* without its lead */
	has_state(&pump, "E:lead", "sent");
	entry = get(&pump, "A:lead");
	ok(entry.failures >= 1 && entry.failures == entry.attempts);
	ok(entry.next_due_ms <= sv_wall_ms() + 4000);
	entry_release(&entry);
	/* as long as the CRM says, and a little more */
	entry = get(&pump, "D:lead");
	ok(entry.next_due_ms >= now_ms + 90000);
	ok(entry.next_due_ms <= sv_wall_ms() + 99001);
	entry_release(&entry);
	entry = get(&pump, "A:call");
	ok(entry.attempts == 0);
	entry_release(&entry);
	outbox_close(pump.outbox);
	free(name);
}

/* The CRM as a whole: nothing else is tried, and it is nobody's failure. */
static void stops_for_all(const char *name, struct answer said)
{
	struct crm crm = { .answers = { said }, .n = 1 };
	struct drain pump = open_pump(name, &crm);
	enum drained left;
	struct entry entry;

	put(&pump, "A", "lead");
	put(&pump, "B", "lead");
	ok(drain(&pump, 1000, &left) == said.code);
	is(sv_why(), "A:lead: no");
	says(&crm, "send A:lead {}\n");
	ok(pump.away == 1 && pump.wait_ms == said.wait_ms);
	entry = get(&pump, "A:lead");
	ok(entry.failures == 0 && entry.attempts == 1);
	is(entry.state, "queued");
	entry_release(&entry);
	outbox_close(pump.outbox);
}

/* Three in a row are as good as the CRM itself; what went well counts. */
static void counts_in_a_row(void)
{
	struct crm crm = {
		.answers = { { "A:lead", EX_IOERR, 60000, 9, false, NULL },
		             { "B:lead", EX_IOERR, 60000, 9, false, NULL },
		             { "D:lead", EX_IOERR, 60000, 9, false, NULL },
		             { "E:lead", EX_IOERR, 60000, 9, false, NULL },
		             { "F:lead", EX_IOERR, 0, 9, false, NULL } },
		.n = 5,
	};
	struct drain pump = open_pump("row.db", &crm);
	enum drained left;

	put(&pump, "A", "lead");
	put(&pump, "B", "lead");
	put(&pump, "C", "lead");
	put(&pump, "D", "lead");
	put(&pump, "E", "lead");
	put(&pump, "F", "lead");
	put(&pump, "G", "lead");
	ok(drain(&pump, 60000, &left) == EX_IOERR);
	has_state(&pump, "C:lead", "sent");
	has_state(&pump, "G:lead", "queued");
	outbox_close(pump.outbox);
}

/* a portal that asks for patience gets it, up to the timeout */
static void waits_for_it(void)
{
	struct crm crm = {
		.answers = { { "A:lead", EX_TEMPFAIL, 100, 1, true, NULL } },
		.n = 1,
	};
	struct drain pump = open_pump("patience.db", &crm);
	int64_t start_ms = sv_now_ms();

	put(&pump, "A", "lead");
	put(&pump, "B", "lead");
	ok(drain_all(&pump, 20000) == 0);
	ok(sv_now_ms() - start_ms >= 100);
	has_state(&pump, "B:lead", "sent");
	crm.answers[0] =
		(struct answer){ "C:lead", EX_TEMPFAIL, 100000, 1, true, NULL };
	put(&pump, "C", "lead");
	ok(drain_all(&pump, 1000) == EX_TEMPFAIL);
	outbox_close(pump.outbox);
}

static void gives_up(void)
{
	struct crm crm = {
		.answers = { { "A:lead", EX_IOERR, 0, 999, false, NULL } },
		.n = 1,
	};
	struct drain pump = open_pump("dead.db", &crm);
	enum drained left;
	struct entry entry;
	int i;

	put(&pump, "A", "lead");
	for (i = 0; i < OUTBOX_FAILURES_MAX - 1; i++) {
		ok(sv_store_change(outbox_store(pump.outbox), NULL,
		                   "UPDATE outbox SET next_due = 1", "") == 0);
		pump.in_a_row = 0;
		ok(drain(&pump, 0, &left) == 0);
	}
	/* no round had time for more than to begin */
	entry = get(&pump, "A:lead");
	ok(entry.failures == 0);
	entry_release(&entry);
	ok(sv_store_change(outbox_store(pump.outbox), NULL,
	                   "UPDATE outbox SET failures = ?", "i",
	                   (int64_t)OUTBOX_FAILURES_MAX - 1) == 0);
	ok(drain(&pump, 1000, &left) == 0);
	has_state(&pump, "A:lead", "dead");
	outbox_close(pump.outbox);
}

static void refuses_kinds(void)
{
	struct crm crm = { 0 };
	struct drain pump = open_pump("kinds.db", &crm);
	struct entry entry;

	put(&pump, "A", "task");
	ok(drain_all(&pump, 0) == 0);
	has_state(&pump, "A:task", "dead");
	entry = get(&pump, "A:task");
	is(entry.error, "test takes no task");
	entry_release(&entry);
	says(&crm, "");
	outbox_close(pump.outbox);
}

/* what was tried and is there is not sent again; what it is, is kept */
static void finds_what_is_there(void)
{
	struct crm crm = { .has = true };
	struct drain pump = open_pump("there.db", &crm);
	struct claims claims = { .now_ms = 100 };
	struct entry entry;

	put(&pump, "A", "lead");
	ok(outbox_claim(pump.outbox, &claims, &entry) == 0);
	ok(entry.id != 0); /* and its sender died */
	entry_release(&entry);
	ok(drain_all(&pump, 0) == 0);
	says(&crm, "find A:lead {}\n");
	entry = get(&pump, "A:lead");
	is(entry.made, "{\"found\":1}");
	is(entry.state, "sent");
	entry_release(&entry);
	outbox_close(pump.outbox);
}

/* What could not be made sure of is not sent. */
static void flushes(void)
{
	struct crm_engine engine = one_by_one;
	struct crm crm = { .flush = EX_IOERR };
	struct drain pump = open_pump("flush.db", &crm);
	enum drained left;

	engine.batch = 8;
	pump.engine = &engine;
	put(&pump, "A", "lead");
	put(&pump, "B", "lead");
	ok(drain(&pump, 1000, &left) == EX_IOERR);
	has_state(&pump, "A:lead", "queued");
	has_state(&pump, "B:lead", "queued");
	crm.flush = 0;
	ok(outbox_retry(pump.outbox, "A:lead", 1) == 0);
	ok(outbox_retry(pump.outbox, "B:lead", 1) == 0);
	ok(drain(&pump, 1000, &left) == 0);
	has_state(&pump, "A:lead", "sent");
	has_state(&pump, "B:lead", "sent");
	outbox_close(pump.outbox);
}

int main(void)
{
	struct answer busy = { "A:lead", EX_TEMPFAIL, 5000, 1, true, NULL };
	struct answer down = { "A:lead", EX_UNAVAILABLE, 0, 1, false, NULL };
	struct answer wrong = { "A:lead", EX_NOPERM, 0, 1, false, NULL };

	if (!mkdtemp(folder))
		return 1;
	sv_log_open("drain", SV_ERROR, false);
	sv_event_to(open("/dev/null", O_WRONLY | O_CLOEXEC));
	hands_on_what_was_made(1);
	hands_on_what_was_made(16);
	goes_on_with_others(1);
	goes_on_with_others(16);
	stops_for_all("busy.db", busy);
	stops_for_all("down.db", down);
	stops_for_all("wrong.db", wrong);
	counts_in_a_row();
	waits_for_it();
	gives_up();
	refuses_kinds();
	finds_what_is_there();
	flushes();
	if (fork() == 0)
		execlp("rm", "rm", "-rf", folder, (char *)NULL);
	wait(NULL);
	return tap_end();
}
