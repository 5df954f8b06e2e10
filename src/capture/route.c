/* route.c: which events go where */
#include "src/capture/route.h"

#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/fail.h"

static const struct {
	const char *type;
	bool dialog, asr;
} stages[] = {
	{ "tts.start", true, true },       { "tts.end", true, true },
	{ "tts.interrupted", true, true }, { "tts.pause", true, true },
	{ "tts.resume", true, true },      { "tts.cancel", true, false },
	{ "asr.expect", false, true },
};

void route_open(struct route *route, int fd)
{
	sv_buf_init(&route->held, LINES_MAX);
	if (fd < 0)
		return;
	route->events = sv_events_new(fd, "the pipeline");
	sv_events_on_bad(route->events, route->bad, route->arg);
}

void route_close(struct route *route)
{
	route_release(route);
	sv_events_free(route->events);
	route->events = NULL;
	sv_buf_release(&route->held);
}

int route_put(struct route *route, const char *line, size_t len)
{
	if (!route->turn)
		return lines_put(route->stream, line, len);
	if (sv_buf_add(&route->held, line, len) ||
	    route->held.len > ROUTE_HELD_MAX)
		route_release(route);
	return 0;
}

/* --- the wire's part of a turn --- */

static void hold_turn(struct route *route, const struct sv_event *event)
{
	route_release(route); /* one before it, whose answer never left */
	route->turn = json_incref(event->json);
	route->turn_us = sv_now_us();
	route->turn_place = route->place(route->arg);
	route->passed_us = 0;
}

static void add_part(json_t *turn, const char *name, int64_t ms)
{
	json_t *parts = json_object_get(turn, "parts");
	json_t *total = json_object_get(turn, "total_ms");

	if (!json_is_object(parts) || !json_is_integer(total) ||
	    json_object_get(parts, name))
		return;
	json_object_set_new(parts, name, json_integer(ms));
	json_object_set_new(turn, "total_ms",
	                    json_integer(json_integer_value(total) + ms));
}

/* The stages count what they do, not how long sound and events lay in a pipe
 * before that. On the call's clock it shows: the caller has waited since the
 * end of the speech that the last asr.final is about. */
static void add_behind(const struct route *route)
{
	const json_t *parts = json_object_get(route->turn, "parts");
	const json_t *endpoint = json_object_get(parts, "endpoint");
	const json_t *total = json_object_get(route->turn, "total_ms");
	int64_t waited_ms;

	if (!route->now_ms || !route->final_ms || !json_is_integer(endpoint))
		return;
	waited_ms = route->now_ms(route->arg) - route->final_ms +
	            json_integer_value(endpoint);
	if (waited_ms > json_integer_value(total))
		add_part(route->turn, "behind",
		         waited_ms - json_integer_value(total));
}

void route_release(struct route *route)
{
	const size_t flags = JSON_COMPACT | JSON_REAL_PRECISION(12);
	char *line;

	if (!route->turn)
		return;
	line = json_dumps(route->turn, flags);
	if (line) {
		lines_put(route->stream, line, strlen(line));
		lines_put(route->stream, "\n", 1);
	}
	free(line);
	json_decref(route->turn);
	route->turn = NULL;
	lines_put(route->stream, sv_buf_str(&route->held), route->held.len);
	sv_buf_release(&route->held);
}

/* The answer's first sample is the first at its place or after it that can be
 * heard: silence goes before it. */
void route_sent(struct route *route, int64_t place, bool silence,
                int64_t now_us)
{
	bool late;

	if (!route->turn)
		return;
	late = now_us - route->turn_us > ROUTE_TURN_MS * INT64_C(1000);
	if (place > route->turn_place && !route->passed_us)
		route->passed_us = now_us;
	if (!route->passed_us && !late)
		return;
	if (silence && !late)
		return;
	if (silence && route->passed_us)
		now_us = route->passed_us;
	add_part(route->turn, "wire", (now_us - route->turn_us + 500) / 1000);
	add_behind(route);
	route_release(route);
}

/* --- the rest --- */

static void copy(struct route *route, const struct sv_event *event)
{
	size_t i = 0;

	while (i < sizeof stages / sizeof *stages &&
	       strcmp(stages[i].type, event->type) != 0)
		i++;
	if (i == sizeof stages / sizeof *stages)
		return;
	if (stages[i].dialog)
		lines_put(route->dialog, event->line, event->len);
	if (stages[i].asr)
		lines_put(route->asr, event->line, event->len);
}

/* A script need not know of the common fields: in the stream, which holds many
 * calls, its events have them. */
static void put(struct route *route, const struct sv_event *event)
{
	char *line = NULL;

	if (!*event->call && route->now_ms)
		line = sv_event_line(route->call, route->now_ms(route->arg),
		                     event->type, json_incref(event->json));
	if (line)
		route_put(route, line, strlen(line));
	else
		route_put(route, event->line, event->len);
	free(line);
}

static void pass(struct route *route, const struct sv_event *event)
{
	bool own = !*event->call || !strcmp(event->call, route->call);

	route->any = true;
	if (own && !strcmp(event->type, "asr.final"))
		route->final_ms = event->t;
	if (own && !strcmp(event->type, "turn"))
		hold_turn(route, event);
	else
		put(route, event);
	copy(route, event);
	if (own)
		route->obey(route->arg, event);
}

bool route_read(struct route *route)
{
	struct sv_event event;
	int left = ROUTE_LINES, more = 1, got = 1;

	if (!route->events)
		return false;
	if (!route->more)
		more = sv_events_fill(route->events);
	while (left-- && (got = sv_events_pop(route->events, &event)) > 0)
		if (got == 1)
			pass(route, &event);
	route->more = got > 0;
	if (got > 0 || (more > 0 && !got))
		return true;
	sv_events_free(route->events);
	route->events = NULL;
	return false;
}
