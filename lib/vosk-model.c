/* vosk-model.c: a Vosk model as a folder */
#include "lib/vosk-model.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/digest.h"
#include "lib/fail.h"
#include "lib/io.h"

enum {
	CONF_MAX = 1 << 16,
	IDENTITY_MAX = 1 << 20,
	HEAD = 1 << 16, /* bytes of each file that tell models apart */
	DEPTH = 4,
};

static bool has(const char *path, const char *file)
{
	char *full = sv_format("%s/%s", path, file);
	bool there = !access(full, R_OK);

	free(full);
	return there;
}

/* Newer models have folders, older ones have all files side by side. */
static const char *conf_name(const char *path)
{
	return has(path, "conf/mfcc.conf") ? "conf/mfcc.conf" : "mfcc.conf";
}

/* 16000 unless mfcc.conf says otherwise */
static int read_rate(struct sv_vosk_files *files)
{
	char *name = sv_format("%s/%s", files->path, conf_name(files->path));
	struct sv_buf conf;
	const char *line;
	long hz = 16000;
	int rc;

	sv_buf_init(&conf, CONF_MAX);
	rc = sv_file_read(name, &conf);
	line = strstr(sv_buf_str(&conf), "--sample-frequency=");
	if (line)
		hz = strtol(strchr(line, '=') + 1, NULL, 10);
	if (!rc && hz != 8000 && hz != 16000)
		rc = sv_fail(EX_DATAERR,
		             "vosk: %s: a model for neither 8000 nor 16000 Hz",
		             name);
	files->rate_hz = (int)hz;
	sv_buf_release(&conf);
	free(name);
	return rc;
}

int sv_vosk_files_look(struct sv_vosk_files *files, const char *path)
{
	files->path = sv_strdup(path);
	if (access(path, R_OK | X_OK))
		return sv_fail(EX_NOINPUT, "vosk: cannot open model %s:", path);
	if (!has(path, "am/final.mdl") && !has(path, "final.mdl"))
		return sv_fail(EX_DATAERR,
		               "vosk: %s is no Vosk model: it has no "
		               "am/final.mdl",
		               path);
	if (!has(path, conf_name(path)))
		return sv_fail(EX_DATAERR,
		               "vosk: %s is no Vosk model: it has no "
		               "conf/mfcc.conf",
		               path);
	files->grammars =
		(has(path, "graph/HCLr.fst") && has(path, "graph/Gr.fst")) ||
		(has(path, "HCLr.fst") && has(path, "Gr.fst"));
	return read_rate(files);
}

void sv_vosk_files_release(struct sv_vosk_files *files)
{
	free(files->path);
	files->path = NULL;
}

static int identify_file(const char *path, const char *name, off_t size,
                         struct sv_buf *list)
{
	unsigned char digest[SV_SHA256];
	char hex[SV_SHA256_HEX];
	char *head = sv_alloc(HEAD);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, head, HEAD);
	int rc = 0;

	if (n < 0)
		rc = sv_fail(EX_IOERR, "vosk: read %s:", path);
	if (fd >= 0)
		close(fd);
	if (!rc) {
		sv_sha256(head, (size_t)n, digest);
		sv_hex(digest, SV_SHA256, hex);
		rc = sv_buf_printf(list, "%s %lld %s\n", name, (long long)size,
		                   hex);
	}
	free(head);
	return rc;
}

static int identify_folder(const char *path, int depth, struct sv_buf *list);

static int identify_entry(const char *folder, const char *name, int depth,
                          struct sv_buf *list)
{
	char *path = sv_format("%s/%s", folder, name);
	struct stat info;
	int rc = 0;

	if (stat(path, &info))
		rc = sv_fail(EX_IOERR, "vosk: look at %s:", path);
	else if (S_ISDIR(info.st_mode) && depth < DEPTH)
		rc = identify_folder(path, depth + 1, list);
	else if (S_ISREG(info.st_mode))
		rc = identify_file(path, name, info.st_size, list);
	free(path);
	return rc;
}

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* Names come in the order of their bytes. No model's tree is deep, and a loop
 * of links ends at DEPTH. NOLINTNEXTLINE(misc-no-recursion) */
static int identify_folder(const char *path, int depth, struct sv_buf *list)
{
	struct dirent **entries;
	int n = scandir(path, &entries, visible, alphasort);
	int rc = 0;
	int i;

	if (n < 0)
		return sv_fail(EX_IOERR, "vosk: read folder %s:", path);
	for (i = 0; i < n; i++) {
		if (!rc)
			rc = identify_entry(path, entries[i]->d_name, depth,
			                    list);
		free(entries[i]);
	}
	free(entries);
	return rc;
}

int sv_vosk_files_identify(const struct sv_vosk_files *files,
                           struct sv_buf *out)
{
	unsigned char digest[SV_SHA256];
	char hex[SV_SHA256_HEX];
	struct sv_buf list;
	int rc;

	sv_buf_init(&list, IDENTITY_MAX);
	rc = identify_folder(files->path, 0, &list);
	if (!rc) {
		sv_sha256(sv_buf_str(&list), list.len, digest);
		sv_hex(digest, SV_SHA256, hex);
		rc = sv_buf_printf(out, "vosk %s", hex);
	}
	sv_buf_release(&list);
	return rc;
}
