/* sound.c: a recording, opened and decoded to 16-bit samples by the block */
#include "lib/sound.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <sndfile.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/coding.h"
#include "lib/fail.h"
#include "lib/hush.h"
#include "lib/riff.h"
#include "lib/spandsp.h"

enum { RATE_MIN = 1000, RATE_MAX = 384000, BLOCK = 4096, G722_RATE = 16000 };

struct sv_sound {
	struct sv_sound_info info;
	int fd;
	int64_t len;               /* bytes in the file */
	int64_t at;                /* where libsndfile stands in it */
	struct sv_riff riff;       /* what its header should have said */
	SNDFILE *file;             /* or */
	g722_decode_state_t *g722; /* by */
	const struct sv_spandsp *spandsp;
	bool real; /* decoded as floating point */
	bool mpeg; /* by libmpg123, which complains on stderr */
	bool cut;
	bool ended;
	int64_t got; /* frames */
	char *path;
};

/* libsndfile reads through these, so that it can be shown a header with the
 * length put right, whatever coding the file holds */
static sf_count_t vio_len(void *arg)
{
	struct sv_sound *sound = arg;

	return sound->len;
}

static sf_count_t vio_seek(sf_count_t offset, int whence, void *arg)
{
	struct sv_sound *sound = arg;

	if (whence == SEEK_CUR)
		offset += sound->at;
	else if (whence == SEEK_END)
		offset += sound->len;
	if (offset < 0)
		return -1;
	sound->at = offset;
	return offset;
}

static sf_count_t vio_tell(void *arg)
{
	struct sv_sound *sound = arg;

	return sound->at;
}

static sf_count_t vio_read(void *data, sf_count_t count, void *arg)
{
	struct sv_sound *sound = arg;
	unsigned char *bytes = data;
	ssize_t n;

	do {
		n = pread(sound->fd, bytes, (size_t)count, sound->at);
	} while (n < 0 && errno == EINTR);
	if (n <= 0) {
		sound->cut |= n < 0;
		return 0;
	}
	for (int i = 0; sound->riff.wrong && i < 4; i++) {
		int64_t at = sound->riff.size_at + i - sound->at;

		if (at >= 0 && at < n)
			bytes[at] = (unsigned char)(sound->riff.size >> 8 * i);
	}
	sound->at += n;
	return n;
}

static SF_VIRTUAL_IO vio = {
	.get_filelen = vio_len,
	.seek = vio_seek,
	.read = vio_read,
	.tell = vio_tell,
};

/* those that libsndfile would scale badly, or clip by wrapping around */
static bool coded_real(int format)
{
	switch (format & SF_FORMAT_SUBMASK) {
	case SF_FORMAT_FLOAT:
	case SF_FORMAT_DOUBLE:
	case SF_FORMAT_VORBIS:
	case SF_FORMAT_OPUS:
	case SF_FORMAT_MPEG_LAYER_I:
	case SF_FORMAT_MPEG_LAYER_II:
	case SF_FORMAT_MPEG_LAYER_III:
		return true;
	default:
		return false;
	}
}

static int open_g722(struct sv_sound *sound)
{
	int rc = sv_spandsp(&sound->spandsp);

	if (rc)
		return rc;
	sound->g722 = sound->spandsp->g722_decode_init(NULL, 64000, 0);
	if (!sound->g722)
		return sv_fail(EX_SOFTWARE, "spandsp makes no G.722 decoder");
	sound->info.rate_hz = G722_RATE;
	sound->info.channels = 1;
	sound->info.frames = sound->len * 2;
	return 0;
}

/*
 * libsndfile quietly shortens a size that goes past the end of the file, and
 * says so in its log alone: "SSND : 579484 (should be 386296)" in AIFF, "Data
 * Size" in AU, "riff" in W64. Of an Ogg file whose last page is missing older
 * versions know no length, newer ones log that the end-of-stream flag is.
 */
