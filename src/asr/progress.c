/* progress.c: how far a batch has come, on the last line of a terminal */
#include "src/asr/progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/log.h"

enum { BAR = 24, SURE_MS = 2000 };

void progress_init(struct progress *progress, size_t all, int64_t all_bytes)
{
	const struct progress begun = {
		.wanted = isatty(STDERR_FILENO) && sv_logs(SV_WARNING),
		.began_ms = sv_now_ms(),
		.all = all,
		.all_bytes = all_bytes > 0 ? all_bytes : 1,
	};

	*progress = begun;
}

/* by the bytes that were decoded, not those that an earlier run had done */
static int64_t left_ms(const struct progress *progress,
                       const struct standing *standing)
{
	int64_t took_ms = sv_now_ms() - progress->began_ms;
	int64_t worked = standing->bytes - standing->skipped;

	if (took_ms < SURE_MS || worked <= 0)
		return -1;
	return (int64_t)((double)took_ms / (double)worked *
	                 (double)(progress->all_bytes - standing->bytes));
}

void progress_draw(struct progress *progress, const struct standing *standing)
{
	static const char full[] = "########################";
	static const char empty[] = "........................";
	char left[32] = "", bad[32] = "";
	int64_t s = left_ms(progress, standing) / 1000;
	int percent = (int)(100 * standing->bytes / progress->all_bytes);
	int filled = percent * BAR / 100;

	if (!progress->wanted)
		return;
	if (standing->bad)
		snprintf(bad, sizeof bad, ", %zu bad", standing->bad);
	if (s > 0)
		snprintf(left, sizeof left, ", ETA %lld:%02lld:%02lld",
		         (long long)s / 3600, (long long)s / 60 % 60,
		         (long long)s % 60);
	fprintf(stderr, "\r\033[K[%.*s%.*s] %d%%, %zu of %zu%s%s", filled, full,
	        BAR - filled, empty, percent, standing->done, progress->all,
	        bad, left);
	fflush(stderr);
	progress->drawn = true;
}

void progress_wipe(struct progress *progress)
{
	if (!progress->drawn)
		return;
	fputs("\r\033[K", stderr);
	fflush(stderr);
	progress->drawn = false;
}
