/*
 * tts_cache: what was kept comes back to the sample, or not at all
 * uses: src/tts/cache.c src/tts/sound.c
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/io.h"
#include "lib/log.h"

#include "src/tts/cache.h"
#include "tests/unit/tap.h"

static char folder[] = "/tmp/tts_cache.XXXXXX";
static char *inner;

static void key_of(int n, unsigned char key[SV_SHA256])
{
	sv_sha256(&n, sizeof(n), key);
}

static char *file_of(int n)
{
	unsigned char key[SV_SHA256];
	char name[SV_SHA256_HEX];

	key_of(n, key);
	sv_hex(key, SV_SHA256, name);
	return sv_format("%s/%s", inner, name);
}

/* n samples, each n, with two words */
static void make(struct tts_sound *sound, int n)
{
	int16_t sample = (int16_t)n;
	int i;

	tts_sound_init(sound, 16000);
	for (i = 0; i < n; i++)
		tts_sound_add(sound, &sample, 1);
	tts_sound_mark(sound, 0, 0);
	tts_sound_mark(sound, n / 2, 5);
	tts_sound_end(sound);
}

static void put(struct tts_cache *cache, int n)
{
	unsigned char key[SV_SHA256];
	struct tts_sound sound;

	key_of(n, key);
	make(&sound, n);
	tts_cache_put(cache, key, &sound);
	tts_sound_release(&sound);
}

/* whether it comes back as it was */
static bool get(struct tts_cache *cache, int n, int rate_hz)
{
	unsigned char key[SV_SHA256];
	struct tts_sound sound, want;
	bool same = false;

	key_of(n, key);
	make(&want, n);
	tts_sound_init(&sound, rate_hz);
	if (tts_cache_get(cache, key, &sound))
		same = sound.whole && !sound.played && sound.n == want.n &&
		       sound.n_marks == 2 && sound.marks[1].at == 5 &&
		       sound.marks[1].sample == want.marks[1].sample &&
		       !memcmp(sound.samples, want.samples, 2 * want.n);
	tts_sound_release(&sound);
	tts_sound_release(&want);
	return same;
}

static int files(void)
{
	DIR *dir = opendir(inner);
	int n = -2;

	while (dir && readdir(dir))
		n++;
	if (dir)
		closedir(dir);
	return n;
}

/* every way of not being whole: cut, longer, a bit turned */
static void damage(struct tts_cache *cache)
{
	char *path = file_of(1000);
	struct sv_buf whole;
	struct tts_sound sound;
	bool any = false;
	size_t i;

	sv_buf_init(&whole, 1 << 20);
	sv_file_read(path, &whole);
	tts_sound_init(&sound, 16000);
	ok(tts_cache_parse(whole.data, whole.len, &sound));
	for (i = 0; i < whole.len; i++)
		any |= tts_cache_parse(whole.data, i, &sound);
	for (i = 0; i < whole.len; i++) {
		whole.data[i] ^= 0x10;
		/* four bytes of the header say nothing */
		if (i < 52 || i >= 56)
			any |= tts_cache_parse(whole.data, whole.len, &sound);
		whole.data[i] ^= 0x10;
	}
	ok(!any);
	tts_sound_release(&sound);
	sv_file_replace(path, whole.data, whole.len / 2, 0600);
	ok(!get(cache, 1000, 16000));
	put(cache, 1000);
	ok(get(cache, 1000, 16000));
	sv_buf_release(&whole);
	free(path);
}

/* one that was used lately stays, the oldest goes, others' files too stay */
static void ceiling(void)
{
	struct tts_cache *cache = tts_cache_new(inner, 100000);
	char *path = sv_format("%s/notes.txt", inner);
	int i;

	sv_file_replace(path, "x", 1, 0600);
	for (i = 0; i < 30; i++) {
		char *file;
		struct timespec old[2] = { { 1000 + i, 0 }, { 1000 + i, 0 } };

		put(cache, 5000 + i);
		file = file_of(5000 + i);
		utimensat(AT_FDCWD, file, old, 0);
		free(file);
		get(cache, 5000, 16000);
	}
	ok(files() > 4 && files() < 14);
	ok(get(cache, 5000, 16000));
	ok(!get(cache, 5001, 16000));
	ok(get(cache, 5029, 16000));
	ok(!access(path, F_OK));
	unlink(path);
	free(path);
	tts_cache_free(cache);
}

/* what a killed writer left goes when it is old, not while it may be new */
static void leftovers(void)
{
	struct tts_cache *cache = tts_cache_new(inner, 1 << 20);
	char *name = file_of(1);
	char *old = sv_format("%s.AAAAAA", name);
	char *young = sv_format("%s.BBBBBB", name);
	struct timespec long_ago[2] = { { 1000, 0 }, { 1000, 0 } };

	sv_file_replace(old, "x", 1, 0600);
	sv_file_replace(young, "x", 1, 0600);
	utimensat(AT_FDCWD, old, long_ago, 0);
	put(cache, 2);
	ok(access(old, F_OK) != 0 && !access(young, F_OK));
	free(name);
	free(old);
	free(young);
	tts_cache_free(cache);
}

static void clean(void)
{
	DIR *dir = opendir(inner);
	const struct dirent *entry = readdir(dir);
	char *above = sv_format("%s/a", folder);

	for (; entry; entry = readdir(dir))
		unlinkat(dirfd(dir), entry->d_name, 0);
	closedir(dir);
	ok(!rmdir(inner) && !rmdir(above) && !rmdir(folder));
	free(above);
}

int main(void)
{
	struct tts_cache *cache;

	if (!mkdtemp(folder))
		return 1;
	sv_log_open("tts_cache", SV_ERROR, false);
	inner = sv_format("%s/a/b", folder);
	cache = tts_cache_new(inner, 1 << 20);
	ok(!get(cache, 1000, 16000)); /* there is not even a folder */
	put(cache, 1000);
	ok(get(cache, 1000, 16000));
	ok(!get(cache, 1000, 8000)); /* another rate is another sound */
	ok(!get(cache, 1001, 16000));
	put(cache, 0);
	ok(get(cache, 1000, 16000) && files() == 2);
	damage(cache);
	tts_cache_free(cache);
	ceiling();
	leftovers();

	/* where nothing can be written nothing is, quietly after a warning */
	cache = tts_cache_new("/proc/nowhere", 1 << 20);
	put(cache, 10);
	put(cache, 11);
	ok(!get(cache, 10, 16000));
	tts_cache_free(cache);

	clean();
	free(inner);
	return tap_end();
}
