/* origins: where calls come from */
#include "src/capture/origins.h"

#include <string.h>
#include <unistd.h>

#include "lib/fail.h"

bool origins_begin(const char *what)
{
	return transport_for(what) ||
	       (strstr(what, "://") && access(what, F_OK) != 0);
}

int origins_parse(char *const what[], struct origin *origins, size_t *n)
{
	const struct capture_transport *transport;
	int rc = 0;

	for (*n = 0; what[*n] && !rc; ++*n) {
		transport = transport_for(what[*n]);
		if (!transport && strstr(what[*n], "://"))
			return sv_fail(EX_USAGE,
			               "%s: no such transport; see "
			               "--transports",
			               what[*n]);
		if (!transport)
			break;
		origins[*n].transport = transport;
		rc = url_parse(what[*n], transport->settings, &origins[*n].url);
		if (!rc && transport->check)
			rc = transport->check(&origins[*n].url);
	}
	if (!rc && !what[*n])
		rc = sv_fail(EX_USAGE,
		             "no COMMAND to run for each call; put it behind "
		             "the URLs and --");
	for (size_t i = 0; !rc && *n > 1 && i < *n; i++) {
		if (!origins[i].transport->socket_type)
			rc = sv_fail(EX_USAGE, "%s cannot be one of several",
			             origins[i].url.text);
	}
	return rc;
}

void origins_release(struct origin *origins, size_t n)
{
	for (size_t i = 0; i < n; i++)
		url_release(&origins[i].url);
}
