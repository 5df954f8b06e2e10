/* agi_reply: what a reply on the AGI wire says, and where it ends */
#include "src/capture/agi_reply.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { CODE_LEN = 3 };

/* "200 ", "520-": a code, and whether more lines follow */
static bool is_reply(const char *line)
{
	for (int i = 0; i < CODE_LEN; i++)
		if (!isdigit((unsigned char)line[i]))
			return false;
	return line[CODE_LEN] == ' ' || line[CODE_LEN] == '-' ||
	       !line[CODE_LEN];
}

/* what stands behind "200 result=TOKEN", NULL when text does not begin so */
static char *behind_result(char *text)
{
	static const char result[] = "result=";

	if (strlen(text) < CODE_LEN + 1)
		return NULL;
	text += CODE_LEN + 1;
	if (strncmp(text, result, strlen(result)) != 0)
		return NULL;
	text += strlen(result);
	return text + strcspn(text, " \n");
}

/* The parenthesis that ends the data, which may hold others: the last one
 * before the end or before " endpos=". NULL when it is still to come. */
static char *closing(char *data)
{
	char *close = strrchr(data, ')');

	if (!close || (close[1] && strncmp(close + 1, " endpos=", 8) != 0))
		return NULL;
	return close;
}

/* A variable's value may hold newlines, and is sent as it is. */
static bool complete(char *text)
{
	char *behind = behind_result(text);
	char *last = strrchr(text, '\n');

	if (text[CODE_LEN] == '-')
		return last && !strncmp(last + 1, text, CODE_LEN) &&
		       last[1 + CODE_LEN] == ' ';
	return !behind || strncmp(behind, " (", 2) != 0 || closing(behind);
}

bool agi_reply_line(struct sv_buf *text, const char *line)
{
	bool full;

	if (!text->len) {
		if (!is_reply(line) || *line == '1')
			return false; /* 1xx: the reply comes later */
		full = sv_buf_puts(text, line);
	} else {
		full = sv_buf_putc(text, '\n') || sv_buf_puts(text, line);
	}
	return full || complete(text->data);
}

void agi_reply_read(char *text, struct agi_reply *reply)
{
	static const char endpos[] = " endpos=";
	char *behind = behind_result(text), *rest = behind, *close;

	*reply = (struct agi_reply){ .result = "", .endpos = -1 };
	reply->code = (int)strtol(text, NULL, 10);
	if (!behind)
		return;
	reply->result = strchr(text, '=') + 1;
	close = strncmp(behind, " (", 2) ? NULL : closing(behind);
	if (close) {
		reply->data = behind + 2;
		rest = close + 1;
		*close = '\0';
	}
	if (!strncmp(rest, endpos, strlen(endpos)))
		reply->endpos = strtoll(rest + strlen(endpos), NULL, 10);
	*behind = '\0';
}
