/* digest: SHA-256 by libcrypto */
#include "lib/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/io.h"

void sv_sha256(const void *data, size_t len, unsigned char out[SV_SHA256])
{
	EVP_Digest(data, len, out, NULL, EVP_sha256(), NULL);
}

int sv_sha256_file(const char *path, unsigned char out[SV_SHA256])
{
	EVP_MD_CTX *context;
	char block[65536];
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return sv_fail(EX_NOINPUT, "open %s:", path);
	context = EVP_MD_CTX_new();
	EVP_DigestInit_ex(context, EVP_sha256(), NULL);
	while ((n = sv_read(fd, block, sizeof block, path)) > 0)
		EVP_DigestUpdate(context, block, (size_t)n);
	EVP_DigestFinal_ex(context, out, NULL);
	EVP_MD_CTX_free(context);
	close(fd);
	return n < 0 ? EX_IOERR : 0;
}

void sv_hex(const unsigned char *data, size_t len, char *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		*out++ = digits[data[i] >> 4];
		*out++ = digits[data[i] & 15];
	}
	*out = '\0';
}
