/* restore.c: a conversation from disk, if what is there can be trusted */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/io.h"
#include "lib/log.h"

#include "src/dialog/checkpoint.h"

enum { MAX_FILE = 4 << 20 };

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

static bool load_arms(struct conversation *conversation, const json_t *array)
{
	const struct scenario *scenario = conversation->scenario;
	size_t i;

	if (!load_counts(conversation->arms, scenario->n_experiments, array))
		return false;
	for (i = 0; i < scenario->n_experiments; i++)
		if (conversation->arms[i] >= scenario->experiments[i].n)
			return false;
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

/* numbers that can be counted on from */
static bool is_count(int n)
{
	return n >= 0 && n < INT_MAX / 2;
}

static bool is_time(json_int_t t)
{
	return t >= 0 && t <= SV_EVENT_NUMBER_MAX;
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
	if (format != CHECKPOINT_FORMAT ||
	    strcmp(digest, conversation->scenario->digest) != 0 ||
	    parting < PART_NOT || parting > PART_DONE ||
	    !is_count(conversation->no_input) ||
	    !is_count(conversation->no_match) ||
	    !is_count(conversation->turn) || !is_count(conversation->heard) ||
	    !is_count(conversation->says) || !is_time(t) || !is_time(begun))
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

/* for the brief of a hand-over */
static void load_last(struct conversation *conversation, const json_t *saved)
{
	const char *words = json_string_value(json_object_get(saved, "words"));
	const char *question =
		json_string_value(json_object_get(saved, "question"));
	json_int_t slot = json_integer_value(json_object_get(saved, "asked"));

	conversation_remember(conversation->last_words, words ? words : "");
	conversation_remember(conversation->question, question ? question : "");
	if (slot >= 0 && slot < (json_int_t)conversation->scenario->n_slots)
		conversation->question_slot = (int)slot;
}

static bool load(struct conversation *conversation, json_t *saved)
{
	const struct scenario *scenario = conversation->scenario;
	const char *piece, *recalled;
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
	    !load_arms(conversation, json_object_get(saved, "arms")) ||
	    !load_back(conversation, json_object_get(saved, "back")))
		return false;
	if (!history_load(&conversation->history,
	                  json_object_get(saved, "history")))
		return false;
	recalled = json_string_value(json_object_get(saved, "recalled"));
	conversation->recalled = recalled ? sv_strdup(recalled) : NULL;
	load_last(conversation, saved);
	load_heard(conversation, json_object_get(saved, "utterances"));
	piece = json_string_value(json_object_get(saved, "piece"));
	snprintf(conversation->piece, sizeof conversation->piece, "%s",
	         piece ? piece : "");
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
	char *path = checkpoint_path(folder, conversation->call);
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
	if (good && (data.len < sizeof checkpoint_sent ||
	             strcmp(data.data + data.len - (sizeof checkpoint_sent - 1),
	                    checkpoint_sent) != 0))
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
