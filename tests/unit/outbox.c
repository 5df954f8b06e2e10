/*
 * outbox.c: each key is there once, whoever dies when
 * uses: src/crm/outbox.c src/crm/claim.c src/crm/by_hand.c src/crm/entry.c src/crm/journal.c src/crm/drain.c src/crm/try.c src/crm/order.c src/crm/engine.c
 */
#include "src/crm/outbox.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/event.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/log.h"

#include "src/crm/drain.h"
#include "src/crm/journal.h"
#include "tests/unit/tap.h"

static char folder[] = "/tmp/sv-outbox-XXXXXX";

static struct entry made(const char *key, const char *payload, int rank,
                         int64_t due_ms)
{
	struct entry entry = { 0 };

	entry.key = sv_strdup(key);
	entry.kind = sv_strdup("lead");
	entry.call = sv_strdup("C1");
	entry.payload = sv_strdup(payload);
	entry.rank = rank;
	entry.next_due_ms = due_ms;
	return entry;
}

static int64_t put(struct outbox *outbox, const char *key, const char *payload,
                   int rank, int64_t due_ms)
{
	struct entry entry = made(key, payload, rank, due_ms);
	int64_t seq = -1;

	ok(outbox_begin(outbox) == 0);
	ok(outbox_put(outbox, &entry, &seq) == 0);
	ok(outbox_commit(outbox) == 0);
	entry_release(&entry);
	return seq;
}

static struct outbox *open_outbox(const char *name)
{
	struct outbox *outbox = NULL;
	char *path = sv_format("sqlite:%s/%s", folder, name);

	ok(outbox_open(&outbox, path, false) == 0);
	free(path);
	return outbox;
}

static void has_payload(struct outbox *outbox, const char *key,
                        const char *payload)
{
	struct entry entry;

	ok(outbox_get(outbox, key, &entry) == 0);
	is(entry.payload, payload);
	entry_release(&entry);
}

static void has_state(struct outbox *outbox, const char *key, const char *state)
{
	struct entry entry;

	ok(outbox_get(outbox, key, &entry) == 0);
	is(entry.state, state);
	entry_release(&entry);
}

static void puts_once(void)
{
	struct outbox *outbox = open_outbox("once.db");
	int64_t due_ms;

	ok(put(outbox, "C1:lead", "{\"a\":1}", 1, 100) == 1);
	ok(put(outbox, "C1:lead", "{\"a\":1}", 1, 100) == 0);
	/* what knows more replaces what knows less, never the other way */
	ok(put(outbox, "C1:lead", "{\"a\":3}", 3, 200) == 0);
	has_payload(outbox, "C1:lead", "{\"a\":3}");
	ok(put(outbox, "C1:lead", "{\"a\":2}", 2, 300) == 0);
	has_payload(outbox, "C1:lead", "{\"a\":3}");
	ok(outbox_next_due(outbox, &due_ms) == 0);
	ok(due_ms == 200);
	ok(outbox_release(outbox, "C1", 50) == 0);
	ok(outbox_next_due(outbox, &due_ms) == 0);
	ok(due_ms == 50);
	/* the numbers of a call's events go on in the next run */
	outbox_close(outbox);
	outbox = open_outbox("once.db");
	ok(put(outbox, "C1:call", "{}", 1, 100) == 2);
	outbox_close(outbox);
}

/* the next call's first: its key; "" when there is none */
static void claims_next(struct outbox *outbox, struct claims *claims,
                        struct entry *entry, const char *key)
{
	claims->last = NULL;
	entry_release(entry);
	ok(outbox_claim(outbox, claims, entry) == 0);
	is(entry->id ? entry->key : "", key);
}

/* the first that is due at now_ms, alone */
static struct entry claim_one(struct outbox *outbox, int64_t now_ms,
                              int64_t place)
{
	struct claims claims = { .now_ms = now_ms, .place = place };
	struct entry entry = { 0 };

	ok(outbox_claim(outbox, &claims, &entry) == 0);
	return entry;
}

static void fail(struct outbox *outbox, const struct entry *entry,
                 int64_t due_ms, bool dead)
{
	struct failure failure = { .why = "the CRM is away",
		                   .due_ms = due_ms,
		                   .own = true,
		                   .dead = dead };
	int64_t seq;

	ok(outbox_failed(outbox, entry, &failure, &seq) == 0);
}

