/* One request, from its head to its answer: what libmicrohttpd calls. */
#ifndef CRM_LISTEN_REQUEST_H
#define CRM_LISTEN_REQUEST_H

#include "src/crm/listen_mhd.h"
#include "src/crm/listen_web.h"

/* what a server's requests share; lent to each */
struct request_context {
	const struct mhd *mhd;
	struct web_setup setup;
	bool ending; /* no further request on a connection */
};

/* a call of MHD_AccessHandlerCallback */
struct request_call {
	struct MHD_Connection *connection;
	const char *url, *method;
	const char *data; /* the next piece of the body */
	size_t *len;      /* of it; 0 when it was taken */
	void **kept;      /* for request_free() */
};

enum MHD_Result request_handle(const struct request_context *context,
                               const struct request_call *call);

/* frees what a request has kept */
void request_free(void *kept);

#endif
