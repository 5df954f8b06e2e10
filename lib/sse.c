/* sse: server-sent events, cut anywhere */
#include "lib/sse.h"

#include <string.h>

#include "lib/fail.h"

enum { FIELD = 64 }; /* what a line may have besides its value */

static const char mark[] = "\xef\xbb\xbf";

void sv_sse_init(struct sv_sse *sse, size_t max,
                 int (*got)(void *arg, const char *event, const char *data,
                            size_t len),
                 void *arg)
{
	*sse = (struct sv_sse){ .got = got, .arg = arg };
	sv_buf_init(&sse->line, max + FIELD);
	sv_buf_init(&sse->data, max + 1); /* with its last line feed */
	sv_buf_init(&sse->event, max);
}

void sv_sse_release(struct sv_sse *sse)
{
	sv_buf_release(&sse->line);
	sv_buf_release(&sse->data);
	sv_buf_release(&sse->event);
}

static int too_long(const struct sv_sse *sse)
{
	return sv_fail(EX_UNAVAILABLE,
	               "an event of the stream has more than %zu bytes",
	               sse->event.max);
}

/* An empty line: the event is complete. One without any data is none. */
static int dispatch(struct sv_sse *sse)
{
	const char *event =
		sse->event.len ? sv_buf_str(&sse->event) : "message";
	int rc = 0;

	if (sse->data.len) {
		sv_buf_cut(&sse->data, sse->data.len - 1);
		rc = sse->got(sse->arg, event, sv_buf_str(&sse->data),
		              sse->data.len);
	}
	sv_buf_cut(&sse->data, 0);
	sv_buf_cut(&sse->event, 0);
	return rc;
}

/* besides data and event; a comment has no name */
static int is_known(const char *line, size_t name)
{
	return !name || (name == 2 && !memcmp(line, "id", 2)) ||
	       (name == 5 && !memcmp(line, "retry", 5));
}

/* id and retry are of use to who connects again by himself: not to us */
static int take_field(struct sv_sse *sse, const char *line, size_t len)
{
	const char *colon = memchr(line, ':', len);
	size_t name = colon ? (size_t)(colon - line) : len;
	const char *value = line + (colon ? name + 1 : len);
	size_t n = len - (size_t)(value - line);
	int rc = 0;

	if (n && *value == ' ') {
		value++;
		n--;
	}
	if (name == 4 && !memcmp(line, "data", 4)) {
		rc = sv_buf_add(&sse->data, value, n);
		if (!rc)
			rc = sv_buf_putc(&sse->data, '\n');
	} else if (name == 5 && !memcmp(line, "event", 5)) {
		sv_buf_cut(&sse->event, 0);
		rc = sv_buf_add(&sse->event, value, n);
	} else if (sse->stray && !is_known(line, name)) {
		return sse->stray(sse->arg, line, len);
	}
	return rc ? too_long(sse) : 0;
}

static int take_line(struct sv_sse *sse)
{
	const char *line = sv_buf_str(&sse->line);
	size_t len = sse->line.len;
	int rc;

	if (!sse->begun && len >= 3 && !memcmp(line, mark, 3)) {
		line += 3;
		len -= 3;
	}
	sse->begun = 1;
	rc = len ? take_field(sse, line, len) : dispatch(sse);
	sv_buf_cut(&sse->line, 0);
	return rc;
}

static size_t line_len(const char *bytes, size_t len)
{
	size_t n = 0;

	while (n < len && bytes[n] != '\n' && bytes[n] != '\r')
		n++;
	return n;
}

int sv_sse_feed(struct sv_sse *sse, const char *bytes, size_t len)
{
	size_t n;
	int rc;

	while (len) {
		if (sse->after_cr && *bytes == '\n') {
			sse->after_cr = 0;
			bytes++;
			len--;
			continue;
		}
		sse->after_cr = 0;
		n = line_len(bytes, len);
		if (sv_buf_add(&sse->line, bytes, n))
			return too_long(sse);
		if (n == len)
			break;
		sse->after_cr = bytes[n] == '\r';
		bytes += n + 1;
		len -= n + 1;
		rc = take_line(sse);
		if (rc)
			return rc;
	}
	return 0;
}