static void claims_in_turn(void)
{
	struct outbox *outbox = open_outbox("claim.db");
	struct entry entry;
	int64_t seq, due_ms;

	put(outbox, "C1:lead", "{}", 1, 100);
	entry = claim_one(outbox, 99, 7);
	ok(!entry.id);
	entry = claim_one(outbox, 100, 7);
	ok(entry.id == 1 && entry.attempts == 1 && !entry_unknown(&entry));
	entry_release(&entry);
	/* its sender died: it is due, and known to have been tried at 7 */
	entry = claim_one(outbox, 100, 9);
	ok(entry.id == 1 && entry_unknown(&entry) && entry.place == 7);
	ok(entry.taken);
	/* what was tried is not replaced any more */
	put(outbox, "C1:lead", "{\"b\":1}", 9, 100);
	has_payload(outbox, "C1:lead", "{}");
	fail(outbox, &entry, 1500, false);
	entry_release(&entry);
	ok(outbox_next_due(outbox, &due_ms) == 0);
	ok(due_ms == 1500);
	entry = claim_one(outbox, 1499, 9);
	ok(!entry.id);
	entry = claim_one(outbox, 1500, 9);
	ok(entry.failures == 1);
	is(entry.error, "the CRM is away");
	/* as if it had not been */
	ok(outbox_unclaim(outbox, &entry) == 0);
	entry_release(&entry);
	ok(outbox_get(outbox, "C1:lead", &entry) == 0);
	ok(entry.attempts == 2 && !entry.taken);
	fail(outbox, &entry, 1000, true);
	entry_release(&entry);
	has_state(outbox, "C1:lead", "dead");
	ok(outbox_next_due(outbox, &due_ms) == 0);
	ok(due_ms == INT64_MAX);
	ok(outbox_retry(outbox, "C1:lead", 50) == 0);
	entry = claim_one(outbox, 50, 9);
	ok(entry.failures == 0 && entry_unknown(&entry));
	ok(outbox_sent(outbox, &entry, "{\"lead\":3}", &seq) == 0);
	ok(seq == 4);
	entry_release(&entry);
	has_state(outbox, "C1:lead", "sent");
	outbox_close(outbox);
}

static void put_of(struct outbox *outbox, const char *call, const char *kind,
                   const char *subject, int64_t due_ms)
{
	struct entry entry = { 0 };
	int64_t seq;

	entry.key = sv_format("%s:%s", call, kind);
	entry.kind = sv_strdup(kind);
	entry.call = sv_strdup(call);
	entry.subject = sv_strdup(subject);
	entry.payload = sv_strdup("{}");
	entry.next_due_ms = due_ms;
	ok(outbox_put(outbox, &entry, &seq) == 0);
	entry_release(&entry);
}

/* Those of a call come by their kind, however they were queued; one that is not
 * due keeps those behind it, and no other call. */
static void keeps_order(void)
{
	struct outbox *outbox = open_outbox("order.db");
	struct claims claims = { .now_ms = 100 };
	struct entry entry = { 0 };

	put_of(outbox, "A", "call", "", 100);
	put_of(outbox, "A", "comment", "", 100);
	put_of(outbox, "B", "recording", "", 100);
	put_of(outbox, "A", "lead", "", 100);
	put_of(outbox, "B", "call", "", 200);
	put_of(outbox, "C", "lead", "", 100);
	put_of(outbox, "", "task", "", 100);
	claims_next(outbox, &claims, &entry, "A:lead");
	claims_next(outbox, &claims, &entry, "C:lead");
	entry_release(&entry);
	/* all of it again: who claimed it died */
	claims = (struct claims){ .now_ms = 100 };
	claims_next(outbox, &claims, &entry, "A:lead");
	outbox_close(outbox);
	entry_release(&entry);
}

/* a whole run, in which the last stays until the next is there */
static void keeps_order_in_a_run(void)
{
	static const char *const wanted[] = { "A:lead", "A:call", "A:comment",
		                              "C:lead", ":task",  "" };
	struct outbox *outbox = open_outbox("order.db");
	struct claims claims = { .now_ms = 100 };
	struct entry entries[6] = { 0 };
	int i;

	for (i = 0; i < 6; i++) {
		ok(outbox_claim(outbox, &claims, &entries[i]) == 0);
		is(entries[i].id ? entries[i].key : "", wanted[i]);
	}
	for (i = 0; i < 6; i++)
		entry_release(&entries[i]);
	claims = (struct claims){ .now_ms = 200, .head = 5 };
	claims_next(outbox, &claims, &entries[0], "C:lead");
	entry_release(&entries[0]);
	outbox_close(outbox);
}

