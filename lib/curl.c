/* curl: libcurl's functions, found when first asked for */
#include "lib/curl.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "lib/fail.h"

#define IN(member) offsetof(struct sv_curl, member)

static const struct {
	const char *name;
	size_t offset;
} functions[] = {
	{ "curl_global_init", IN(global_init) },
	{ "curl_easy_init", IN(easy_init) },
	{ "curl_easy_setopt", IN(easy_setopt) },
	{ "curl_easy_getinfo", IN(easy_getinfo) },
	{ "curl_easy_cleanup", IN(easy_cleanup) },
	{ "curl_easy_pause", IN(easy_pause) },
	{ "curl_easy_recv", IN(easy_recv) },
	{ "curl_easy_send", IN(easy_send) },
	{ "curl_easy_strerror", IN(easy_strerror) },
	{ "curl_multi_init", IN(multi_init) },
	{ "curl_multi_setopt", IN(multi_setopt) },
	{ "curl_multi_add_handle", IN(multi_add_handle) },
	{ "curl_multi_remove_handle", IN(multi_remove_handle) },
	{ "curl_multi_socket_action", IN(multi_socket_action) },
	{ "curl_multi_info_read", IN(multi_info_read) },
	{ "curl_multi_assign", IN(multi_assign) },
	{ "curl_multi_cleanup", IN(multi_cleanup) },
	{ "curl_slist_append", IN(slist_append) },
	{ "curl_slist_free_all", IN(slist_free_all) },
	/* dlsym() looks through what the library has brought with it, too */
	{ "SSL_CTX_set_alpn_protos", IN(ssl_set_alpn) },
	{ "SSL_get0_alpn_selected", IN(ssl_get_alpn) },
};

/* Loaded once and for good: OpenSSL cannot be unloaded safely. */
static struct sv_curl curl;
static bool ready;

/* A data pointer becomes a function pointer by its bytes, as POSIX has it. */
static int find_functions(void)
{
	for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
		void *found = dlsym(curl.library, functions[i].name);

		if (!found)
			return sv_fail(EX_UNAVAILABLE,
			               "libcurl.so.4 has no %s: it must be one "
			               "with OpenSSL; install libcurl4",
			               functions[i].name);
		memcpy((char *)&curl + functions[i].offset, &found,
		       sizeof found);
	}
	return 0;
}

const struct sv_curl *sv_curl(void)
{
	if (ready)
		return &curl;
	if (!curl.library)
		curl.library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
	if (!curl.library) {
		sv_fail(EX_UNAVAILABLE, "%s; install libcurl4", dlerror());
		return NULL;
	}
	if (find_functions())
		return NULL;
	if (curl.global_init(CURL_GLOBAL_DEFAULT)) {
		sv_fail(EX_UNAVAILABLE, "libcurl cannot be initialised");
		return NULL;
	}
	ready = true;
	return &curl;
}
