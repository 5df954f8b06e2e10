/* crew_words.c: what the two processes say */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/clock.h"

#include "src/crm/crew_inside.h"

void crew_let_go_on(struct crew *crew)
{
	if (!crew->waiting)
		return;
	crew->waiting = false;
	crew->options.room(crew->options.arg);
}

static void got_safe(struct crew *crew, size_t len)
{
	handover_safe(&crew->events, len);
	crew->keeper.deaths = 0;
	crew->heard_ms = sv_now_ms();
	if (handover_waiting(&crew->events) < SLOW_BYTES / 2)
		crew_let_go_on(crew);
}

/* one byte is as good as many: a full pipe needs no more */
static void poke(struct crew *crew)
{
	if (crew->sender.in >= 0 && write(crew->sender.in, "q", 1) < 0)
		return;
}

/* What a process that was killed left half written is no line. */
static void pass_on(struct crew *crew, const char *line, size_t len)
{
	json_t *event = json_loadb(line, len, 0, NULL);

	if (event)
		crew->options.tell(crew->options.arg, line, len);
	json_decref(event);
}

static void hear_word(struct crew *crew, const char *line, size_t len)
{
	if (*line == '{') {
		pass_on(crew, line, len);
	} else if (!strncmp(line, "safe ", 5)) {
		got_safe(crew, strtoul(line + 5, NULL, 10));
	} else if (!strncmp(line, "why ", 4)) {
		free(crew->why);
		crew->why = sv_strndup(line + 4, len - 5);
	} else if (!strncmp(line, "queued\n", len)) {
		poke(crew);
	} else if (!strncmp(line, "away\n", len)) {
		crew->away = true;
		crew_let_go_on(crew);
		crew_step(crew);
	} else if (!strncmp(line, "ready\n", len)) {
		crew->away = false;
		crew_start_sender(crew);
	}
}

/* all that is in the pipe now */
void crew_hear(struct crew *crew)
{
	char block[8192];
	ssize_t n;

	while ((n = read(crew->words[0], block, sizeof block)) > 0) {
		char *newline;
		size_t from = 0;

		sv_buf_add(&crew->heard, block, (size_t)n);
		while ((newline = memchr(crew->heard.data + from, '\n',
		                         crew->heard.len - from))) {
			size_t next = (size_t)(newline - crew->heard.data) + 1;

			hear_word(crew, crew->heard.data + from, next - from);
			from = next;
		}
		sv_buf_drop(&crew->heard, from);
	}
}

int crew_on_words(void *arg, short revents)
{
	(void)revents;
	crew_hear(arg);
	return 0;
}
