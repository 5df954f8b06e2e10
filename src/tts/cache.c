/* cache.c: sentences synthesised before, on disk */
#include "src/tts/cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/log.h"

enum {
	NAME_LEN = SV_SHA256_HEX - 1,
	FILE_MAX = 64 << 20,
	STALE_S = 3600, /* a file half written for so long has no writer */
};

/* numbers are the machine's own: the folder does not travel */
struct header {
	char magic[8];
	unsigned char sum[SV_SHA256]; /* of all behind it */
	uint32_t rate_hz, n_marks, n;
	uint32_t meant; /* as struct tts_sound's */
};

static const char magic[8] = "sv-tts1";

struct tts_cache {
	char *folder;
	int64_t max_bytes;
	int64_t room; /* bytes to write until the folder is looked through */
	bool looked;  /* it was, once */
	bool warned;
};

/* an item of the folder, when it is looked through */
struct item {
	char name[SV_SHA256_HEX];
	int64_t size;
	struct timespec used;
};

struct tts_cache *tts_cache_new(const char *folder, int64_t max_bytes)
{
	struct tts_cache *cache = sv_alloc(sizeof(*cache));
	char *root = folder ? NULL : sv_cache_folder();

	cache->folder = root ? sv_format("%s/tts", root) : sv_strdup(folder);
	cache->max_bytes = max_bytes;
	free(root);
	return cache;
}

void tts_cache_free(struct tts_cache *cache)
{
	if (!cache)
		return;
	free(cache->folder);
	free(cache);
}

static char *path_of(const struct tts_cache *cache, const unsigned char *key)
{
	char name[SV_SHA256_HEX];

	sv_hex(key, SV_SHA256, name);
	return sv_format("%s/%s", cache->folder, name);
}

static void complain(struct tts_cache *cache)
{
	if (!cache->warned)
		sv_warn("cache: %s; going on without", sv_why());
	cache->warned = true;
}

static bool fits(const struct header *header, size_t len,
                 const struct tts_sound *sound)
{
	uint64_t size = sizeof(*header) +
	                (uint64_t)header->n_marks * sizeof(struct tts_mark) +
	                (uint64_t)header->n * sizeof(int16_t);

	return !memcmp(header->magic, magic, sizeof(magic)) &&
	       header->rate_hz == (uint32_t)sound->rate_hz && size == len &&
	       header->n <= (uint64_t)sound->rate_hz * TTS_SOUND_S;
}

bool tts_cache_parse(const void *data, size_t len, struct tts_sound *sound)
{
	const unsigned char *body = (const unsigned char *)data;
	unsigned char sum[SV_SHA256];
	struct header header;
	size_t marks;

	if (len < sizeof(header))
		return false;
	memcpy(&header, data, sizeof(header));
	body += sizeof(header);
	sv_sha256(body, len - sizeof(header), sum);
	if (!fits(&header, len, sound) ||
	    memcmp(sum, header.sum, sizeof(sum)) != 0)
		return false;
	marks = header.n_marks * sizeof(struct tts_mark);
	tts_sound_release(sound);
	sound->n_marks = sound->cap_marks = header.n_marks;
	sound->marks = sv_alloc(marks + 1);
	memcpy(sound->marks, body, marks);
	sound->n = sound->cap = header.n;
	sound->samples = sv_alloc(header.n * sizeof(int16_t) + 1);
	memcpy(sound->samples, body + marks, header.n * sizeof(int16_t));
	sound->whole = true;
	sound->meant = header.meant != 0;
	return true;
}

bool tts_cache_get(struct tts_cache *cache, const unsigned char key[SV_SHA256],
                   struct tts_sound *sound)
{
	char *path = path_of(cache, key);
	struct sv_buf file;
	bool found;

	sv_buf_init(&file, FILE_MAX);
	found = !sv_file_read(path, &file) &&
	        tts_cache_parse(sv_buf_str(&file), file.len, sound);
	if (found) /* it was of use: it stays longer */
		utimensat(AT_FDCWD, path, NULL, 0);
	sv_buf_release(&file);
	free(path);
	return found;
}

/* by the time of its last use */
static int older(const void *one, const void *other)
{
	const struct timespec *a = &((const struct item *)one)->used;
	const struct timespec *b = &((const struct item *)other)->used;

	if (a->tv_sec != b->tv_sec)
		return a->tv_sec < b->tv_sec ? -1 : 1;
	return a->tv_nsec < b->tv_nsec ? -1 : a->tv_nsec > b->tv_nsec;
}

