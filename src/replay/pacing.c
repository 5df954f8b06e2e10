/* pacing.c: real time, where it is asked for */
#include "src/replay/pacing.h"

#include <time.h>

#include "lib/clock.h"
#include "lib/start.h"

void pacing_wait(int64_t us)
{
	int64_t left = us - sv_now_us();
	struct timespec time = { left / 1000000, left % 1000000 * 1000 };

	if (left > 0 && !sv_stopping())
		nanosleep(&time, NULL);
}
