/* config.c: the model that was asked for */
#include "src/asr/config.h"

#include <string.h>

const char *asr_model_named(const struct asr_config *config)
{
	const char *named = sv_list_get(&config->settings, "vosk.model");

	if (!named)
		named = sv_list_get(&config->settings, "model");
	return named ? named : config->model;
}

bool asr_names_model(const char *pair)
{
	return !strncmp(pair, "model=", 6) || !strncmp(pair, "vosk.model=", 11);
}
