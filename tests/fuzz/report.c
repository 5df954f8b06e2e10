/*
 * fuzz: what sv-report's scanner is sure of, jansson accepts and reads alike;
 * no line and no period makes either of them fall
 *
 * uses: src/report/scan.c src/report/value.c src/report/field.c src/report/period.c src/report/when.c
 */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"

#include "src/report/period.h"
#include "src/report/scan.h"
#include "src/report/when.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static struct scan scan;

/* a field must be the same by both ways */
static void compare(const char *key, const json_t *value)
{
	struct span text;
	int64_t n;
	double real;

	if (json_is_string(value)) {
		if (!scan_string(&scan, key, &text) ||
		    text.len != json_string_length(value) ||
		    memcmp(text.text, json_string_value(value), text.len) != 0)
			abort();
	} else if (json_is_integer(value)) {
		if (!scan_integer(&scan, key, &n) ||
		    n != json_integer_value(value))
			abort();
	} else if (json_is_real(value)) {
		if (!scan_number(&scan, key, &real) ||
		    memcmp(&real, &(double){ json_real_value(value) },
		           sizeof real) != 0)
			abort();
	} else if (!json_equal(scan_json(&scan, key), value)) {
		abort();
	}
}

static void check_line(const char *line, size_t len)
{
	json_t *root;
	const char *key;
	json_t *value;

	if (!scan_sure(&scan, line, len)) {
		scan_line(&scan, line, len);
		return;
	}
	root = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(root) || json_object_size(root) != scan.n)
		abort();
	json_object_foreach (root, key, value)
		compare(key, value);
	json_decref(root);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	char *line = sv_alloc(size + 2);
	struct period period = PERIOD_ALL;
	int64_t ms;

	memcpy(line, data, size);
	for (char *c = line; c < line + size; c++) {
		if (*c == '\n') /* a line is cut at its newline */
			*c = ' ';
	}
	line[size] = '\n';
	check_line(line, size + 1);
	line[size] = '\0';
	when_parse((struct span){ line, size }, &ms);
	period_since(line, 1795000000000, &period.since_ms);
	period_until(line, 1795000000000, &period.until_ms);
	free(line);
	return 0;
}