static bool told_of_less(SNDFILE *file, const SF_INFO *info)
{
	static const char *const labels[] = { "SSND", "Data Size", "riff" };
	char log[16384] = "", *line, *rest = log;

	sf_command(file, SFC_GET_LOG_INFO, log, sizeof log);
	if ((info->format & SF_FORMAT_TYPEMASK) == SF_FORMAT_OGG)
		return info->frames == SF_COUNT_MAX ||
		       strcasestr(log, "end-of-stream");
	while ((line = strsep(&rest, "\n")) != NULL) {
		if (!strstr(line, "(should be"))
			continue;
		line += strspn(line, " ");
		for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
			if (!strncmp(line, labels[i], strlen(labels[i])))
				return true;
		}
	}
	return false;
}

static int open_sndfile(struct sv_sound *sound, const char *path,
                        const struct sv_coding *coding)
{
	SF_INFO info = { 0 };
	int hushed;

	if (coding) {
		info.format = SF_FORMAT_RAW | coding->format | SF_ENDIAN_LITTLE;
		info.samplerate = coding->rate_hz;
		info.channels = 1;
		sound->cut = sound->len % coding->unit != 0;
	} else {
		sv_riff_look(&sound->riff, sound->fd, sound->len);
		sound->cut = sound->riff.cut;
	}
	hushed = sv_hush();
	sound->file = sf_open_virtual(&vio, SFM_READ, &info, sound);
	sv_hush_end(hushed);
	if (!sound->file)
		return sv_fail(EX_DATAERR, "%s: not a recording: %s", path,
		               sf_strerror(NULL));
	if (info.channels < 1 || info.channels > SV_SOUND_CHANNELS)
		return sv_fail(EX_DATAERR, "%s: %d channels, 1 to %d will do",
		               path, info.channels, SV_SOUND_CHANNELS);
	if (info.samplerate < RATE_MIN || info.samplerate > RATE_MAX)
		return sv_fail(EX_DATAERR, "%s: %d Hz, %d to %d will do", path,
		               info.samplerate, RATE_MIN, RATE_MAX);
	sound->info.rate_hz = info.samplerate;
	sound->info.channels = info.channels;
	sound->cut |= told_of_less(sound->file, &info);
	/* the length of an MPEG stream is but an estimate */
	sound->info.frames = -1;
	sound->mpeg = (info.format & SF_FORMAT_TYPEMASK) == SF_FORMAT_MPEG;
	if (info.frames >= 0 && info.frames < SF_COUNT_MAX && !sound->mpeg)
		sound->info.frames = info.frames;
	sound->real = coded_real(info.format);
	return 0;
}

static int look_at(struct sv_sound *sound)
{
	struct stat st;

	if (fstat(sound->fd, &st) < 0)
		return sv_fail(EX_IOERR, "stat %s:", sound->path);
	if (!S_ISREG(st.st_mode))
		return sv_fail(EX_NOINPUT, "%s: not a file", sound->path);
	if (!st.st_size)
		return sv_fail(EX_DATAERR, "%s: the file is empty",
		               sound->path);
	sound->len = st.st_size;
	return 0;
}

int sv_sound_open_fd(struct sv_sound **made, int fd, const char *name,
                     const char *raw)
{
	const struct sv_coding *coding = raw ? sv_coding_find(raw) : NULL;
	struct sv_sound *sound = sv_alloc(sizeof *sound);
	int rc = 0;

	*made = NULL;
	sound->fd = fd;
	sound->path = sv_strdup(name);
	if (raw && !coding)
		rc = sv_fail(EX_USAGE, "no coding '%s'", raw);
	if (!rc)
		rc = look_at(sound);
	if (!rc && coding && !coding->format)
		rc = open_g722(sound);
	else if (!rc)
		rc = open_sndfile(sound, name, coding);
	if (rc) {
		sv_sound_close(sound);
		return rc;
	}
	*made = sound;
	return 0;
}

