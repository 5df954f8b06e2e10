/* rtp-map.c: which payload type is which codec */
#include <stdlib.h>
#include <string.h>

#include "lib/fail.h"

#include "src/capture/rtp-codec.h"

void rtp_map_init(struct rtp_map *map)
{
	*map = (struct rtp_map){ 0 };
	for (size_t i = 0; rtp_codecs[i].name; i++) {
		for (int j = 0; j < 3 && rtp_codecs[i].types[j] >= 0; j++)
			map->types[rtp_codecs[i].types[j]] = &rtp_codecs[i];
	}
}

static const struct rtp_codec *find(const char *name)
{
	for (size_t i = 0; rtp_codecs[i].name; i++) {
		if (!strcmp(rtp_codecs[i].name, name))
			return &rtp_codecs[i];
	}
	return NULL;
}

/* Asterisk's old numbers of a codec stay unless they are given away. */
int rtp_map_set(struct rtp_map *map, const char *name, const char *type)
{
	const struct rtp_codec *codec = find(name);
	char *end;
	long number = strtol(type, &end, 10);

	if (!codec)
		return sv_fail(EX_USAGE, "rtp: no codec '%s'", name);
	if (end == type || *end || number < 0 || number >= RTP_TYPES)
		return sv_fail(EX_USAGE,
		               "rtp: %s=%s: a payload type is 0 to 127", name,
		               type);
	map->types[number] = codec;
	if (map->n < RTP_TYPES) {
		map->set[map->n].codec = codec;
		map->set[map->n++].type = (int)number;
	}
	return 0;
}

int rtp_map_type(const struct rtp_map *map, const char *name)
{
	const struct rtp_codec *codec = find(name);

	for (int i = map->n - 1; i >= 0; i--) {
		if (map->set[i].codec == codec &&
		    map->types[map->set[i].type] == codec)
			return map->set[i].type;
	}
	for (int i = 0; codec && i < 3 && codec->types[i] >= 0; i++) {
		if (map->types[codec->types[i]] == codec)
			return codec->types[i];
	}
	return -1;
}
