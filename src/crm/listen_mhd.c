/* listen_mhd: libmicrohttpd's functions, found when first asked for */
#include "src/crm/listen_mhd.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "lib/fail.h"

#define LIBRARY "libmicrohttpd.so.12"
#define IN(member) offsetof(struct mhd, member)

static const struct {
	const char *name;
	size_t offset;
} functions[] = {
	{ "MHD_start_daemon", IN(start_daemon) },
	{ "MHD_stop_daemon", IN(stop_daemon) },
	{ "MHD_get_daemon_info", IN(get_daemon_info) },
	{ "MHD_add_connection", IN(add_connection) },
	{ "MHD_run", IN(run) },
	{ "MHD_get_timeout", IN(get_timeout) },
	{ "MHD_get_connection_info", IN(get_connection_info) },
	{ "MHD_lookup_connection_value", IN(lookup_connection_value) },
	{ "MHD_create_response_from_buffer", IN(create_response_from_buffer) },
	{ "MHD_add_response_header", IN(add_response_header) },
	{ "MHD_queue_response", IN(queue_response) },
	{ "MHD_destroy_response", IN(destroy_response) },
};

/* loaded once and for good: GnuTLS is not to be unloaded */
static struct mhd mhd;
static bool ready;

const struct mhd *mhd_load(void)
{
	if (ready)
		return &mhd;
	if (!mhd.library)
		mhd.library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	if (!mhd.library) {
		sv_fail(EX_UNAVAILABLE, "%s; install libmicrohttpd12",
		        dlerror());
		return NULL;
	}
	for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
		void *found = dlsym(mhd.library, functions[i].name);

		if (!found) {
			sv_fail(EX_UNAVAILABLE, LIBRARY " has no %s",
			        functions[i].name);
			return NULL;
		}
		/* a function pointer by its bytes, as POSIX has it */
		memcpy((char *)&mhd + functions[i].offset, &found,
		       sizeof found);
	}
	ready = true;
	return &mhd;
}