/* one of ours, whole; what a writer left behind when it was killed goes */
static bool look_at(DIR *folder, const char *name, struct item *item)
{
	struct stat info;
	size_t len = strlen(name);

	if (len < NAME_LEN || strspn(name, "0123456789abcdef") < NAME_LEN ||
	    fstatat(dirfd(folder), name, &info, AT_SYMLINK_NOFOLLOW))
		return false;
	if (len > NAME_LEN) {
		if (name[NAME_LEN] == '.' &&
		    info.st_mtim.tv_sec + STALE_S < time(NULL))
			unlinkat(dirfd(folder), name, 0);
		return false;
	}
	memcpy(item->name, name, NAME_LEN + 1);
	item->size = info.st_size;
	item->used = info.st_mtim;
	return true;
}

static size_t list(DIR *folder, struct item **items)
{
	size_t n = 0, cap = 0;
	const struct dirent *entry = readdir(folder);

	for (; entry; entry = readdir(folder)) {
		if (n == cap) {
			cap = cap ? 2 * cap : 256;
			*items = sv_realloc(*items, cap * sizeof(**items));
		}
		if (look_at(folder, entry->d_name, *items + n))
			n++;
	}
	return n;
}

/* Looks through the folder. When there is too much, the longest unused go
 * until a tenth is free, and it is looked at again when half of what is free
 * was written: others may write too. */
static void make_room(struct tts_cache *cache)
{
	DIR *folder = opendir(cache->folder);
	struct item *items = NULL;
	int64_t total = 0;
	size_t n, i;

	if (!folder)
		return;
	n = list(folder, &items);
	for (i = 0; i < n; i++)
		total += items[i].size;
	if (total > cache->max_bytes) {
		if (items)
			qsort(items, n, sizeof(*items), older);
		for (i = 0; i < n && total > cache->max_bytes / 10 * 9; i++)
			if (!unlinkat(dirfd(folder), items[i].name, 0))
				total -= items[i].size;
	}
	cache->room = (cache->max_bytes - total) / 2;
	cache->looked = true;
	free(items);
	closedir(folder);
}

static int write_file(const char *path, const struct header *header,
                      const struct tts_sound *sound)
{
	size_t marks = sound->n_marks * sizeof(*sound->marks);
	char *temp = sv_format("%s.XXXXXX", path);
	int fd = mkostemp(temp, O_CLOEXEC);
	int rc = 0;

	if (fd < 0)
		rc = sv_fail(EX_CANTCREAT, "create %s:", path);
	if (!rc)
		rc = sv_write(fd, header, sizeof(*header), path);
	if (!rc)
		rc = sv_write(fd, sound->marks, marks, path);
	if (!rc)
		rc = sv_write(fd, sound->samples,
		              sound->n * sizeof(*sound->samples), path);
	if (fd >= 0 && close(fd) && !rc)
		rc = sv_fail(EX_IOERR, "close %s:", path);
	/* No fsync: it would stop the sound, and a file that the disk did
	 * not keep whole has the wrong sum. */
	if (!rc && rename(temp, path))
		rc = sv_fail(EX_CANTCREAT, "rename to %s:", path);
	if (rc && fd >= 0)
		unlink(temp);
	free(temp);
	return rc;
}

static void sum_up(struct header *header, const struct tts_sound *sound)
{
	size_t marks = sound->n_marks * sizeof(*sound->marks);
	size_t samples = sound->n * sizeof(*sound->samples);
	unsigned char *body = sv_alloc(marks + samples + 1);

	if (marks)
		memcpy(body, sound->marks, marks);
	if (samples)
		memcpy(body + marks, sound->samples, samples);
	sv_sha256(body, marks + samples, header->sum);
	free(body);
}

void tts_cache_put(struct tts_cache *cache, const unsigned char key[SV_SHA256],
                   const struct tts_sound *sound)
{
	struct header header = { .rate_hz = (uint32_t)sound->rate_hz,
		                 .n_marks = (uint32_t)sound->n_marks,
		                 .n = (uint32_t)sound->n,
		                 .meant = sound->meant };
	int64_t size = (int64_t)(sizeof(header) +
	                         sound->n_marks * sizeof(*sound->marks) +
	                         sound->n * sizeof(*sound->samples));
	char *path;

	if (size > cache->max_bytes / 2 || cache->warned)
		return;
	if (!cache->looked && sv_folder_make(cache->folder)) {
		complain(cache);
		return;
	}
	memcpy(header.magic, magic, sizeof(magic));
	sum_up(&header, sound);
	path = path_of(cache, key);
	if (write_file(path, &header, sound))
		complain(cache);
	free(path);
	cache->room -= size;
	if (!cache->looked || cache->room < 0)
		make_room(cache);
}
