/* remote.c: sound that is asked for by gRPC */
#include "src/tts/remote.h"

#include <stdlib.h>

#include "lib/fail.h"
#include "lib/grpc_retry.h"
#include "lib/log.h"

int tts_remote_init(struct tts_remote *remote, const char *engine,
                    const struct sv_list *settings, const char *usual)
{
	int rc;

	*remote = (struct tts_remote){ 0 };
	rc = sv_service_init(&remote->service, engine, settings, usual);
	if (rc)
		return rc;
	remote->place = sv_service_place(&remote->service);
	remote->loop = sv_loop_new();
	return 0;
}

void tts_remote_release(struct tts_remote *remote)
{
	sv_grpc_free(remote->channel);
	sv_loop_free(remote->loop);
	sv_service_release(&remote->service);
	free(remote->place);
}

/* libcurl is loaded here, not when the program starts */
static int connect(struct tts_remote *remote)
{
	if (remote->channel)
		return 0;
	return sv_grpc_new(&remote->channel, remote->loop, &remote->service);
}

void tts_remote_warm(struct tts_remote *remote)
{
	if (connect(remote))
		sv_info("%s", sv_why());
	else
		sv_grpc_warm(remote->channel);
}

bool tts_remote_ready(const struct tts_remote *remote)
{
	return remote->channel && sv_grpc_ready(remote->channel);
}

void tts_remote_tend(struct tts_remote *remote)
{
	if (remote->channel)
		sv_loop_step(remote->loop, 0);
}

static int on_message(void *arg, const void *data, size_t len)
{
	struct tts_remote *remote = arg;

	return remote->request->answer(remote->request->arg, data, len);
}

static void on_metadata(void *arg, const char *name, const char *value,
                        size_t len)
{
	struct tts_remote *remote = arg;

	sv_grpc_retry(&remote->retry_ms, name, value, len);
}

static void on_done(void *arg, const struct sv_grpc_status *status)
{
	struct tts_remote *remote = arg;

	remote->call = NULL;
	remote->done = true;
	remote->rc = status->exit;
}

int tts_remote_ask(struct tts_remote *remote, const struct tts_request *request,
                   struct tts_sound *sound)
{
	/* Our budgets stop it; that the service knows them, too, is no use:
	 * they are not one time for all. */
	struct sv_grpc_request call = { .path = request->path,
		                        .metadata = request->metadata,
		                        .metadata_in = on_metadata,
		                        .message = on_message,
		                        .done = on_done,
		                        .arg = remote };
	int rc = connect(remote);

	remote->retry_ms = 0;
	if (rc)
		return rc;
	tts_remote_tend(remote); /* a connection that was closed meanwhile */
	remote->request = request;
	remote->done = false;
	remote->rc = 0;
	remote->call = sv_grpc_start(remote->channel, &call);
	sv_grpc_send(remote->call, request->message, request->len);
	sv_grpc_end(remote->call);
	rc = tts_sound_wait(sound, remote->loop, &remote->done);
	if (remote->call) {
		sv_grpc_cancel(remote->call);
		remote->call = NULL;
		tts_remote_tend(remote);
	}
	return remote->done ? remote->rc : rc;
}
