/* known.c: calls by their UUID, a file each in the run folder */
#include "src/capture/known.h"

#include <dirent.h>
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
#include "lib/ulid.h"

enum { FILE_MAX = 1 << 20, KEEP_S = 3600, SWEEP_S = 60 };

void known_uuid_text(const uint8_t uuid[16], char out[UUID_LEN])
{
	static const char hex[] = "0123456789abcdef";
	int n = 0;

	for (int i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			out[n++] = '-';
		out[n++] = hex[uuid[i] >> 4];
		out[n++] = hex[uuid[i] & 15];
	}
	out[n] = '\0';
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool known_uuid_parse(const char *text, uint8_t uuid[16])
{
	for (int i = 0; i < 16; i++) {
		int high, low;

		if ((i == 4 || i == 6 || i == 8 || i == 10) && *text++ != '-')
			return false;
		high = hex_digit(*text);
		low = high < 0 ? -1 : hex_digit(text[1]);
		if (low < 0)
			return false;
		uuid[i] = (uint8_t)(high << 4 | low);
		text += 2;
	}
	return !*text;
}

void known_call_id(const uint8_t uuid[16], char out[27])
{
	sv_ulid_from(uuid, out);
}

bool known_call_uuid(const char *id, uint8_t uuid[16])
{
	static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

	if (!sv_ulid_valid(id))
		return false;
	memset(uuid, 0, 16);
	/* 26 letters of 5 bits: the first two bits are zero */
	for (int i = 0; i < 26 * 5; i++) {
		long value = strchr(alphabet, id[i / 5]) - alphabet;

		if (i >= 2 && value >> (4 - i % 5) & 1)
			uuid[(i - 2) / 8] |= (uint8_t)(0x80 >> (i - 2) % 8);
	}
	return true;
}

/* NULL for what is no call id, and might lead out of the folder */
static char *path_of(const char *folder, const char *call_id)
{
	if (sv_ulid_valid(call_id))
		return sv_format("%s/%s.json", folder, call_id);
	sv_fail(EX_DATAERR, "'%s' is no call id", call_id);
	return NULL;
}

static bool older(const char *path, time_t than)
{
	struct stat info;

	return !stat(path, &info) && info.st_mtime < than;
}

static void sweep_file(const char *folder, const char *name, time_t now)
{
	size_t len = strlen(name);
	char *path;

	if (len < 5 || strcmp(name + len - 5, ".json") != 0)
		return;
	path = sv_format("%s/%s", folder, name);
	if (older(path, now - KEEP_S))
		unlink(path);
	free(path);
}

/* Once a minute at most: with many calls there are many files to look at. The
 * age of an empty file says when it was done last. */
static void sweep(const char *folder)
{
	char *stamp = sv_format("%s/.swept", folder);
	time_t now = time(NULL);
	bool due = access(stamp, F_OK) || older(stamp, now - SWEEP_S);
	struct dirent *entry;
	DIR *files = due ? opendir(folder) : NULL;

	if (files) {
		int fd = open(stamp, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

		if (fd >= 0) {
			futimens(fd, NULL);
			close(fd);
		}
		while ((entry = readdir(files)) != NULL)
			sweep_file(folder, entry->d_name, now);
		closedir(files);
	}
	free(stamp);
}

static int write_file(const char *folder, const char *path, const json_t *all)
{
	char *text = json_dumps(all, JSON_COMPACT);
	int rc = sv_folder_make(folder);

	if (!text)
		rc = sv_fail(EX_SOFTWARE, "%s: fields that make no JSON", path);
	if (!rc)
		rc = sv_file_replace(path, text, strlen(text), 0600);
	free(text);
	return rc;
}

int known_put(const char *folder, const char *call_id, json_t *fields)
{
	char *path = path_of(folder, call_id);
	json_t *all;
	int rc;

	if (!path || !fields) {
		json_decref(fields);
		free(path);
		return path ? sv_fail(EX_SOFTWARE, "no fields for %s", call_id)
		            : EX_DATAERR;
	}
	all = known_get(folder, call_id);
	if (!all) /* unknown, or a broken file that is better replaced */
		all = json_object();
	json_object_update(all, fields);
	json_decref(fields);
	rc = write_file(folder, path, all);
	if (!rc)
		sweep(folder);
	json_decref(all);
	free(path);
	return rc;
}

static json_t *read_file(const char *path)
{
	struct sv_buf text;
	json_t *all = NULL;

	sv_buf_init(&text, FILE_MAX);
	if (!sv_file_read(path, &text)) {
		all = json_loadb(sv_buf_str(&text), text.len, 0, NULL);
		if (!json_is_object(all)) {
			json_decref(all);
			all = NULL;
			sv_fail(EX_DATAERR, "%s is not what is kept of a call",
			        path);
		}
	}
	sv_buf_release(&text);
	return all;
}

json_t *known_get(const char *folder, const char *call_id)
{
	char *path = path_of(folder, call_id);
	json_t *all = NULL;

	if (path && access(path, F_OK))
		sv_fail(0, "%s", ""); /* unknown is no failure */
	else if (path)
		all = read_file(path);
	free(path);
	return all;
}
