/* engines.c: the engines in this build */
#include <stdio.h>
#include <string.h>

#include "src/tts/engine.h"

const struct tts_engine *const tts_engines[] = {
	&tts_rhvoice, &tts_espeak, &tts_speechkit, &tts_riva,
	&tts_openai,  &tts_beep,   NULL,
};

const struct tts_engine *tts_engine_find(const char *name)
{
	size_t i;

	for (i = 0; tts_engines[i]; i++)
		if (!strcmp(tts_engines[i]->name, name))
			return tts_engines[i];
	return NULL;
}

int tts_list_engines(void)
{
	size_t i;

	for (i = 0; tts_engines[i]; i++)
		printf("%-10s %s\n", tts_engines[i]->name,
		       tts_engines[i]->about);
	return 0;
}
