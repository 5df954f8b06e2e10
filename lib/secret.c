/* secret: keys and tokens, and what keeps them to ourselves */
#include "lib/secret.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/http.h"

enum {
	LONGEST = 65536, /* bytes of a secret */
	READ = 32,       /* that were read: remembered for good */
	KNOWN = 96,      /* with them, the last that came otherwise */
	SHORT = 8,       /* below it is masked where it is a word of its own */
	TELLING = 12,    /* a secret's first bytes, if so many, give it away */
	TAIL = 4,        /* so do fewer where the text was cut */
	PIPES = 8,
};

/* Kept as long as the process lives: what is masked must be known. */
static struct {
	char *texts[KNOWN];
	size_t read, next;
} known;

/* --- masking --- */

static bool wordly(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* How many bytes at text are the secret's, or begin it; tail: of how many at
 * the end of text that is believed. */
static size_t match(const char *secret, const char *text, bool word_begins,
                    size_t tail)
{
	size_t len = strlen(secret), same = 0;

	while (same < len && text[same] == secret[same])
		same++;
	if (len < SHORT)
		return same == len && word_begins && !wordly(text[len]) ? len
		                                                        : 0;
	if (same == len || same >= TELLING || (!text[same] && same >= tail))
		return same;
	return 0;
}

static size_t longest_match(const char *text, bool word_begins, size_t tail)
{
	size_t most = 0;

	for (size_t i = 0; i < KNOWN; i++) {
		const char *secret = known.texts[i];
		size_t n = secret ? match(secret, text, word_begins, tail) : 0;

		if (n > most)
			most = n;
	}
	return most;
}

static void mask(char *text, size_t tail)
{
	char *out = text;
	char before = '\0';

	if (!sv_secret_any())
		return;
	while (*text) {
		size_t n = longest_match(text, !wordly(before), tail);
		size_t stars = n < 3 ? n : 3;

		if (!n) {
			before = *text;
			*out++ = *text++;
			continue;
		}
		before = text[n - 1];
		text += n; /* out is behind it: no star lands on what is to come */
		memset(out, '*', stars);
		out += stars;
	}
	*out = '\0';
}

void sv_secret_mask(char *text)
{
	mask(text, TELLING);
}

void sv_secret_mask_cut(char *text)
{
	mask(text, TAIL);
}

bool sv_secret_any(void)
{
	return known.read || known.next;
}

bool sv_secret_in(const char *text)
{
	for (; *text; text++) {
		for (size_t i = 0; i < KNOWN; i++) {
			const char *secret = known.texts[i];

			if (secret && strlen(secret) >= SHORT &&
			    match(secret, text, false, TELLING))
				return true;
		}
	}
	return false;
}

static bool is_known(const char *value)
{
	size_t i = 0;

	while (i < KNOWN &&
	       (!known.texts[i] || strcmp(known.texts[i], value) != 0))
		i++;
	return i < KNOWN;
}

static void remember(const char *value, bool read)
{
	char **place = &known.texts[READ + known.next % (KNOWN - READ)];

	if (is_known(value))
		return;
	if (read && known.read < READ)
		place = &known.texts[known.read++];
	else
		known.next++;
	sv_secret_free(*place);
	*place = sv_strdup(value);
}

static void make_known(const char *value, bool read)
{
	char *other;

	if (!value || !*value)
		return;
	remember(value, read);
	other = sv_http_escape(value); /* as it stands in a URL */
	remember(other, read);
	sv_secret_free(other);
}

void sv_secret_known(const char *value)
{
	make_known(value, false);
}

void sv_secret_free(char *value)
{
	if (!value)
		return;
	explicit_bzero(value, strlen(value));
	free(value);
}

/* --- reading --- */

static int check(const char *name, const char *where, const char *value)
{
	for (const char *p = value; *p; p++) {
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			return sv_fail(EX_CONFIG,
			               "%s%s has a line break or another "
			               "control character, as no key has",
			               name, where);
	}
	return 0;
}

/* The file's text into text, of LONGEST + 2 bytes. A pipe is fine:
 * SV_X_FILE=/dev/fd/5. */
static int read_text(const char *path, char *text, int fd)
{
	size_t len = 0;
	ssize_t n = 1;

	while (n && len <= LONGEST) {
		n = read(fd, text + len, LONGEST + 1 - len);
		if (n < 0 && errno != EINTR)
			return sv_fail(EX_CONFIG, "read %s:", path);
		len += n > 0 ? (size_t)n : 0;
	}
	if (len > LONGEST)
		return sv_fail(EX_CONFIG, "%s is too large for a key", path);
	if (memchr(text, '\0', len))
		return sv_fail(EX_CONFIG, "%s holds a NUL byte, as no key does",
		               path);
	if (len && text[len - 1] == '\n')
		len--;
	if (len && text[len - 1] == '\r')
		len--;
	text[len] = '\0';
	return 0;
}

/* A pipe tells it once, and the key of a service is read for each request: what
 * it told is kept. */
static void recall(const char *path, char *text)
{
	static struct {
		char *path, *text;
	} kept[PIPES];

	size_t i = 0;

	while (i < PIPES && kept[i].path && strcmp(kept[i].path, path) != 0)
		i++;
	if (i == PIPES)
		return;
	if (!*text && kept[i].text)
		memcpy(text, kept[i].text, strlen(kept[i].text) + 1);
	if (!*text)
		return;
	free(kept[i].path);
	sv_secret_free(kept[i].text);
	kept[i].path = sv_strdup(path);
	kept[i].text = sv_strdup(text);
}

static int read_file(const char *path, char *text)
{
	struct stat info;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int rc = 0;

	if (fd < 0)
		return sv_fail(EX_CONFIG, "open %s:", path);
	if (fstat(fd, &info))
		rc = sv_fail(EX_CONFIG, "stat %s:", path);
	else if (S_ISDIR(info.st_mode))
		rc = sv_fail(EX_CONFIG, "%s is a folder", path);
	else if (S_ISREG(info.st_mode) && info.st_mode & (S_IROTH | S_IWOTH))
		rc = sv_fail(EX_CONFIG,
		             "%s can be read or changed by everybody: "
		             "chmod 640 it",
		             path);
	if (!rc)
		rc = read_text(path, text, fd);
	if (!rc && !S_ISREG(info.st_mode))
		recall(path, text);
	if (!rc && !*text)
		rc = sv_fail(EX_CONFIG, "%s is empty", path);
	close(fd);
	return rc;
}

static int from_file(const char *name, const char *path, char **value)
{
	char *text = sv_alloc(LONGEST + 2);
	int rc = read_file(path, text);

	if (rc)
		rc = sv_fail(rc, "%s_FILE: %s", name, sv_why());
	else
		rc = check(name, "_FILE", text);
	if (!rc)
		*value = sv_strdup(text);
	explicit_bzero(text, LONGEST + 2);
	free(text);
	return rc;
}

int sv_secret_read(const char *name, char **value)
{
	const char *text = getenv(name);
	char variable[128];
	int rc = 0;

	*value = NULL;
	snprintf(variable, sizeof variable, "%s_FILE", name);
	if (text && *text) {
		rc = check(name, "", text);
		if (!rc)
			*value = sv_strdup(text);
	} else {
		text = getenv(variable);
		if (text && *text)
			rc = from_file(name, text, value);
	}
	return rc;
}

int sv_secret(const char *name, char **value)
{
	int rc = sv_secret_read(name, value);

	make_known(*value, true);
	return rc;
}
