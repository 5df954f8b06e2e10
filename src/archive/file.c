/* file: a file that is to be kept, read as often as it takes */
#include "src/archive/file.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"

enum { STRANGER = 10 };

/* --- whether it is finished --- */

static int64_t ms_of(const struct timespec *time)
{
	return (int64_t)time->tv_sec * 1000 + time->tv_nsec / 1000000;
}

/* A lease to read is given when nobody has the file open for writing, and it
 * is the kernel that says so. It is given back at once: who opens the file
 * meanwhile would wait for us. 1 nobody, 0 somebody, -1 not known. */
static int nobody_writes(int fd)
{
	int rc = fcntl(fd, F_SETLEASE, F_RDLCK);

	if (rc)
		return errno == EAGAIN ? 0 : -1;
	fcntl(fd, F_SETLEASE, F_UNLCK);
	return 1;
}

bool file_is_finished(const char *path, int quiet_ms)
{
	int64_t least = quiet_ms;
	struct stat info;
	bool finished = false;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	int nobody;

	if (fd < 0)
		return false;
	if (!fstat(fd, &info) && S_ISREG(info.st_mode)) {
		nobody = nobody_writes(fd);
		if (nobody < 0)
			least *= STRANGER;
		finished =
			nobody && sv_wall_ms() - ms_of(&info.st_mtim) >= least;
	}
	close(fd);
	return finished;
}

/* --- opening --- */

static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
	       a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

bool file_is_same(const struct file *file)
{
	struct stat here, named;

	return !fstat(file->fd, &here) && !stat(file->path, &named) &&
	       is_same(&here, &file->info) && is_same(&named, &file->info);
}

static int changed(const struct file *file)
{
	return sv_fail(EX_TEMPFAIL, "%s changed while it was read", file->path);
}

/* a piece at a place, all of it that there is */
static int read_piece(const struct file *file, int64_t at, unsigned char *to,
                      size_t *len)
{
	size_t had = 0;
	ssize_t n = 1;

	while (had < *len && n) {
		n = pread(file->fd, to + had, *len - had, at + (int64_t)had);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return sv_fail(EX_IOERR, "read %s:", file->path);
		had += (size_t)n;
	}
	*len = had;
	return 0;
}

/* Poly1305 with a key by chance that nobody sees, nor what it gives: whoever
 * makes a file cannot have two of its pieces give the same. */
static void check_of(const struct file *file, size_t len,
                     unsigned char check[FILE_CHECK])
{
	crypto_onetimeauth(check, file->in, len, file->check_key);
}

static int hash(struct file *file)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	int64_t at = 0;
	int rc = 0;

	EVP_DigestInit_ex(context, EVP_sha256(), NULL);
	while (!rc && at < file->info.st_size) {
		size_t len = SEAL_PIECE;

		rc = read_piece(file, at, file->in, &len);
		if (!rc && !len)
			rc = changed(file);
		EVP_DigestUpdate(context, file->in, len);
		check_of(file, len, file->checks[at / SEAL_PIECE]);
		at += (int64_t)len;
	}
	EVP_DigestFinal_ex(context, file->plain, NULL);
	EVP_MD_CTX_free(context);
	sv_hex(file->plain, SV_SHA256, file->plain_hex);
	if (!rc && (at != file->info.st_size || !file_is_same(file)))
		rc = changed(file);
	return rc;
}

static int lock(const struct file *file)
{
	struct stat named;

	if (flock(file->fd, LOCK_EX | LOCK_NB))
		return errno == EWOULDBLOCK
		               ? sv_fail(EX_TEMPFAIL,
		                         "another sv-archive works on %s",
		                         file->path)
		               : sv_fail(EX_IOERR, "lock %s:", file->path);
	/* another one may have been done with it just now */
	if (stat(file->path, &named) || named.st_ino != file->info.st_ino)
		return sv_fail(EX_TEMPFAIL, "%s is not there any more",
		               file->path);
	return 0;
}

