/* What the parts of the server share: listen_web.c and listen_peer.c. */
#ifndef CRM_LISTEN_WEB_INSIDE_H
#define CRM_LISTEN_WEB_INSIDE_H

#include <stdint.h>

#include "src/crm/listen_door.h"
#include "src/crm/listen_request.h"

struct peer {
	struct web *web;
	int fd;           /* libmicrohttpd's */
	int64_t since_ms; /* it has been owing us a request for so long */
	bool asked;       /* one was answered, and no other begun */
	bool let_go;
	struct peer *next;
};

struct web {
	struct request_context context;
	struct MHD_Daemon *daemon;
	struct sv_loop *loop;
	struct sv_timer look; /* at the peers, and at what it holds back */
	struct peer *peers;
	int n, poll_fd;
	int doors[DOOR_SOCKETS];
	size_t n_doors;
	bool shut; /* nobody is let in for now */
	int64_t shut_until_ms, said_ms;
	int64_t end_ms;
	int (*done)(void *arg);
	void *done_arg;
};

/* --- listen_peer.c: who is there --- */

/* as MHD_NotifyConnectionCallback; arg is the web */
void peer_notify(void *arg, struct MHD_Connection *connection, void **kept,
                 enum MHD_ConnectionNotificationCode what);
/* as MHD_RequestCompletedCallback */
void peer_answered(void *arg, struct MHD_Connection *connection, void **kept,
                   enum MHD_RequestTerminationCode how);
/* as MHD_AccessHandlerCallback */
enum MHD_Result peer_asks(void *arg, struct MHD_Connection *connection,
                          const char *url, const char *method,
                          const char *version, const char *data, size_t *len,
                          void **kept);

/* Lets go of those whose time is over. */
void peers_look(struct web *web);

#endif
