/*
 * What a call's end means: gRPC's codes, and what HTTP and HTTP/2 say when the
 * service itself says nothing.
 */
#ifndef SV_GRPC_STATUS_H
#define SV_GRPC_STATUS_H

#include <stddef.h>
#include <stdint.h>

#include "lib/grpc.h"

enum sv_grpc_code grpc_code_of_http(int status);

/* of the code of an RST_STREAM */
enum sv_grpc_code grpc_code_of_reset(uint32_t code);

/* the value of grpc-status; UNKNOWN when it is none */
enum sv_grpc_code grpc_code_read(const char *text, size_t len);

/* what sysexits has for it; 0 for OK */
int grpc_code_exit(enum sv_grpc_code code);

/* The value of grpc-message, decoded and mended to be UTF-8, shortened to some
 * 400 bytes; yours to free(). */
char *grpc_message_read(const char *text, size_t len);

#endif
