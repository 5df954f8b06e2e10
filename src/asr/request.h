/*
 * What a call's sv-asr asks of the server: its settings and what its
 * environment says of the call, one JSON object. See message.h for the rest of
 * what they say to each other.
 */
#ifndef ASR_REQUEST_H
#define ASR_REQUEST_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/event.h"
#include "lib/log.h"

#include "src/asr/config.h"

enum { REQUEST_MAX = 65536 };

struct request {
	json_t *json; /* all of it; what is below is lent by it */
	struct asr_config config;
	char call[SV_CALL_MAX + 1];
	const char *model; /* an absolute path, or NULL: any of the language */
	json_t *variables; /* of the environment */
	enum sv_level level;
	bool log_json;
	int64_t memory; /* bytes of address space, 0 for no limit */
};

/* Sends one: config's settings and this process's environment. 0,
 * EX_UNAVAILABLE. */
int request_send(int socket, const struct asr_config *config, const char *call);

/* One recv(2): 0 and the request for request_release(), EX_DATAERR when it is
 * none. */
int request_take(int socket, struct request *request);
void request_release(struct request *request);

#endif
