/* commands.c: the words behind sv-crm */
#include <stdio.h>
#include <string.h>

#include "lib/fail.h"

#include "src/crm/command.h"

/* clang-format off */
const struct crm_command *const crm_commands[] = {
	&crm_send,
	&crm_outbox,
	&crm_listen,
	&crm_find_people,
	&crm_lead,
	&crm_deal,
	&crm_task,
	&crm_call,
	&crm_check,
	&crm_rest,
	&crm_list,
	&crm_authorize,
	&crm_help,
	NULL,
};

/* clang-format on */

const struct crm_command *crm_command_find(const char *name)
{
	const struct crm_command *const *command = crm_commands;

	while (*command && strcmp((*command)->name, name) != 0)
		command++;
	return *command;
}

int crm_engine_open(const struct crm_options *options,
                    const struct crm_engine **engine, struct crm **crm)
{
	int rc = crm_find(engine, options->engine, &options->settings);

	*crm = NULL;
	return rc ? rc : (*engine)->open(crm, &options->settings);
}

static int help(const struct crm_options *options, char **operands, int n)
{
	const struct crm_command *const *command = crm_commands;

	(void)options;
	if (n)
		return sv_fail(EX_USAGE, "help %s: help stands alone",
		               operands[0]);
	for (; *command; command++)
		printf("%s%s%s\n    %s\n", (*command)->name,
		       (*command)->operands ? " " : "",
		       (*command)->operands ? (*command)->operands : "",
		       (*command)->about);
	return 0;
}

const struct crm_command crm_help = {
	.name = "help",
	.about = "list these commands",
	.run = help,
};
