/* listen_callfile: a call, as Asterisk's spool wants it told */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/phone.h"
#include "lib/service.h"
#include "lib/span.h"

#include "src/crm/listen_spool.h"

enum { EXTENSION_MAX = 8, USER_MAX = 16, ID_MAX = 128 };

const char *const spool_settings[] = { "context",     "exten",     "priority",
	                               "application", "data",      "caller",
	                               "account",     "variables", "prefixes",
	                               "wait",        "retry",     "retries",
	                               "calls",       "within",    NULL };

/* --- what people set --- */

/* What would end the line or begin a comment is nobody's value. */
static int check(const char *name, const char *value)
{
	if (!value)
		return 0;
	for (const char *at = value; *at; at++)
		if ((unsigned char)*at < ' ' || *at == ';' || *at == '#' ||
		    *at == 127)
			return sv_fail(EX_USAGE,
			               "%s: ; # and control characters cannot "
			               "stand in a call file",
			               name);
	if (strlen(value) > SPOOL_LINE - 50)
		return sv_fail(EX_USAGE, "%s: too long for a call file", name);
	return 0;
}

static int read_texts(struct spool *spool, const struct sv_list *settings)
{
	const struct {
		const char *name;
		const char **value;
	} texts[] = {
		{ "context", &spool->context },
		{ "exten", &spool->exten },
		{ "priority", &spool->priority },
		{ "application", &spool->application },
		{ "data", &spool->data },
		{ "caller", &spool->caller },
		{ "account", &spool->account },
		{ "variables", &spool->variables },
		{ "prefixes", &spool->prefixes },
	};

	int rc = check("--channel", spool->channel);

	for (size_t i = 0; !rc && i < sizeof texts / sizeof *texts; i++) {
		const char *value =
			sv_setting(settings, "listen", texts[i].name);

		if (value)
			*texts[i].value = value;
		rc = check(texts[i].name, value);
	}
	return rc;
}

int spool_init(struct spool *spool, const char *folder, const char *channel,
               const struct sv_list *settings)
{
	int rc;

	*spool = (struct spool){ .folder = folder,
		                 .channel = channel,
		                 .context = "from-internal",
		                 .exten = "{digits}",
		                 .priority = "1",
		                 .wait_ms = 30000,
		                 .retry_ms = 60000,
		                 .most = 10,
		                 .within_ms = 60000 };
	rc = read_texts(spool, settings);
	if (!rc)
		rc = sv_setting_ms(settings, "listen", "wait", &spool->wait_ms);
	if (!rc)
		rc = sv_setting_ms(settings, "listen", "retry",
		                   &spool->retry_ms);
	if (!rc)
		rc = sv_setting_int(settings, "listen", "retries",
		                    &spool->retries);
	if (!rc)
		rc = sv_setting_int(settings, "listen", "calls", &spool->most);
	if (!rc)
		rc = sv_setting_ms(settings, "listen", "within",
		                   &spool->within_ms);
	return rc;
}

/* --- what the network says --- */

struct words {
	char phone[SV_E164];
	const char *digits, *extension, *user, *call, *id;
};

static bool made_of(const char *text, const char *allowed, size_t most)
{
	size_t len = strspn(text, allowed);

	return !text[len] && len <= most;
}

static const char *field(const json_t *click, const char *name)
{
	const char *text = json_string_value(json_object_get(click, name));

	return text ? text : "";
}

static bool may_call(const struct spool *spool, const char *phone)
{
	const char *all = spool->prefixes ? spool->prefixes : "+";
	struct sv_span list = { all, strlen(all) };

	while (list.len) {
		struct sv_span prefix = sv_span_take(&list, ",");

		prefix = sv_span_trim(prefix);
		if (prefix.len && !strncmp(phone, prefix.at, prefix.len))
			return true;
	}
	return false;
}

/* The number was made E.164 when it came, if it is one: it is read again, so
 * that this does not lean on it. */
static int read_words(const struct spool *spool, const json_t *click,
                      const char *call, struct words *words)
{
	static const char digits[] = "0123456789";
	static const char ids[] = "abcdefghijklmnopqrstuvwxyz"
				  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

	words->extension = field(click, "extension");
	words->user = field(click, "user");
	words->id = field(click, "id");
	words->call = call;
	if (!sv_phone_e164(field(click, "phone"), "", words->phone))
		return sv_fail(EX_DATAERR, "no number that can be dialled");
	if (!made_of(words->phone + 1, digits, SV_PHONE_DIGITS_MAX))
		return sv_fail(EX_DATAERR, "no number that can be dialled");
	words->digits = words->phone + 1;
	if (!made_of(words->extension, digits, EXTENSION_MAX))
		return sv_fail(EX_DATAERR, "no extension that can be dialled");
	if (!made_of(words->user, digits, USER_MAX))
		words->user = "";
	if (!made_of(words->id, ids, ID_MAX))
		words->id = "";
	if (!may_call(spool, words->phone))
		return sv_fail(EX_DATAERR, "a number that may not be called");
	return 0;
}

