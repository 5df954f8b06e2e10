/* spandsp.c: libspandsp, loaded when it is needed */
#include "lib/spandsp.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

#include "lib/fail.h"

static const struct {
	const char *name;
	size_t offset;
} functions[] = {
	{ "g722_decode_init", offsetof(struct sv_spandsp, g722_decode_init) },
	{ "g722_decode", offsetof(struct sv_spandsp, g722_decode) },
	{ "g722_decode_free", offsetof(struct sv_spandsp, g722_decode_free) },
	{ "g722_encode_init", offsetof(struct sv_spandsp, g722_encode_init) },
	{ "g722_encode", offsetof(struct sv_spandsp, g722_encode) },
	{ "g722_encode_free", offsetof(struct sv_spandsp, g722_encode_free) },
	{ "gsm0610_init", offsetof(struct sv_spandsp, gsm0610_init) },
	{ "gsm0610_decode", offsetof(struct sv_spandsp, gsm0610_decode) },
	{ "gsm0610_free", offsetof(struct sv_spandsp, gsm0610_free) },
};

int sv_spandsp(const struct sv_spandsp **found)
{
	static struct sv_spandsp loaded;
	static void *library;
	size_t i;

	if (!library)
		library = dlopen("libspandsp.so.2", RTLD_NOW | RTLD_LOCAL);
	if (!library)
		return sv_fail(EX_UNAVAILABLE,
		               "%s; install Debian's libspandsp2", dlerror());
	/* a data pointer becomes a function pointer by its bytes, as POSIX
	 * has it */
	for (i = 0; i < sizeof functions / sizeof *functions; i++) {
		void *symbol = dlsym(library, functions[i].name);

		if (!symbol)
			return sv_fail(EX_UNAVAILABLE,
			               "libspandsp.so.2 has no %s",
			               functions[i].name);
		memcpy((char *)&loaded + functions[i].offset, &symbol,
		       sizeof symbol);
	}
	*found = &loaded;
	return 0;
}
