/* names.c: what the file of each recording is called in a folder */
#include "src/asr/names.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"

/* used holds the names given so far, with the last number each has had */
static char *name_of(json_t *used, const char *below, const char *suffix)
{
	const char *slash = strrchr(below, '/');
	const char *name = slash ? slash + 1 : below;
	const char *dot = strrchr(name, '.');
	int stem = (int)(dot && dot != name ? dot - below : (int)strlen(below));
	char *path = sv_format("%.*s.%s", stem, below, suffix);
	json_t *times = json_object_get(used, path);
	json_int_t n = json_integer_value(times);

	if (!times)
		json_object_set_new_nocheck(used, path, json_integer(1));
	while (times && json_object_get(used, path)) {
		free(path);
		path = sv_format("%.*s-%d.%s", stem, below, (int)++n, suffix);
	}
	if (times) {
		json_integer_set(times, n);
		json_object_set_new_nocheck(used, path, json_integer(1));
	}
	return path;
}

char **names_make(const struct inputs *inputs, const char *suffix)
{
	char **names = sv_calloc(inputs->n, sizeof(char *));
	json_t *used = json_object();

	for (size_t i = 0; i < inputs->n; i++) {
		const struct input *input = &inputs->items[i];

		names[i] = name_of(used, input->path + input->below, suffix);
	}
	json_decref(used);
	return names;
}

void names_free(char **names, const struct inputs *inputs)
{
	for (size_t i = 0; names && i < inputs->n; i++)
		free(names[i]);
	free(names);
}
