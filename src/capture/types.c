/* types: those that only options of sv-capture have */
#include "src/capture/types.h"

#include <string.h>

#include "lib/coding.h"
#include "lib/fail.h"
#include "lib/option.h"
#include "lib/resample.h"

#include "src/capture/calls.h"
#include "src/capture/line.h"

int type_any_hz(const char *value, void *target)
{
	int *hz = target;

	if (sv_int(value, hz) || *hz < SV_RESAMPLE_MIN || *hz > SV_RESAMPLE_MAX)
		return sv_fail(EX_USAGE, "'%s' is not a rate: %d to %d", value,
		               SV_RESAMPLE_MIN, SV_RESAMPLE_MAX);
	return 0;
}

int type_channel(const char *value, void *target)
{
	int *channel = target;

	if (!strcmp(value, "mix")) {
		*channel = LINE_MIX;
		return 0;
	}
	if (sv_int(value, channel))
		return sv_fail(EX_USAGE,
		               "'%s' is neither mix nor a channel counted "
		               "from 0",
		               value);
	return 0;
}

int type_raw(const char *value, void *target)
{
	if (!sv_coding_find(value))
		return sv_fail(EX_USAGE,
		               "no coding '%s'; there are ulaw, alaw, gsm, "
		               "g722, vox and sln to sln192",
		               value);
	return sv_str(value, target);
}

int type_recording(const char *value, void *target)
{
	if (strcmp(value, "flac") != 0 && strcmp(value, "opus") != 0)
		return sv_fail(EX_USAGE, "'%s' is neither flac nor opus",
		               value);
	return sv_str(value, target);
}

int type_calls(const char *value, void *target)
{
	int *n = target;

	if (sv_int(value, n) || *n < 1 || *n > CALLS_MAX)
		return sv_fail(EX_USAGE, "'%s' is not a number from 1 to %d",
		               value, CALLS_MAX);
	return 0;
}
