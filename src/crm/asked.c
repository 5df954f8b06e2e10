/* asked.c: what a tool is asked, read and held against what it knows */
#include "src/crm/asked.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/fail.h"
#include "lib/problem.h"

enum { INPUT_MAX = 1 << 20 };

static int read_stdin(struct sv_buf *text)
{
	char piece[4096];
	size_t n;

	while ((n = fread(piece, 1, sizeof piece, stdin)) > 0)
		if (sv_buf_add(text, piece, n))
			return sv_fail(EX_DATAERR, "stdin: more than 1 MiB");
	return ferror(stdin) ? sv_fail(EX_IOERR, "read stdin:") : 0;
}

static int unknown_key(const char *name, const char *key,
                       const char *const *known)
{
	struct sv_guess guess = { .typed = key };
	struct sv_buf all;
	char hint[96];
	int rc;

	sv_buf_init(&all, 1024);
	for (; *known; known++) {
		sv_guess_offer(&guess, *known);
		sv_buf_printf(&all, "%s%s", all.len ? ", " : "", *known);
	}
	rc = sv_fail(EX_DATAERR, "%s: unknown key '%s'%s (known are %s)", name,
	             key, sv_guess_hint(&guess, hint), sv_buf_str(&all));
	sv_buf_release(&all);
	return rc;
}

static const char *const maps[] = { "slots", "fields", "utm" };

static bool is_map(const char *key)
{
	for (size_t i = 0; i < sizeof maps / sizeof *maps; i++)
		if (!strcmp(key, maps[i]))
			return true;
	return false;
}

/* PHP says [] of a map without anything in it */
static void drop_empty(json_t *asked)
{
	for (size_t i = 0; i < sizeof maps / sizeof *maps; i++) {
		const json_t *value = json_object_get(asked, maps[i]);

		if (json_is_array(value) && !json_array_size(value))
			json_object_del(asked, maps[i]);
	}
}

/* what a key of that name holds, and the sentence when it does not */
static int check_value(const char *name, const char *key, const json_t *value)
{
	bool map = is_map(key);

	if (map ? json_is_object(value)
	        : !json_is_array(value) && !json_is_object(value))
		return 0;
	return sv_fail(EX_DATAERR, "%s: '%s' is %s", name, key,
	               map ? "an object" : "a text or a number");
}

static int check_keys(const char *name, const json_t *asked,
                      const char *const *known)
{
	const char *key, *const *one;
	const json_t *value;
	int rc;

	json_object_foreach ((json_t *)(uintptr_t)asked, key, value) {
		for (one = known; *one && strcmp(*one, key) != 0; one++)
			;
		if (!*one)
			return unknown_key(name, key, known);
		rc = check_value(name, key, value);
		if (rc)
			return rc;
	}
	return 0;
}

int asked_read(const char *name, char **operands, int n,
               const char *const *known, json_t **asked)
{
	struct sv_buf text;
	json_error_t error;
	int rc = 0;

	*asked = NULL;
	if (n > 1)
		return sv_fail(EX_USAGE, "%s: give one JSON object", name);
	sv_buf_init(&text, INPUT_MAX);
	if (n)
		sv_buf_puts(&text, operands[0]);
	else
		rc = read_stdin(&text);
	if (!rc)
		*asked = json_loadb(sv_buf_str(&text), text.len,
		                    JSON_REJECT_DUPLICATES, &error);
	if (!rc && !json_is_object(*asked))
		rc = sv_fail(EX_DATAERR, "%s: no JSON object: %s", name,
		             *asked ? "something else" : error.text);
	drop_empty(*asked);
	if (!rc)
		rc = check_keys(name, *asked, known);
	sv_buf_release(&text);
	if (rc) {
		json_decref(*asked);
		*asked = NULL;
	}
	return rc;
}

int asked_print(json_t *object)
{
	char *text = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(12));
	int rc = 0;

	if (!text || puts(text) == EOF)
		rc = sv_fail(EX_IOERR, "write stdout:");
	free(text);
	json_decref(object);
	return rc;
}
