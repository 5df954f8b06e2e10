/* chat_uses: fragments of calls of tools become calls */
#include "lib/chat_uses.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/conform.h"
#include "lib/fail.h"
#include "lib/ulid.h"
#include "lib/utf8.h"

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

/* --- which call a fragment belongs to --- */

static struct chat_use *last_of(const struct chat_uses *uses)
{
	return uses->n ? uses->list[uses->n - 1] : NULL;
}

static struct chat_use *with_id(const struct chat_uses *uses, const char *id)
{
	for (size_t i = uses->n; *id && i > 0; i--) {
		struct chat_use *use = uses->list[i - 1];

		if (use->id && !strcmp(use->id, id))
			return use;
	}
	return NULL;
}

static struct chat_use *with_index(const struct chat_uses *uses,
                                   json_int_t index)
{
	for (size_t i = uses->n; i > 0; i--)
		if (uses->list[i - 1]->index == index)
			return uses->list[i - 1];
	return NULL;
}

/* Servers that count nothing and name nothing send calls whole: what comes
 * behind one that is complete, with a name again, is the next one. */
static bool is_complete(const struct chat_use *use)
{
	const char *text = sv_buf_str(&use->arguments);
	size_t len = use->arguments.len;
	json_t *value = len && text[len - 1] == '}' && use->name
	                        ? json_loadb(text, len, 0, NULL)
	                        : NULL;
	bool complete = value != NULL;

	json_decref(value);
	return complete;
}

static struct chat_use *owner_of(const struct chat_uses *uses,
                                 const json_t *fragment, const char *name)
{
	const json_t *number = json_object_get(fragment, "index");
	const char *id = text_of(fragment, "id");
	struct chat_use *use = with_id(uses, id);

	if (use)
		return use;
	use = with_index(uses, json_integer_value(number));
	if (use && *id && use->id)
		return NULL; /* old servers count each one as 0 */
	if (use && !number && !*id)
		use = last_of(uses);
	if (use && !number && *name && is_complete(use))
		return NULL;
	if (!use && !*id && !*name)
		return last_of(uses); /* an index that means nothing */
	return use;
}

/* --- what it adds --- */

static int too_much(const char *what, int most)
{
	return sv_fail(EX_UNAVAILABLE,
	               "the answer's calls of tools: more than %d %s", most,
	               what);
}

static struct chat_use *new_use(struct chat_uses *uses, const json_t *fragment)
{
	struct chat_use *use = sv_alloc(sizeof *use);

	use->index = json_integer_value(json_object_get(fragment, "index"));
	sv_buf_init(&use->arguments, SV_CHAT_TEXT_MAX);
	uses->list[uses->n++] = use;
	return use;
}

/* the first one counts */
static void take_word(char **word, const char *text)
{
	if (!*word && *text)
		*word = sv_strndup(
			text, sv_utf8_cut(text, strlen(text), SV_CHAT_ID_MAX));
}

static int take_arguments(struct chat_use *use, const json_t *arguments)
{
	const char *text = json_string_value(arguments);
	char *made = NULL;
	int rc;

	/* some send them as the object they are to be */
	if (json_is_object(arguments))
		text = made = json_dumps(arguments, JSON_COMPACT);
	rc = text ? sv_buf_puts(&use->arguments, text) : 0;
	free(made);
	return rc ? too_much("bytes", SV_CHAT_TEXT_MAX) : 0;
}

static int take(struct chat_uses *uses, const json_t *fragment)
{
	const json_t *function = json_object_get(fragment, "function");
	const char *name = text_of(function, "name");
	struct chat_use *use = owner_of(uses, fragment, name);

	if (!use && uses->n == SV_CHAT_CALLS_MAX)
		return too_much("of them", SV_CHAT_CALLS_MAX);
	if (!use)
		use = new_use(uses, fragment);
	take_word(&use->id, text_of(fragment, "id"));
	take_word(&use->name, name);
	return take_arguments(use, json_object_get(function, "arguments"));
}

int chat_uses_take(struct chat_uses *uses, const json_t *fragments)
{
	json_t *fragment;
	size_t i;
	int rc = 0;

	json_array_foreach (fragments, i, fragment) {
		rc = take(uses, fragment);
		if (rc)
			break;
	}
	return rc;
}

/* --- when all has come --- */

/* the schema of its arguments; *known: there is such a tool */
static const json_t *schema_of(const json_t *tools, const char *name,
                               bool *known)
{
	const json_t *tool;
	size_t i;

	*known = false;
	json_array_foreach (tools, i, tool) {
		const json_t *function = json_object_get(tool, "function");

		*known = !strcmp(text_of(function, "name"), name);
		if (*known)
			return json_object_get(function, "parameters");
	}
	return NULL;
}

static char *what_is_wrong(const struct chat_use *use, const json_t *tools,
                           bool cut)
{
	bool known;
	const json_t *schema = schema_of(tools, use->name, &known);

	if (!known)
		return sv_strdup("there is no such tool");
	if (!use->value && cut)
		return sv_strdup("the arguments were cut off: use fewer words");
	if (!use->value)
		return sv_strdup("the arguments are no JSON object");
	if (schema && sv_conform(schema, use->value))
		return sv_format("the arguments are not what they are to be: "
		                 "%s",
		                 sv_why());
	return NULL;
}

static void close_use(struct chat_use *use, const json_t *tools, bool cut)
{
	char id[SV_ULID_LEN];

	if (!use->id) {
		sv_ulid(id);
		use->id = sv_format("call_%s", id);
	}
	if (!use->name)
		use->name = sv_strdup("");
	if (!use->arguments.len)
		sv_buf_puts(&use->arguments, "{}");
	use->value = json_loadb(sv_buf_str(&use->arguments), use->arguments.len,
	                        0, NULL);
	if (!json_is_object(use->value)) {
		json_decref(use->value);
		use->value = NULL;
	}
	use->wrong = what_is_wrong(use, tools, cut);
}

void chat_uses_close(struct chat_uses *uses, const json_t *tools, bool cut)
{
	for (size_t i = 0; i < uses->n; i++)
		close_use(uses->list[i], tools, cut);
}

/* as services take it back: letters, digits, _ and -, and not too many */
static char *clean_name(const char *name)
{
	const char *some = *name ? name : "unknown";
	char *clean = sv_strndup(
		some, sv_utf8_cut(some, strlen(some), SV_CHAT_NAME_MAX));

	for (char *p = clean; *p; p++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWX"
		            "YZ0123456789_-",
		            *p))
			*p = '_';
	return clean;
}

/* Arguments go back as they came. Those that are no object go as an empty one:
 * servers that read them for their templates fail at others. */
json_t *chat_uses_message(const struct chat_uses *uses)
{
	json_t *list = json_array();

	for (size_t i = 0; i < uses->n; i++) {
		const struct chat_use *use = uses->list[i];
		char *name = clean_name(use->name);

		json_array_append_new(
			list, json_pack("{ss ss s{ss ss}}", "id", use->id,
		                        "type", "function", "function", "name",
		                        name, "arguments",
		                        use->value ? sv_buf_str(&use->arguments)
		                                   : "{}"));
		free(name);
	}
	return list;
}

void chat_uses_release(struct chat_uses *uses)
{
	for (size_t i = 0; i < uses->n; i++) {
		struct chat_use *use = uses->list[i];

		free(use->id);
		free(use->name);
		free(use->wrong);
		sv_buf_release(&use->arguments);
		json_decref(use->value);
		free(use);
	}
	uses->n = 0;
}
