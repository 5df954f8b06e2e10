/*
 * The way to a service, put onto a curl handle; and, when it led nowhere, why,
 * in our words. For http.c and for who lets libcurl do no more than connect.
 */
#ifndef SV_REACH_H
#define SV_REACH_H

#include "lib/curl.h"
#include "lib/service.h"

/* Certificates (always verified), proxy, time to connect, TCP's options. Not
 * the URL. No proxy of the environment for addresses of this machine. curl
 * keeps copies. */
void sv_reach(CURL *easy, const struct sv_service *service);

/* Says why a transfer or a connection failed, and gives its exit code: see
 * struct sv_http_answer. error is CURLOPT_ERRORBUFFER's, or NULL. */
int sv_reach_failed(CURL *easy, CURLcode code, const char *error,
                    const struct sv_service *service);

#endif
