/* sv-asr FILE ...: recordings, many at once. */
#ifndef ASR_BATCH_H
#define ASR_BATCH_H

#include "src/asr/config.h"

/* The recordings named by the operands and by config->files_from. 0 or the
 * code to exit with. */
int batch_run(const struct asr_config *config);

#endif
