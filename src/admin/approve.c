/* approve: what waits for a person's yes before a tool runs (sv-dialog) */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/audit.h"
#include "lib/fail.h"
#include "lib/io.h"

#include "src/admin/admin.h"

enum { QUESTION_MAX = 1 << 20 };

static const char letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/* the name without its ending, if it is a question's */
static bool is_question(const char *name, size_t *len)
{
	*len = strspn(name, letters);
	return *len && !strcmp(name + *len, ".ask");
}

static json_t *read_question(const char *path)
{
	struct sv_buf text;
	json_t *question = NULL;

	sv_buf_init(&text, QUESTION_MAX);
	if (!sv_file_read(path, &text))
		question = json_loadb(sv_buf_str(&text), text.len, 0, NULL);
	sv_buf_release(&text);
	return question;
}

static void show(const char *id, const json_t *question)
{
	char *arguments = json_dumps(json_object_get(question, "arguments"),
	                             JSON_COMPACT);
	const char *until =
		json_string_value(json_object_get(question, "until"));
	const char *call = json_string_value(json_object_get(question, "call"));
	const char *tool = json_string_value(json_object_get(question, "tool"));

	printf("%s\t%s\t%s\t%s\t%s\n", id, until ? until : "?",
	       call ? call : "?", tool ? tool : "?",
	       arguments ? arguments : "{}");
	free(arguments);
}

/* what waits, one a line or as JSON */
static int list(const struct admin *admin, const char *folder)
{
	json_t *all = json_array();
	DIR *dir = opendir(folder);
	struct dirent *entry;
	size_t len;

	while (dir && (entry = readdir(dir))) {
		char *path, *id;
		json_t *question;

		if (!is_question(entry->d_name, &len))
			continue;
		path = sv_format("%s/%s", folder, entry->d_name);
		id = sv_strndup(entry->d_name, len);
		question = read_question(path);
		if (question && admin_json(admin)) {
			json_object_set_new(question, "id", json_string(id));
			json_array_append(all, question);
		} else if (question) {
			show(id, question);
		}
		json_decref(question);
		free(path);
		free(id);
	}
	if (dir)
		closedir(dir);
	if (admin_json(admin))
		return admin_print(all);
	json_decref(all);
	return 0;
}

static int answer(const char *folder, const char *id, const char *word)
{
	char *ask = sv_format("%s/%s.ask", folder, id);
	char *path = sv_format("%s/%s.%s", folder, id, word);
	int fd = -1, rc = 0;

	if (strspn(id, letters) != strlen(id) || access(ask, F_OK))
		rc = sv_fail(EX_NOINPUT,
		             "nothing waits as %s: see sv-admin "
		             "approve",
		             id);
	else
		fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (!rc && fd < 0)
		rc = sv_fail(EX_CANTCREAT, "create %s:", path);
	if (fd >= 0)
		close(fd);
	free(ask);
	free(path);
	return rc;
}

/* The audit log is the store's: there is one when a store was named. */
static int note(struct admin *admin, const char *id, const char *word)
{
	int rc;

	if (!admin->dsn)
		return 0;
	rc = sv_store_open(&admin->store, admin->dsn, SV_STORE_WRITE);
	return rc ? rc
	          : sv_audit(admin->store,
	                     !strcmp(word, "yes") ? "approve" : "refuse", id,
	                     NULL);
}

int approve(struct admin *admin, char **operands, int n)
{
	const char *word = n > 1 ? operands[1] : "yes";
	char *run = sv_run_folder();
	char *folder = sv_format("%s/approvals", run);
	int rc;

	if (n > 2 || (strcmp(word, "yes") != 0 && strcmp(word, "no") != 0))
		rc = sv_fail(EX_USAGE, "approve [ID [yes|no]]");
	else if (!n)
		rc = list(admin, folder);
	else if (!(rc = note(admin, operands[0], word)))
		rc = answer(folder, operands[0], word);
	free(folder);
	free(run);
	return rc;
}
