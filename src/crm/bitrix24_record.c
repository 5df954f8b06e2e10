/*
 * bitrix24_record.c: a call's recording: with the call, where it was registered;
 * in the time-line, where it was not
 */
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/fail.h"
#include "lib/io.h"

#include "src/crm/bitrix24.h"

enum {
	SMALL = 512 << 10,      /* what goes along in the request itself */
	COMMENT_MAX = 8 << 20,  /* in a comment there is no other way */
	RECORD_MAX = 512 << 20, /* an hour of anything sensible */
	PATIENCE = 12,          /* tries for a file that is not there yet */
};

static bool is_url(const char *path)
{
	return !strncmp(path, "https://", 8) || !strncmp(path, "http://", 7);
}

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* what a call's own record may be */
static bool is_playable(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot && (!strcasecmp(dot, ".wav") || !strcasecmp(dot, ".mp3"));
}

static char *encoded(const struct sv_buf *data)
{
	char *text = sv_alloc(data->len / 3 * 4 + 8);

	EVP_EncodeBlock((unsigned char *)text,
	                (const unsigned char *)sv_buf_str(data),
	                (int)data->len);
	return text;
}

static int attach(struct bx_job *job, json_t *params,
                  struct portal_answer *answer)
{
	/* a second one takes the place of the first */
	int rc = bx_ask(job, "telephony.externalCall.attachRecord", params,
	                PORTAL_REPEATABLE, answer);

	bx_note(job, "record",
	        portal_int(json_object_get(answer->result, "FILE_ID")));
	return rc;
}

static int upload(struct bx_job *job, const char *call, const char *name,
                  const struct sv_buf *data)
{
	struct portal_answer answer = { 0 };
	int rc = attach(job,
	                json_pack("{ss ss}", "CALL_ID", call, "FILENAME", name),
	                &answer);
	const char *url =
		json_string_value(json_object_get(answer.result, "uploadUrl"));
	const char *field =
		json_string_value(json_object_get(answer.result, "fieldName"));
	char *to = sv_strdup(url);
	char *as = sv_strdup(field ? field : "file");
	struct sv_http_part part = {
		.name = as,
		.data = sv_buf_str(data),
		.len = data->len,
		.file = name,
		.type = "application/octet-stream",
	};

	portal_release(&answer);
	if (!rc && to) {
		rc = portal_upload(job->crm->portal, to, &part, &answer);
		bx_note(job, "record",
		        portal_int(json_object_get(answer.result, "FILE_ID")));
		portal_release(&answer);
	}
	free(to);
	free(as);
	return rc;
}

static int attach_file(struct bx_job *job, const char *call, const char *name,
                       const struct sv_buf *data)
{
	struct portal_answer answer = { 0 };
	char *text;
	int rc;

	if (data->len > SMALL)
		return upload(job, call, name, data);
	text = encoded(data);
	rc = attach(job,
	            json_pack("{ss ss ss}", "CALL_ID", call, "FILENAME", name,
	                      "FILE_CONTENT", text),
	            &answer);
	free(text);
	portal_release(&answer);
	return rc;
}

static int attach_url(struct bx_job *job, const char *call, const char *url)
{
	struct portal_answer answer = { 0 };
	int rc = attach(
		job, json_pack("{ss ss}", "CALL_ID", call, "RECORD_URL", url),
		&answer);

	portal_release(&answer);
	return rc;
}

static int comment_file(struct bx_job *job, const char *name,
                        const struct sv_buf *data)
{
	char *text = encoded(data);
	json_t *files = json_pack("[[s s]]", name, text);

	free(text);
	return bx_comment_add(job, name, files);
}

static int read_file(struct bx_job *job, const char *path, struct sv_buf *data)
{
	int rc = sv_file_read(path, data);

	/* it may be on its way: sv-capture writes it when the call has ended */
	if (rc == EX_NOINPUT)
		return sv_fail(job->entry->attempts < PATIENCE ? EX_TEMPFAIL
		                                               : EX_DATAERR,
		               "the recording %s is not there", path);
	if (!rc && !data->len)
		return sv_fail(EX_DATAERR, "the recording %s is empty", path);
	return rc;
}

static int send_file(struct bx_job *job, const char *path)
{
	const char *call = bx_made_text(job, "call");
	const char *name = base_of(path);
	bool own = call && is_playable(name);
	struct sv_buf data;
	int rc;

	sv_buf_init(&data, own ? RECORD_MAX : COMMENT_MAX);
	rc = read_file(job, path, &data);
	if (!rc)
		rc = own ? attach_file(job, call, name, &data)
		         : comment_file(job, name, &data);
	sv_buf_release(&data);
	return rc;
}

int bx_recording_send(struct bx_job *job)
{
	const char *path = bx_text(job, "path");
	const char *call = bx_made_text(job, "call");

	if (!*path)
		return sv_fail(EX_DATAERR, "a recording without a path");
	if (!is_url(path))
		return send_file(job, path);
	if (call)
		return attach_url(job, call, path);
	return bx_comment_add(job, path, NULL);
}

/* With a call it may be done twice; a comment may not. */
int bx_recording_find(struct bx_job *job, bool *there)
{
	const char *path = bx_text(job, "path");

	*there = false;
	if (bx_made_text(job, "call") && (is_url(path) || is_playable(path)))
		return 0;
	return bx_comment_look(job, there);
}
