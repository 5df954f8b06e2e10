/*
 * fuzz: the details of a status, whatever they are, ask for a time there can be
 *
 * uses: src/asr/retry.c src/asr/retry.proto
 */
#include <stdlib.h>

#include "src/asr/retry.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	int ms = 0;

	retry_take(&ms, "grpc-status-details-bin", (const char *)data, size);
	if (ms < 0 || ms > 3600000)
		abort();
	return 0;
}
