/*
 * speechkit_file.c: whole recordings by SpeechKit, which works on them for some
 * ten seconds a minute of sound: handed over, asked after, fetched, and deleted
 * there, where they would be kept for three days
 */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/secret.h"

#include "src/asr/ask.h"
#include "src/asr/speechkit_heard.h"
#include "src/asr/speechkit_model.h"
#include "src/asr/speechkit_sound.h"

enum {
	CALL_MS = 60000,    /* a question and its answer */
	UPLOAD_MS = 600000, /* 60 MB over 1 Mbit/s */
	TRIES = 5,          /* of asking after it, when that fails */
	ID_MAX = 64,
};

struct file {
	struct asr_model *model;
	const struct asr_recording *recording;
	struct sk_metadata metadata;
	int64_t duration_ms, began_ms;
	char id[ID_MAX]; /* of the operation */
	bool done;
	int error; /* the operation's, or 0 */
	char *why;
	struct sk_heard heard;
};

/* what asking for has as its answers */
struct reply {
	struct file *file;
	int (*read)(struct file *file, const void *data, size_t len);
};

static int on_answer(void *arg, const void *data, size_t len)
{
	struct reply *reply = arg;

	return reply->read(reply->file, data, len);
}

/* We are still at it. The service does not say how far it is. */
static int tell_progress(void *arg)
{
	const struct file *file = arg;
	int64_t usual_ms = file->duration_ms / 6 + 1000;
	int64_t past_ms = sv_now_ms() - file->began_ms;
	int permille =
		past_ms >= usual_ms ? 950 : (int)(past_ms * 950 / usual_ms);

	return file->recording->progress(file->recording->arg, permille);
}

static int call(struct file *file, struct ask *ask, const struct ask_for *what,
                int (*read)(struct file *file, const void *data, size_t len))
{
	struct reply reply = { file, read };
	struct ask_for asked = *what;
	int rc;

	asked.metadata = file->metadata.pairs;
	asked.answer = on_answer;
	asked.arg = &reply;
	ask->waits = tell_progress;
	ask->arg = file;
	rc = ask_one(ask, &asked);
	if (ask->over && rc) {
		const struct sv_grpc_status status = { .code = ask->code,
			                               .exit = rc };

		rc = sk_fail(&status, "");
	}
	return rc;
}

static int unreadable(void)
{
	return sv_fail(EX_UNAVAILABLE,
	               "speechkit: an answer that cannot be read");
}

static int read_operation(struct file *file, const void *data, size_t len)
{
	Sk__Operation *operation = sk__operation__unpack(NULL, len, data);
	size_t n;

	if (!operation)
		return unreadable();
	n = strlen(operation->id);
	if (n < ID_MAX)
		memcpy(file->id, operation->id, n + 1);
	file->done = operation->done;
	if (operation->error && operation->error->code) {
		file->error = operation->error->code;
		free(file->why);
		file->why = sv_strdup(operation->error->message);
	}
	sk__operation__free_unpacked(operation, NULL);
	return n && n < ID_MAX ? 0 : unreadable();
}

static int read_recognition(struct file *file, const void *data, size_t len)
{
	return sk_heard_take(&file->heard, data, len) ? 0 : unreadable();
}

/* --- the service's part --- */

/* the request's bytes, yours */
static uint8_t *pack_request(const struct file *file,
                             const struct sk_sound *sound, size_t *len)
{
	Sk__RecognizeFileRequest request = SK__RECOGNIZE_FILE_REQUEST__INIT;
	struct sk_asked asked;
	uint8_t *bytes;

	sk_asked_init(&asked, file->model, file->model->language,
	              sound->rate_hz);
	asked.raw.audio_channel_count = sound->channels;
	asked.model.audio_processing_type = 2;
	if (sound->container != SK_RAW) {
		asked.format.of_case = SK__AUDIO_FORMAT__OF_CONTAINER_AUDIO;
		asked.format.container_audio = &asked.container;
		asked.container.container_audio_type = (int)sound->container;
	}
	request.content.data = (uint8_t *)sound->bytes.data;
	request.content.len = sound->bytes.len;
	request.recognition_model = &asked.model;
	if (asked.classifiers.n_classifiers)
		request.recognition_classifier = &asked.classifiers;
	*len = sk__recognize_file_request__get_packed_size(&request);
	bytes = sv_alloc(*len);
	sk__recognize_file_request__pack(&request, bytes);
	sk_asked_release(&asked);
	return bytes;
}

