/* Whether a service is behind one of its budgets. */
#ifndef ASR_PATIENCE_H
#define ASR_PATIENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "src/asr/seat.h"
#include "src/asr/utterance.h"

/* What is waited for, of several things the one that is nearest to its end. */
struct patience {
	const char *what; /* "result": the budget's name; NULL: nothing is */
	int64_t waited_ms, budget_ms;
	bool doubtful; /* noise without words would look the same */
};

/* For an utterance that the seat has: heard_ms is when it last gave a
 * result. */
struct patience patience_with(struct seat *seat,
                              const struct utterance *utterance,
                              int64_t heard_ms);

bool patience_over(const struct patience *patience);
bool patience_half(const struct patience *patience);

#endif
