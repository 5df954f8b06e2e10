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

enum { FORMAT = 1, MAX_FILE = 4 << 20 };

static const char mark[] = "\nsent\n";

/* A call id comes from outside: what is no plain name becomes its digest. */
static char *path_of(const char *folder, const char *call)
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
	json_t *saved = json_pack(
		"{s:i, s:s, s:s, s:I, s:I, s:I, s:i, s:i, s:s}", "format",
		FORMAT, "digest", scenario->digest, "call", conversation->call,
		"seq", (json_int_t)sv_event_seq(conversation->call), "t",
		(json_int_t)conversation->t, "begun",
		(json_int_t)conversation->begun_t, "state", conversation->state,
		"confirming", conversation->confirming, "keys",
		conversation->keys);
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
	json_object_set_new(saved, "back", save_back(conversation));
	json_object_set_new(saved, "utterances", save_heard(conversation));
	json_object_set_new(saved, "lines", json_deep_copy(lines));
	return saved;
}

int checkpoint_save(const char *folder, const struct conversation *conversation,
                    const json_t *lines)
{
	json_t *saved = save(conversation, lines);
	char *text = saved ? json_dumps(saved, JSON_COMPACT) : NULL;
	char *path = path_of(folder, conversation->call);
	int rc;

	if (text)
		rc = sv_file_replace(path, text, strlen(text), 0600);
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
	char *path = path_of(folder, call);
	int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	int rc;

	if (fd < 0)
		rc = sv_fail(EX_IOERR, "open %s:", path);
	else
		rc = sv_write(fd, mark, sizeof mark - 1, path);
	if (fd >= 0)
		close(fd);
	free(path);
	return rc;
}

void checkpoint_drop(const char *folder, const char *call)
{
	char *path = path_of(folder, call);

	if (unlink(path) && errno != ENOENT)
		sv_warn("cannot remove %s: %s", path, strerror(errno));
	free(path);
}

static bool load_slots_back(struct conversation *conversation,
                            const json_t *slots)
{
	size_t i;

	for (i = 0; i < conversation->scenario->n_slots; i++) {
		struct filled *filled = &conversation->slots[i];
		json_t *one = json_object_get(
			slots, conversation->scenario->slots[i].name);
		const char *value;
		int confirmed;

		if (!one)
			continue;
		if (json_unpack(one, "{s:s, s:b, s:F}", "value", &value,
		                "confirmed", &confirmed, "confidence",
		                &filled->confidence))
			return false;
		filled->value = sv_strdup(value);
		filled->confirmed = confirmed;
	}
	return true;
}

static bool load_counts(unsigned *counts, size_t n, const json_t *array)
{
	size_t i;

	if (json_array_size(array) != n)
		return false;
	for (i = 0; i < n; i++)
		counts[i] =
			(unsigned)json_integer_value(json_array_get(array, i));
	return true;
}

static bool load_back(struct conversation *conversation, const json_t *array)
{
	size_t i;

	if (json_array_size(array) > BACK_MAX)
		return false;
	for (i = 0; i < json_array_size(array); i++) {
		json_int_t state = json_integer_value(json_array_get(array, i));

		if (state < 0 ||
		    state >= (json_int_t)conversation->scenario->n_states)
			return false;
		conversation->back[conversation->n_back++] = (int)state;
	}
	return true;
}

static bool load_numbers(struct conversation *conversation, json_t *saved)
{
	json_int_t seq, t, begun;
	const char *call, *digest, *keys;
	int parting, ended, format;

	if (json_unpack(saved,
	                "{s:i, s:s, s:s, s:I, s:I, s:I, s:i, s:i, s:s,"
	                " s:{s:i, s:i, s:i, s:i, s:i, s:b, s:i}}",
	                "format", &format, "digest", &digest, "call", &call,
	                "seq", &seq, "t", &t, "begun", &begun, "state",
	                &conversation->state, "confirming",
	                &conversation->confirming, "keys", &keys, "counts",
	                "no_input", &conversation->no_input, "no_match",
	                &conversation->no_match, "turn", &conversation->turn,
	                "heard", &conversation->heard, "says",
	                &conversation->says, "ended", &ended, "parting",
	                &parting))
		return false;
	if (strcmp(call, conversation->call) != 0)
		return false;
	/* also when it begins anew: these numbers have been used */
	sv_event_set_seq(call, seq);
	if (format != FORMAT ||
	    strcmp(digest, conversation->scenario->digest) != 0 ||
	    parting < PART_NOT || parting > PART_DONE ||
	    conversation->no_input < 0 || conversation->no_match < 0)
		return false;
	conversation->t = t;
	conversation->begun_t = begun;
	conversation->ended = ended;
	conversation->parting = (enum parting)parting;
	snprintf(conversation->keys, sizeof conversation->keys, "%s", keys);
	return true;
}

static void load_heard(struct conversation *conversation, const json_t *array)
{
	size_t i;

	for (i = 0; i < json_array_size(array) && i < UTTERANCES; i++)
		conversation_first_time(
			conversation,
			json_integer_value(json_array_get(array, i)));
}

static bool load(struct conversation *conversation, json_t *saved)
{
	const struct scenario *scenario = conversation->scenario;
	int state;

	if (!load_numbers(conversation, saved))
		return false;
	state = conversation->state;
	if (state < 0 || state >= (int)scenario->n_states ||
	    conversation->confirming < REF_NONE ||
	    conversation->confirming >= (int)scenario->n_slots)
		return false;
	conversation->target = scenario->states[state].handoff.target;
	if (conversation->parting == PART_TRANSFER && !conversation->target)
		return false;
	if (!load_slots_back(conversation, json_object_get(saved, "slots")) ||
	    !load_counts(conversation->visits, scenario->n_states,
	                 json_object_get(saved, "visits")) ||
	    !load_counts(conversation->said, scenario->n_prompts,
	                 json_object_get(saved, "said")) ||
	    !load_back(conversation, json_object_get(saved, "back")))
		return false;
	load_heard(conversation, json_object_get(saved, "utterances"));
	/* a question about a slot that is empty could not be asked */
	return conversation->confirming < 0 ||
	       conversation->slots[conversation->confirming].value;
}

/* "" when there is none */
static bool read_file(const char *path, struct sv_buf *data)
{
	return !access(path, F_OK) && !sv_file_read(path, data);
}

bool checkpoint_load(const char *folder, struct conversation *conversation,
                     json_t **lines)
{
	char *path = path_of(folder, conversation->call);
	struct sv_buf data;
	json_t *saved = NULL;
	bool found;
	bool good = false;

	*lines = NULL;
	sv_buf_init(&data, MAX_FILE);
	found = read_file(path, &data);
	if (found) {
		saved = json_loadb(sv_buf_str(&data), data.len,
		                   JSON_DISABLE_EOF_CHECK, NULL);
		good = saved && load(conversation, saved);
	}
	if (good &&
	    (data.len < sizeof mark ||
	     strcmp(data.data + data.len - (sizeof mark - 1), mark) != 0))
		*lines = json_incref(json_object_get(saved, "lines"));
	if (found && !good) {
		sv_warn("%s is of another scenario or broken: the conversation begins anew",
		        path);
		unlink(path);
	}
	json_decref(saved);
	sv_buf_release(&data);
	free(path);
	return good;
}
