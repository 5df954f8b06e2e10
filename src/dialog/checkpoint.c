/* checkpoint.c: a conversation on disk */
#include "src/dialog/checkpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/digest.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/log.h"

/* A call id comes from outside: what is no plain name becomes its digest. */
char *checkpoint_path(const char *folder, const char *call)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
	unsigned char digest[SV_SHA256];
	char hex[SV_SHA256_HEX];

	if (*call && strspn(call, plain) == strlen(call))
		return sv_format("%s/%s.dialog", folder, call);
	sv_sha256(call, strlen(call), digest);
	sv_hex(digest, sizeof digest, hex);
	return sv_format("%s/=%s.dialog", folder, hex);
}

static json_t *save_counts(const unsigned *counts, size_t n)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < n; i++)
		json_array_append_new(array, json_integer(counts[i]));
	return array;
}

static json_t *save_slots(const struct conversation *conversation)
{
	json_t *slots = json_object();
	size_t i;

	for (i = 0; i < conversation->scenario->n_slots; i++) {
		const struct filled *filled = &conversation->slots[i];

		if (filled->value)
			json_object_set_new(
				slots, conversation->scenario->slots[i].name,
				json_pack("{s:s, s:b, s:f}", "value",
			                  filled->value, "confirmed",
			                  filled->confirmed, "confidence",
			                  filled->confidence));
	}
	return slots;
}

static json_t *save_back(const struct conversation *conversation)
{
	json_t *back = json_array();
	size_t i;

	for (i = 0; i < conversation->n_back; i++)
		json_array_append_new(back,
		                      json_integer(conversation->back[i]));
	return back;
}

static json_t *save_heard(const struct conversation *conversation)
{
	json_t *heard = json_array();
	size_t i;

	for (i = 0; i < conversation->n_utterances && i < UTTERANCES; i++)
		json_array_append_new(
			heard, json_integer(conversation->utterances[i]));
	return heard;
}

static json_t *save(const struct conversation *conversation,
                    const json_t *lines)
{
	const struct scenario *scenario = conversation->scenario;
	json_t *saved =
		json_pack("{s:i, s:s, s:s, s:I, s:I, s:I, s:i, s:i, s:s}",
	                  "format", CHECKPOINT_FORMAT, "digest",
	                  scenario->digest, "call", conversation->call, "seq",
	                  (json_int_t)sv_event_seq(conversation->call), "t",
	                  (json_int_t)conversation->t, "begun",
	                  (json_int_t)conversation->begun_t, "state",
	                  conversation->state, "confirming",
	                  conversation->confirming, "keys", conversation->keys);
	json_t *counts = json_pack(
		"{s:i, s:i, s:i, s:i, s:i, s:b, s:i}", "no_input",
		conversation->no_input, "no_match", conversation->no_match,
		"turn", conversation->turn, "heard", conversation->heard,
		"says", conversation->says, "ended", conversation->ended,
		"parting", (int)conversation->parting);

	if (!saved || !counts) {
		json_decref(saved);
		json_decref(counts);
		return NULL;
	}
	json_object_set_new(saved, "counts", counts);
	json_object_set_new(saved, "slots", save_slots(conversation));
	json_object_set_new(
		saved, "visits",
		save_counts(conversation->visits, scenario->n_states));
	json_object_set_new(
		saved, "said",
		save_counts(conversation->said, scenario->n_prompts));
	json_object_set_new(
		saved, "arms",
		save_counts(conversation->arms, scenario->n_experiments));
	json_object_set_new(saved, "back", save_back(conversation));
	json_object_set_new(saved, "piece", json_string(conversation->piece));
	json_object_set_new(saved, "words",
	                    json_string(conversation->last_words));
	json_object_set_new(saved, "question",
	                    json_string(conversation->question));
	json_object_set_new(saved, "asked",
	                    json_integer(conversation->question_slot));
	json_object_set_new(saved, "utterances", save_heard(conversation));
	if (conversation->minded)
		json_object_set_new(saved, "history",
		                    history_save(&conversation->history));
	if (conversation->recalled)
		json_object_set_new(saved, "recalled",
		                    json_string(conversation->recalled));
	json_object_set_new(saved, "lines", json_deep_copy(lines));
	return saved;
}

/* As sv_file_replace(), without its fsync(2): that takes longer than a turn may,
 * and is for a machine that goes down, which ends the call as well. */
static int replace(const char *path, const char *text)
{
	char *beside = sv_format("%s.new", path);
	int fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	int rc;

	if (fd < 0) {
		rc = sv_fail(EX_CANTCREAT, "create %s:", beside);
	} else {
		rc = sv_write(fd, text, strlen(text), beside);
		if (close(fd) && !rc)
			rc = sv_fail(EX_IOERR, "close %s:", beside);
	}
	if (!rc && rename(beside, path))
		rc = sv_fail(EX_CANTCREAT, "rename %s:", beside);
	if (rc && fd >= 0)
		unlink(beside);
	free(beside);
	return rc;
}

int checkpoint_save(const char *folder, const struct conversation *conversation,
                    const json_t *lines)
{
	json_t *saved = save(conversation, lines);
	char *text = saved ? json_dumps(saved, JSON_COMPACT) : NULL;
	char *path = checkpoint_path(folder, conversation->call);
	int rc;

	if (text)
		rc = replace(path, text);
	else
		rc = sv_fail(EX_SOFTWARE, "a checkpoint could not be made");
	json_decref(saved);
	free(text);
	free(path);
	return rc;
}

/* Not synced: the mark is for a process that was killed. A machine that went
 * down has no call to go on with. */
int checkpoint_mark(const char *folder, const char *call)
{
	char *path = checkpoint_path(folder, call);
	int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	int rc;

	if (fd < 0)
		rc = sv_fail(EX_IOERR, "open %s:", path);
	else
		rc = sv_write(fd, checkpoint_sent, sizeof checkpoint_sent - 1,
		              path);
	if (fd >= 0)
		close(fd);
	free(path);
	return rc;
}

void checkpoint_drop(const char *folder, const char *call)
{
	char *path = checkpoint_path(folder, call);

	if (unlink(path) && errno != ENOENT)
		sv_warn("cannot remove %s: %s", path, strerror(errno));
	free(path);
}
