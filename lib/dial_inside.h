/* What the parts of dial.h share. */
#ifndef SV_DIAL_INSIDE_H
#define SV_DIAL_INSIDE_H

#include "lib/buf.h"
#include "lib/curl.h"
#include "lib/dial.h"

struct sv_dial {
	struct sv_loop *loop;
	struct sv_dial_setup setup;
	CURLM *multi;
	CURL *easy;
	curl_socket_t fd;      /* once it stands */
	struct sv_timer timer; /* libcurl's; later, of what was left unread */
	/* A TLS record that did not fit must be offered again from the same
	 * place, so it stays here. */
	struct sv_buf late;
	short watched;
	bool up, lost;
	bool has_early; /* a byte that came while we looked at the TLS */
	char early;
	bool proxy_next; /* the next TLS is a proxy's */
	char why[CURL_ERROR_SIZE], alert[CURL_ERROR_SIZE];
	int code; /* it was lost with */
};

/* --- dial.c --- */

/* has the loop watch it, for what it waits for */
void dial_watch(struct sv_dial *dial);

/* --- dial_loop.c --- */

/* has the loop drive libcurl until there is a connection, or none */
void dial_drive(struct sv_dial *dial);

/* --- dial_connect.c --- */

void dial_set_options(struct sv_dial *dial);

/* libcurl is done: the last thing a handler does */
void dial_done(struct sv_dial *dial, CURLcode result);

#endif
