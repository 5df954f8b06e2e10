/*
 * admin: rules, what they select, numbers in texts, and signatures
 * uses: src/admin/rules.c src/admin/rules_age.c src/admin/select.c src/admin/person.c src/admin/report.c src/admin/shelf.c src/admin/ndjson.c
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/fail.h"

#include "src/admin/ndjson.h"
#include "src/admin/person.h"
#include "src/admin/report.h"
#include "src/admin/rules.h"
#include "src/admin/select.h"
#include "src/admin/shelf.h"
#include "tests/unit/tap.h"

enum { DAY = 86400000 };

static int reads(struct rules *rules, const char *text)
{
	*rules = (struct rules){ 0 };
	return rules_read(rules, "r.yaml", text, strlen(text));
}

static void good_rules(void)
{
	struct rules rules;

	ok(!reads(&rules, "keep:\n"
	                  "  recordings:\n"
	                  "    - outcome: [lead, deal]\n"
	                  "      for: forever\n"
	                  "    - for: 12h\n"
	                  "  events: 8w\n"
	                  "  costs: forever\n"
	                  "folders:\n"
	                  "  logs: [/a, /b/]\n"
	                  "  caches: /c\n"));
	ok(rules.kinds[RECORDINGS].n == 2);
	ok(rules.kinds[RECORDINGS].items[0].n_outcomes == 2);
	ok(rules.kinds[RECORDINGS].items[1].keep_ms == DAY / 2);
	ok(rules_longest(&rules.kinds[RECORDINGS]) == FOREVER);
	ok(rules_cutoff(&rules.kinds[RECORDINGS], DAY) == DAY / 2);
	ok(rules_longest(&rules.kinds[EVENTS]) == 56 * (int64_t)DAY);
	ok(rules_cutoff(&rules.kinds[COSTS], DAY) == INT64_MIN);
	ok(rules_cutoff(&rules.kinds[SLOTS], DAY) == INT64_MIN);
	ok(rules_longest(&rules.kinds[SLOTS]) == FOREVER);
	ok(rules.kinds[LOGS].n_folders == 2);
	is(rules.kinds[CACHES].folders[0], "/c");
	rules_release(&rules);
}

static void refused(const char *text, const char *why)
{
	struct rules rules;

	ok(reads(&rules, text) == EX_CONFIG);
	is(sv_why(), why);
	rules_release(&rules);
}

static void bad_rules(void)
{
	refused("", "r.yaml:1:1: the file is empty");
	refused("- x",
	        "r.yaml:1:1: the sections keep and folders are due here");
	refused("keeps: {}", "r.yaml:1:1: no section 'keeps'; did you mean "
	                     "'keep'?: there are keep and folders");
	refused("keep: 5d", "r.yaml:1:7: a map of kinds is due here");
	refused("keep: { costs: -1d }",
	        "r.yaml:1:16: not an age: say 12h, 90d, 8w, 2y or forever");
	refused("keep: { costs: [[]] }",
	        "r.yaml:1:17: an age or a rule is due here");
	refused("keep: { slots: [{ outcome: a }] }",
	        "r.yaml:1:17: the rule does not say 'for' how long");
	refused("keep: { slots: [{ outcome: [], for: 1d }] }",
	        "r.yaml:1:28: an empty list fits nothing");
	refused("keep: { slots: [{ outcum: a, for: 1d }] }",
	        "r.yaml:1:19: no key 'outcum' in a rule; did you mean "
	        "'outcome'?");
	refused("folders: { costs: /a }",
	        "r.yaml:1:12: nothing called 'costs' is in folders; did you "
	        "mean 'logs'?");
	refused("folders: { logs: / }",
	        "r.yaml:1:18: a folder's absolute path is due here");
}

static void selection(void)
{
	struct rules rules;
	struct selection asked = { .kind = SLOTS, .now_ms = 10 * (int64_t)DAY };
	char *sql;

	reads(&rules, "keep: { slots: [{ scenario: \"o'x\", for: 1d }, "
	              "{ for: forever }] }");
	asked.rules = &rules.kinds[SLOTS];
	sql = select_calls(&asked);
	ok(strstr(sql, "CASE WHEN 1 = 1 AND c.scenario IN ('o''x') THEN "
	               "777600000 WHEN 1 = 1 THEN 0 ELSE 0 END") != NULL);
	ok(strstr(sql, "NOT EXISTS (SELECT 1 FROM outbox x") != NULL);
	free(sql);
	asked.rules = &rules.kinds[EVENTS];
	ok(select_calls(&asked) == NULL);
	rules_release(&rules);
}

static bool found(const char *text)
{
	struct person person;

	return !person_init(&person, "8 (916) 123-45-67", "7") &&
	       person_in(&person, text, strlen(text));
}

static void persons(void)
{
	static const char *const theirs[] = {
		"+79161234567",
		"звоните 8-916-123-45-67 после шести",
		"{\"caller\":\"89161234567\",\"seq\":12}",
		"sip:+79161234567@pbx",
		"12 8 (916) 123 45 67",
		"(916) 123-45-67",
		"a=1&phone=%2B79161234567&b=2",
		"[\"9161234567\"]",
		"8 916 123 45 67 8 916 555 55 55",
		"8 916 123 45 67 15 штук",
		"PJSIP/79161234567-00000012",
	};
	static const char *const others[] = {
		"",    "+79161234568",          "179161234567",   "91612345678",
		"916", "{\"t\":1791612345670}", "+4479161234567",
	};
	struct person person;

	for (size_t i = 0; i < sizeof theirs / sizeof *theirs; i++) {
		ok(found(theirs[i]));
		if (!found(theirs[i]))
			printf("# %s\n", theirs[i]);
	}
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		ok(!found(others[i]));
		if (found(others[i]))
			printf("# %s\n", others[i]);
	}
	ok(person_init(&person, "100", "7") == EX_USAGE);
}

static void signatures(void)
{
	static const char seed[] = "9d61b19deffd5a60ba844af492ec2cc44449c5697b3"
				   "26919703bac031cae7f60";
	char key[PERSON_HASH];
	json_t *report = json_pack("{s:s, s:[i, i], s:{s:b}}", "who", "Иван",
	                           "n", 1, 2, "in", "yes", 1);
	json_t *copy;
	char *text;

	/* of RFC 8032, 7.1, test 1 */
	ok(report_public("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703b"
	                 "ac031cae7f60",
	                 key));
	is(key, "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f7075"
	        "11a");
	ok(!report_public("9d61", key));
	ok(report_public(seed, key));
	ok(report_sign(report, seed));
	ok(!report_check(report, key));
	text = json_dumps(report, JSON_INDENT(4));
	copy = json_loads(text, 0, NULL);
	ok(!report_check(copy, key));
	ok(!report_check(copy, key)); /* looking changes nothing */
	json_object_set_new(copy, "who", json_string("Пётр"));
	ok(report_check(copy, key) == EX_DATAERR);
	json_decref(copy);
	free(text);
	ok(report_check(report, "00") == EX_CONFIG);
	key[0] = key[0] == '0' ? '1' : '0';
	ok(report_check(report, key) == EX_DATAERR);
	json_decref(report);
	report = json_object();
	ok(report_check(report, key) == EX_DATAERR);
	json_decref(report);
}

