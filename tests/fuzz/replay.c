/*
 * fuzz: no past call, however garbled, and no answers to it make a run fall or
 * go on for ever. Lines up to one of "%%" are the call; those behind it are
 * what the dialog answers, one at each step.
 * uses: src/replay/account.c src/replay/difference.c src/replay/past.c src/replay/past_says.c src/replay/spoken.c src/replay/rewrite.c src/replay/run.c src/replay/run_take.c src/replay/voice.c
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"

#include "src/replay/difference.h"
#include "src/replay/run.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

/* as lib/events.c makes one of a line; NULL for what it would refuse */
static struct sv_event *read_event(char *line, struct sv_event *event)
{
	json_t *t;

	event->json = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
	event->type = json_string_value(json_object_get(event->json, "type"));
	event->call = "";
	event->line = line;
	event->len = strlen(line);
	if (!event->type) {
		json_decref(event->json);
		return NULL;
	}
	t = json_object_get(event->json, "t");
	event->t = json_integer_value(t);
	if (event->t < 0 || event->t > SV_EVENT_NUMBER_MAX)
		event->t = 0;
	return event;
}

static void answer(struct run *run, char **lines)
{
	struct sv_event event;
	char *line = strsep(lines, "\n");

	if (!line || !read_event(line, &event))
		return;
	/* the dialog answers for now, and later */
	event.t = run->t;
	run_take(run, &event);
	json_decref(event.json);
}

static void run_again(const struct past *past, char *answers)
{
	struct difference difference;
	struct sv_buf to;
	struct run run;
	int steps = 0;

	sv_buf_init(&to, 64 << 20);
	run_init(&run, past);
	if (past->live) {
		while (!run.done && steps++ < 100000 && !run_step(&run, &to)) {
			answer(&run, &answers);
			sv_buf_cut(&to, 0);
		}
		if (!run.done)
			abort();
	} else {
		run_whole(&run, &to);
		while (answers)
			answer(&run, &answers);
	}
	difference_make(&difference, &past->account, &run.account,
	                !past->has_end);
	difference_release(&difference);
	run_release(&run);
	sv_buf_release(&to);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	char *text = sv_strndup((const char *)data, size);
	char *answers = strstr(text, "\n%%\n");
	char *rest = text, *line;
	struct past *past = past_new("fuzz");
	struct sv_event event;

	if (answers) {
		*answers = '\0';
		answers += 4;
	}
	while ((line = strsep(&rest, "\n"))) {
		if (!read_event(line, &event))
			continue;
		past_take(past, &event);
		json_decref(event.json);
	}
	past_done(past);
	if (past_tells(past))
		run_again(past, answers);
	past_free(past);
	free(text);
	return 0;
}
