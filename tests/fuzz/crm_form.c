/*
 * fuzz: whatever is posted, the form is refused or becomes an event that can be
 * written, and its call file has no line but ours
 *
 * uses: src/crm/listen_form.c src/crm/listen_notice.c src/crm/listen_callfile.c src/crm/listen_spool.c
 */
#include <stdlib.h>
#include <string.h>

#include "src/crm/listen_form.h"
#include "src/crm/listen_notice.h"
#include "src/crm/listen_spool.h"

/* each line begins as one of ours does, and no value has a mark in it */
static void check_file(const struct sv_buf *file)
{
	static const char *const names[] = {
		"Channel: Local/", "MaxRetries: 0", "RetryTime: 60",
		"WaitTime: 30",    "Context: c",    "Extension: ",
		"Priority: 1",     "Setvar: SV_",
	};
	const char *line = sv_buf_str(file);
	size_t n = 0;

	for (; *line; line += strcspn(line, "\n") + 1, n++) {
		size_t i = 0;

		while (i < 8 && strncmp(line, names[i], strlen(names[i])) != 0)
			i++;
		if (i == 8 || strcspn(line, "\n") > SPOOL_LINE)
			abort();
	}
	if (n < 9 || n > 11 || strpbrk(sv_buf_str(file), ";#\"'`$\\\r\t"))
		abort();
}

static void place(const struct notice *notice)
{
	const struct spool spool = { .channel = "Local/{extension}@x",
		                     .context = "c",
		                     .exten = "{digits}",
		                     .priority = "1",
		                     .wait_ms = 30000,
		                     .retry_ms = 60000 };
	char call[SV_ULID_LEN];
	struct sv_buf file;

	spool_call(notice->key, call);
	if (!spool_file(&spool, notice->fields, call, &file))
		check_file(&file);
	sv_buf_release(&file);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct notice notice = { 0 };
	json_t *form;
	char *text;

	if (form_parse((const char *)data, size, &form))
		return 0;
	if (!notice_make(&notice, form, "7")) {
		text = json_dumps(notice.fields, JSON_COMPACT);
		if (!text || !notice.type || strchr(text, '\n'))
			abort();
		free(text);
		place(&notice);
	}
	notice_release(&notice);
	json_decref(form);
	return 0;
}
