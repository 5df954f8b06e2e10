/* engines.c: the engines in this build */
#include <string.h>

#include "src/dialog/engine.h"

const struct dialog_engine *const dialog_engines[] = {
	&engine_rules,
	NULL,
};

const struct dialog_engine *engine_find(const char *name)
{
	size_t i;

	for (i = 0; dialog_engines[i]; i++)
		if (!strcmp(dialog_engines[i]->name, name))
			return dialog_engines[i];
	return NULL;
}
