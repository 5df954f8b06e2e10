/* caller.c: the caller's sound out of a recording */
#include "src/replay/caller.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/pcm.h"
#include "lib/resample.h"
#include "lib/sound.h"
#include "lib/start.h"

enum { BLOCK = 4096 };

struct caller {
	struct sv_sound *sound;
	struct sv_resampler *resampler;
	int rate_hz;
	bool drained;
	int16_t *kept; /* resampled, not read yet */
	size_t n, at;
};

/* what headerless PCM of that rate is called */
static const char *raw_of(const struct past *past)
{
	static const struct {
		int rate_hz;
		const char *name;
	} raw[] = { { 8000, "sln" }, { 24000, "sln24" }, { 48000, "sln48" } };

	size_t i;

	if (!past->traced)
		return NULL;
	for (i = 0; i < sizeof raw / sizeof *raw; i++)
		if (raw[i].rate_hz == past->rate_hz)
			return raw[i].name;
	return "sln16";
}

static bool there(const char *path)
{
	return !access(path, F_OK);
}

/* takes path; gives it back when such a file is there */
static char *if_there(char *path)
{
	if (there(path))
		return path;
	free(path);
	return NULL;
}

/* as sv-capture lays recordings out: by the day, or all in one folder */
static char *in_folder(const struct past *past, const char *folder)
{
	static const char *const suffixes[] = { "flac", "opus", "wav" };
	const char *name =
		past->recording ? strrchr(past->recording, '/') : NULL;
	char date[SV_TIME_LEN];
	char *found = NULL;
	size_t i;

	sv_time_format(past->began_ms < 0 ? 0 : past->began_ms, date);
	if (past->recording)
		found = if_there(sv_format("%s/%s", folder,
		                           name ? name + 1 : past->recording));
	if (!found && name)
		found = if_there(
			sv_format("%s/%.10s/%s", folder, date, name + 1));
	for (i = 0; !found && i < sizeof suffixes / sizeof *suffixes; i++) {
		found = if_there(
			sv_format("%s/%s.%s", folder, past->id, suffixes[i]));
		if (!found)
			found = if_there(sv_format("%s/%.10s/%s.%s", folder,
			                           date, past->id,
			                           suffixes[i]));
	}
	return found;
}

static int find(const struct past *past, const char *place, char **path)
{
	struct stat st;

	*path = NULL;
	if (place && !stat(place, &st) && !S_ISDIR(st.st_mode))
		*path = sv_strdup(place);
	else if (past->recording && there(past->recording))
		*path = sv_strdup(past->recording);
	else if (place)
		*path = in_folder(past, place);
	if (*path)
		return 0;
	if (past->recording)
		return sv_fail(EX_NOINPUT,
		               "call %s: its recording %s is not there: say "
		               "--recordings where it is",
		               past->id, past->recording);
	return sv_fail(EX_NOINPUT,
	               "call %s: its events name no recording: say "
	               "--recordings where it is",
	               past->id);
}

int caller_open(struct caller **made, const struct past *past,
                const char *place)
{
	struct caller *caller = sv_alloc(sizeof *caller);
	const struct sv_sound_info *info;
	char *path;
	int rc = find(past, place, &path);

	if (!rc)
		rc = sv_sound_open(&caller->sound, path, raw_of(past));
	if (!rc) {
		info = sv_sound_info(caller->sound);
		caller->rate_hz = past->rate_hz;
		if (!caller->rate_hz)
			caller->rate_hz = sv_rate_valid(info->rate_hz)
			                          ? info->rate_hz
			                          : SV_RATE_DEFAULT;
		rc = sv_resample_new(&caller->resampler, info->rate_hz,
		                     caller->rate_hz, SV_HIGH);
	}
	free(path);
	if (rc) {
		caller_close(caller);
		return rc;
	}
	*made = caller;
	return 0;
}

void caller_close(struct caller *caller)
{
	if (!caller)
		return;
	sv_resample_free(caller->resampler);
	sv_sound_close(caller->sound);
	free(caller->kept);
	free(caller);
}

int caller_rate_hz(const struct caller *caller)
{
	return caller->rate_hz;
}

/* what is damaged is told of; what could be read of it counts */
static int at_end(struct caller *caller, const int16_t **out, size_t *n)
{
	caller->drained = true;
	if (sv_sound_check(caller->sound)) {
		sv_bad_input();
		sv_warn("%s", sv_why());
	}
	return sv_resample_end(caller->resampler, out, n);
}

static int fill(struct caller *caller)
{
	int channels = sv_sound_info(caller->sound)->channels;
	int16_t block[BLOCK * 2];
	const int16_t *out;
	size_t n, out_n;
	int rc;

	if ((size_t)channels > sizeof block / sizeof *block)
		return sv_fail(EX_DATAERR, "too many channels");
	n = sv_sound_read(caller->sound, block,
	                  sizeof block / sizeof *block / (size_t)channels);
	sv_sound_channel(block, n, channels, 0, block);
	if (n)
		rc = sv_resample(caller->resampler, block, n, &out, &out_n);
	else
		rc = at_end(caller, &out, &out_n);
	if (rc)
		return rc;
	caller->kept =
		sv_realloc(caller->kept, (out_n + 1) * sizeof *caller->kept);
	memcpy(caller->kept, out, out_n * sizeof *out);
	caller->n = out_n;
	caller->at = 0;
	return 0;
}

int caller_read(struct caller *caller, int16_t *samples, size_t n)
{
	size_t given = 0;

	memset(samples, 0, n * sizeof *samples);
	while (given < n) {
		size_t left = caller->n - caller->at;
		size_t part = left < n - given ? left : n - given;

		if (!left && caller->drained)
			break;
		if (!left && fill(caller))
			return -1;
		if (!left)
			continue;
		memcpy(samples + given, caller->kept + caller->at,
		       part * sizeof *samples);
		caller->at += part;
		given += part;
	}
	return (int)given;
}
