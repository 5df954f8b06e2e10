/*
 * known: what is known of a call by its UUID, and one id in two spellings
 * uses: src/capture/known.c
 */
#include "src/capture/known.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/fail.h"

#include "tests/unit/tap.h"

static const char text[] = "40325ec2-5efd-4bd3-805f-53576e581d13";
static char folder[] = "/tmp/known-XXXXXX";

static void ids(void)
{
	uint8_t uuid[16], back[16];
	char out[UUID_LEN], id[27];

	ok(known_uuid_parse(text, uuid));
	ok(uuid[0] == 0x40 && uuid[15] == 0x13);
	known_uuid_text(uuid, out);
	is(out, text);
	ok(known_uuid_parse("40325EC2-5EFD-4BD3-805F-53576E581D13", back));
	ok(!memcmp(uuid, back, 16));
	ok(!known_uuid_parse("", back));
	ok(!known_uuid_parse("40325ec25efd4bd3805f53576e581d13", back));
	ok(!known_uuid_parse("40325ec2-5efd-4bd3-805f-53576e581d1", back));
	ok(!known_uuid_parse("40325ec2-5efd-4bd3-805f-53576e581d133", back));
	ok(!known_uuid_parse("40325ec2-5efd-4bd3-805f-53576e581dxx", back));
	known_call_id(uuid, id);
	ok(strlen(id) == 26);
	ok(known_call_uuid(id, back));
	ok(!memcmp(uuid, back, 16));
	memset(uuid, 0xff, 16);
	known_call_id(uuid, id);
	is(id, "7ZZZZZZZZZZZZZZZZZZZZZZZZZ");
	ok(known_call_uuid(id, back) && !memcmp(uuid, back, 16));
	ok(!known_call_uuid("8ZZZZZZZZZZZZZZZZZZZZZZZZZ", back));
	ok(!known_call_uuid("../../../etc/passwd", back));
}

static const char *field(json_t *all, const char *name)
{
	return json_string_value(json_object_get(all, name));
}

static void files(void)
{
	const char *id = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
	char *below = sv_format("%s/run", folder);
	char *path = sv_format("%s/%s.json", below, id);
	struct stat info;
	json_t *all;

	ok(!known_get(below, id));
	is(sv_why(), "");
	ok(!known_put(below, id, json_pack("{ss}", "caller", "+1555")));
	ok(!known_put(below, id, json_pack("{ss}", "outcome", "transfer")));
	all = known_get(below, id);
	is(field(all, "caller"), "+1555");
	is(field(all, "outcome"), "transfer");
	json_decref(all);
	ok(!stat(below, &info) && (info.st_mode & 0777) == 0700);
	ok(!stat(path, &info) && (info.st_mode & 0777) == 0600);

	ok(!truncate(path, 5)); /* not by us: then there is a sentence */
	ok(!known_get(below, id));
	ok(*sv_why());
	ok(!known_put(below, id, json_pack("{ss}", "reason", "new")));
	all = known_get(below, id);
	is(field(all, "reason"), "new");
	json_decref(all);

	ok(known_put(below, "../x", json_object()) == EX_DATAERR);
	ok(!known_get(below, "../x"));
	ok(known_put(below, id, NULL) == EX_SOFTWARE);
	ok(known_put("/dev/null/x", id, json_object()) == EX_CANTCREAT);
	free(path);
	free(below);
}

/* what nobody asked for in an hour goes, but not at every call */
static void old_files(void)
{
	const struct timeval old[2] = { { 1000, 0 }, { 1000, 0 } };
	char *first = sv_format("%s/01ARZ3NDEKTSV4RRFFQ69G5FA1.json", folder);
	char *stamp = sv_format("%s/.swept", folder);

	ok(!known_put(folder, "01ARZ3NDEKTSV4RRFFQ69G5FA1", json_object()));
	ok(!utimes(first, old));
	ok(!known_put(folder, "01ARZ3NDEKTSV4RRFFQ69G5FA2", json_object()));
	ok(!access(first, F_OK));
	ok(!utimes(stamp, old));
	ok(!known_put(folder, "01ARZ3NDEKTSV4RRFFQ69G5FA2", json_object()));
	ok(access(first, F_OK));
	free(first);
	free(stamp);
}

static void remove_all(const char *path)
{
	struct dirent *entry;
	DIR *files = opendir(path);

	while (files && (entry = readdir(files)) != NULL) {
		char *name = sv_format("%s/%s", path, entry->d_name);

		if (!strcmp(entry->d_name, "run"))
			remove_all(name);
		else
			unlink(name);
		free(name);
	}
	if (files)
		closedir(files);
	rmdir(path);
}

int main(void)
{
	if (!mkdtemp(folder))
		return 1;
	ids();
	files();
	old_files();
	remove_all(folder);
	return tap_end();
}
