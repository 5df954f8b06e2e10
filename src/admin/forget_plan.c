/* forget_plan: what is about to be forgotten, kept until it is */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/io.h"

#include "src/admin/forget.h"

static char *path_of(const char *hash)
{
	char *folder = sv_state_folder();
	char *path = sv_format("%s/forget/%s.json", folder, hash);

	free(folder);
	return path;
}

int plan_load(struct forget *forget, const char *hash)
{
	char *path = path_of(hash);
	json_t *plan = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
	json_t *calls = json_object_get(plan, "calls");
	json_t *crm = json_object_get(plan, "crm");
	int rc = 0;

	if (json_is_object(calls) && json_is_array(crm)) {
		json_object_update(forget->calls, calls);
		json_array_extend(forget->crm, crm);
	} else if (!access(path, F_OK)) {
		rc = sv_fail(EX_DATAERR,
		             "%s: what was found before cannot be read: "
		             "delete it to begin anew",
		             path);
	}
	json_decref(plan);
	free(path);
	return rc;
}

int plan_save(const struct forget *forget, const char *hash)
{
	char *state = sv_state_folder();
	char *folder = sv_format("%s/forget", state);
	char *path = path_of(hash);
	json_t *plan = json_pack("{s:O, s:O}", "calls", forget->calls, "crm",
	                         forget->crm);
	char *text = json_dumps(plan, JSON_COMPACT);
	int rc = sv_folder_make(folder);

	if (!rc)
		rc = sv_file_replace(path, text, strlen(text), 0600);
	json_decref(plan);
	free(text);
	free(path);
	free(folder);
	free(state);
	return rc;
}

int plan_drop(const char *hash)
{
	char *path = path_of(hash);
	int rc = 0;

	if (unlink(path) && errno != ENOENT)
		rc = sv_fail(EX_IOERR, "delete %s:", path);
	free(path);
	return rc;
}
