/* device.c: microphones and loudspeakers, by libsox's drivers */
#include <sox.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/hush.h"
#include "lib/pcm.h"
#include "lib/start.h"

#include "src/capture/engine.h"
#include "src/capture/message.h"

struct source {
	sox_format_t *device;
	size_t frame; /* samples of all channels in 20 ms */
};

struct sink {
	sox_format_t *device;
};

/* what stands before the colon, and how libsox calls it */
static const struct {
	const char *prefix, *driver;
} drivers[] = {
	{ "alsa:", "alsa" },
	{ "pulse:", "pulseaudio" },
};

/* the driver's number, -1 for what is no device; *device is its name */
static int driver_of(const char *what, const char **device)
{
	size_t i, len;

	for (i = 0; i < sizeof drivers / sizeof *drivers; i++) {
		len = strlen(drivers[i].prefix);
		if (!strncmp(what, drivers[i].prefix, len)) {
			*device = what[len] ? what + len : "default";
			return (int)i;
		}
	}
	return -1;
}

static bool fits(const char *what)
{
	const char *device;

	return driver_of(what, &device) >= 0;
}

/* loads libsox's drivers, which takes some 10 ms */
static int find_driver(const char *what, const char **driver,
                       const char **device)
{
	int rc = message_start();
	int i = driver_of(what, device);

	if (rc)
		return rc;
	*driver = drivers[i < 0 ? 0 : i].driver;
	if (sox_format_init() != SOX_SUCCESS ||
	    !sox_find_format(*driver, sox_false))
		return sv_fail(EX_UNAVAILABLE,
		               "%s: libsox has no driver '%s' here; install "
		               "libsox-fmt-all",
		               what, *driver);
	return 0;
}

static int source_open(struct source **opened, const char *what,
                       const struct capture_how *how,
                       struct capture_sound *sound)
{
	sox_signalinfo_t signal = { .rate = how->rate_hz,
		                    .channels = 1,
		                    .precision = 16 };
	const char *driver = NULL, *name = NULL;
	struct source *source;
	sox_format_t *device;
	int rc = find_driver(what, &driver, &name), hushed;

	if (rc)
		return rc;
	hushed = sv_hush(); /* ALSA tells each thing it tries */
	device = sox_open_read(name, &signal, NULL, driver);
	sv_hush_end(hushed);
	if (!device)
		return sv_fail(EX_UNAVAILABLE, "%s: %s", what, message_why());
	source = sv_alloc(sizeof *source);
	source->device = device;
	sound->rate_hz = (int)device->signal.rate;
	sound->channels = (int)device->signal.channels;
	sound->frames = -1;
	source->frame = (size_t)sv_samples(SV_FRAME_MS, sound->rate_hz) *
	                device->signal.channels;
	*opened = source;
	return 0;
}

static int source_read(struct source *source, int32_t *frames, size_t max,
                       size_t *n)
{
	size_t channels = source->device->signal.channels;
	size_t len =
		max * channels < source->frame ? max * channels : source->frame;

	*n = 0;
	if (sv_stopping())
		return 0;
	len = sox_read(source->device, frames, len);
	if (!len && !sv_stopping())
		return sv_fail(EX_IOERR, "%s: the device gives no more: %s",
		               source->device->filename, message_why());
	*n = len / channels;
	return 0;
}

static void source_close(struct source *source)
{
	if (!source)
		return;
	sox_close(source->device);
	free(source);
}

static int sink_open(struct sink **opened, const char *what,
                     const struct capture_how *how, int *rate_hz)
{
	sox_signalinfo_t signal = { .channels = 1, .precision = 16 };
	const char *driver = NULL, *name = NULL;
	sox_format_t *device;
	int rc = find_driver(what, &driver, &name), hushed;

	if (rc)
		return rc;
	signal.rate = how->out_rate_hz ? how->out_rate_hz : how->rate_hz;
	hushed = sv_hush(); /* ALSA tells each thing it tries */
	device = sox_open_write(name, &signal, NULL, driver, NULL, NULL);
	sv_hush_end(hushed);
	if (!device)
		return sv_fail(EX_UNAVAILABLE, "%s: %s", what, message_why());
	*opened = sv_alloc(sizeof **opened);
	(*opened)->device = device;
	*rate_hz = (int)device->signal.rate;
	return 0;
}

static int sink_write(struct sink *sink, const int16_t *samples, size_t n)
{
	size_t channels = sink->device->signal.channels, len = n * channels;
	sox_sample_t *wide = sv_calloc(len, sizeof *wide);
	size_t i, put;

	for (i = 0; i < len; i++)
		wide[i] = samples[i / channels] * 65536;
	put = sox_write(sink->device, wide, len);
	free(wide);
	if (put < len)
		return sv_fail(EX_IOERR, "%s: the device takes no more: %s",
		               sink->device->filename, message_why());
	return 0;
}

static int sink_close(struct sink *sink, int rc)
{
	if (sox_close(sink->device) != SOX_SUCCESS && !rc)
		rc = sv_fail(EX_IOERR, "the device cannot end: %s",
		             message_why());
	free(sink);
	return rc;
}

const struct capture_source capture_device_source = {
	.name = "device",
	.fits = fits,
	.open = source_open,
	.read = source_read,
	.close = source_close,
};

const struct capture_sink capture_device_sink = {
	.name = "device",
	.fits = fits,
	.open = sink_open,
	.write = sink_write,
	.close = sink_close,
};
