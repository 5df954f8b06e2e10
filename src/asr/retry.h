/*
 * How long a service that has refused a call asks to be left alone: a RetryInfo
 * in the details of its status.
 */
#ifndef ASR_RETRY_H
#define ASR_RETRY_H

#include <stddef.h>

/* Looks at one piece of metadata, as sv_grpc_request.metadata_in has it: sets
 * *ms when it tells. */
void retry_take(int *ms, const char *name, const char *value, size_t len);

#endif
