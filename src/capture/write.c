/* write.c: recordings written, in any format, by suffix */
#include <errno.h>
#include <sndfile.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/alloc.h"
#include "lib/coding.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/sound.h"
#include "lib/spandsp.h"

#include "src/capture/engine.h"
#include "src/capture/part.h"

/* the one of file and g722 that is not NULL does the writing */
struct sink {
	struct part part;
	int rate_hz;
	int64_t n;       /* samples so far */
	int64_t counted; /* of them, how many the header on disk knows of */

	int format; /* libsndfile's; 0 for G.722, which is spandsp's */
	SNDFILE *file;
	g722_encode_state_t *g722; /* by */
	const struct sv_spandsp *spandsp;
	int16_t odd; /* G.722 takes two samples at a time */
	bool has_odd;
};

/* what follows the last dot of the path's last part */
static const char *suffix_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *dot = strrchr(slash ? slash : path, '.');

	return dot ? dot + 1 : "";
}

static bool fits(const char *what)
{
	(void)what;
	return true;
}

/* for the i-th major format of libsndfile, its first minor one that takes 16
 * bits; 0 when there is none */
static int complete_format(int major, int rate_hz)
{
	static const int minors[] = { SF_FORMAT_PCM_16, SF_FORMAT_VORBIS,
		                      SF_FORMAT_MPEG_LAYER_III };
	SF_INFO info = { .samplerate = rate_hz, .channels = 1 };
	size_t i;

	for (i = 0; i < sizeof minors / sizeof *minors; i++) {
		info.format = major | minors[i];
		if (sf_format_check(&info))
			return info.format;
	}
	return 0;
}

