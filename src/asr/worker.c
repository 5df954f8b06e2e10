/* worker.c: a fork that decodes one recording after the other */
#include "src/asr/worker.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/digest.h"
#include "lib/fail.h"
#include "lib/ulid.h"

#include "src/asr/frame.h"
#include "src/asr/inputs.h"
#include "src/asr/recording.h"

enum { PROGRESS_MS = 200 };

struct serving {
	int fd;
	const struct asr_config *config;
	const struct asr_loaded *loaded;
	struct sv_buf in;
	int64_t told_ms;
};

/* waits for the parent's next frame: 1, 0 when it has left */
static int receive(struct serving *serving, struct frame *frame)
{
	int rc;

	while (!(rc = frame_look(&serving->in, frame))) {
		if (!frame_fill(serving->fd, &serving->in))
			return 0;
	}
	return rc > 0;
}

static int send_line(void *arg, const char *line, size_t len)
{
	struct serving *serving = arg;

	return frame_send(serving->fd, FRAME_LINE, line, len);
}

static int send_progress(void *arg, int permille)
{
	struct serving *serving = arg;
	int64_t now_ms = sv_now_ms();
	char text[16];

	if (now_ms < serving->told_ms + PROGRESS_MS)
		return 0;
	serving->told_ms = now_ms;
	snprintf(text, sizeof text, "%d", permille);
	return frame_send(serving->fd, FRAME_PROGRESS, text, strlen(text));
}

static int send_failure(struct serving *serving, int code)
{
	char *text = sv_format("%d %s", code, sv_why());
	int rc = frame_send(serving->fd, FRAME_FAILED, text, strlen(text));

	free(text);
	return rc;
}

static int decode(struct serving *serving, const char *path,
                  const unsigned char digest[SV_SHA256])
{
	char call[SV_ULID_LEN];
	char *source = input_source(path);
	struct recording recording = {
		.path = path,
		.source = source,
		.call = call,
		.config = serving->config,
		.loaded = serving->loaded,
		.sink = { serving, send_line, send_progress },
	};
	bool bad = false;
	int rc;

	sv_ulid_from(digest, call);
	rc = recording_decode(&recording, &bad);
	free(source);
	if (rc == SV_GONE)
		return rc;
	if (rc)
		return send_failure(serving, rc);
	return frame_send(serving->fd, bad ? FRAME_BAD : FRAME_DONE, NULL, 0);
}

/* A file to hash, and to decode if the parent still wants it then. */
static int serve(struct serving *serving, const char *path)
{
	unsigned char digest[SV_SHA256];
	struct frame frame;
	bool go;
	int rc;

	rc = sv_sha256_file(path, digest);
	if (rc)
		return send_failure(serving, rc);
	rc = frame_send(serving->fd, FRAME_DIGEST, digest, sizeof digest);
	if (rc || !receive(serving, &frame))
		return SV_GONE;
	go = frame.type == FRAME_GO;
	frame_drop(&serving->in, &frame);
	return go ? decode(serving, path, digest) : 0;
}

int worker_run(int fd, const struct asr_config *config,
               const struct asr_loaded *loaded)
{
	struct serving serving = { fd, config, loaded, { 0 }, 0 };
	struct frame frame;
	int rc = 0;

	frame_buf_init(&serving.in);
	while (!rc && receive(&serving, &frame)) {
		char *path = sv_strndup(frame.data, frame.len);

		frame_drop(&serving.in, &frame);
		rc = serve(&serving, path);
		free(path);
	}
	sv_buf_release(&serving.in);
	return rc == SV_GONE ? 0 : rc;
}
