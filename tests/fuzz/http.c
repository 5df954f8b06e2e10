/*
 * http: whatever a service answers, there is one sentence for it, which can be
 * printed: lines of a head, an empty one, a body.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/http_inside.h"
#include "lib/secret.h"
#include "lib/utf8.h"

#define KEY "sk-verysecret-key-0123456789"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *take_head(struct sv_http_call *call, const char *text)
{
	while (*text && *text != '\n') {
		size_t len = strcspn(text, "\n");
		char *line = sv_strndup(text, len);

		http_head(call, line);
		free(line);
		text += len + (text[len] == '\n');
	}
	return *text ? text + 1 : text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char url[] = "https://h.example", place[] = "h.example:443";
	struct sv_service service = { .name = "x", .url = url };
	struct sv_http_call call = { .place = place, .got.max = 1 << 20 };
	struct sv_http_answer answer;
	char *text = sv_strndup((const char *)data, size);
	const char *body;
	int wait;

	sv_secret_known(KEY);
	call.request.service = &service;
	call.retries_left = 1;
	call.tries = 1;
	call.retry_after_ms = call.should_retry = -1;
	body = take_head(&call, text);
	sv_buf_puts(&call.got, body);
	http_judge(&call, CURLE_OK, &answer);
	assert(!answer.code == (call.status >= 200 && call.status < 300));
	if (answer.code) {
		const char *why = sv_why();

		assert(*why && !strstr(why, KEY));
		assert(sv_utf8_check(why, strlen(why)) == strlen(why));
	}
	for (const char *p = answer.request_id; *p; p++)
		assert(*p > ' ' && *p < 0x7f);
	assert(answer.retry_after_ms >= -1);
	wait = http_again(&call, &answer);
	assert(wait >= -1 && wait <= 60000);
	sv_buf_release(&call.got);
	free(text);
	return 0;
}
