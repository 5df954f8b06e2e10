/* seen: events that come twice count once */
#include "src/report/seen.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"

enum { FIRST = 1024, STAGE_MAX = 60 };

static uint32_t stream_of(struct seen *seen, uint32_t call, struct span stage)
{
	char key[16 + STAGE_MAX];
	size_t len = stage.len < STAGE_MAX ? stage.len : STAGE_MAX;
	uint32_t stream;

	for (int i = 0; i < 8; i++) /* names hold no NUL: letters of 4 bits */
		key[i] = (char)('a' + (call >> i * 4 & 15));
	memcpy(key + 8, stage.text, len);
	stream = names_put(&seen->streams, key, len + 8);
	if (stream < seen->n_upto || stream == NAMES_MAX)
		return stream;
	seen->upto =
		sv_realloc(seen->upto, seen->streams.size * sizeof *seen->upto);
	memset(seen->upto + seen->n_upto, 0,
	       (seen->streams.size - seen->n_upto) * sizeof *seen->upto);
	seen->n_upto = seen->streams.size;
	return stream;
}

static struct seen_item *place(const struct seen *seen, uint32_t stream,
                               int64_t seq)
{
	uint64_t h = ((uint64_t)seq * 0x9E3779B97F4A7C15U + stream) *
	             0xD6E8FEB86659FD93U;
	size_t i = (h ^ h >> 32) & (seen->size - 1);

	while (seen->odd[i].stream &&
	       (seen->odd[i].stream != stream + 1 || seen->odd[i].seq != seq))
		i = (i + 1) & (seen->size - 1);
	return &seen->odd[i];
}

static void grow(struct seen *seen)
{
	struct seen_item *old = seen->odd;
	size_t n = seen->size;

	seen->size = n ? n * 2 : FIRST;
	seen->odd = sv_calloc(seen->size, sizeof *seen->odd);
	for (size_t i = 0; i < n; i++) {
		if (old[i].stream)
			*place(seen, old[i].stream - 1, old[i].seq) = old[i];
	}
	free(old);
}

static bool odd_first(struct seen *seen, uint32_t stream, int64_t seq)
{
	struct seen_item *item;

	if (seen->n_odd * 2 >= seen->size)
		grow(seen);
	item = place(seen, stream, seq);
	if (item->stream)
		return false;
	*item = (struct seen_item){ seq, stream + 1 };
	seen->n_odd++;
	return true;
}

bool seen_first(struct seen *seen, uint32_t call, struct span stage,
                int64_t seq)
{
	uint32_t stream = stream_of(seen, call, stage);

	if (stream == NAMES_MAX)
		return true;
	if (seq >= 1 && seq <= seen->upto[stream])
		return false;
	if (seq != seen->upto[stream] + 1)
		return odd_first(seen, stream, seq);
	seen->upto[stream] = seq;
	/* it may be among the odd ones already: 1 3 2 3 */
	return !seen->size || !place(seen, stream, seq)->stream;
}

void seen_release(struct seen *seen)
{
	names_release(&seen->streams);
	free(seen->upto);
	free(seen->odd);
	*seen = (struct seen){ 0 };
}
