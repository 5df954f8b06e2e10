/* grpc_retry: how long a service asks to be left alone */
#include "lib/grpc_retry.h"

#include <stdint.h>
#include <string.h>

#include "lib/grpc_retry.pb-c.h"

enum { MOST_MS = 3600000 };

static void take_info(int *ms, const Retry__Any *any)
{
	Retry__RetryInfo *info = retry__retry_info__unpack(NULL, any->value.len,
	                                                   any->value.data);
	const Retry__Duration *delay = info ? info->retry_delay : NULL;

	if (delay && delay->seconds >= 0 && delay->nanos >= 0)
		*ms = delay->seconds < MOST_MS / 1000
		              ? (int)delay->seconds * 1000 +
		                        delay->nanos / 1000000
		              : MOST_MS;
	if (info)
		retry__retry_info__free_unpacked(info, NULL);
}

void sv_grpc_retry(int *ms, const char *name, const char *value, size_t len)
{
	static const char type[] = "google.rpc.RetryInfo";
	Retry__Status *status;

	if (strcmp(name, "grpc-status-details-bin") != 0)
		return;
	status = retry__status__unpack(NULL, len, (const uint8_t *)value);
	if (!status)
		return;
	for (size_t i = 0; i < status->n_details; i++) {
		const char *url = status->details[i]->type_url;
		const char *slash = strrchr(url, '/');

		if (!strcmp(slash ? slash + 1 : url, type))
			take_info(ms, status->details[i]);
	}
	retry__status__free_unpacked(status, NULL);
}