static void put(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	if (file) {
		fputs(text, file);
		fclose(file);
	}
}

static bool no_b(void *arg, const char *line, size_t len)
{
	(void)arg;
	return !len || *line != 'b';
}

static int sift(void *arg, const struct shelf_item *item)
{
	struct ndjson_sieve *sieve = arg;

	return ndjson_sift(item, sieve, true);
}

static void files(const char *folder)
{
	struct rules rules = { 0 };
	struct ndjson_sieve sieve = { .stays = no_b };
	char *path = sv_format("%s/x.ndjson", folder);
	char *link = sv_format("%s/link", folder);
	struct stat before, after;
	int64_t bytes;

	rules.kinds[LOGS].folders[0] = folder;
	rules.kinds[LOGS].n_folders = 1;
	put(path, "a\nb\n\nbb\nc");
	chmod(path, 0640);
	stat(path, &before);
	ok(!shelf_walk(folder, false, sift, &sieve));
	ok(sieve.lines == 2 && sieve.bytes == 5);
	ok(!stat(path, &after));
	ok(after.st_size == 4 && after.st_mode == before.st_mode &&
	   after.st_mtime == before.st_mtime);
	ok(symlink("/etc", link) == 0);
	ok(shelf_file(&rules, path, false, &bytes) == SHELF_FILE && bytes == 4);
	ok(shelf_file(&rules, path, true, &bytes) == SHELF_FILE);
	ok(shelf_file(&rules, path, true, &bytes) == SHELF_ABSENT);
	ok(shelf_file(&rules, link, true, &bytes) == SHELF_REFUSED);
	ok(shelf_file(&rules, "/etc/passwd", true, &bytes) == SHELF_REFUSED);
	free(path);
	path = sv_format("%s/link/passwd", folder);
	ok(shelf_file(&rules, path, true, &bytes) == SHELF_REFUSED);
	free(path);
	path = sv_format("%s/../../etc/passwd", folder);
	ok(shelf_file(&rules, path, true, &bytes) == SHELF_REFUSED);
	free(path);
	unlink(link);
	free(link);
	ok(!access("/etc/passwd", F_OK));
}

int main(void)
{
	char folder[] = "/tmp/sv-admin-XXXXXX";

	good_rules();
	bad_rules();
	selection();
	persons();
	signatures();
	ok(mkdtemp(folder) != NULL);
	files(folder);
	rmdir(folder);
	return tap_end();
}
