/* eagi_greet: how an EAGI call begins */
#include "src/capture/eagi_greet.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/fail.h"

#include "src/capture/known.h"

enum {
	SOUND_FD = 3,
	HIGH_FD = 16, /* the first of ours: a pipeline's are 0 to 5 */
	GREETING_MS = 5000,
};

static const struct eagi_format formats[] = {
	{ "slin", "sln", 8000 },
	{ "slin16", "sln16", 16000 },
	{ "slin24", "sln24", 24000 },
	{ "slin48", "sln48", 48000 },
};

int eagi_take(struct eagi_fds *fds)
{
	int none, how = fcntl(SOUND_FD, F_GETFL);

	/* what we have opened ourselves and write to is none of theirs */
	if (how < 0 || (how & O_ACCMODE) != O_RDONLY)
		return sv_fail(EX_USAGE,
		               "eagi: is for Asterisk to run, by EAGI(): "
		               "descriptor 3 is closed");
	fds->in = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, HIGH_FD);
	fds->out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, HIGH_FD);
	fds->sound = fcntl(SOUND_FD, F_DUPFD_CLOEXEC, HIGH_FD);
	none = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (fds->in < 0 || fds->out < 0 || fds->sound < 0 || none < 0)
		return sv_fail(EX_OSERR, "eagi: take descriptors:");
	dup2(none, STDIN_FILENO);
	dup2(none, STDOUT_FILENO);
	close(none);
	close(SOUND_FD);
	return 0;
}

/* Asterisk does not say in what form it sends. */
static int format_told(void *arg, const struct agi_reply *reply)
{
	struct eagi_format *format = arg;
	const char *name = reply->data ? reply->data : "";

	if (!reply->code) /* it left: settling says so */
		return 0;
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
		if (!strcmp(formats[i].name, name)) {
			*format = formats[i];
			return 0;
		}
	}
	return sv_fail(EX_CONFIG,
	               "eagi: the sound is '%s'; set EAGI_AUDIO_FORMAT to "
	               "slin, slin16, slin24 or slin48",
	               name);
}

static int state_told(void *arg, const struct agi_reply *reply)
{
	bool *up = arg;

	*up = reply->code == 200 && !strcmp(reply->result, "6");
	return 0;
}

static int ask_state(struct agi_link *link, bool *up)
{
	return agi_ask(link->agi,
	               (const char *const[]){ "CHANNEL", "STATUS", NULL },
	               state_told, up);
}

static int ask_answer(struct agi_link *link, bool *up)
{
	int rc = agi_ask(link->agi, (const char *const[]){ "ANSWER", NULL },
	                 NULL, NULL);

	if (!rc)
		rc = ask_state(link, up);
	if (!rc)
		rc = agi_link_settle(link, GREETING_MS);
	if (!rc && !*up)
		rc = sv_fail(EX_UNAVAILABLE,
		             "eagi: the caller left before the answer");
	return rc;
}

int eagi_greet(struct agi_link *link, struct eagi_format *format)
{
	static const char *const ask_format[] = { "GET", "FULL", "VARIABLE",
		                                  "${CHANNEL(audioreadformat)}",
		                                  NULL };
	const char *enhanced;
	bool up = false;
	int rc = agi_link_settle(link, GREETING_MS);

	enhanced = agi_get(link->agi, "agi_enhanced");
	if (!rc && (!enhanced || *enhanced != '1'))
		rc = sv_fail(EX_USAGE, "eagi: was run by AGI(), which has no "
		                       "sound; use EAGI()");
	if (!rc)
		rc = agi_ask(link->agi, ask_format, format_told, format);
	if (!rc)
		rc = ask_state(link, &up);
	if (!rc)
		rc = agi_link_settle(link, GREETING_MS);
	return rc || up ? rc : ask_answer(link, &up);
}

int eagi_tell(struct agi_link *link, const char *id)
{
	char text[UUID_LEN];
	uint8_t uuid[16];

	known_call_uuid(id, uuid);
	known_uuid_text(uuid, text);
	return agi_ask_set(link->agi, "SV_UUID", text, NULL, NULL);
}

char *eagi_voice(const char *id)
{
	const char *folder = getenv("TMPDIR");

	return sv_format("%s/sales-voice-%s",
	                 folder && *folder ? folder : "/tmp", id);
}
