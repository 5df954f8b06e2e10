/* listen_peer: who is connected, and who is let go */
#include <stdlib.h>
#include <sys/socket.h>

#include "lib/alloc.h"
#include "lib/clock.h"

#include "src/crm/listen_web_inside.h"

static void *context_of(struct web *web, struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		web->context.mhd->get_connection_info(
			connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info ? info->socket_context : NULL;
}

static void peer_comes(struct web *web, struct MHD_Connection *connection,
                       void **kept)
{
	const union MHD_ConnectionInfo *info =
		web->context.mhd->get_connection_info(
			connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct peer *peer = sv_alloc(sizeof *peer);

	*peer = (struct peer){ .web = web,
		               .fd = info ? info->connect_fd : -1,
		               .since_ms = sv_now_ms(),
		               .next = web->peers };
	web->peers = peer;
	web->n++;
	*kept = peer;
}

static void peer_goes(struct web *web, struct peer *peer)
{
	struct peer **at = &web->peers;

	while (*at && *at != peer)
		at = &(*at)->next;
	if (!*at)
		return;
	*at = peer->next;
	web->n--;
	free(peer);
}

void peer_notify(void *arg, struct MHD_Connection *connection, void **kept,
                 enum MHD_ConnectionNotificationCode what)
{
	struct web *web = arg;

	if (what == MHD_CONNECTION_NOTIFY_STARTED)
		peer_comes(web, connection, kept);
	else
		peer_goes(web, *kept);
}

void peer_answered(void *arg, struct MHD_Connection *connection, void **kept,
                   enum MHD_RequestTerminationCode how)
{
	struct web *web = arg;
	struct peer *peer = context_of(web, connection);

	(void)how;
	if (peer) {
		peer->since_ms = sv_now_ms();
		peer->asked = true;
	}
	request_free(*kept);
	*kept = NULL;
}

/* libmicrohttpd says how it is called:
 * NOLINTBEGIN(readability-function-size, readability-non-const-parameter) */
enum MHD_Result peer_asks(void *arg, struct MHD_Connection *connection,
                          const char *url, const char *method,
                          const char *version, const char *data, size_t *len,
                          void **kept)
{
	const struct request_call call = { connection, url, method,
		                           data,       len, kept };
	struct web *web = arg;
	struct peer *peer = context_of(web, connection);

	(void)version;
	if (peer)
		peer->asked = false;
	return request_handle(&web->context, &call);
}

/* NOLINTEND(readability-function-size, readability-non-const-parameter) */

/* libmicrohttpd sees the end of the connection, and frees it. */
static void let_go(struct peer *peer)
{
	if (!peer->let_go)
		shutdown(peer->fd, SHUT_RDWR);
	peer->let_go = true;
}

void peers_look(struct web *web)
{
	int64_t now = sv_now_ms();

	for (struct peer *peer = web->peers; peer; peer = peer->next) {
		int64_t owing = now - peer->since_ms;

		if (owing >= web->context.setup.patience_ms ||
		    (web->end_ms && (peer->asked || now >= web->end_ms)))
			let_go(peer);
	}
}
