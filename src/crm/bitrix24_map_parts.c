/* bitrix24_map_parts.c: what a map says of tasks, call-backs and calls */
#include "lib/option.h"

#include "src/crm/bitrix24_reading.h"

static void read_task_title(struct bx_reading *reading,
                            const struct sv_node *node)
{
	reading->map->task.title = bx_read_template(reading, node);
}

static void read_task_text(struct bx_reading *reading,
                           const struct sv_node *node)
{
	reading->map->task.text = bx_read_template(reading, node);
}

static void read_task_within(struct bx_reading *reading,
                             const struct sv_node *node)
{
	if (sv_ms(bx_read_text(reading, node), &reading->map->task.within_ms))
		bx_wrong(reading, node, "a time with its unit is due, as 30m");
}

void bx_read_task(struct bx_reading *reading, const struct sv_node *node)
{
	static const struct bx_key keys[] = {
		{ "title", read_task_title },
		{ "text", read_task_text },
		{ "within", read_task_within },
		{ NULL, NULL },
	};

	bx_read_keys(reading, node, keys);
}

static void read_callback_title(struct bx_reading *reading,
                                const struct sv_node *node)
{
	reading->map->callback.title = bx_read_template(reading, node);
}

static void read_callback_text(struct bx_reading *reading,
                               const struct sv_node *node)
{
	reading->map->callback.text = bx_read_template(reading, node);
}

static void read_remind(struct bx_reading *reading, const struct sv_node *node)
{
	struct bx_map *map = reading->map;
	const struct sv_node *item;

	map->callback.n_remind = 0;
	if (node->kind != SV_NODE_LIST || node->n > 4) {
		bx_wrong(reading, node,
		         "up to four minutes are due, as [0, 15]");
		return;
	}
	for (item = node->first; item; item = item->next)
		if (sv_int(bx_read_text(reading, item),
		           &map->callback.remind_min[map->callback.n_remind++]))
			bx_wrong(reading, item, "minutes are due, as 15");
}

void bx_read_callback(struct bx_reading *reading, const struct sv_node *node)
{
	static const struct bx_key keys[] = {
		{ "title", read_callback_title },
		{ "text", read_callback_text },
		{ "remind", read_remind },
		{ NULL, NULL },
	};

	bx_read_keys(reading, node, keys);
}

static void read_call_subject(struct bx_reading *reading,
                              const struct sv_node *node)
{
	reading->map->call.subject = bx_read_template(reading, node);
}

static void read_call_text(struct bx_reading *reading,
                           const struct sv_node *node)
{
	reading->map->call.text = bx_read_template(reading, node);
}

static void read_call_line(struct bx_reading *reading,
                           const struct sv_node *node)
{
	reading->map->call.line = bx_read_template(reading, node);
}

void bx_read_call(struct bx_reading *reading, const struct sv_node *node)
{
	static const struct bx_key keys[] = {
		{ "subject", read_call_subject },
		{ "text", read_call_text },
		{ "line", read_call_line },
		{ NULL, NULL },
	};

	bx_read_keys(reading, node, keys);
}
