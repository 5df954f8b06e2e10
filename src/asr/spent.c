/* spent.c: what services have counted, as `cost` events */
#include "src/asr/spent.h"

#include "lib/price.h"

void asr_spent_gather(struct asr_spent *spent, const struct asr_engine *engine,
                      struct asr *asr)
{
	struct asr_spent more = { 0 };

	if (!asr || !engine->spent)
		return;
	engine->spent(asr, &more);
	spent->seconds += more.seconds;
	spent->input_tokens += more.input_tokens;
	spent->output_tokens += more.output_tokens;
}

int asr_spent_tell(const struct asr_spent *spent,
                   const struct asr_engine *engine,
                   const struct asr_model *model,
                   int (*event)(void *arg, const char *type, json_t *fields),
                   void *arg)
{
	const struct {
		const char *unit;
		double amount;
	} units[] = {
		{ "seconds", spent->seconds },
		{ "input_tokens", spent->input_tokens },
		{ "output_tokens", spent->output_tokens },
	};
	struct sv_cost cost = { .engine = engine->name, .service = "asr" };
	int rc = 0;

	if (engine->variant)
		cost.model = engine->variant(model);
	for (size_t i = 0; !rc && i < sizeof units / sizeof *units; i++) {
		if (units[i].amount <= 0)
			continue;
		cost.unit = units[i].unit;
		cost.amount = units[i].amount;
		rc = event(arg, "cost", sv_cost_fields(&cost));
	}
	return rc;
}
