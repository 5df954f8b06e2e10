/* speechkit_probe.c: whether SpeechKit answers */
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/loop.h"

#include "src/asr/speechkit_model.h"
#include "src/asr/speechkit_session.h"

enum {
	SILENCE_MS = 500,
	PATIENCE_MS = 10000,
};

struct probe {
	struct sv_buf *about;
	const struct asr_model *model;
	int64_t began_ms;
	bool over;
	int rc;
};

static void on_answer(void *arg, struct sk_session *session,
                      const Sk__StreamingResponse *response)
{
	(void)arg;
	(void)session;
	(void)response;
}

static void on_done(void *arg, struct sk_session *session,
                    const struct sv_grpc_status *status)
{
	struct probe *probe = arg;

	probe->over = true;
	if (status->exit)
		probe->rc = sk_fail(status, session->uuid);
	else
		sv_buf_printf(probe->about, "%s, %s", probe->model->name,
		              sk_language(probe->model->language));
}

/* a session of half a second, to its end */
static int try_session(struct probe *probe, const struct sk_opening *opening,
                       struct sv_loop *loop)
{
	struct sk_session session = {
		.answer = on_answer,
		.done = on_done,
		.arg = probe,
	};
	int64_t until_ms = probe->began_ms + PATIENCE_MS;
	int rc = sk_session_open(&session, opening);

	if (rc)
		return rc;
	sk_session_silence(&session, SILENCE_MS);
	sk_session_end(&session);
	while (!rc && !probe->over && sv_now_ms() < until_ms)
		rc = sv_loop_step(loop, (int)(until_ms - sv_now_ms()));
	if (!probe->over)
		sv_grpc_cancel(session.call);
	if (!rc && !probe->over)
		rc = sv_fail(EX_TEMPFAIL, "speechkit: no answer in %d s",
		             PATIENCE_MS / 1000);
	return rc ? rc : probe->rc;
}

int sk_probe(struct asr_model *model, struct sv_buf *about)
{
	struct probe probe = {
		.about = about,
		.model = model,
		.began_ms = sv_now_ms(),
	};
	struct sk_opening opening = {
		.model = model,
		.language = model->language,
		.rate_hz = 8000,
	};
	struct sv_loop *loop = sv_loop_new();
	int rc = sv_grpc_new(&opening.channel, loop, &model->service);

	if (!rc) {
		rc = try_session(&probe, &opening, loop);
		sv_grpc_free(opening.channel);
	}
	sv_loop_free(loop);
	return rc;
}
