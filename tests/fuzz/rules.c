/*
 * rules: what is kept for how long, from any bytes; and numbers in any text
 * uses: src/admin/rules.c src/admin/rules_age.c src/admin/select.c src/admin/person.c
 */
#include "src/admin/rules.h"

#include <stdint.h>
#include <stdlib.h>

#include "src/admin/person.h"
#include "src/admin/select.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void select_all(const struct rules *rules)
{
	for (enum kind kind = 0; kind <= CALLS; kind++) {
		const struct selection selection = {
			.kind = kind,
			.rules = &rules->kinds[kind],
			.now_ms = INT64_C(1800000000000),
		};

		free(select_calls(&selection));
		free(select_orphans(&selection));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rules rules = { 0 };
	struct person person;

	if (!rules_read(&rules, "fuzz", (const char *)data, size))
		select_all(&rules);
	rules_release(&rules);
	if (!person_init(&person, "+79161234567", "7"))
		person_in(&person, (const char *)data, size);
	return 0;
}
