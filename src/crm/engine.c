/* engine.c: what goes with every engine */
#include "src/crm/engine.h"

#include <string.h>

bool crm_takes(const struct crm_engine *engine, const char *kind)
{
	const char *const *taken = engine->kinds;

	while (*taken && strcmp(*taken, kind) != 0)
		taken++;
	return *taken != NULL;
}

void crm_outcome_release(struct crm_outcome *outcome)
{
	json_decref(outcome->made);
	*outcome = (struct crm_outcome){ 0 };
}