static void made_is(struct outbox *outbox, const struct entry *entry,
                    const char *want)
{
	json_t *made;
	char *text;

	ok(outbox_made(outbox, entry, &made) == 0);
	text = json_dumps(made, JSON_COMPACT | JSON_SORT_KEYS);
	is(text, want);
	free(text);
	json_decref(made);
}

static void knows_what_was_made(void)
{
	struct outbox *outbox = open_outbox("made.db");
	struct claims claims = { .now_ms = 100 };
	struct failure failure = { .why = "lost", .made = "{\"call\":\"x\"}" };
	struct entry lead = { 0 }, call = { 0 }, other = { 0 };
	int64_t seq;

	put_of(outbox, "A", "lead", "", 100);
	put_of(outbox, "A", "call", "", 100);
	put_of(outbox, "B", "lead", "", 100);
	ok(outbox_claim(outbox, &claims, &lead) == 0);
	ok(outbox_claim(outbox, &claims, &call) == 0);
	ok(outbox_claim(outbox, &claims, &other) == 0);
	made_is(outbox, &call, "{}");
	ok(outbox_sent(outbox, &lead, "{\"lead\":3}", &seq) == 0);
	made_is(outbox, &call, "{\"lead\":3}");
	ok(outbox_failed(outbox, &call, &failure, &seq) == 0);
	made_is(outbox, &call, "{\"call\":\"x\",\"lead\":3}");
	made_is(outbox, &other, "{}");
	/* a failure that tells nothing takes nothing away */
	failure.made = NULL;
	ok(outbox_failed(outbox, &call, &failure, &seq) == 0);
	made_is(outbox, &call, "{\"call\":\"x\",\"lead\":3}");
	entry_release(&lead);
	entry_release(&call);
	entry_release(&other);
	outbox_close(outbox);
}

/* sends what comes next, as if the CRM had made that */
static void send_next(struct outbox *outbox, const char *key, const char *made)
{
	struct entry entry = claim_one(outbox, 100, 0);
	int64_t seq;

	is(entry.id ? entry.key : "", key);
	ok(outbox_sent(outbox, &entry, made, &seq) == 0);
	entry_release(&entry);
}

static void closes_tasks(void)
{
	struct outbox *outbox = open_outbox("task.db");
	const char *number = "+79160000001";
	struct entry entry;
	bool there;

	ok(outbox_has_task(outbox, number, &there) == 0 && !there);
	put_of(outbox, "A", "task", number, 100);
	ok(outbox_has_task(outbox, number, &there) == 0 && there);
	put_of(outbox, "B", "task", number, 200);
	put_of(outbox, "C", "task", "+79160000002", 100);
	put_of(outbox, "D", "done", number, 100);
	ok(outbox_has_task(outbox, number, &there) == 0 && !there);
	send_next(outbox, "A:task", "{\"task\":7}");
	send_next(outbox, "C:task", "{\"task\":9}");
	entry = claim_one(outbox, 100, 0);
	ok(!entry.id); /* its number's other task comes first */
	ok(outbox_release(outbox, "B", 100) == 0);
	send_next(outbox, "B:task", "{\"task\":8}");
	entry = claim_one(outbox, 100, 0);
	made_is(outbox, &entry, "{\"tasks\":[{\"task\":7},{\"task\":8}]}");
	entry_release(&entry);
	send_next(outbox, "D:done", NULL);
	/* what was closed is not closed again */
	put_of(outbox, "E", "task", number, 100);
	put_of(outbox, "F", "done", number, 100);
	send_next(outbox, "E:task", "{\"task\":10}");
	entry = claim_one(outbox, 100, 0);
	made_is(outbox, &entry, "{\"tasks\":[{\"task\":10}]}");
	entry_release(&entry);
	outbox_close(outbox);
}

