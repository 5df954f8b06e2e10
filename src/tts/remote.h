/*
 * What engines that speak by gRPC share: a request, the answers to which are
 * sound, over a connection that is kept. It has a loop of its own, see
 * engine.h.
 */
#ifndef TTS_REMOTE_H
#define TTS_REMOTE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/grpc.h"
#include "lib/loop.h"
#include "lib/service.h"

#include "src/tts/sound.h"

struct tts_request;

struct tts_remote {
	struct sv_service service;
	char *place;
	struct sv_loop *loop;
	struct sv_grpc *channel; /* NULL until it is needed */

	/* the request going on */
	const struct tts_request *request;
	struct sv_grpc_call *call;
	int rc;
	int retry_ms; /* as the service asks when it refuses; or 0 */
	bool done;
};

/* a request; all lent */
struct tts_request {
	const char *path;
	const char *const *metadata;
	const void *message;
	size_t len;
	/* an answer, as struct sv_grpc_request's */
	int (*answer)(void *arg, const void *data, size_t len);
	void *arg;
};

/* As sv_service_init(): reads settings, asks nobody. For release(). */
int tts_remote_init(struct tts_remote *remote, const char *engine,
                    const struct sv_list *settings, const char *usual);
void tts_remote_release(struct tts_remote *remote);

/* as struct tts_engine has them */
void tts_remote_warm(struct tts_remote *remote);
bool tts_remote_ready(const struct tts_remote *remote);
void tts_remote_tend(struct tts_remote *remote);

/* Asks, and waits for the last answer. 0; what the sound wants us to stop
 * with, the request broken off; or a code. */
int tts_remote_ask(struct tts_remote *remote, const struct tts_request *request,
                   struct tts_sound *sound);

#endif
