/*
 * outbox.c: each key is there once, whoever dies when
 * uses: src/crm/outbox.c src/crm/by_hand.c src/crm/entry.c src/crm/journal.c src/crm/drain.c src/crm/engine.c
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
	ok(outbox_release(outbox, "C1:lead", 50) == 0);
	ok(outbox_next_due(outbox, &due_ms) == 0);
	ok(due_ms == 50);
	/* the numbers of a call's events go on in the next run */
	outbox_close(outbox);
	outbox = open_outbox("once.db");
	ok(put(outbox, "C1:call", "{}", 1, 100) == 2);
	outbox_close(outbox);
}

static void claims(void)
{
	struct outbox *outbox = open_outbox("claim.db");
	struct entry entry;
	int64_t seq, due_ms;

	put(outbox, "C1:lead", "{}", 1, 100);
	put(outbox, "C1:call", "{}", 1, 100);
	ok(outbox_claim(outbox, 99, 7, 0, &entry) == 0);
	ok(!entry.id);
	ok(outbox_claim(outbox, 100, 7, 0, &entry) == 0);
	ok(entry.id == 1 && entry.attempts == 1 && !entry_unknown(&entry));
	entry_release(&entry);
	ok(outbox_claim(outbox, 100, 7, 1, &entry) == 0);
	is(entry.key, "C1:call");
	ok(outbox_sent(outbox, &entry, &seq) == 0);
	ok(seq == 3);
	entry_release(&entry);
	/* its sender died: it is due, and known to have been tried at 7 */
	ok(outbox_claim(outbox, 100, 9, 0, &entry) == 0);
	ok(entry.id == 1 && entry_unknown(&entry) && entry.place == 7);
	/* what was tried is not replaced any more */
	put(outbox, "C1:lead", "{\"b\":1}", 9, 100);
	has_payload(outbox, "C1:lead", "{}");
	ok(outbox_failed(outbox, &entry, "the CRM is away", 1000, false) == 0);
	entry_release(&entry);
	ok(outbox_next_due(outbox, &due_ms) == 0);
	ok(due_ms >= 1000 + 1600 && due_ms <= 1000 + 2400);
	ok(outbox_get(outbox, "C1:lead", &entry) == 0);
	is(entry.error, "the CRM is away");
	ok(outbox_failed(outbox, &entry, "no", 1000, true) == 0);
	entry_release(&entry);
	has_state(outbox, "C1:lead", "dead");
	ok(outbox_next_due(outbox, &due_ms) == 0);
	ok(due_ms == INT64_MAX);
	outbox_close(outbox);
}

static void people_decide(void)
{
	struct outbox *outbox = open_outbox("people.db");
	struct entry entry;

	put(outbox, "C1:lead", "{}", 1, 100);
	ok(outbox_claim(outbox, 100, 0, 0, &entry) == 0);
	ok(outbox_failed(outbox, &entry, "refused", 1000, true) == 0);
	entry_release(&entry);
	ok(outbox_retry(outbox, "C1:lead", 500) == 0);
	ok(outbox_claim(outbox, 500, 0, 0, &entry) == 0);
	ok(entry.id && entry_unknown(&entry)); /* the CRM is asked for it */
	entry_release(&entry);
	ok(outbox_drop(outbox, "C1:lead") == 0);
	has_state(outbox, "C1:lead", "dropped");
	ok(put(outbox, "C1:lead", "{}", 9, 100) == 0); /* and stays away */
	has_state(outbox, "C1:lead", "dropped");
	ok(outbox_retry(outbox, "C1:lead", 500) == EX_DATAERR);
	is(sv_why(), "entry C1:lead: dropped already");
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
	int64_t place;

	append(journal, "{\"key\":\"C0:lead\"}\n");
	put(pump.outbox, "C1:lead", "{\"key\":\"C1:lead\"}", 1, 1);
	ok(outbox_lock(pump.outbox) == 0);
	ok(crm_journal.begin(pump.crm, &place) == 0);
	ok(outbox_claim(pump.outbox, 1, place, 0, &entry) == 0);
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
	claims();
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
