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

/* as MHD_AccessHandlerCallback; arg is the context */
enum MHD_Result request_handle(void *arg, struct MHD_Connection *connection,
                               const char *url, const char *method,
                               const char *version, const char *data,
                               size_t *len, void **kept);

/* frees what a request has kept */
void request_free(void *kept);

#endif
