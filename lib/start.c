/* start: how a command begins and ends */
#include "lib/start.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/config.h"
#include "lib/describe.h"
#include "lib/event.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/log.h"
#include "lib/option.h"

enum { LONG_ONLY = 256, SHORT_MAX = 256 };

static volatile sig_atomic_t signals;

static struct {
	const struct sv_command *command;
	int argc;
	char **argv, **operands;
	int n_operands;
	int verbose;
	bool json, bad_input;
} state;

static int count(const char *value, void *target)
{
	int *n = target;

	(void)value;
	++*n;
	return 0;
}

static int quiet(const char *value, void *target)
{
	(void)value;
	*(int *)target = -1;
	return 0;
}

static int log_format(const char *value, void *target)
{
	bool *json = target;

	*json = !strcmp(value, "json");
	if (*json || !strcmp(value, "text"))
		return 0;
	return sv_fail(EX_USAGE, "'%s' is neither text nor json", value);
}

static int help(const char *value, void *target);
static int version(const char *value, void *target);

static const struct sv_option common[] = {
	{ 'v', "verbose", NULL, NULL, count, &state.verbose,
	  "log more; twice for all" },
	{ 'q', "quiet", NULL, NULL, quiet, &state.verbose, "log errors only" },
	{ 0, "log", "SV_LOG", "text|json", log_format, &state.json,
	  "form of the log" },
	{ 'h', "help", NULL, NULL, help, NULL, "show this" },
	{ 'V', "version", NULL, NULL, version, NULL, "show the version" },
	{ 0 },
};

static void leave(int rc)
{
	exit(sv_end(rc));
}

static void describe(const struct sv_option *option)
{
	char left[64];
	char letter[4] = "   ";

	if (option->letter)
		snprintf(letter, sizeof letter, "-%c,", option->letter);
	snprintf(left, sizeof left, "%s --%s%s%s", letter, option->name,
	         option->arg ? " " : "", option->arg ? option->arg : "");
	printf("  %-28s %s%s%s%s\n", left, option->help,
	       option->env ? " [" : "", option->env ? option->env : "",
	       option->env ? "]" : "");
}

static int help(const char *value, void *target)
{
	const struct sv_command *command = state.command;
	const struct sv_option *option;

	(void)value;
	(void)target;
	printf("usage: %s [OPTION ...]%s%s\n", command->name,
	       command->operands ? " " : "",
	       command->operands ? command->operands : "");
	if (command->about)
		printf("%s\n", command->about);
	printf("\n");
	for (option = command->options; option && option->name; option++)
		describe(option);
	for (option = common; option->name; option++)
		describe(option);
	printf("\n%s(1) has the rest.\n", command->name);
	leave(0);
	return 0;
}

static int version(const char *value, void *target)
{
	(void)value;
	(void)target;
	printf("%s %s\n", state.command->name, SV_VERSION);
	leave(0);
	return 0;
}

/* the i-th option of both tables, the command's first; NULL past the end */
static const struct sv_option *option_at(int i)
{
	const struct sv_option *option = state.command->options;

	for (; option && option->name; option++) {
		if (!i--)
			return option;
	}
	return i < (int)(sizeof common / sizeof *common) - 1 ? &common[i]
	                                                     : NULL;
}

static int from_environment(void)
{
	const struct sv_option *option;

	for (int i = 0; (option = option_at(i)) != NULL; i++) {
		const char *value = option->env ? getenv(option->env) : NULL;

		if (value && *value && option->parse(value, option->target))
			return sv_fail(EX_CONFIG, "%s: %s", option->env,
			               sv_why());
	}
	return 0;
}

/* what getopt_long() returns for the option */
static int code(const struct sv_option *option, int i)
{
	return option->letter ? option->letter : LONG_ONLY + i;
}

/* the tables in getopt's form; letters holds SHORT_MAX bytes */
static struct option *for_getopt(char *letters)
{
	const struct sv_option *option;
	struct option *list;
	int n = 0, len = 0;

	while (option_at(n))
		n++;
	list = sv_calloc((size_t)n + 1, sizeof *list);
	letters[len++] = ':'; /* we write the sentences */
	for (int i = 0; i < n && len < SHORT_MAX - 3; i++) {
		option = option_at(i);
		list[i].name = option->name;
		list[i].has_arg = option->arg ? required_argument : no_argument;
		list[i].val = code(option, i);
		if (!option->letter)
			continue;
		letters[len++] = (char)option->letter;
		if (option->arg)
			letters[len++] = ':';
	}
	letters[len] = '\0';
	return list;
}

