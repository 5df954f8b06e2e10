/* spoken: the lines of a transcript, from the events of its call */
#include <stdlib.h>
#include <string.h>

#include "lib/notation.h"

#include "src/report/gather.h"

/* what is interrupted was said a moment ago */
enum { RECENT = 256 };

static struct line *add(struct store *store, const struct call *call, int64_t t)
{
	struct line *line;

	store->lines = store_add(store->lines, &store->n_lines,
	                         &store->cap_lines, sizeof *store->lines);
	line = &store->lines[store->n_lines - 1];
	line->call = (uint32_t)(call - store->calls);
	line->t = t;
	line->order = store->n_lines;
	return line;
}

static void on_final(struct store *store, const struct call *call,
                     struct event *event)
{
	const char *text = event_text(store, event, "text");
	const char *who = event_text(store, event, "speaker");
	struct line *line;

	if (!text)
		return;
	line = add(store, call, event_count(event, "start_ms", event->t));
	line->who = who ? who : "customer";
	line->text = text;
}

/* what is to be said, without what the notation of texts adds to it */
static const char *plain_text(struct store *store, struct event *event)
{
	const char *text = event_text(store, event, "text");
	char *plain;

	if (!text || !strpbrk(text, "[*+\xcc"))
		return text;
	plain = sv_plain(text);
	text = *plain ? store_text(store, (struct span){ plain, strlen(plain) })
	              : "";
	free(plain);
	return text;
}

/* note keeps the id of the say until its line is known to be heard whole */
static void on_say(struct store *store, const struct call *call,
                   struct event *event)
{
	struct line *line = add(store, call, event->t);

	line->who = "assistant";
	line->text = plain_text(store, event);
	line->note = event_text(store, event, "say");
}

/* the line that a tts event speaks of, or NULL */
static struct line *said(struct store *store, const struct call *call,
                         struct event *event)
{
	const char *say = event_text(store, event, "say");
	uint32_t number = (uint32_t)(call - store->calls);
	size_t back = store->n_lines > RECENT ? store->n_lines - RECENT : 0;

	for (size_t i = store->n_lines; say && i > back; i--) {
		struct line *line = &store->lines[i - 1];

		/* texts are kept once: the same text is the same pointer */
		if (line->call == number && line->note == say)
			return line;
	}
	return NULL;
}

static void on_interrupted(struct store *store, const struct call *call,
                           struct event *event)
{
	struct line *line = said(store, call, event);
	const char *heard = event_text(store, event, "heard");

	if (!line)
		return;
	line->text = heard ? heard : "";
	line->who = "interrupted";
}

static void on_key(struct store *store, const struct call *call,
                   struct event *event)
{
	struct line *line = add(store, call, event->t);

	line->who = "key";
	line->text = event_text(store, event, "digit");
}

static void on_tool(struct store *store, const struct call *call,
                    struct event *event)
{
	struct line *line = add(store, call, event->t);

	line->who = "tool";
	line->text = event_text(store, event, "tool");
}

static void on_handoff(struct store *store, const struct call *call,
                       struct event *event)
{
	struct line *line = add(store, call, event->t);

	line->who = "handoff";
	line->text = event_text(store, event, "target");
	if (!line->text)
		line->text = event_text(store, event, "reason");
}

static void on_error(struct store *store, const struct call *call,
                     struct event *event)
{
	struct line *line = add(store, call, event->t);

	line->who = "error";
	line->text = event_text(store, event, "reason");
}

static const struct {
	const char *type;
	void (*take)(struct store *store, const struct call *call,
	             struct event *event);
} types[] = {
	{ "asr.final", on_final },
	{ "dialog.say", on_say },
	{ "tts.interrupted", on_interrupted },
	{ "dtmf", on_key },
	{ "tool.call", on_tool },
	{ "dialog.handoff", on_handoff },
	{ "engine.failover", on_error },
	{ "error", on_error },
};

void spoken(struct store *store, const struct call *call, struct event *event)
{
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		if (span_is(event->type, types[i].type))
			types[i].take(store, call, event);
	}
}
