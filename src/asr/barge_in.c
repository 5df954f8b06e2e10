/* barge_in.c: talking over a prompt */
#include "src/asr/barge_in.h"

#include <string.h>

#include "lib/fail.h"
#include "lib/option.h"
#include "lib/pcm.h"

enum { LEVEL_MOST_DB = 40 };

static bool time_valid(int time_ms)
{
	return time_ms >= SV_FRAME_MS && time_ms <= VAD_WINDOW * SV_FRAME_MS &&
	       time_ms % SV_FRAME_MS == 0;
}

static bool level_valid(int level_db)
{
	return level_db >= 1 && level_db <= LEVEL_MOST_DB;
}

bool barge_in_valid(int time_ms, int level_db)
{
	return time_valid(time_ms) && level_valid(level_db);
}

int barge_in_time(const char *value, void *target)
{
	int rc = sv_ms(value, target);

	if (!rc && !time_valid(*(int *)target))
		rc = sv_fail(EX_USAGE, "%s: from 20ms to %dms, in steps of 20",
		             value, VAD_WINDOW * SV_FRAME_MS);
	return rc;
}

int barge_in_level(const char *value, void *target)
{
	int rc = sv_int(value, target);

	if (!rc && !level_valid(*(int *)target))
		rc = sv_fail(EX_USAGE, "%s: from 1 to %d dB", value,
		             LEVEL_MOST_DB);
	return rc;
}

struct vad_profile barge_in_profile(const struct asr_config *config)
{
	return (struct vad_profile){ (float)config->barge_in_db,
		                     config->barge_in_ms / SV_FRAME_MS };
}

bool barge_in_event(struct barge_in *barge_in, const char *type, bool *heard)
{
	static const struct {
		const char *type;
		bool playing, paused;
	} events[] = {
		{ "tts.start", true, false },
		{ "tts.pause", true, true },
		{ "tts.resume", true, false },
		{ "tts.end", false, false },
		{ "tts.interrupted", false, false },
	};

	size_t i = 0;
	size_t n = sizeof events / sizeof *events;

	while (i < n && strcmp(type, events[i].type) != 0)
		i++;
	if (i == n)
		return false;
	/* what is paused or resumed must have begun */
	if (i == 0 || !events[i].playing)
		barge_in->playing = events[i].playing;
	barge_in->paused = events[i].paused;
	*heard = barge_in->playing && !barge_in->paused;
	return true;
}