/* --- the file --- */

static const char *word(const struct words *words, struct sv_span name)
{
	const struct {
		const char *name, *value;
	} known[] = {
		{ "phone", words->phone },         { "digits", words->digits },
		{ "extension", words->extension }, { "user", words->user },
		{ "call", words->call },
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (sv_span_is(name, known[i].name))
			return known[i].value;
	return NULL;
}

/* {phone} is filled in; a brace that is no such word is itself */
static int fill(struct sv_buf *line, const char *pattern,
                const struct words *words)
{
	int rc = 0;

	while (!rc && *pattern) {
		size_t len = strcspn(pattern, "{}");
		struct sv_span name = { pattern + 1, len - (len > 0) };
		const char *value = NULL;

		if (*pattern == '{') {
			name.len = strcspn(pattern + 1, "{}");
			if (pattern[1 + name.len] == '}')
				value = word(words, name);
		}
		if (value && !*value)
			return sv_fail(EX_DATAERR, "no %.*s is known",
			               (int)name.len, name.at);
		if (value) {
			rc = sv_buf_puts(line, value);
			pattern += name.len + 2;
			continue;
		}
		len = len ? len : 1;
		rc = sv_buf_add(line, pattern, len);
		pattern += len;
	}
	return rc;
}

static int add(struct sv_buf *file, const char *name, const char *pattern,
               const struct words *words)
{
	struct sv_buf line;
	int rc = 0;

	if (!pattern)
		return 0;
	sv_buf_init(&line, SPOOL_LINE);
	rc = sv_buf_printf(&line, "%s: ", name);
	if (!rc)
		rc = fill(&line, pattern, words);
	if (!rc)
		rc = sv_buf_printf(file, "%s\n", sv_buf_str(&line));
	sv_buf_release(&line);
	return rc;
}

static int add_variables(struct sv_buf *file, const struct spool *spool,
                         const struct words *words)
{
	const char *all = spool->variables ? spool->variables : "";
	struct sv_span list = { all, strlen(all) };
	int rc = sv_buf_printf(file,
	                       "Setvar: SV_CALL_ID=%s\n"
	                       "Setvar: SV_PHONE=%s\n",
	                       words->call, words->phone);

	if (!rc && *words->id)
		rc = sv_buf_printf(file, "Setvar: SV_CRM_CALL=%s\n", words->id);
	if (!rc && *words->user)
		rc = sv_buf_printf(file, "Setvar: SV_CRM_USER=%s\n",
		                   words->user);
	while (!rc && list.len) {
		struct sv_span pair = sv_span_trim(sv_span_take(&list, ","));
		char *text = sv_strndup(pair.at, pair.len);

		if (*text)
			rc = add(file, "Setvar", text, words);
		free(text);
	}
	return rc;
}

static int add_where(struct sv_buf *file, const struct spool *spool,
                     const struct words *words)
{
	int rc;

	if (spool->application) {
		rc = add(file, "Application", spool->application, words);
		return rc ? rc : add(file, "Data", spool->data, words);
	}
	rc = add(file, "Context", spool->context, words);
	if (!rc)
		rc = add(file, "Extension", spool->exten, words);
	return rc ? rc : add(file, "Priority", spool->priority, words);
}

int spool_file(const struct spool *spool, const json_t *click, const char *call,
               struct sv_buf *file)
{
	struct words words;
	int rc = read_words(spool, click, call, &words);

	sv_buf_init(file, SPOOL_FILE);
	if (!rc)
		rc = add(file, "Channel", spool->channel, &words);
	if (!rc)
		rc = add(file, "CallerID", spool->caller, &words);
	if (!rc)
		rc = sv_buf_printf(file,
		                   "MaxRetries: %d\n"
		                   "RetryTime: %d\n"
		                   "WaitTime: %d\n",
		                   spool->retries,
		                   (spool->retry_ms + 999) / 1000,
		                   (spool->wait_ms + 999) / 1000);
	if (!rc)
		rc = add(file, "Account", spool->account, &words);
	if (!rc)
		rc = add_where(file, spool, &words);
	return rc ? rc : add_variables(file, spool, &words);
}
