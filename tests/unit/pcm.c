/* pcm.c: samples from reads that end anywhere */
#include "lib/pcm.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "lib/fail.h"
#include "lib/start.h"

#include "tap.h"

static void sizes(void)
{
	ok(sv_rate_valid(8000) && sv_rate_valid(16000));
	ok(sv_rate_valid(24000) && sv_rate_valid(48000));
	ok(!sv_rate_valid(0) && !sv_rate_valid(44100) && !sv_rate_valid(-8000));
	ok(sv_samples(20, 16000) == 320);
	ok(sv_samples_ms(320, 16000) == 20);
	ok(sv_samples_ms(319, 16000) == 19);
	ok(sv_samples(1000L * 3600 * 24 * 365, 48000) ==
	   1000LL * 3600 * 24 * 365 * 48);
}

static void read_in_pieces(void)
{
	static const unsigned char bytes[] = { 0x01, 0x00, 0xff,
		                               0xff, 0x00, 0x80 };
	struct sv_pcm_in in;
	int16_t got[8];
	int ends[2];

	if (!ok(!pipe(ends)))
		return;
	sv_pcm_in_init(&in, ends[0], "here");
	ok(write(ends[1], bytes, 1) == 1);
	ok(sv_pcm_read(&in, got, 8) == -2);
	ok(write(ends[1], bytes + 1, 2) == 2);
	ok(sv_pcm_read(&in, got, 8) == 1);
	ok(got[0] == 1);
	ok(write(ends[1], bytes + 3, 3) == 3);
	ok(sv_pcm_read(&in, got, 1) == 1);
	ok(got[0] == -1);
	ok(sv_pcm_read(&in, got, 8) == 1);
	ok(got[0] == INT16_MIN);
	ok(fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0);
	ok(sv_pcm_read(&in, got, 8) == -1);
	close(ends[1]);
	ok(sv_pcm_read(&in, got, 8) == 0);
	ok(sv_pcm_read(&in, got, 8) == 0);
	close(ends[0]);
}

static void writes(void)
{
	static const int16_t samples[] = { 1, -2, INT16_MIN };
	static const unsigned char want[] = { 1, 0, 0xfe, 0xff, 0, 0x80 };
	unsigned char got[7];
	int ends[2];

	if (!ok(!pipe(ends)))
		return;
	ok(sv_pcm_write(ends[1], samples, 3, "there") == 0);
	ok(read(ends[0], got, sizeof got) == 6);
	ok(!memcmp(got, want, 6));
	close(ends[0]);
	ok(sv_pcm_write(ends[1], samples, 3, "there") == SV_GONE);
	close(ends[1]);
	ok(sv_pcm_write(ends[1], samples, 3, "there") == EX_IOERR);
}

/* last: the exit code of this process would be 65 from here on */
static void cut_sample(void)
{
	struct sv_pcm_in in;
	int16_t got[8];
	int ends[2];

	if (!ok(!pipe(ends)))
		return;
	sv_pcm_in_init(&in, ends[0], "here");
	ok(write(ends[1], "abc", 3) == 3);
	close(ends[1]);
	ok(sv_pcm_read(&in, got, 8) == 1);
	ok(sv_pcm_read(&in, got, 8) == 0);
	ok(sv_pcm_read(&in, got, 8) == 0);
	close(ends[0]);
	ok(sv_end(0) == EX_DATAERR);
}

int main(void)
{
	signal(SIGPIPE, SIG_IGN);
	sizes();
	read_in_pieces();
	writes();
	cut_sample();
	return tap_end();
}
