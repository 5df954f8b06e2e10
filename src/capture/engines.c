/* engines.c: the sources and sinks in this build; the last one takes all */
#include "src/capture/engine.h"

static const struct capture_source *const sources[] = {
	&capture_device_source,
	&capture_file_source,
	NULL,
};

static const struct capture_sink *const sinks[] = {
	&capture_pcm_sink,
	&capture_device_sink,
	&capture_file_sink,
	NULL,
};

const struct capture_source *capture_source_for(const char *what)
{
	size_t i = 0;

	while (sources[i + 1] && !sources[i]->fits(what))
		i++;
	return sources[i];
}

const struct capture_sink *capture_sink_for(const char *what)
{
	size_t i = 0;

	while (sinks[i + 1] && !sinks[i]->fits(what))
		i++;
	return sinks[i];
}
