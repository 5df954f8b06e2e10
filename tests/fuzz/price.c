/*
 * A table of prices: read or refused, and what it says is a price.
 */
#include "lib/price.h"

#include <stdint.h>
#include <stdlib.h>

#include "lib/alloc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = sv_strndup((const char *)data, size);
	struct sv_prices *prices;

	if (!sv_prices_parse(&prices, "fuzz", text)) {
		struct sv_cost cost = { "openai", "tts", "m", "seconds", 60 };
		const char *currency = NULL;

		if (sv_prices_find(prices, &cost, &currency) >= 0 && !currency)
			abort();
	}
	sv_prices_free(prices);
	free(text);
	return 0;
}
