/* rtp-first.c: what a URL and a first packet tell of a call */
#include "src/capture/rtp-first.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/pcm.h"
#include "lib/ulid.h"

#include "src/capture/known.h"
#include "src/capture/rtp-socket.h"
#include "src/capture/url.h"

const char *const rtp_first_settings[] = { "call", "answer", RTP_CODEC_NAMES,
	                                   NULL };

static int read_types(const struct url *url, struct rtp_map *map)
{
	static const char *const names[] = { RTP_CODEC_NAMES, NULL };
	int rc = 0;

	rtp_map_init(map);
	for (size_t i = 0; !rc && names[i]; i++) {
		const char *type = url_get(url, names[i]);

		if (type)
			rc = rtp_map_set(map, names[i], type);
	}
	return rc;
}

static char *known_string(const json_t *known, const char *name)
{
	const char *text = json_string_value(json_object_get(known, name));

	return sv_strdup(text ? text : "");
}

/* The call that the URL names, unless it was here before: it is good for one. */
static bool take_named(const char *text, const struct call_config *config,
                       char id[CALL_ID_LEN], json_t **known)
{
	uint8_t uuid[16];

	if (!text || !known_uuid_parse(text, uuid))
		return false;
	known_call_id(uuid, id);
	if (!config->run)
		return true;
	*known = known_get(config->run, id);
	if (json_object_get(*known, "connected")) {
		sv_warn("rtp: call=%s was here already: nothing is known of "
		        "this call",
		        text);
		return false;
	}
	if (known_put(config->run, id, json_pack("{ss}", "connected", "rtp")))
		sv_warn("%s", sv_why());
	return true;
}

/* Who calls is not in RTP. A URL for one call may name it. */
static void identify(const struct url *url, const struct call_config *config,
                     struct call_facts *facts)
{
	json_t *known = NULL;
	char *direction;

	if (!take_named(url_get(url, "call"), config, facts->id, &known)) {
		sv_ulid(facts->id);
		json_decref(known);
		known = NULL;
	}
	facts->caller = known_string(known, "caller");
	facts->callee = known_string(known, "callee");
	direction = known_string(known, "direction");
	facts->outbound = !strcmp(direction, "out");
	free(direction);
	json_decref(known);
}

/* A call that does not begin with sound begins with what everyone knows. */
static void find_codec(struct rtp_first *first, const struct rtp_packet *packet)
{
	const struct rtp_map *map = &first->map;
	int type = packet->type;

	if (!map->types[type] || map->types[type]->kind != RTP_SOUND)
		type = rtp_map_type(map, "ulaw");
	/* the URL gave its number to another: there is always some codec */
	for (int i = 0; type < 0; i++) {
		if (map->types[i] && map->types[i]->kind == RTP_SOUND)
			type = i;
	}
	first->type = type;
	first->codec = map->types[type];
}

/* The codec to answer in, when the URL has one. */
static int find_answer(struct rtp_first *first, const struct url *url)
{
	const char *name = url_get(url, "answer");
	int type = name ? rtp_map_type(&first->map, name) : -1;

	if (!name)
		return 0;
	if (type < 0 || first->map.types[type]->kind != RTP_SOUND)
		return sv_fail(EX_USAGE, "%s: answer=%s is no codec", url->text,
		               name);
	first->answer = true;
	first->type = type;
	first->codec = first->map.types[type];
	return 0;
}

int rtp_first_check(const struct url *url)
{
	const char *call = url_get(url, "call");
	struct rtp_first first = { 0 };
	uint8_t uuid[16];
	int rc = read_types(url, &first.map);

	if (!rc && call && !known_uuid_parse(call, uuid))
		rc = sv_fail(EX_USAGE, "%s: call=%s is no UUID", url->text,
		             call);
	return rc ? rc : find_answer(&first, url);
}

int rtp_first_look(struct rtp_first *first, const struct arrival *arrival,
                   const struct rtp_packet *packet,
                   const struct call_config *config, struct call_facts *facts)
{
	const char *heard;
	char *peer;
	int rc = read_types(arrival->url, &first->map);

	if (rc)
		return rc;
	identify(arrival->url, config, facts);
	find_codec(first, packet);
	facts->rate_hz = first->codec->rate_hz;
	heard = first->codec->name;
	first->events = url_get(arrival->url, "dtmf") != NULL;
	rc = find_answer(first, arrival->url);
	if (rc)
		return rc;
	if (!facts->rate_hz)
		facts->rate_hz = config->rate_hz;
	if (!sv_rate_valid(facts->rate_hz))
		facts->rate_hz = SV_RATE_DEFAULT;
	peer = rtp_socket_peer(arrival->fd);
	facts->more = json_pack("{ss ss}", "peer", peer, "codec", heard);
	free(peer);
	return 0;
}
