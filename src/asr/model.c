/* model.c: sv-asr model list, sv-asr model get */
#include "src/asr/model.h"

#include "lib/fail.h"

int model_run(const struct asr_config *config, char **arguments)
{
	(void)config;
	(void)arguments;
	return sv_fail(EX_USAGE, "model: list or get");
}
