/* reception: who is taken, and who is refused */
#include "src/capture/reception.h"

#include <jansson.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/log.h"

#include "src/capture/url.h"

static bool full(const struct reception *reception)
{
	size_t max = (size_t)reception->config->max_calls;

	return reception->drain->begun ||
	       calls_count(reception->calls).running >= max;
}

/* Each is an event; the log has at most a line a second of them. */
static void say_refused(struct reception *reception,
                        const struct arrival *arrival, const char *reason,
                        const char *why)
{
	int64_t now = sv_now_ms();
	int running = (int)calls_count(reception->calls).running;

	reception->refused++;
	outlet_event(reception->outlet, "call.refused",
	             json_pack("{ss ss si}", "reason", reason, "source",
	                       arrival->url->text, "calls", running));
	if (reception->said_ms && now - reception->said_ms < 1000)
		return;
	reception->said_ms = now;
	sv_warn("%s: a call is refused, %ld since the start: %s",
	        arrival->url->text, reception->refused, why);
}

static void refuse(struct reception *reception, const struct arrival *arrival,
                   const char *reason, const char *why)
{
	if (arrival->what == GREETING_CALL)
		say_refused(reception, arrival, reason, why);
	else
		sv_warn("%s: not answered: %s", arrival->url->text, why);
	if (arrival->transport->refuse && arrival->fd >= 0)
		arrival->transport->refuse(arrival->fd, arrival->greeting,
		                           arrival->len);
	if (arrival->transport->socket_type == SOCK_STREAM)
		greeter_dismiss(reception->greeter, arrival->fd);
	else if (arrival->fd >= 0)
		close(arrival->fd);
}

int reception_known(void *arg, struct arrival *arrival)
{
	struct reception *reception = arg;
	int rc;

	reception->errand->full = full(reception);
	if (arrival->what == GREETING_CALL && reception->drain->begun) {
		refuse(reception, arrival, "draining", "the server is to end");
		return 0;
	}
	if (arrival->what == GREETING_CALL && reception->errand->full) {
		refuse(reception, arrival, "full", "all slots are taken");
		return 0;
	}
	if (arrival->fd < 0) {
		refuse(reception, arrival, "resources", sv_why());
		return 0;
	}
	rc = calls_begin(reception->calls, arrival, reception->errand);
	if (rc == CALLS_FORKED)
		return rc;
	if (rc)
		refuse(reception, arrival, "resources", sv_why());
	else
		close(arrival->fd);
	return 0;
}
