/* suite.c: a file of conversations and the scenario they are about */
#include "src/dialog/suite.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/io.h"

static int told(struct sv_problems *problems)
{
	if (!problems->errors)
		return 0;
	sv_problems_sort(problems);
	sv_problems_print(problems, stderr);
	return sv_fail(EX_CONFIG, "%s: %zu %s", problems->file,
	               problems->errors,
	               problems->errors == 1 ? "error" : "errors");
}

/* The key is looked at before all others: they use the scenario's names. */
static const char *named(const struct sv_node *root)
{
	const struct sv_node *child;

	if (root->kind != SV_NODE_MAP)
		return NULL;
	for (child = root->first; child; child = child->next)
		if (!strcmp(child->key, "scenario") &&
		    child->kind == SV_NODE_TEXT)
			return child->text;
	return NULL;
}

/* A path in a file is relative to the file's folder; yours to free(). */
static char *beside(const char *file, const char *path)
{
	const char *slash = strrchr(file, '/');

	if (*path == '/' || !slash)
		return sv_strdup(path);
	return sv_format("%.*s/%s", (int)(slash - file), file, path);
}

static int open_scenario(struct suite *suite, const char *path)
{
	struct sv_problems problems = { .see = "sv-dialog --check" };
	int rc = scenario_load(&suite->scenario, path, &problems);

	if (!rc)
		rc = told(&problems);
	sv_problems_release(&problems);
	return rc;
}

static int find_scenario(struct suite *suite, const struct sv_node *root,
                         const char *told_path)
{
	const char *path = named(root);
	char *whole;
	int rc;

	if (told_path)
		return open_scenario(suite, told_path);
	if (!path)
		return sv_fail(EX_CONFIG,
		               "%s:1: the key 'scenario' is missing: name it "
		               "there or by -s",
		               suite->file);
	whole = beside(suite->file, path);
	rc = open_scenario(suite, whole);
	free(whole);
	return rc;
}

static int fill(struct suite *suite, const struct sv_buf *data,
                const char *scenario, struct sv_problems *problems)
{
	struct loader loader = { .problems = problems };
	const struct sv_node *root = sv_yaml_parse(&suite->arena, problems,
	                                           sv_buf_str(data), data->len);
	int rc;

	if (!root)
		return 0; /* the problems tell */
	rc = find_scenario(suite, root, scenario);
	if (rc)
		return rc;
	loader.scenario = suite->scenario;
	suite_fill(&loader, root, suite);
	return 0;
}

int suite_load(struct suite **made, const char *file, const char *scenario)
{
	struct sv_problems problems = { .file = file };
	struct suite *suite = sv_alloc(sizeof *suite);
	struct sv_buf data;
	int rc;

	*made = suite;
	suite->file = file;
	sv_buf_init(&data, SV_YAML_MAX);
	rc = sv_file_read(file, &data);
	if (rc == EX_DATAERR)
		rc = sv_fail(EX_CONFIG, "%s: larger than 1 MiB", file);
	if (!rc)
		rc = fill(suite, &data, scenario, &problems);
	if (!rc)
		rc = told(&problems);
	sv_problems_release(&problems);
	sv_buf_release(&data);
	if (rc) {
		suite_free(suite);
		*made = NULL;
	}
	return rc;
}

void suite_free(struct suite *suite)
{
	if (!suite)
		return;
	scenario_free(suite->scenario);
	sv_arena_release(&suite->arena);
	free(suite);
}
