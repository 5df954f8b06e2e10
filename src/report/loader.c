/* loader: events from a pipe into the store, until they are there */
#include "src/report/loader.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/event.h"
#include "lib/fail.h"

#include "src/report/batch.h"

enum {
	PIPE_BYTES = 1 << 20,
	BATCH_EVENTS = 8192,
	BATCH_BYTES = 8 << 20,
	/* A stream that trickles: seen within a second of the first event. */
	HOLD_MS = 250,
	PAUSE_MS = 50, /* between tries, at first */
	PAUSE_MOST_MS = 2000,
};

struct loader {
	const char *dsn;
	struct sv_store *store;
	struct sv_events *events;
	struct batch batch;
	int64_t due_ms; /* when the batch goes, if there is one */
	int words;
};

static int say(struct loader *loader, int64_t stored, int code)
{
	struct loader_word word = { .stored = stored, .code = code };
	ssize_t n;

	if (code)
		snprintf(word.why, sizeof word.why, "%s", sv_why());
	n = write(loader->words, &word, sizeof word);
	return n == (ssize_t)sizeof word ? 0 : SV_GONE;
}

/* what may be otherwise soon: a server that starts, a disk with room again, a
 * right that is given */
static bool may_pass(int code)
{
	return code == EX_TEMPFAIL || code == EX_NOPERM || code == EX_IOERR ||
	       code == EX_CANTCREAT;
}

static int store_once(struct loader *loader)
{
	int rc = 0;

	if (!loader->store)
		rc = sv_store_open(&loader->store, loader->dsn, SV_STORE_WRITE);
	return rc ? rc : batch_store(&loader->batch, loader->store);
}

/* Waits, but not once nobody listens any more. */
static bool pause_for(struct loader *loader, int ms)
{
	struct pollfd words = { .fd = loader->words };

	return poll(&words, 1, ms) <= 0;
}

static int store_batch(struct loader *loader)
{
	int pause_ms = PAUSE_MS;
	bool told = false;
	int rc = store_once(loader);

	while (may_pass(rc)) {
		if (!told && say(loader, 0, rc))
			return SV_GONE;
		told = true;
		if (!pause_for(loader, pause_ms))
			return SV_GONE;
		if (pause_ms < PAUSE_MOST_MS)
			pause_ms *= 2;
		rc = store_once(loader);
	}
	if (!rc)
		rc = say(loader, (int64_t)loader->batch.n, 0);
	if (!rc)
		batch_clear(&loader->batch);
	return rc;
}

static int take(struct loader *loader)
{
	struct sv_event event;
	int rc = 0, got;

	while (!rc && (got = sv_events_pop(loader->events, &event))) {
		if (got < 0)
			return sv_events_code(loader->events);
		if (!loader->batch.n)
			loader->due_ms = sv_now_ms() + HOLD_MS;
		batch_add(&loader->batch, &event);
		if (loader->batch.n >= BATCH_EVENTS ||
		    loader->batch.events.text.len >= BATCH_BYTES)
			rc = store_batch(loader);
	}
	return rc;
}

/* how long the batch may still wait for more; -1 when there is none */
static int left_ms(const struct loader *loader)
{
	int64_t left = loader->due_ms - sv_now_ms();

	if (!loader->batch.n)
		return -1;
	return left > 0 ? (int)left : 0;
}

static int run(struct loader *loader, int in)
{
	struct pollfd input = { .fd = in, .events = POLLIN };
	int more = 1, rc = 0;

	while (!rc && more) {
		if (poll(&input, 1, left_ms(loader)) > 0) {
			more = sv_events_fill(loader->events);
			if (more < 0)
				return sv_events_code(loader->events);
			rc = take(loader);
		}
		if (!rc && loader->batch.n && (!more || !left_ms(loader)))
			rc = store_batch(loader);
	}
	return rc;
}

/* From the descriptor in to the store, until the end. */
static int load(int in, int words, const char *dsn)
{
	struct loader loader = { .dsn = dsn, .words = words };
	int rc = sv_store_open(&loader.store, dsn, SV_STORE_WRITE);

	if (may_pass(rc))
		rc = say(&loader, 0, rc);
	loader.events = sv_events_new(in, "the stream");
	batch_init(&loader.batch);
	if (!rc)
		rc = run(&loader, in);
	if (rc > 0)
		say(&loader, 0, rc);
	batch_release(&loader.batch);
	sv_events_free(loader.events);
	sv_store_close(loader.store);
	return rc;
}

/* It ends with its pipe: a signal to all of us asks for an orderly end, and
 * that is when all is stored. */
static void become_loader(const int in[2], const int words[2], const char *dsn)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int rc;

	dup2(null, STDIN_FILENO); /* who feeds and who reads us see us end */
	dup2(null, STDOUT_FILENO);
	close(in[1]);
	close(words[0]);
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	rc = load(in[0], words[1], dsn);
	_exit(rc > 0 ? rc : 0);
}

int loader_start(pid_t *pid, int *in, int *words, const char *dsn)
{
	int to[2], from[2];

	if (pipe2(to, O_CLOEXEC))
		return sv_fail(EX_TEMPFAIL, "a pipe:");
	if (pipe2(from, O_CLOEXEC)) {
		close(to[0]);
		close(to[1]);
		return sv_fail(EX_TEMPFAIL, "a pipe:");
	}
	*pid = fork();
	if (!*pid)
		become_loader(to, from, dsn);
	close(to[0]);
	close(from[1]);
	*in = to[1];
	*words = from[0];
	if (*pid < 0) {
		close(*in);
		close(*words);
		return sv_fail(EX_TEMPFAIL, "fork:");
	}
	fcntl(*in, F_SETFL, O_NONBLOCK);
	fcntl(*in, F_SETPIPE_SZ, PIPE_BYTES);
	return 0;
}
