/* http_head: what of an answer's head is of use */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/alloc.h"
#include "lib/http_inside.h"

static void take_id(struct sv_http_call *call, const char *value, size_t len)
{
	size_t n = 0;

	if (*call->request_id)
		return; /* the first is the nearest */
	for (size_t i = 0; i < len && n < HTTP_ID - 1; i++) {
		if (value[i] > ' ' && value[i] < 0x7f)
			call->request_id[n++] = value[i];
	}
	call->request_id[n] = '\0';
}

/* seconds, or a date, which curl reads for us at the end */
static void take_retry_after(struct sv_http_call *call, const char *value,
                             size_t len)
{
	long seconds = strtol(value, NULL, 10);

	(void)len;
	call->retry_date = *value < '0' || *value > '9';
	if (!call->retry_date && call->retry_after_ms < 0)
		call->retry_after_ms = seconds < HTTP_FOREVER / 1000
		                               ? (int)seconds * 1000
		                               : HTTP_FOREVER;
}

/* outranks that, which knows no less than seconds */
static void take_retry_ms(struct sv_http_call *call, const char *value,
                          size_t len)
{
	char *end;
	double ms = strtod(value, &end);

	if (end > value && end <= value + len && ms >= 0 && ms < HTTP_FOREVER)
		call->retry_after_ms = (int)(ms + 0.999);
}

static void take_should_retry(struct sv_http_call *call, const char *value,
                              size_t len)
{
	if (len == 4 && !strncasecmp(value, "true", 4))
		call->should_retry = 1;
	if (len == 5 && !strncasecmp(value, "false", 5))
		call->should_retry = 0;
}

static const struct {
	const char *name;
	void (*take)(struct sv_http_call *call, const char *value, size_t len);
} wanted[] = {
	{ "x-request-id:", take_id },
	{ "request-id:", take_id },
	{ "x-server-trace-id:", take_id },
	{ "retry-after:", take_retry_after },
	{ "retry-after-ms:", take_retry_ms },
	{ "x-should-retry:", take_should_retry },
};

/* an answer's first line: after one of 1xx another answer follows */
static void begin_answer(struct sv_http_call *call, const char *line)
{
	const char *blank = strchr(line, ' ');

	call->status = blank ? strtol(blank, NULL, 10) : 0;
	call->request_id[0] = '\0';
	call->retry_after_ms = call->should_retry = -1;
	call->retry_date = false;
}

/* whoever asked for the headers */
static void tell(struct sv_http_call *call, const char *line)
{
	const struct sv_http_request *request = &call->request;
	size_t len = strcspn(line, "\r\n");
	char *copy;

	if (!len || !request->header)
		return;
	copy = sv_strndup(line, len);
	request->header(request->arg, call->status, copy);
	free(copy);
}

void http_head(struct sv_http_call *call, const char *line)
{
	if (!strncmp(line, "HTTP/", 5)) {
		begin_answer(call, line);
		return;
	}
	tell(call, line);
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
		size_t name = strlen(wanted[i].name);
		const char *value = line + name;
		size_t len;

		if (strncasecmp(line, wanted[i].name, name) != 0)
			continue;
		value += strspn(value, " \t");
		len = strcspn(value, "\r\n");
		while (len && isspace((unsigned char)value[len - 1]))
			len--;
		wanted[i].take(call, value, len);
	}
}

const char *sv_http_id(const struct sv_http_call *call)
{
	return call->request_id;
}
