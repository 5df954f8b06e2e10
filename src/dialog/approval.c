/* approval.c: a person is asked, by way of a file */
#include "src/dialog/approval.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/io.h"
#include "lib/ulid.h"

enum { LOOK_MS = 100 };

struct approval {
	struct sv_loop *loop;
	char *base; /* the files' path, without their endings */
	void (*done)(void *arg, enum approved approved);
	void *arg;
	struct sv_timer timer;
	int64_t until_ms;
};

static bool there(const struct approval *approval, const char *ending)
{
	char *path = sv_format("%s.%s", approval->base, ending);
	bool is = !access(path, F_OK);

	free(path);
	return is;
}

static void drop(const struct approval *approval, const char *ending)
{
	char *path = sv_format("%s.%s", approval->base, ending);

	unlink(path);
	free(path);
}

void approval_cancel(struct approval *approval)
{
	if (!approval)
		return;
	drop(approval, "ask");
	drop(approval, "yes");
	drop(approval, "no");
	sv_loop_disarm(approval->loop, &approval->timer);
	free(approval->base);
	free(approval);
}

static void end(struct approval *approval, enum approved approved)
{
	void (*done)(void *arg, enum approved approved) = approval->done;
	void *arg = approval->arg;

	approval_cancel(approval);
	done(arg, approved);
}

static int look(void *arg)
{
	struct approval *approval = arg;

	if (there(approval, "no"))
		end(approval, APPROVAL_DENIED);
	else if (there(approval, "yes"))
		end(approval, APPROVED);
	else if (sv_now_ms() >= approval->until_ms)
		end(approval, APPROVAL_LATE);
	else
		sv_loop_arm(approval->loop, &approval->timer,
		            sv_now_ms() + LOOK_MS);
	return 0;
}

/* the folder, made if need be; yours */
static int folder(char **path)
{
	char *run = sv_run_folder();

	*path = sv_format("%s/approvals", run);
	free(run);
	return sv_folder_make(*path);
}

static int write_question(const struct approval *approval,
                          const struct approval_order *order)
{
	char until[SV_TIME_LEN];
	char *path = sv_format("%s.ask", approval->base);
	json_t *object;
	char *text;
	int rc;

	sv_time_format(sv_wall_ms() + order->tool->approve_ms, until);
	object = json_pack("{s:s, s:s, s:O, s:s}", "call", order->call, "tool",
	                   order->tool->name, "arguments", order->arguments,
	                   "until", until);
	text = json_dumps(object, JSON_COMPACT);
	rc = sv_file_replace(path, text ? text : "{}", text ? strlen(text) : 2,
	                     0600);
	json_decref(object);
	free(text);
	free(path);
	return rc;
}

struct approval *approval_ask(struct sv_loop *loop,
                              const struct approval_order *order)
{
	struct approval *approval = sv_alloc(sizeof *approval);
	char id[SV_ULID_LEN];
	char *path;
	int rc = folder(&path);

	sv_ulid(id);
	approval->loop = loop;
	approval->base = sv_format("%s/%s", path, id);
	approval->done = order->done;
	approval->arg = order->arg;
	approval->until_ms = sv_now_ms() + order->tool->approve_ms;
	approval->timer.fire = look;
	approval->timer.arg = approval;
	free(path);
	if (!rc)
		rc = write_question(approval, order);
	if (rc) {
		approval_cancel(approval);
		return NULL;
	}
	sv_loop_arm(loop, &approval->timer, sv_now_ms() + LOOK_MS);
	return approval;
}
