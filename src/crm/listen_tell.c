/* listen_tell: what was received becomes events */
#include "src/crm/listen_tell.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/event.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/log.h"

enum {
	BATCH = 64,          /* told of before that is noted */
	RETRY_MS = 1000,     /* when the store is away, or another tells */
	FORGET_MS = 3600000, /* between two looks at what is old */
	SAY_MS = 10000,      /* between two complaints */
	PARTING_S = 5,       /* for a reader that does not read */
};

struct teller {
	const struct tell_setup *setup;
	struct sv_store *store; /* NULL: to be opened, and locked */
	int wake;
	int64_t told[BATCH]; /* but not noted yet */
	int n_told;
	bool cut; /* an event was not written to its end, as on a full disk */
	int64_t forgot_ms, said_ms, end_ms;
};

/* --- all that is due --- */

static int note_told(struct teller *teller)
{
	int rc = 0;

	if (teller->n_told)
		rc = inbox_told(teller->store, teller->told, teller->n_told);
	if (!rc)
		teller->n_told = 0;
	return rc;
}

/* What stands there in part must not spoil what comes behind it. */
static int tell(struct teller *teller, const struct received *item)
{
	bool begun = false;
	int rc = 0;

	if (teller->cut)
		rc = sv_write(STDOUT_FILENO, "\n", 1, "events");
	if (rc)
		return rc;
	rc = tell_item(teller->setup, teller->store, item, &begun);
	teller->cut = rc && begun;
	if (!rc)
		teller->told[teller->n_told++] = item->place;
	return rc;
}

static int tell_some(struct teller *teller)
{
	int64_t after = 0;
	struct received item;
	int rc = note_told(teller);

	while (!rc && teller->n_told < BATCH) {
		rc = inbox_next(teller->store, sv_wall_ms(), after, &item);
		if (rc || !item.key)
			break;
		after = item.place;
		rc = tell(teller, &item);
		received_release(&item);
	}
	return rc;
}

static int forget(struct teller *teller)
{
	if (teller->forgot_ms && sv_now_ms() - teller->forgot_ms < FORGET_MS)
		return 0;
	teller->forgot_ms = sv_now_ms();
	return inbox_forget(teller->store, sv_wall_ms());
}

/* One process tells at a time: the next may begin when this one has died. */
static int open_store(struct teller *teller)
{
	int rc = sv_store_open(&teller->store, teller->setup->dsn,
	                       SV_STORE_WRITE);

	return rc ? rc : sv_store_lock(teller->store, "inbox");
}

static int tell_due(struct teller *teller)
{
	int rc = teller->store ? 0 : open_store(teller);
	bool more = true;

	while (!rc && more) {
		rc = tell_some(teller);
		more = teller->n_told == BATCH;
		if (!rc)
			rc = note_told(teller);
	}
	return rc ? rc : forget(teller);
}

/* --- the process --- */

/* A connection that broke took the lock with it: all is begun anew. */
static void begin_anew(struct teller *teller)
{
	int64_t now = sv_now_ms();

	if (!teller->said_ms || now - teller->said_ms > SAY_MS)
		sv_warn("what was received is not told of yet: %s", sv_why());
	teller->said_ms = now;
	sv_store_close(teller->store);
	teller->store = NULL;
}

static int wait_ms(struct teller *teller, int failed)
{
	int64_t due_ms, left;

	if (failed || inbox_due(teller->store, &due_ms))
		return RETRY_MS;
	left = due_ms - sv_wall_ms();
	if (left > FORGET_MS)
		left = FORGET_MS;
	return left > 0 ? (int)left : 0;
}

/* Waits for what is new, what is due, or the reader to leave: 0, SV_GONE. */
static int wait(struct teller *teller, int failed)
{
	struct pollfd polls[] = { { teller->wake, POLLIN, 0 },
		                  { STDOUT_FILENO, 0, 0 } };
	char bytes[256];
	ssize_t n = 1;

	if (poll(polls, 2, wait_ms(teller, failed)) < 0)
		return 0;
	if (polls[1].revents & (POLLERR | POLLNVAL))
		return SV_GONE;
	if (polls[0].revents)
		n = read(teller->wake, bytes, sizeof bytes);
	if (n == 0) {
		teller->wake = -1; /* which poll passes over */
		teller->end_ms = sv_now_ms() + teller->setup->settle_ms;
		alarm(PARTING_S + (unsigned)teller->setup->settle_ms / 1000);
	}
	return 0;
}

/* whether there is nothing left that could be told of before our end */
static bool is_over(struct teller *teller, int failed)
{
	int64_t due_ms;

	if (!teller->end_ms)
		return false;
	return failed || sv_now_ms() >= teller->end_ms ||
	       inbox_due(teller->store, &due_ms) || due_ms == INT64_MAX;
}

/* The server has died, and we may be in a write that nobody reads. */
static void on_orphaned(int number)
{
	(void)number;
	alarm(PARTING_S);
}

static void prepare_process(void)
{
	const struct sigaction orphaned = { .sa_handler = on_orphaned,
		                            .sa_flags = SA_RESTART };

	signal(SIGTERM, SIG_IGN); /* its end is that of wake */
	signal(SIGINT, SIG_IGN);
	signal(SIGALRM, SIG_DFL);
	sigaction(SIGUSR1, &orphaned, NULL);
	prctl(PR_SET_PDEATHSIG, SIGUSR1);
	sv_event_stage("listen");
}

int tell_run(const struct tell_setup *setup, int wake)
{
	struct teller teller = { .setup = setup, .wake = wake };
	int rc = 0, failed;

	prepare_process();
	do {
		failed = tell_due(&teller);
		if (failed == SV_GONE)
			rc = SV_GONE;
		else if (failed)
			begin_anew(&teller);
		if (!rc && !is_over(&teller, failed))
			rc = wait(&teller, failed);
	} while (!rc && !is_over(&teller, failed));
	sv_store_close(teller.store);
	return rc == SV_GONE ? 0 : rc;
}
