/* mind.c: the models of a process */
#include <stdlib.h>

#include "lib/alloc.h"
#include "lib/clock.h"

#include "src/dialog/thinking.h"

enum { WARM_MS = 2000 };

int mind_open(struct mind **made, const struct sv_list *engines,
              const struct sv_list *settings)
{
	struct mind *mind = sv_alloc(sizeof *mind);
	struct sv_chat_setup setup = { .engines = engines,
		                       .settings = settings };
	int rc;

	mind->loop = sv_loop_new();
	setup.loop = mind->loop;
	rc = sv_chat_new(&mind->chat, &setup);
	*made = mind;
	return rc;
}

void mind_close(struct mind *mind)
{
	if (!mind)
		return;
	sv_chat_free(mind->chat);
	sv_loop_free(mind->loop);
	free(mind);
}

struct sv_loop *mind_loop(struct mind *mind)
{
	return mind->loop;
}

int mind_code(const struct mind *mind)
{
	return mind->code;
}

static int warm(void *arg)
{
	struct mind *mind = arg;

	sv_chat_warm(mind->chat);
	sv_loop_arm(mind->loop, &mind->warm, sv_now_ms() + WARM_MS);
	return 0;
}

void mind_warm(struct mind *mind)
{
	mind->warm.fire = warm;
	mind->warm.arg = mind;
	warm(mind);
}
