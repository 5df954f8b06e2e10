/* A recording as a whole, by a service that takes files: what it heard, as the
 * events that a line gives. */
#ifndef ASR_WHOLE_H
#define ASR_WHOLE_H

#include <stdint.h>

#include "src/asr/engine.h"
#include "src/asr/line.h"
#include "src/asr/recording.h"

/* all lent */
struct whole {
	const struct recording *recording;
	int rate_hz, channels;
	int64_t duration_ms;
	struct asr_sink sink;
};

/* Asks the link's service. 0, ASR_BY_LINES, the sink's or the engine's code:
 * then what the sink has heard does not count. What was counted is added to
 * spent in any case. */
int whole_decode(const struct whole *whole, const struct asr_link *link,
                 struct asr_spent *spent);

#endif
