/* Real time, where it is asked for. */
#ifndef REPLAY_PACING_H
#define REPLAY_PACING_H

#include <stdint.h>

/* sleeps until then, on the monotonic clock, or until we are to stop */
void pacing_wait(int64_t us);

#endif