int file_open(struct file *file, const char *path)
{
	size_t pieces;
	int rc;

	*file = (struct file){ .path = path };
	file->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (file->fd < 0)
		return sv_fail(EX_NOINPUT, "open %s:", path);
	if (fstat(file->fd, &file->info))
		return sv_fail(EX_IOERR, "look at %s:", path);
	if (!S_ISREG(file->info.st_mode))
		return sv_fail(EX_NOINPUT, "%s is no file", path);
	rc = lock(file);
	if (rc)
		return rc;
	pieces = (size_t)(file->info.st_size / SEAL_PIECE) + 1;
	file->checks = sv_calloc(pieces, sizeof *file->checks);
	randombytes_buf(file->check_key, sizeof file->check_key);
	file->in = sv_alloc(SEAL_PIECE);
	file->out = sv_alloc(SEAL_PIECE + SEAL_MORE);
	return hash(file);
}

void file_close(struct file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	free(file->checks);
	free(file->in);
	free(file->out);
	sodium_memzero(&file->seal, sizeof file->seal);
	*file = (struct file){ .fd = -1 };
}

/* --- as a source --- */

static int rewind_it(void *arg)
{
	struct file *file = arg;

	file->at = 0;
	file->last = false;
	file->out_at = file->out_len = 0;
	if (!file->key)
		return 0;
	seal_begin(&file->seal, file->key, file->name, file->plain, file->out);
	file->out_len = SEAL_HEADER;
	return 0;
}

/* What is not what was hashed does not leave: neither sealed by what another
 * content was sealed by, nor as what it is not. */
static int next_piece(struct file *file)
{
	int64_t left = file->info.st_size - file->at;
	size_t len = left < SEAL_PIECE ? (size_t)left : SEAL_PIECE;
	unsigned char check[FILE_CHECK];
	size_t want = len;
	int rc = read_piece(file, file->at, file->in, &len);

	if (rc)
		return rc;
	check_of(file, len, check);
	if (len != want ||
	    (len && memcmp(check, file->checks[file->at / SEAL_PIECE],
	                   sizeof check) != 0))
		return changed(file);
	file->at += (int64_t)len;
	file->last = file->at == file->info.st_size;
	file->out_at = 0;
	file->out_len = len;
	if (file->key) {
		seal_piece(&file->seal, file->in, len, file->last, file->out);
		file->out_len += SEAL_MORE;
	} else if (len) {
		memcpy(file->out, file->in, len);
	}
	return 0;
}

static int read_it(void *arg, void *data, size_t len, size_t *got)
{
	struct file *file = arg;
	size_t left;
	int rc = 0;

	*got = 0;
	if (file->out_at == file->out_len && !file->last)
		rc = next_piece(file);
	if (rc)
		return rc;
	left = file->out_len - file->out_at;
	*got = left < len ? left : len;
	if (*got)
		memcpy(data, file->out + file->out_at, *got);
	file->out_at += *got;
	return 0;
}

/* the sum of what it is sealed to */
static int sum(struct file *file, char hex[SV_SHA256_HEX])
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	unsigned char digest[SV_SHA256];
	int rc = rewind_it(file);

	EVP_DigestInit_ex(context, EVP_sha256(), NULL);
	while (!rc) {
		EVP_DigestUpdate(context, file->out, file->out_len);
		if (file->last)
			break;
		rc = next_piece(file);
	}
	EVP_DigestFinal_ex(context, digest, NULL);
	EVP_MD_CTX_free(context);
	sv_hex(digest, sizeof digest, hex);
	return rc;
}

int file_source(struct file *file, const struct ring_key *key, const char *name,
                struct sv_depot_source *source)
{
	file->key = key;
	file->name = name;
	*source = (struct sv_depot_source){
		.bytes = key ? seal_size(file->info.st_size)
		             : file->info.st_size,
		.type = "application/octet-stream",
		.rewind = rewind_it,
		.read = read_it,
		.arg = file,
	};
	if (key)
		return sum(file, source->sha256);
	memcpy(source->sha256, file->plain_hex, SV_SHA256_HEX);
	return 0;
}
