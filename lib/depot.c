/* depot: the engines that keep objects, and what a key may be */
#include "lib/depot.h"

#include <stdio.h>
#include <string.h>

#include "lib/fail.h"
#include "lib/utf8.h"

static const struct sv_depot_engine *const engines[] = {
	&sv_depot_folder,
	&sv_depot_s3,
	NULL,
};

static const struct sv_depot_engine *find(const char *name, size_t len)
{
	for (size_t i = 0; engines[i]; i++) {
		if (strlen(engines[i]->name) == len &&
		    !memcmp(engines[i]->name, name, len))
			return engines[i];
	}
	return NULL;
}

/* KEY=VALUE or ENGINE.KEY=VALUE; what is another engine's is none of ours */
static bool takes(const struct sv_depot_engine *engine, const char *pair)
{
	const char *const *key = engine->settings;
	size_t len = strcspn(pair, "="), name = strcspn(pair, ".");

	if (name < len) {
		const struct sv_depot_engine *owner = find(pair, name);

		if (owner && owner != engine)
			return true;
		if (!owner)
			return false;
		pair += name + 1;
		len -= name + 1;
	}
	for (; *key; key++) {
		if (strlen(*key) == len && !strncmp(*key, pair, len))
			return true;
	}
	return false;
}

int sv_depot_find(const struct sv_depot_engine **found, const char *name,
                  const struct sv_list *settings)
{
	*found = find(name, strlen(name));
	if (!*found)
		return sv_fail(EX_USAGE, "no engine '%s': -e help lists them",
		               name);
	for (size_t i = 0; i < settings->n; i++) {
		if (!takes(*found, settings->items[i]))
			return sv_fail(EX_USAGE,
			               "-p %.*s: %s has no such setting",
			               (int)strcspn(settings->items[i], "="),
			               settings->items[i], name);
	}
	return 0;
}

int sv_depot_list(void)
{
	for (size_t i = 0; engines[i]; i++)
		printf("%-10s %s\n", engines[i]->name, engines[i]->about);
	return fflush(stdout) ? sv_fail(EX_IOERR, "write stdout:") : 0;
}

/* What begins with a dot is ours (what is half written), or nobody's. */
static bool is_part(const char *part, size_t len)
{
	return len && *part != '.';
}

int sv_depot_key_check(const char *key)
{
	size_t len = strlen(key);
	const char *part = key;
	bool fine = len < SV_DEPOT_KEY && sv_utf8_check(key, len) == len;

	for (const char *p = key; fine && *p; p++)
		fine = (unsigned char)*p >= ' ' && *p != 0x7f;
	for (;;) {
		size_t n = strcspn(part, "/");

		fine = fine && is_part(part, n);
		if (!fine || !part[n])
			break;
		part += n + 1;
	}
	return fine ? 0
	            : sv_fail(EX_USAGE,
	                      "'%s' cannot be a key: names between single "
	                      "slashes, none of which begins with a dot, %d "
	                      "bytes at most",
	                      key, SV_DEPOT_KEY - 1);
}
