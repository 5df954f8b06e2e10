/*
 * fuzz: the details of a status, whatever they are, ask for a time there can be
 */
#include "lib/grpc_retry.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	int ms = 0;

	sv_grpc_retry(&ms, "grpc-status-details-bin", (const char *)data, size);
	if (ms < 0 || ms > 3600000)
		abort();
	return 0;
}
