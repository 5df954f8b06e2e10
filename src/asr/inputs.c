/* inputs.c: the recordings of a batch */
#include "src/asr/inputs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/log.h"
#include "lib/sound.h"
#include "lib/utf8.h"

#include "src/asr/folder.h"

enum { INPUTS_MAX = 1000000, BLOCK = 65536 };

/* code, if not 0, comes with sv_why() */
static int add(struct inputs *inputs, const char *path, size_t below,
               int64_t bytes, int code)
{
	if (inputs->n == INPUTS_MAX)
		return sv_fail(EX_DATAERR,
		               "more than %d recordings: take them in parts",
		               INPUTS_MAX);
	if (inputs->n == inputs->size) {
		inputs->size = inputs->size ? 2 * inputs->size : 64;
		inputs->items = sv_realloc(
			inputs->items, inputs->size * sizeof *inputs->items);
	}
	inputs->items[inputs->n++] = (struct input){
		.path = sv_strdup(path),
		.below = below,
		.bytes = bytes,
		.code = code,
		.why = code ? sv_strdup(sv_why()) : NULL,
	};
	return 0;
}

static size_t base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (size_t)(slash + 1 - path) : 0;
}

/* a folder whose recordings are taken */
struct gathering {
	struct inputs *inputs;
	size_t below;
};

static int found(void *arg, const char *path, int64_t bytes, int code)
{
	const struct gathering *gathering = arg;

	return add(gathering->inputs, path, gathering->below, bytes, code);
}

static int add_folder(struct inputs *inputs, const char *path)
{
	struct gathering gathering = { inputs, strlen(path) };
	char *root = sv_strdup(path);
	size_t before = inputs->n;
	int rc;

	while (gathering.below > 1 && root[gathering.below - 1] == '/')
		root[--gathering.below] = '\0';
	gathering.below += root[gathering.below - 1] != '/';
	rc = folder_walk(root, found, &gathering);
	free(root);
	if (!rc && inputs->n == before) {
		int code = sv_fail(EX_DATAERR, "%s: no recordings in it", path);

		rc = add(inputs, path, base(path), 0, code);
	}
	return rc;
}

static int add_name(struct inputs *inputs, const char *path)
{
	struct stat st;
	int code = 0;

	if (stat(path, &st) < 0)
		code = sv_fail(EX_NOINPUT, "open %s:", path);
	else if (S_ISDIR(st.st_mode))
		return add_folder(inputs, path);
	else if (!S_ISREG(st.st_mode))
		code = sv_fail(EX_NOINPUT, "%s: not a file", path);
	return add(inputs, path, base(path), code ? 0 : st.st_size, code);
}

/* a list of names, read by the block */
struct list {
	struct inputs *inputs;
	const char *name; /* of the list, for messages */
	char end;         /* what ends a name */
	long line;
	bool overlong; /* the rest of this name is skipped */
	struct sv_buf buf;
};

static int bad_name(struct list *list, const char *what)
{
	char *where = sv_format("%s:%ld", list->name, list->line);
	int code = sv_fail(EX_DATAERR, "%s: %s", where, what);
	int rc = add(list->inputs, where, base(where), 0, code);

	free(where);
	return rc;
}

static int end_name(struct list *list)
{
	const char *name = sv_buf_str(&list->buf);
	int rc = 0;

	list->line++;
	if (list->end == '\n') {
		/* lists come from Windows, too */
		if (list->buf.len && name[list->buf.len - 1] == '\r')
			sv_buf_cut(&list->buf, list->buf.len - 1);
		if (list->line == 1 && !strncmp(name, "\xef\xbb\xbf", 3))
			sv_buf_drop(&list->buf, 3);
		name = sv_buf_str(&list->buf);
	}
	if (list->overlong)
		rc = bad_name(list, "a name longer than the system allows");
	else if (strlen(name) != list->buf.len)
		rc = bad_name(list, "a zero byte; for such lists there is -0");
	else if (*name)
		rc = add_name(list->inputs, name);
	list->overlong = false;
	sv_buf_cut(&list->buf, 0);
	return rc;
}

static int take_block(struct list *list, const char *block, size_t len)
{
	int rc = 0;

	while (!rc && len) {
		const char *end = memchr(block, list->end, len);
		size_t n = end ? (size_t)(end - block) : len;

		list->overlong |= sv_buf_add(&list->buf, block, n) != 0;
		if (end) {
			rc = end_name(list);
			n++;
		}
		block += n;
		len -= n;
	}
	return rc;
}

static int read_list(struct inputs *inputs, int fd, const char *name, char end)
{
	struct list list = { .inputs = inputs, .name = name, .end = end };
	char block[BLOCK];
	ssize_t n = 0;
	int rc = 0;

	sv_buf_init(&list.buf, PATH_MAX - 1);
	while (!rc && sv_readable(fd) &&
	       (n = sv_read(fd, block, sizeof block, name)) > 0)
		rc = take_block(&list, block, (size_t)n);
	if (!rc && n < 0)
		rc = EX_IOERR;
	if (!rc && (list.buf.len || list.overlong))
		rc = end_name(&list);
	sv_buf_release(&list.buf);
	return rc;
}

static int add_list(struct inputs *inputs, const char *path, char end)
{
	int fd, rc;

	if (!strcmp(path, "-"))
		return read_list(inputs, STDIN_FILENO, "stdin", end);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return sv_fail(EX_NOINPUT, "open %s:", path);
	rc = read_list(inputs, fd, path, end);
	close(fd);
	return rc;
}

int inputs_gather(struct inputs *inputs, char **operands,
                  const struct asr_config *config)
{
	int rc = 0;

	*inputs = (struct inputs){ 0 };
	for (; !rc && *operands; operands++)
		rc = add_name(inputs, *operands);
	if (!rc && config->files_from)
		rc = add_list(inputs, config->files_from,
		              config->null ? '\0' : '\n');
	return rc;
}

void inputs_release(struct inputs *inputs)
{
	for (size_t i = 0; i < inputs->n; i++) {
		free(inputs->items[i].path);
		free(inputs->items[i].why);
	}
	free(inputs->items);
	*inputs = (struct inputs){ 0 };
}

char *input_source(const char *path)
{
	static const char plain[] = "/-._~0123456789"
				    "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	struct sv_buf url;
	char *here;

	if (sv_utf8_check(path, strlen(path)) == strlen(path))
		return sv_strdup(path);
	sv_buf_init(&url, 4 * (size_t)PATH_MAX * 3);
	sv_buf_puts(&url, "file://");
	here = *path == '/' ? NULL : realpath(".", NULL);
	for (const char *p = here ? here : ""; *p; p++)
		sv_buf_printf(&url, strchr(plain, *p) ? "%c" : "%%%02X",
		              (unsigned char)*p);
	if (*path != '/')
		sv_buf_putc(&url, '/');
	for (; *path; path++)
		sv_buf_printf(&url, strchr(plain, *path) ? "%c" : "%%%02X",
		              (unsigned char)*path);
	free(here);
	return sv_buf_take(&url);
}