/* libsndfile's format for a suffix; 0 when it has none to write */
static int format_for(const char *suffix, int rate_hz)
{
	static const struct {
		const char *suffix;
		int format;
	} special[] = {
		{ "wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16 }, /* not WAVEX */
		{ "opus", SF_FORMAT_OGG | SF_FORMAT_OPUS },
		{ "ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS },
		{ "aif", SF_FORMAT_AIFF | SF_FORMAT_PCM_16 },
		{ "snd", SF_FORMAT_AU | SF_FORMAT_PCM_16 },
		{ "mp3", SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III },
	};

	SF_FORMAT_INFO major;
	size_t i;
	int n = 0;

	for (i = 0; i < sizeof special / sizeof *special; i++) {
		if (!strcasecmp(special[i].suffix, suffix))
			return special[i].format;
	}
	sf_command(NULL, SFC_GET_FORMAT_MAJOR_COUNT, &n, sizeof n);
	while (n--) {
		major.format = n;
		if (!sf_command(NULL, SFC_GET_FORMAT_MAJOR, &major,
		                sizeof major) &&
		    major.extension && !strcasecmp(major.extension, suffix) &&
		    major.format != SF_FORMAT_RAW &&
		    major.format != SF_FORMAT_SD2) /* two files in one */
			return complete_format(major.format, rate_hz);
	}
	return 0;
}

/* settles on format and rate */
static int choose(struct sink *sink, const char *what,
                  const struct capture_how *how)
{
	const char *raw = sv_sound_raw(what);
	const struct sv_coding *coding = raw ? sv_coding_find(raw) : NULL;
	int usual = coding ? coding->rate_hz : how->rate_hz;

	sink->rate_hz = how->out_rate_hz ? how->out_rate_hz : usual;
	if (coding && sink->rate_hz != usual)
		return sv_fail(EX_USAGE, "%s is always %d Hz", what, usual);
	if (coding && !coding->format)
		return 0;
	sink->format =
		coding ? SF_FORMAT_RAW | SF_ENDIAN_LITTLE | coding->format
		       : format_for(suffix_of(what), sink->rate_hz);
	if (!sink->format)
		return sv_fail(EX_USAGE,
		               "%s: its suffix names no format to write; try "
		               ".wav, .flac, .ogg, .opus or .ulaw",
		               what);
	return 0;
}

static int start_g722(struct sink *sink)
{
	int rc = sv_spandsp(&sink->spandsp);

	if (rc)
		return rc;
	sink->g722 = sink->spandsp->g722_encode_init(NULL, 64000, 0);
	return sink->g722 ? 0
	                  : sv_fail(EX_SOFTWARE, "libspandsp makes no encoder");
}

static int start(struct sink *sink, const char *what)
{
	SF_INFO info = { .samplerate = sink->rate_hz,
		         .channels = 1,
		         .format = sink->format };

	if (!info.format)
		return start_g722(sink);
	if (!sf_format_check(&info))
		return sv_fail(EX_USAGE,
		               "%s: this format does not hold %d Hz; try "
		               "another --out-rate",
		               what, sink->rate_hz);
	errno = 0;
	sink->file = sf_open_fd(sink->part.fd, SFM_WRITE, &info, SF_FALSE);
	if (!sink->file && errno)
		return sv_fail(EX_IOERR, "write %s:", what);
	if (!sink->file)
		return sv_fail(EX_CANTCREAT, "%s: libsndfile: %s", what,
		               sf_strerror(NULL));
	return 0;
}

static int write_g722(struct sink *sink, const int16_t *samples, size_t n)
{
	uint8_t bytes[4096];
	size_t some, len;
	int rc = 0;

	if (sink->has_odd && n) {
		int16_t pair[] = { sink->odd, samples[0] };

		sink->spandsp->g722_encode(sink->g722, bytes, pair, 2);
		rc = sv_write(sink->part.fd, bytes, 1, sink->part.path);
		sink->has_odd = false;
		samples++;
		n--;
	}
	for (; n > 1 && !rc; samples += some, n -= some) {
		some = n < 2 * sizeof bytes ? n - n % 2 : 2 * sizeof bytes;
		len = (size_t)sink->spandsp->g722_encode(sink->g722, bytes,
		                                         samples, (int)some);
		rc = sv_write(sink->part.fd, bytes, len, sink->part.path);
	}
	if (n && !rc) {
		sink->odd = *samples;
		sink->has_odd = true;
	}
	return rc;
}

/* Formats whose header can be brought up to date while they grow. */
static bool has_sizes(int format)
{
	switch (format & SF_FORMAT_TYPEMASK) {
	case SF_FORMAT_WAV:
	case SF_FORMAT_AIFF:
	case SF_FORMAT_AU:
	case SF_FORMAT_W64:
	case SF_FORMAT_CAF:
	case SF_FORMAT_RF64:
		return true;
	default:
		return false;
	}
}

static int write_failed(struct sink *sink)
{
	if (errno == EPIPE)
		return SV_GONE;
	if (errno)
		return sv_fail(EX_IOERR, "write %s:", sink->part.path);
	return sv_fail(EX_IOERR, "write %s: libsndfile: %s", sink->part.path,
	               sf_strerror(sink->file));
}

static int file_write(struct sink *sink, const int16_t *samples, size_t n)
{
	sf_count_t len = (sf_count_t)n;

	sink->n += len;
	if (sink->g722)
		return write_g722(sink, samples, n);
	errno = 0;
	if (sf_write_short(sink->file, samples, len) != len)
		return write_failed(sink);
	/* once a second, so that what a kill leaves can be played */
	if (sink->part.temp && has_sizes(sink->format) &&
	    sink->n - sink->counted >= sink->rate_hz) {
		sf_command(sink->file, SFC_UPDATE_HEADER_NOW, NULL, 0);
		sink->counted = sink->n;
	}
	return 0;
}

static int finish(struct sink *sink, int rc)
{
	static const int16_t silence;

	if (!rc && sink->has_odd)
		rc = write_g722(sink, &silence, 1);
	if (sink->g722)
		sink->spandsp->g722_encode_free(sink->g722);
	errno = 0;
	if (sink->file && sf_close(sink->file) && !rc)
		rc = sv_fail(EX_IOERR, "write %s%s", sink->part.path,
		             errno ? ":" : ": libsndfile cannot end it");
	return rc;
}

static int file_close(struct sink *sink, int rc)
{
	rc = finish(sink, rc);
	rc = part_close(&sink->part, rc, sink->n > 0);
	free(sink);
	return rc;
}

static int file_open(struct sink **opened, const char *what,
                     const struct capture_how *how, int *rate_hz)
{
	struct sink *sink = sv_alloc(sizeof *sink);
	int rc;

	sink->part.fd = -1;
	rc = choose(sink, what, how);
	if (!rc)
		rc = part_open(&sink->part, what);
	if (!rc)
		rc = start(sink, what);
	if (rc)
		return file_close(sink, rc);
	*rate_hz = sink->rate_hz;
	*opened = sink;
	return 0;
}

const struct capture_sink capture_file_sink = {
	.name = "file",
	.fits = fits,
	.open = file_open,
	.write = file_write,
	.close = file_close,
};
