/* budget.c: how long a service is waited for */
#include "src/asr/budget.h"

#include "lib/service.h"

const char *const asr_budget_settings[] = {
	"budget.connect",
	"budget.first",
	"budget.silence",
	"budget.result",
	"budget.total",
	"budget.rest",
	NULL,
};

static const struct asr_budgets usual = {
	.connect = 2000,
	.first = 2000,
	.silence = 3000,
	.result = 2000,
	.total = 5000,
	.rest = 5000,
};

static void prefer(int *value, int own)
{
	if (own)
		*value = own;
}

static void take_own(struct asr_budgets *budgets, const struct asr_budgets *own)
{
	prefer(&budgets->connect, own->connect);
	prefer(&budgets->first, own->first);
	prefer(&budgets->silence, own->silence);
	prefer(&budgets->result, own->result);
	prefer(&budgets->total, own->total);
	prefer(&budgets->rest, own->rest);
}

int asr_budgets_read(struct asr_budgets *budgets,
                     const struct asr_engine *engine,
                     const struct asr_config *config)
{
	int *const places[] = { &budgets->connect, &budgets->first,
		                &budgets->silence, &budgets->result,
		                &budgets->total,   &budgets->rest };
	int rc = 0;

	*budgets = usual;
	if (engine->budgets)
		take_own(budgets, engine->budgets);
	for (int i = 0; !rc && asr_budget_settings[i]; i++)
		rc = sv_setting_ms(&config->settings, engine->name,
		                   asr_budget_settings[i], places[i]);
	return rc;
}
