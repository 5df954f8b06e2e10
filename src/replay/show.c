/* show.c: what changed, for a person to read or as JSON */
#include "src/replay/show.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"

#include "src/replay/reader.h"

/* one line, whatever is in the text */
static void print_line(const char *text)
{
	for (; *text; text++)
		putchar((unsigned char)*text < 0x20 || *text == 0x7f ? ' '
		                                                     : *text);
	putchar('\n');
}

static void print_turn(const struct reader *reader,
                       const struct difference *difference, size_t from,
                       size_t to)
{
	static const char signs[] = {
		[SIDE_BOTH] = ' ', [SIDE_THEN] = '-', [SIDE_NOW] = '+'
	};

	for (; from < to; from++) {
		const struct change *change = &difference->items[from];
		char *text = reader_text(reader, change->entry);

		if (change->side == SIDE_BOTH && entry_heard(change->entry))
			printf("    > ");
		else
			printf("  %c %-8s", signs[change->side],
			       entry_name(change->entry->kind));
		print_line(text);
		free(text);
	}
}

static void print_call(const struct reader *reader, const struct shown *shown)
{
	const struct difference *difference = shown->difference;
	char date[SV_TIME_LEN];
	bool changed, first = true;
	size_t i, end;

	reader_date(shown->past, date);
	printf("call %s%s%s\n", shown->past->id, *date ? "  " : "", date);
	for (i = 0; i < difference->n; i = end) {
		end = reader_turn_end(difference, i, &changed);
		if (!changed)
			continue;
		if (!first)
			puts("    ...");
		first = false;
		print_turn(reader, difference, i, end);
	}
	if (shown->unreached)
		printf("  ! the call is over before %zu of the caller's answers\n",
		       shown->unreached);
	if (shown->short_of)
		puts("  ! more is asked now than the caller answered then");
	if (shown->cut)
		puts("  ! the events of this call break off");
	putchar('\n');
}

static const char *counted(size_t n, const char *what, char out[64])
{
	snprintf(out, 64, "%zu %s%s", n, what, n == 1 ? "" : "s");
	return out;
}

static void print_tally(const struct tally *tally)
{
	const struct {
		size_t n;
		const char *what;
	} parts[] = { { tally->texts, "text" },
		      { tally->states, "state" },
		      { tally->slots, "slot" },
		      { tally->outcomes, "outcome" } };

	const char *before = ": ";
	char text[64];
	size_t i;

	printf("%s, ", counted(tally->calls, "call", text));
	if (tally->changed)
		printf("%zu changed", tally->changed);
	else
		printf("none changed");
	for (i = 0; i < sizeof parts / sizeof *parts; i++) {
		if (!parts[i].n)
			continue;
		printf("%s%s", before,
		       counted(parts[i].n, parts[i].what, text));
		before = ", ";
	}
	putchar('\n');
}

void show_call(const struct show *show, const struct shown *shown)
{
	struct reader reader;

	reader_init(&reader, show, shown->past);
	if (show->json)
		show_json_call(&reader, shown);
	else
		print_call(&reader, shown);
	reader_release(&reader);
}

void show_tally(const struct show *show, const struct tally *tally)
{
	if (show->json)
		show_json_tally(tally);
	else
		print_tally(tally);
}
