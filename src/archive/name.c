/* name: what a file is of, and the key it is kept under */
#include "src/archive/name.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "lib/fail.h"
#include "lib/utf8.h"

enum {
	TELEPHONE = 7, /* digits of a number one can dial */
	ULID = 26,
	UUID = 36,
	HASH = 16, /* of the content, where it stands for the call */
};

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* behind the last dot; "" */
static const char *suffix_of(const char *path)
{
	const char *base = base_of(path), *dot = strrchr(base, '.');

	return dot && dot > base ? dot + 1 : "";
}

static const struct {
	const char *suffix, *kind;
} kinds[] = {
	{ "flac", "recording" },  { "opus", "recording" },
	{ "ogg", "recording" },   { "wav", "recording" },
	{ "mp3", "recording" },   { "gsm", "recording" },
	{ "ulaw", "recording" },  { "alaw", "recording" },
	{ "g722", "recording" },  { "sln", "recording" },
	{ "sln16", "recording" }, { "ndjson", "transcript" },
	{ "json", "transcript" }, { "txt", "transcript" },
	{ "srt", "transcript" },  { "vtt", "transcript" },
	{ "ctm", "transcript" },
};

const char *name_kind(const char *path)
{
	const char *suffix = suffix_of(path);

	if (*base_of(path) == '.')
		return NULL;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (!strcasecmp(suffix, kinds[i].suffix))
			return kinds[i].kind;
	}
	return NULL;
}

/* --- calls --- */

static bool is_ulid(const char *call)
{
	return strlen(call) == ULID && *call >= '0' && *call <= '7' &&
	       strspn(call, "0123456789ABCDEFGHJKMNPQRSTVWXYZ") == ULID;
}

static bool is_uuid(const char *call)
{
	if (strlen(call) != UUID)
		return false;
	for (int i = 0; i < UUID; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? call[i] != '-' : !isxdigit((unsigned char)call[i]))
			return false;
	}
	return true;
}

/* Asterisk's unique ids: "1795270178.451", seconds since 1970 first */
static bool is_asterisk(const char *call)
{
	size_t seconds = strspn(call, "0123456789");
	const char *rest = call + seconds + 1;

	return seconds == 10 && *call == '1' && call[seconds] == '.' && *rest &&
	       rest[strspn(rest, "0123456789")] == '\0';
}

bool name_is_unique(const char *call)
{
	return is_ulid(call) || is_uuid(call) || is_asterisk(call);
}

bool name_is_opaque(const char *call)
{
	int digits = 0;

	if (name_is_unique(call))
		return true;
	for (const char *p = call; *p; p++) {
		if (!isalnum((unsigned char)*p) && !strchr("-_.", *p))
			return false;
		digits += isdigit((unsigned char)*p) != 0;
	}
	return *call && *call != '.' && digits < TELEPHONE;
}

/* "-2" behind an id is sv-capture's: the id came again */
void name_call(const char *path, char call[SV_CALL_MAX + 1])
{
	const char *base = base_of(path), *suffix = suffix_of(path);
	size_t len = strlen(base), stem;
	char *dash;

	stem = *suffix ? (size_t)(suffix - base) - 1 : len;
	len = sv_utf8_cut(base, stem, SV_CALL_MAX);
	snprintf(call, SV_CALL_MAX + 1, "%.*s", (int)len, base);
	dash = strrchr(call, '-');
	if (dash && dash > call && dash[1] >= '1' && dash[1] <= '9' &&
	    strspn(dash + 1, "0123456789") == strlen(dash + 1) &&
	    strlen(dash + 1) <= 2)
		*dash = '\0';
}

/* --- keys --- */

int name_check(const char *format)
{
	bool tells = false;

	for (const char *p = format; *p; p++) {
		if (*p != '%')
			continue;
		p++;
		if (!*p || !strchr("Ymdchke%", *p))
			return sv_fail(EX_USAGE,
			               "'%s': there is no %%%c: %%Y %%m %%d "
			               "%%c %%h %%k %%e %%%% are known",
			               format, *p ? *p : ' ');
		tells = tells || *p == 'c' || *p == 'h';
	}
	return tells ? 0
	             : sv_fail(EX_USAGE,
	                       "'%s': all files would have one name: put %%c "
	                       "or %%h into it",
	                       format);
}

static void add_call(struct sv_buf *out, const struct name_parts *parts)
{
	if (name_is_opaque(parts->call))
		sv_buf_puts(out, parts->call);
	else
		sv_buf_printf(out, "x%.*s", HASH, parts->plain);
	if (parts->copy > 1)
		sv_buf_printf(out, "-%d", parts->copy);
}

static void add_hash(struct sv_buf *out, const struct name_parts *parts)
{
	sv_buf_printf(out, "%.*s", HASH, parts->plain);
	if (parts->copy > 1)
		sv_buf_printf(out, "-%d", parts->copy);
}

static void add_suffix(struct sv_buf *out, const char *path)
{
	for (const char *p = suffix_of(path); *p; p++)
		sv_buf_putc(out, (char)tolower((unsigned char)*p));
}

static void add_field(struct sv_buf *out, char field,
                      const struct name_parts *parts, const struct tm *when)
{
	switch (field) {
	case 'Y':
		sv_buf_printf(out, "%04d", when->tm_year + 1900);
		break;
	case 'm':
		sv_buf_printf(out, "%02d", when->tm_mon + 1);
		break;
	case 'd':
		sv_buf_printf(out, "%02d", when->tm_mday);
		break;
	case 'c':
		add_call(out, parts);
		break;
	case 'h':
		add_hash(out, parts);
		break;
	case 'k':
		sv_buf_puts(out, parts->kind);
		break;
	case 'e':
		add_suffix(out, parts->path);
		break;
	default:
		sv_buf_putc(out, field);
	}
}

int name_key(const char *format, const struct name_parts *parts,
             char key[SV_DEPOT_KEY])
{
	time_t seconds = (time_t)(parts->modified_ms / 1000);
	struct sv_buf out = { .max = (size_t)2 * SV_DEPOT_KEY };
	struct tm when;
	int rc;

	gmtime_r(&seconds, &when);
	for (const char *p = format; *p; p++) {
		if (*p == '%')
			add_field(&out, *++p, parts, &when);
		else
			sv_buf_putc(&out, *p);
	}
	if (parts->sealed)
		sv_buf_puts(&out, ".sealed");
	rc = sv_depot_key_check(sv_buf_str(&out));
	if (!rc)
		snprintf(key, SV_DEPOT_KEY, "%s", sv_buf_str(&out));
	sv_buf_release(&out);
	return rc;
}