static int hand_over(struct file *file, struct ask *ask)
{
	struct ask_for what = {
		.path = "/speechkit.stt.v3.AsyncRecognizer/RecognizeFile",
		.timeout_ms = UPLOAD_MS,
	};
	struct sk_sound sound;
	uint8_t *bytes;
	int rc = sk_sound_read(&sound, file->recording);

	if (rc)
		return rc;
	file->duration_ms = sound.duration_ms;
	file->heard.channels = sound.channels;
	bytes = pack_request(file, &sound, &what.len);
	sk_sound_release(&sound); /* there may be 60 MB of it */
	what.message = bytes;
	rc = call(file, ask, &what, read_operation);
	free(bytes);
	if (!rc && !*file->id)
		rc = unreadable();
	if (!rc)
		file->recording->spent->seconds +=
			(double)file->duration_ms / 1000 * file->heard.channels;
	return rc;
}

/* a call about the operation */
static int about(struct file *file, struct ask *ask, const char *path,
                 int (*read)(struct file *file, const void *data, size_t len))
{
	Sk__OperationId id;
	uint8_t bytes[2 * ID_MAX];
	struct ask_for what = {
		.path = path,
		.message = bytes,
		.timeout_ms = CALL_MS,
	};

	sk__operation_id__init(&id);
	id.operation_id = file->id;
	what.len = sk__operation_id__pack(&id, bytes);
	return call(file, ask, &what, read);
}

/* Whether asking once more may help: it does no harm. */
static bool passing(const struct ask *ask, int rc)
{
	return rc == EX_TEMPFAIL || (ask->over && rc == EX_UNAVAILABLE);
}

static int out_of_patience(const struct file *file)
{
	return sv_fail(EX_TEMPFAIL,
	               "speechkit: operation %s is not done in the time of "
	               "the setting patience",
	               file->id);
}

static bool patient(const struct file *file)
{
	return sv_now_ms() - file->began_ms < file->model->patience_ms;
}

static int wait_done(struct file *file, struct ask *ask)
{
	int failures = 0;
	int rc = 0;

	while (!rc && !file->done) {
		rc = ask_wait(ask, file->model->poll_ms);
		if (rc)
			break;
		rc = about(file, ask,
		           "/yandex.cloud.operation.OperationService/Get",
		           read_operation);
		failures = rc ? failures + 1 : 0;
		if (passing(ask, rc) && failures < TRIES)
			rc = 0;
		if (!rc && !file->done && !patient(file))
			rc = out_of_patience(file);
	}
	if (!rc && file->error)
		rc = sv_fail(EX_DATAERR, "speechkit: %s: %s (operation %s)",
		             sv_grpc_code_name((enum sv_grpc_code)file->error),
		             file->why, file->id);
	return rc;
}

static int nothing(struct file *file, const void *data, size_t len)
{
	(void)file;
	(void)data;
	(void)len;
	return 0;
}

/* It may be said to be done a little before it can be had. */
static int fetch(struct file *file, struct ask *ask)
{
	int failures = 0;
	int rc;

	for (;;) {
		rc = about(file, ask,
		           "/speechkit.stt.v3.AsyncRecognizer/GetRecognition",
		           read_recognition);
		if (!rc || !patient(file))
			return rc;
		if (!ask->over || ask->code != SV_GRPC_NOT_FOUND) {
			if (!passing(ask, rc) || ++failures == TRIES)
				return rc;
		}
		rc = ask_wait(ask, file->model->poll_ms);
		if (rc)
			return rc;
	}
}

static int recognise(struct file *file, struct ask *service,
                     struct ask *operations)
{
	int rc = hand_over(file, service);

	if (rc)
		return rc;
	sv_info("speechkit: operation %s", file->id);
	rc = wait_done(file, operations);
	if (!rc)
		rc = fetch(file, service);
	if (!rc && about(file, service,
	                 "/speechkit.stt.v3.AsyncRecognizer/DeleteRecognition",
	                 nothing))
		sv_info("speechkit: operation %s cannot be deleted: %s",
		        file->id, sv_why());
	return rc ? rc : sk_heard_tell(&file->heard, file->recording);
}

int sk_recording(struct asr_model *model, const struct asr_recording *recording)
{
	struct file file = {
		.model = model,
		.recording = recording,
		.began_ms = sv_now_ms(),
	};
	struct ask service = { 0 };
	struct ask operations = { 0 };
	int rc = sk_metadata_init(&file.metadata, model, recording->call);

	if (!rc)
		rc = ask_init(&service, &model->service);
	if (!rc)
		rc = ask_init(&operations, &model->operations);
	if (!rc)
		rc = recognise(&file, &service, &operations);
	ask_release(&operations);
	ask_release(&service);
	sk_metadata_release(&file.metadata);
	sk_heard_release(&file.heard);
	free(file.why);
	return rc;
}
