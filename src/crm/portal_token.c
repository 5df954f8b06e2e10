/* portal_token: the tokens of an application, and the file they are in */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/secret.h"
#include "lib/service.h"
#include "lib/start.h"

#include "src/crm/portal_inside.h"

enum {
	FILE_MAX = 64 << 10,
	LOCK_MS = 90000, /* more than a request to the OAuth server takes */
	LOOK_US = 20000,
};

/* what is kept of an answer */
static const char *const kept[] = {
	"access_token", "refresh_token", "client_endpoint", "domain",
	"member_id",    "expires",       "scope",           "user_id",
};

char *portal_token_path(const struct sv_list *settings)
{
	const char *path = sv_setting(settings, "bitrix24", "token_file");
	char *folder, *made;

	if (path && *path)
		return sv_strdup(path);
	folder = sv_state_folder();
	made = sv_format("%s/bitrix24-tokens.json", folder);
	free(folder);
	return made;
}

void portal_token_release(struct portal_token *token)
{
	json_decref(token->all);
	*token = (struct portal_token){ 0 };
}

static const char *string_of(const json_t *all, const char *key)
{
	const char *text = json_string_value(json_object_get(all, key));

	return text && *text ? text : NULL;
}

/* Takes all. */
static int adopt(struct portal_token *token, json_t *all, const char *path)
{
	struct portal_token made = {
		.all = all,
		.access = string_of(all, "access_token"),
		.refresh = string_of(all, "refresh_token"),
		.endpoint = string_of(all, "client_endpoint"),
	};

	sv_secret_known(made.access);
	sv_secret_known(made.refresh);
	if (!made.access || !made.refresh || !made.endpoint) {
		portal_token_release(&made);
		return sv_fail(EX_CONFIG,
		               "%s: an access_token, a refresh_token and a "
		               "client_endpoint are not all there: say sv-crm "
		               "authorize again",
		               path);
	}
	portal_token_release(token);
	*token = made;
	return 0;
}

static int check_mode(const char *path)
{
	struct stat info;

	if (stat(path, &info)) {
		if (errno == ENOENT)
			return sv_fail(EX_NOPERM,
			               "bitrix24: there are no tokens yet in "
			               "%s: say sv-crm authorize",
			               path);
		return sv_fail(EX_CONFIG, "open %s:", path);
	}
	if (!S_ISREG(info.st_mode))
		return sv_fail(EX_CONFIG, "%s is no file", path);
	if (info.st_mode & (S_IRWXG | S_IRWXO))
		return sv_fail(EX_CONFIG,
		               "%s may be read or changed by others: chmod 600 "
		               "it",
		               path);
	return 0;
}

int portal_token_load(struct portal_token *token, const char *path)
{
	struct sv_buf text;
	json_t *all;
	int rc = check_mode(path);

	if (rc)
		return rc;
	sv_buf_init(&text, FILE_MAX);
	rc = sv_file_read(path, &text);
	all = rc ? NULL : json_loadb(sv_buf_str(&text), text.len, 0, NULL);
	if (text.data)
		explicit_bzero(text.data, text.len);
	sv_buf_release(&text);
	return rc ? rc : adopt(token, all, path);
}

static void make_folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder;

	if (!slash || slash == path)
		return;
	folder = sv_strndup(path, (size_t)(slash - path));
	sv_folder_make(folder); /* the write says it better */
	free(folder);
}

static json_t *merge(const json_t *old, const json_t *came)
{
	json_t *all = json_object();

	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
		json_t *value = json_object_get(came, kept[i]);

		if (!json_is_string(value) && !json_is_number(value))
			value = json_object_get(old, kept[i]);
		if (value)
			json_object_set(all, kept[i], value);
	}
	return all;
}

int portal_token_store(struct portal_token *token, const char *path,
                       const json_t *came)
{
	json_t *all = merge(token->all, came);
	char *text = json_dumps(all, JSON_INDENT(1));
	char *whole = sv_format("%s\n", text);
	int rc = adopt(token, json_incref(all), "the answer");

	if (!rc) {
		make_folder_of(path);
		rc = sv_file_replace(path, whole, strlen(whole), 0600);
	}
	sv_secret_free(text);
	sv_secret_free(whole);
	json_decref(all);
	return rc;
}

/* Beside the tokens, as their file is another each time. */
int portal_token_lock(const char *path)
{
	const struct timespec look = { .tv_nsec = LOOK_US * 1000L };
	int64_t until_ms = sv_now_ms() + LOCK_MS;
	char *name = sv_format("%s.lock", path);
	int fd;

	make_folder_of(path);
	fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		sv_fail(EX_CANTCREAT, "open %s:", name);
	while (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB)) {
		if (!sv_stopping() && sv_now_ms() < until_ms) {
			nanosleep(&look, NULL);
			continue;
		}
		close(fd);
		fd = -1;
		sv_fail(EX_TEMPFAIL,
		        "%s: another process is getting tokens, for too long",
		        name);
	}
	free(name);
	return fd;
}
