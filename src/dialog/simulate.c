/* simulate.c: files of conversations are played, and it is told how it went */
#include "src/dialog/simulate.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/start.h"

#include "src/dialog/play.h"
#include "src/dialog/verdict.h"

static int play_one(struct report *report, const struct suite *suite,
                    const struct script *script, struct engine *engine,
                    struct mind *mind)
{
	struct play play = { .suite = suite, .script = script };
	int64_t from = sv_now_us();
	int rc = play_run(&play, &engine_rules, engine, mind);

	if (!rc)
		rc = report_add(
			report,
			&(struct verdict){
				.file = suite->file,
				.name = script->name,
				.took_us = sv_now_us() - from,
				.transcript = sv_buf_str(&play.transcript),
				.wrong = sv_buf_str(&play.wrong),
			});
	play_release(&play);
	return rc;
}

static int play_suite(const struct simulation *simulation,
                      struct report *report, const struct suite *suite)
{
	struct engine *engine = NULL;
	struct mind *mind = NULL;
	size_t i;
	int rc = engine_rules.open(&engine, suite->scenario);

	if (!rc)
		rc = simulation->open_mind(suite->scenario, &mind);
	for (i = 0; !rc && i < suite->n && !sv_stopping(); i++)
		rc = play_one(report, suite, &suite->scripts[i], engine, mind);
	mind_close(mind);
	engine_rules.close(engine);
	return rc;
}

int simulate_run(const struct simulation *simulation, char **files, int n)
{
	struct report report;
	struct suite *suite;
	int rc = report_open(&report, simulation->format, simulation->output);
	int i;

	for (i = 0; !rc && i < n && !sv_stopping(); i++) {
		rc = suite_load(&suite, files[i], simulation->scenario);
		if (rc)
			break;
		report_suite(&report, suite->file);
		rc = play_suite(simulation, &report, suite);
		suite_free(suite);
	}
	return report_close(&report, rc);
}
