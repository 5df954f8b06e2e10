/* riff.c: whether a WAV file's header tells the truth about its length */
#include "lib/riff.h"

#include <string.h>
#include <unistd.h>

enum {
	CHUNK_HEAD = 8,
	RIFF_HEAD = 12,
	ID3V1 = 128,      /* bytes that a tagger hangs on the end of any file */
	CHUNKS_MAX = 256, /* before the data: real files have a handful */
	/* sox and ffmpeg leave this much or more when they write to a pipe */
	STREAMED = 0x7ffff000,
};

static uint32_t read_u32(const unsigned char *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[3] << 24;
}

static bool chunk_name(const unsigned char *name)
{
	for (int i = 0; i < 4; i++) {
		if (name[i] < ' ' || name[i] > '~')
			return false;
	}
	return true;
}

/* whether a chunk, or the end, stands where the data is said to end */
static bool ends_well(int fd, int64_t at, int64_t len)
{
	unsigned char head[CHUNK_HEAD];

	/* less than a chunk is what somebody appended, and a writer may
	 * forget the byte that makes the length even */
	if (at > len - CHUNK_HEAD)
		return true;
	if (pread(fd, head, sizeof head, at) != sizeof head)
		return false;
	if (!memcmp(head, "TAG", 3) && len - at == ID3V1)
		return true;
	return chunk_name(head) && at + CHUNK_HEAD + read_u32(head + 4) <= len;
}

static void judge(struct sv_riff *riff, int fd, int64_t at, int64_t len)
{
	int64_t there = len - at - CHUNK_HEAD;
	unsigned char head[CHUNK_HEAD];
	uint32_t said;

	if (pread(fd, head, sizeof head, at) != sizeof head)
		return;
	said = read_u32(head + 4);
	if (said <= there &&
	    ends_well(fd, at + CHUNK_HEAD + said + (said & 1), len))
		return;
	if (there > UINT32_MAX)
		there = UINT32_MAX;
	riff->wrong = true;
	riff->cut = said < STREAMED;
	riff->size_at = at + 4;
	riff->size = (uint32_t)there;
}

void sv_riff_look(struct sv_riff *riff, int fd, int64_t len)
{
	unsigned char head[RIFF_HEAD];
	int64_t at = RIFF_HEAD;

	*riff = (struct sv_riff){ 0 };
	if (pread(fd, head, RIFF_HEAD, 0) != RIFF_HEAD ||
	    memcmp(head, "RIFF", 4) != 0 || memcmp(head + 8, "WAVE", 4) != 0)
		return;
	for (int i = 0; i < CHUNKS_MAX; i++) {
		uint32_t size;

		if (pread(fd, head, CHUNK_HEAD, at) != CHUNK_HEAD)
			return;
		if (!memcmp(head, "data", 4)) {
			judge(riff, fd, at, len);
			return;
		}
		size = read_u32(head + 4);
		at += CHUNK_HEAD + (int64_t)size + (size & 1);
	}
}
