/* batch.c: recordings named on the command line */
#include "src/asr/batch.h"

#include "lib/fail.h"

int batch_run(const struct asr_config *config)
{
	(void)config;
	return sv_fail(EX_USAGE, "this build reads PCM on stdin alone");
}