/* between 1 ms and twice as long each time, and not always the same */
static void waits_by_chance(void)
{
	int failures, i;

	for (failures = 0; failures < 40; failures++) {
		int64_t most = 3600 * 1000, least = INT64_MAX, longest = 0;

		if (failures < 13)
			most = (int64_t)1000
			       << (failures > 1 ? failures - 1 : 0);
		if (most > 3600 * 1000)
			most = 3600 * 1000;
		for (i = 0; i < 200; i++) {
			int64_t ms = entry_delay_ms(failures, 3600 * 1000);

			least = ms < least ? ms : least;
			longest = ms > longest ? ms : longest;
		}
		ok(least >= 1 && longest <= most);
		/* 200 throws that all miss a third: once in 10^35 */
		ok(least < most / 3 && longest > most - most / 3);
	}
	ok(entry_delay_ms(5, 1) == 1);
}

static void people_decide(void)
{
	struct outbox *outbox = open_outbox("people.db");
	struct entry entry;

	put(outbox, "C1:lead", "{}", 1, 100);
	entry = claim_one(outbox, 100, 0);
	fail(outbox, &entry, 1000, true);
	entry_release(&entry);
	ok(outbox_edit(outbox, "C1:lead", "{\"a\":1}") == 0);
	ok(put(outbox, "C1:lead", "{}", 3, 100) == 0);
	has_payload(outbox, "C1:lead", "{\"a\":1}");
	ok(outbox_retry(outbox, "C1:lead", 500) == 0);
	entry = claim_one(outbox, 500, 0);
	ok(entry.id && entry_unknown(&entry)); /* the CRM is asked for it */
	entry_release(&entry);
	ok(outbox_drop(outbox, "C1:lead") == 0);
	has_state(outbox, "C1:lead", "dropped");
	ok(put(outbox, "C1:lead", "{}", 9, 100) == 0); /* and stays away */
	has_state(outbox, "C1:lead", "dropped");
	ok(outbox_retry(outbox, "C1:lead", 500) == EX_DATAERR);
	is(sv_why(), "entry C1:lead: dropped already");
	ok(outbox_edit(outbox, "C1:lead", "{}") == EX_DATAERR);
	ok(outbox_drop(outbox, "C2:lead") == EX_NOINPUT);
	outbox_close(outbox);
}

static void one_sends(void)
{
	struct outbox *first = open_outbox("lock.db");
	struct outbox *second = open_outbox("lock.db");

	ok(outbox_lock(first) == 0);
	ok(outbox_lock(second) == EX_TEMPFAIL);
	outbox_unlock(first);
	ok(outbox_lock(second) == 0);
	outbox_close(second);
	ok(outbox_lock(first) == 0);
	outbox_close(first);
}

static void keeps_calls(void)
{
	struct outbox *outbox = open_outbox("call.db");
	char *state;

	ok(outbox_load_call(outbox, "C1", &state) == 0);
	ok(state == NULL);
	ok(outbox_save_call(outbox, "C1", "{\"caller\":\"1\"}") == 0);
	ok(outbox_load_call(outbox, "C1", &state) == 0);
	is(state, "{\"caller\":\"1\"}");
	free(state);
	ok(outbox_save_call(outbox, "C1", NULL) == 0);
	ok(outbox_load_call(outbox, "C1", &state) == 0);
	ok(state == NULL);
	outbox_close(outbox);
}

static void refuses(void)
{
	struct outbox *outbox = NULL;
	char *path = sv_format("%s/text", folder);

	ok(outbox_open(&outbox, "mysql://host/x", false) == EX_USAGE);
	ok(outbox == NULL);
	ok(outbox_open(&outbox, "/nowhere/x.db", false) == EX_CANTCREAT);
	ok(sv_file_replace(path, "no database, but long enough", 28, 0600) ==
	   0);
	ok(outbox_open(&outbox, path, false) == EX_DATAERR);
	free(path);
	/* read-only: not there is empty, and stays not there */
	path = sv_format("%s/none.db", folder);
	ok(outbox_open(&outbox, path, true) == 0);
	ok(outbox_next_due(outbox, &(int64_t){ 0 }) == 0);
	ok(access(path, F_OK) != 0);
	outbox_close(outbox);
	free(path);
}

