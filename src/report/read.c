/* read: every line of every input, bad ones reported where they stand */
#include "src/report/read.h"

#include <stdlib.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/start.h"

#include "src/report/gather.h"
#include "src/report/lines.h"
#include "src/report/scan.h"

/* A broken file is told from a bad line by its first ten. */
enum { REPORTED = 10 };

static void bad_line(const struct lines *lines, long *bad)
{
	const char *name = source_name(lines->source);

	sv_bad_input();
	if (++*bad <= REPORTED)
		sv_warn("%s:%ld: %s", name, lines->number, sv_why());
}

static int take_line(struct store *store, struct scan *scan, const char *line,
                     size_t len)
{
	int rc = scan_line(scan, line, len);

	return rc ? rc : gather(store, scan);
}

/* what ended the input too soon: data that are bad, or a failing disk */
static int broken(const struct source *source)
{
	int rc = source_code(source);

	if (rc != EX_DATAERR)
		return rc;
	sv_bad_input();
	sv_warn("%s", sv_why());
	return 0;
}

static int read_lines(struct store *store, struct scan *scan,
                      struct lines *lines)
{
	const char *line;
	size_t len;
	long bad = 0;
	int found = LINES_GIVEN, rc = 0;

	while (found != LINES_END && (!rc || rc == EX_DATAERR)) {
		found = lines_next(lines, &line, &len);
		rc = 0;
		if (found == LINES_FAILED)
			rc = broken(lines->source);
		else if (found == LINES_TOO_LONG)
			rc = sv_fail(EX_DATAERR, "a line longer than 1 MiB");
		else if (found == LINES_GIVEN)
			rc = take_line(store, scan, line, len);
		if (rc == EX_DATAERR)
			bad_line(lines, &bad);
	}
	if (bad > REPORTED)
		sv_warn("%s: %ld bad lines more", source_name(lines->source),
		        bad - REPORTED);
	return rc == EX_DATAERR ? 0 : rc;
}

/* takes the source */
static int read_source(struct store *store, struct scan *scan,
                       struct source *source)
{
	struct lines lines;
	int rc;

	lines_init(&lines, source);
	rc = read_lines(store, scan, &lines);
	lines_release(&lines);
	source_close(source);
	return rc;
}

static int read_one(struct store *store, struct scan *scan, const char *path)
{
	struct source *source;
	int rc = source_open(&source, path);

	return rc ? rc : read_source(store, scan, source);
}

int read_stored(struct store *store, const char *dsn,
                const struct period *period)
{
	struct source *source;
	struct scan *scan;
	int rc = source_open_store(&source, dsn, period, store->wanted);

	if (rc)
		return rc;
	scan = sv_alloc(sizeof *scan);
	rc = read_source(store, scan, source);
	scan_release(scan);
	free(scan);
	return rc;
}

int read_inputs(struct store *store, char **paths, int n, int *inputs)
{
	static char stdin_path[] = "-";
	char *only[] = { stdin_path, NULL };
	struct scan *scan = sv_alloc(sizeof *scan);
	int worst = 0, rc;

	*inputs = 0;
	if (!n) {
		paths = only;
		n = 1;
	}
	for (int i = 0; i < n && !sv_stopping(); i++) {
		rc = read_one(store, scan, paths[i]);
		if (!rc)
			++*inputs;
		else if (n > 1) /* the last one is told by sv_end() */
			sv_log(SV_ERROR, "%s", sv_why());
		if (rc)
			worst = rc;
	}
	if (worst && n > 1)
		sv_fail(worst, "%d of %d inputs could not be read", n - *inputs,
		        n);
	scan_release(scan);
	free(scan);
	return worst;
}
