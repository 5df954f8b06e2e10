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

/* 0, EX_USAGE, or -1 when what is no URL any more but COMMAND */
static int parse(const char *what, struct origin *origin)
{
	int rc;

	origin->transport = transport_for(what);
	if (origin->transport) {
		rc = url_parse(what, origin->transport->settings, &origin->url);
		if (!rc && origin->transport->check)
			rc = origin->transport->check(&origin->url);
		return rc;
	}
	if (!strstr(what, "://"))
		return -1;
	return sv_fail(EX_USAGE, "%s: no such transport; see --transports",
	               what);
}

int origins_parse(char *const what[], struct origin *origins, size_t *n)
{
	int rc = 0;

	for (*n = 0; what[*n] && !rc; *n += rc >= 0)
		rc = parse(what[*n], &origins[*n]);
	if (rc > 0)
		return rc;
	if (!what[*n])
		return sv_fail(EX_USAGE,
		               "no COMMAND to run for each call; put it "
		               "behind the URLs and --");
	for (size_t i = 0; *n > 1 && i < *n; i++) {
		if (!origins[i].transport->socket_type)
			return sv_fail(EX_USAGE, "%s cannot be one of several",
			               origins[i].url.text);
	}
	return 0;
}

void origins_release(struct origin *origins, size_t n)
{
	for (size_t i = 0; i < n; i++)
		url_release(&origins[i].url);
}