static void journal_holds(const char *path, const char *want)
{
	struct sv_buf buf;

	sv_buf_init(&buf, 1 << 20);
	ok(sv_file_read(path, &buf) == 0);
	is(sv_buf_str(&buf), want);
	sv_buf_release(&buf);
}

static void append(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT, 0600);

	ok(fd >= 0);
	ok(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}

static struct drain pump_to(const char *outbox, const char *journal)
{
	struct drain pump = { .engine = &crm_journal };
	char *pair = sv_format("file=%s", journal);
	const char *items[] = { pair };
	struct sv_list pairs = { .items = items, .n = 1 };

	pump.outbox = open_outbox(outbox);
	ok(crm_journal.open(&pump.crm, &pairs) == 0);
	free(pair);
	return pump;
}

static void stop(struct drain *pump)
{
	crm_journal.close(pump->crm);
	outbox_close(pump->outbox);
}

/* A sender is killed at each point between claim and commit; half is how
 * much of its line it wrote. */
static void dies(const char *name, const char *half)
{
	char *journal = sv_format("%s/%s.ndjson", folder, name);
	char *db = sv_format("%s.db", name);
	struct drain pump = pump_to(db, journal);
	struct entry entry;
	int64_t place = 0;

	append(journal, "{\"key\":\"C0:lead\"}\n");
	put(pump.outbox, "C1:lead", "{\"key\":\"C1:lead\"}", 1, 1);
	ok(outbox_lock(pump.outbox) == 0);
	ok(crm_journal.begin(pump.crm, &place) == 0);
	entry = claim_one(pump.outbox, 1, place);
	append(journal, half);
	crm_journal.end(pump.crm);
	entry_release(&entry);
	stop(&pump);
	/* meanwhile another outbox writes into the same journal */
	pump = pump_to("other.db", journal);
	put(pump.outbox, half, "{\"key\":\"C2:lead\"}", 1, 1);
	ok(drain_all(&pump, 0) == 0);
	stop(&pump);
	pump = pump_to(db, journal);
	ok(drain_all(&pump, 0) == 0);
	has_state(pump.outbox, "C1:lead", "sent");
	stop(&pump);
	journal_holds(journal,
	              strchr(half, '\n')
	                      ? "{\"key\":\"C0:lead\"}\n{\"key\":\"C1:lead\"}\n"
	                        "{\"key\":\"C2:lead\"}\n"
	                      : "{\"key\":\"C0:lead\"}\n{\"key\":\"C2:lead\"}\n"
	                        "{\"key\":\"C1:lead\"}\n");
	free(journal);
	free(db);
}

/* journal rotated away, and no regular file at all */
static void other_files(void)
{
	char *journal = sv_format("%s/rotated.ndjson", folder);
	char *away = sv_format("%s/rotated.1", folder);
	struct drain pump = pump_to("rotated.db", journal);
	enum drained left;

	put(pump.outbox, "C1:lead", "{\"key\":\"C1:lead\"}", 1, 1);
	ok(drain(&pump, 1000, &left) == 0 && left == DRAINED);
	ok(rename(journal, away) == 0);
	put(pump.outbox, "C2:lead", "{\"key\":\"C2:lead\"}", 1, 1);
	ok(drain(&pump, 1000, &left) == 0 && left == DRAINED);
	journal_holds(journal, "{\"key\":\"C2:lead\"}\n");
	stop(&pump);
	pump = pump_to("null.db", "/dev/null");
	put(pump.outbox, "C1:lead", "{}", 1, 1);
	ok(drain(&pump, 1000, &left) == EX_CANTCREAT);
	stop(&pump);
	free(journal);
	free(away);
}

int main(void)
{
	if (!mkdtemp(folder))
		return 1;
	sv_log_open("outbox", SV_ERROR, false);
	sv_event_to(open("/dev/null", O_WRONLY | O_CLOEXEC));
	puts_once();
	claims_in_turn();
	keeps_order();
	keeps_order_in_a_run();
	knows_what_was_made();
	closes_tasks();
	waits_by_chance();
	people_decide();
	one_sends();
	keeps_calls();
	refuses();
	dies("before", "");
	dies("within", "{\"key\":\"C1:le");
	dies("after", "{\"key\":\"C1:lead\"}\n");
	other_files();
	if (fork() == 0)
		execlp("rm", "rm", "-rf", folder, (char *)NULL);
	wait(NULL);
	return tap_end();
}
