/*
 * How a client asks for a WebSocket, and whether the answer is one (RFC 6455,
 * 4.1). Nothing here reads or writes. For a server: sv_ws_prove().
 */
#ifndef SV_WS_UPGRADE_H
#define SV_WS_UPGRADE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/buf.h"
#include "lib/service.h"

enum { SV_WS_KEY_LEN = 24, SV_WS_PROOF_LEN = 28 };

/* a new key, by chance */
void sv_ws_key(char key[SV_WS_KEY_LEN + 1]);

/* what a server shows to have understood that key (RFC 6455, 4.2.2) */
void sv_ws_prove(const char *key, char proof[SV_WS_PROOF_LEN + 1]);

/* Adds the request for path behind the service's URL. headers are ended by
 * NULL, or NULL; so may secret be. 0, EX_CONFIG for a header that cannot be
 * sent, EX_DATAERR when there is no room for all. */
int sv_ws_ask(struct sv_buf *out, const struct sv_service *service,
              const char *path, const char key[SV_WS_KEY_LEN + 1]);
int sv_ws_add_header(struct sv_buf *out, const char *header);

enum sv_ws_answer {
	SV_WS_MORE,    /* it is not all there */
	SV_WS_GRANTED, /* *len bytes of it; what follows are frames */
	SV_WS_REFUSED, /* another status: see sv_ws_refused() */
	SV_WS_NONSENSE,
};

/* Looks at what has come. protocol: one was asked for, and may be named. */
enum sv_ws_answer sv_ws_look(const char *data, size_t n, const char *key,
                             bool protocol, size_t *len);

/* Whether all of a refusal is there that tells why. */
bool sv_ws_refused_whole(const char *data, size_t n);

/* Records the sentence for a refusal; its exit code, as http.h has them. */
int sv_ws_refused(const struct sv_service *service, const char *data, size_t n);

#endif