int sv_sound_open(struct sv_sound **made, const char *path, const char *raw)
{
	/* non-blocking, or a FIFO without a writer would hold us for good */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	*made = NULL;
	if (fd < 0)
		return sv_fail(EX_NOINPUT, "open %s:", path);
	return sv_sound_open_fd(made, fd, path, raw ? raw : sv_sound_raw(path));
}

void sv_sound_close(struct sv_sound *sound)
{
	if (!sound)
		return;
	if (sound->file)
		sf_close(sound->file);
	if (sound->g722)
		sound->spandsp->g722_decode_free(sound->g722);
	if (sound->fd >= 0)
		close(sound->fd);
	free(sound->path);
	free(sound);
}

const struct sv_sound_info *sv_sound_info(const struct sv_sound *sound)
{
	return &sound->info;
}

static size_t read_g722(struct sv_sound *sound, int16_t *samples, size_t max)
{
	unsigned char bytes[BLOCK];
	size_t want = max / 2 < sizeof bytes ? max / 2 : sizeof bytes;
	sf_count_t n = vio_read(bytes, (sf_count_t)want, sound);

	return (size_t)sound->spandsp->g722_decode(sound->g722, samples, bytes,
	                                           (int)n);
}

static int16_t real_to_int(float value)
{
	float scaled = value * 32768.0F;

	if (scaled >= 32767.0F)
		return 32767;
	if (scaled <= -32768.0F)
		return -32768;
	return isnan(scaled) ? 0 : (int16_t)lrintf(scaled);
}

/* libsndfile would scale real numbers by their peak, or wrap them around */
static size_t read_real(struct sv_sound *sound, int16_t *samples, size_t max)
{
	float block[BLOCK];
	size_t channels = (size_t)sound->info.channels;
	size_t fit = BLOCK / channels;
	int hushed = sound->mpeg ? sv_hush() : -1;
	sf_count_t n;

	n = sf_readf_float(sound->file, block,
	                   (sf_count_t)(max < fit ? max : fit));
	sv_hush_end(hushed);
	for (size_t i = 0; n > 0 && i < (size_t)n * channels; i++)
		samples[i] = real_to_int(block[i]);
	return n > 0 ? (size_t)n : 0;
}

static size_t read_int(struct sv_sound *sound, int16_t *samples, size_t max)
{
	sf_count_t n = sf_readf_short(sound->file, samples, (sf_count_t)max);

	return n > 0 ? (size_t)n : 0;
}

size_t sv_sound_read(struct sv_sound *sound, int16_t *samples, size_t max)
{
	size_t n;

	if (sound->g722)
		n = read_g722(sound, samples, max);
	else if (sound->real)
		n = read_real(sound, samples, max);
	else
		n = read_int(sound, samples, max);
	sound->got += (int64_t)n;
	sound->ended |= !n;
	return n;
}

void sv_sound_channel(const int16_t *samples, size_t n, int channels,
                      int channel, int16_t *out)
{
	for (size_t i = 0; i < n; i++)
		out[i] = samples[i * (size_t)channels + (size_t)channel];
}

int sv_sound_check(const struct sv_sound *sound)
{
	int64_t said = sound->info.frames;

	if (sound->file && sf_error(sound->file))
		return sv_fail(EX_DATAERR, "%s: damaged after %lld samples: %s",
		               sound->path, (long long)sound->got,
		               sf_strerror(sound->file));
	if (sound->cut)
		return sv_fail(EX_DATAERR,
		               "%s: cut short, or not closed by its recorder: "
		               "%lld samples could be read",
		               sound->path, (long long)sound->got);
	if (sound->ended && said >= 0 && sound->got < said)
		return sv_fail(
			EX_DATAERR, "%s: ends after %lld of %lld samples",
			sound->path, (long long)sound->got, (long long)said);
	return 0;
}
