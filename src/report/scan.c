/* scan: a line of NDJSON checked in one pass, its fields found */
#include "src/report/scan.h"

#include <stdlib.h>
#include <string.h>

#include "lib/fail.h"

#include "src/report/value.h"

/* a field of the event itself: as value_check(), and noted */
static const char *field(const char *p, struct scan_member *member)
{
	const char *end;
	bool escaped = false;

	member->kind = SCAN_OTHER;
	member->json = NULL;
	if (*p == '"')
		end = value_string(p + 1, &escaped);
	else if (*p == '-' || (*p >= '0' && *p <= '9'))
		end = value_number(p, &member->kind);
	else
		end = value_check(p, 1);
	if (!end)
		return NULL;
	if (*p == '"' && !escaped) {
		member->kind = SCAN_STRING;
		member->value = (struct span){ p + 1, (size_t)(end - p - 1) };
		return end + 1;
	}
	end += *p == '"';
	member->value = (struct span){ p, (size_t)(end - p) };
	return end;
}

/* Whether the newest key was there before. A bit per key in `seen` spares the
 * comparing as long as no two keys have the same. */
static bool twice(const struct scan *scan, uint64_t *seen)
{
	struct span key = scan->members[scan->n].key;
	size_t first = key.len ? (unsigned char)key.text[0] : 0;
	size_t last = key.len ? (unsigned char)key.text[key.len - 1] : 0;
	uint64_t bit = (uint64_t)1 << ((key.len * 7 + first * 3 + last) & 63);

	for (size_t i = 0; (*seen & bit) && i < scan->n; i++) {
		if (span_same(scan->members[i].key, key))
			return true;
	}
	*seen |= bit;
	return false;
}

static void reset(struct scan *scan)
{
	for (size_t i = 0; i < scan->n; i++)
		json_decref(scan->members[i].json);
	json_decref(scan->root);
	scan->root = NULL;
	scan->wrong = NULL;
	scan->n = 0;
}

void scan_release(struct scan *scan)
{
	reset(scan);
}

bool scan_sure(struct scan *scan, const char *line, size_t len)
{
	const char *p = value_blanks(line);
	uint64_t seen = 0;

	reset(scan);
	if (*p != '{')
		return false;
	p = value_blanks(p + 1);
	while (scan->n < SCAN_MEMBERS) {
		struct scan_member *member = &scan->members[scan->n];

		p = value_name(p, &member->key);
		if (!p || twice(scan, &seen))
			return false;
		p = field(p, member);
		if (!p)
			return false;
		scan->n++;
		p = value_blanks(p);
		if (*p == '}')
			return value_blanks(p + 1) == line + len - 1;
		if (*p != ',')
			return false;
		p = value_blanks(p + 1);
	}
	return false;
}

int scan_line(struct scan *scan, const char *line, size_t len)
{
	json_error_t error;
	char *quoted;

	if (scan_sure(scan, line, len))
		return 0;
	reset(scan);
	scan->root = json_loadb(line, len, JSON_REJECT_DUPLICATES, &error);
	if (json_is_object(scan->root))
		return 0;
	if (scan->root)
		return sv_fail(EX_DATAERR, "not a JSON object");
	quoted = strstr(error.text, " near '");
	if (quoted) /* jansson quotes what it met: what was said stays out */
		*quoted = '\0';
	return sv_fail(EX_DATAERR, "not JSON: %s (column %d)", error.text,
	               error.column);
}