static int apply(int found)
{
	const struct sv_option *option;

	for (int i = 0; (option = option_at(i)) != NULL; i++) {
		if (code(option, i) != found)
			continue;
		if (option->parse(option->arg ? optarg : NULL, option->target))
			return sv_fail(EX_USAGE, "--%s: %s", option->name,
			               sv_why());
		return 0;
	}
	return sv_fail(EX_SOFTWARE, "no option %d", found);
}

static int misused(int found, char *argv[])
{
	const char *what = argv[optind - 1];

	if (found == ':')
		return sv_fail(EX_USAGE, "%s needs a value; see %s -h", what,
		               state.command->name);
	if (optopt && optopt < LONG_ONLY && strncmp(what, "--", 2) != 0)
		return sv_fail(EX_USAGE, "no option -%c; see %s -h", optopt,
		               state.command->name);
	return sv_fail(EX_USAGE, "no option %s; see %s -h", what,
	               state.command->name);
}

static int from_command_line(void)
{
	char letters[SHORT_MAX];
	struct option *list = for_getopt(letters);
	int found, rc = 0;

	opterr = 0;
	optind = 0; /* from the start, also the second time */
	while (!rc && (found = getopt_long(state.argc, state.argv, letters,
	                                   list, NULL)) != -1) {
		if (found == '?' || found == ':')
			rc = misused(found, state.argv);
		else
			rc = apply(found);
	}
	free(list);
	state.operands = state.argv + optind;
	state.n_operands = state.argc - optind;
	return rc;
}

/* a call that is run again has its own time */
static int take_call_time(void)
{
	const char *text = getenv("SV_CALL_TIME");
	int64_t wall_ms;

	if (!text || !*text)
		return 0;
	if (sv_time_parse(text, &wall_ms))
		return sv_fail(EX_CONFIG, "SV_CALL_TIME: %s", sv_why());
	sv_event_began(wall_ms);
	return 0;
}

/* all three sources, in rising order of power */
static int read_options(void)
{
	int rc = sv_config_load();

	state.verbose = 0;
	state.json = false;
	if (!rc)
		rc = take_call_time();
	if (!rc)
		rc = from_environment();
	if (!rc)
		rc = from_command_line();
	return rc;
}

static void open_log(void)
{
	sv_log_open(state.command->name,
	            state.verbose < 0    ? SV_ERROR
	            : state.verbose == 0 ? SV_WARNING
	            : state.verbose == 1 ? SV_INFO
	                                 : SV_DEBUG,
	            state.json);
}

static void on_signal(int number)
{
	(void)number;
	signals = signals + 1;
	if (signals > 1)
		_exit(0); /* the second one: now */
}

static void catch (void)
{
	struct sigaction action = { .sa_handler = on_signal };

	sigaction(SIGTERM, &action, NULL); /* without SA_RESTART: reads end */
	sigaction(SIGINT, &action, NULL);
	action.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &action, NULL);
	sigaction(SIGXFSZ, &action, NULL); /* write(2) says EFBIG instead */
}

/* A standard descriptor that is closed would become the next file that is
 * opened, and what is read from it or written to it that file's. It stays
 * unusable, so that whoever needs it is told of EBADF. */
static void keep_standard(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) < 0)
			open("/dev/null",
			     fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
	}
}

const char *sv_stage(void)
{
	const char *name = state.command ? state.command->name : "";

	return strncmp(name, "sv-", 3) ? name : name + 3;
}

void sv_start(const struct sv_command *command, int argc, char *argv[])
{
	int rc;

	keep_standard();
	state.command = command;
	state.argc = argc;
	state.argv = argv;
	sv_log_open(command->name, SV_WARNING, false);
	sv_event_stage(sv_stage());
	catch ();
	if (argc == 3 && !strcmp(argv[1], "--options") &&
	    !strcmp(argv[2], "json"))
		leave(sv_describe(command, common));
	rc = read_options();
	open_log();
	if (rc)
		leave(rc);
}

int sv_start_again(void)
{
	int verbose = state.verbose, rc;
	bool json = state.json;

	rc = read_options();
	if (rc) {
		sv_config_undo();
		state.verbose = verbose;
		state.json = json;
	}
	open_log();
	return rc;
}

char **sv_operands(int *n)
{
	*n = state.n_operands;
	return state.operands;
}

bool sv_stopping(void)
{
	return signals > 0;
}

void sv_bad_input(void)
{
	state.bad_input = true;
}

int sv_end(int rc)
{
	if (rc > 0)
		sv_log(SV_ERROR, "%s", sv_why());
	if (fflush(stdout) || ferror(stdout)) {
		if (errno != EPIPE && rc <= 0) {
			sv_fail(EX_IOERR, "write stdout:");
			sv_log(SV_ERROR, "%s", sv_why());
			rc = EX_IOERR;
		}
	}
	if (rc == SV_GONE)
		rc = 0;
	return rc == 0 && state.bad_input ? EX_DATAERR : rc;
}
