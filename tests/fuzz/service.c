/* service: an address is refused, or its parts are what was written */
#include "lib/service.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *url = sv_strndup((const char *)data, size);
	char *pair = sv_format("url=%s", url);
	struct sv_list list = { 0 };
	struct sv_service service;

	sv_pair(pair, &list);
	if (!sv_service_init(&service, "x", &list, NULL)) {
		char *place = sv_service_place(&service);
		char *colon = strrchr(place, ':');

		assert(colon && colon > place && colon[1]);
		assert(strspn(colon + 1, "0123456789") == strlen(colon + 1));
		assert(!strpbrk(place, "/?#@ \\"));
		assert(strlen(service.url) <= strlen(url));
		assert(service.url[strlen(service.url) - 1] != '/');
		sv_service_tls(&service);
		free(place);
		sv_service_release(&service);
	}
	free(list.items);
	free(pair);
	free(url);
	return 0;
}
