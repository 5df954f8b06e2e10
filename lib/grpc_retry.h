/*
 * How long a service that has refused a call asks to be left alone: a RetryInfo
 * in the details of its status.
 */
#ifndef SV_GRPC_RETRY_H
#define SV_GRPC_RETRY_H

#include <stddef.h>

/* Looks at one piece of metadata, as sv_grpc_request.metadata_in has it: sets
 * *ms when it tells. */
void sv_grpc_retry(int *ms, const char *name, const char *value, size_t len);

#endif
