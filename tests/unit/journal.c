/*
 * journal: results outlive what made them
 * uses: src/asr/journal.c
 */
#include "src/asr/journal.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/fail.h"

#include "tests/unit/tap.h"

static unsigned char key[SV_SHA256] = "one";
static unsigned char other[SV_SHA256] = "two";

static bool has(struct journal *journal, const unsigned char *what)
{
	bool found = false;

	ok(!journal_has(journal, what, &found));
	return found;
}

static void keep(const char *path)
{
	char zeros[] = "a\0b\n";
	struct result in = { zeros, zeros, 4, true }, out;
	struct journal *journal;

	if (!ok(!journal_open(&journal, path)))
		return;
	ok(!has(journal, key));
	ok(!journal_put(journal, key, &in));
	ok(has(journal, key) && !has(journal, other));
	ok(!journal_get(journal, key, &out));
	ok(out.len == 4 && !memcmp(out.events, zeros, 4) && out.bad);
	is(out.source, "a");
	result_release(&out);
	in.bad = false;
	ok(!journal_put(journal, key, &in));
	ok(!journal_get(journal, key, &out) && !out.bad);
	result_release(&out);
	ok(journal_get(journal, other, &out) == EX_IOERR);
	journal_close(journal);
}

/* A process that has put and then ends without a word. */
static void killed(const char *path)
{
	char text[] = "x\n";
	struct result result = { text, text, 2, false };
	struct journal *journal;
	pid_t child = fork();

	if (!child) {
		if (!journal_open(&journal, path) &&
		    !journal_put(journal, other, &result))
			kill(getpid(), SIGKILL);
		_exit(1);
	}
	waitpid(child, NULL, 0);
	if (!ok(!journal_open(&journal, path)))
		return;
	ok(has(journal, key) && has(journal, other));
	journal_close(journal);
}

static void not_ours(void)
{
	struct journal *journal;
	FILE *file = fopen("other", "w");

	fputs("a letter, longer than the hundred bytes that SQLite looks at "
	      "before it says that it is no database of its own, dear",
	      file);
	fclose(file);
	ok(journal_open(&journal, "other") == EX_DATAERR);
	ok(strstr(sv_why(), "other") != NULL);
	ok(journal_open(&journal, "no/such/folder") == EX_CANTCREAT);
}

int main(void)
{
	char folder[] = "/tmp/sv-journal-XXXXXX";
	struct stat st;

	if (!ok(mkdtemp(folder) && !chdir(folder)))
		return tap_end();
	keep(NULL);
	keep("file");
	ok(!stat("file", &st) && (st.st_mode & 0777) == 0600);
	killed("file");
	not_ours();
	remove("file");
	remove("other");
	remove(folder);
	return tap_end();
}
