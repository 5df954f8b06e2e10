/* How long a service is waited for: the settings budget.*, and their usual
 * values. */
#ifndef ASR_BUDGET_H
#define ASR_BUDGET_H

#include "src/asr/engine.h"

/* the keys, ended by NULL */
extern const char *const asr_budget_settings[];

/* what the engine has by itself, and above it what is set; 0, EX_USAGE,
 * EX_CONFIG */
int asr_budgets_read(struct asr_budgets *budgets,
                     const struct asr_engine *engine,
                     const struct asr_config *config);

#endif
