/* yaml.c: YAML as a tree of texts, lists and maps with their places */
#include "lib/yaml.h"

#include <stdbool.h>
#include <string.h>
#include <yaml.h>

#include "lib/utf8.h"

struct reader {
	yaml_parser_t parser;
	struct sv_arena *arena;
	struct sv_problems *problems;
	struct sv_node
		*open[SV_YAML_MAX_DEPTH]; /* lists and maps not yet ended */
	size_t depth;
	size_t nodes;
	struct sv_node *root;
	const char *key; /* read, its value is due */
	struct sv_place key_place;
	size_t documents;
};

static struct sv_place place_of(yaml_mark_t mark)
{
	return (struct sv_place){ (int)mark.line + 1, (int)mark.column + 1 };
}

static bool wrong(struct reader *reader, struct sv_place place,
                  const char *text)
{
	sv_problem_error(reader->problems, place, "%s", text);
	return false;
}

static struct sv_node *top(const struct reader *reader)
{
	return reader->depth ? reader->open[reader->depth - 1] : NULL;
}

static bool key_due(const struct reader *reader)
{
	return top(reader) && top(reader)->kind == SV_NODE_MAP && !reader->key;
}

static bool take_key(struct reader *reader, const char *text, size_t len,
                     struct sv_place place)
{
	const struct sv_node *child;
	const struct sv_node *map = top(reader);

	if (map->n >= SV_YAML_MAX_KEYS)
		return wrong(reader, place, "too many keys in one map");
	for (child = map->first; child; child = child->next) {
		if (strcmp(child->key, text) != 0)
			continue;
		sv_problem_error(reader->problems, place,
		                 "the key '%s' is here twice, first on line %d",
		                 text, child->key_place.line);
		return false;
	}
	reader->key = sv_arena_copy(reader->arena, text, len);
	reader->key_place = place;
	return true;
}

/* a new node in the place that is due */
static struct sv_node *attach(struct reader *reader, enum sv_node_kind kind,
                              struct sv_place place)
{
	struct sv_node *node = sv_arena_alloc(reader->arena, sizeof *node);
	struct sv_node *parent = top(reader);

	node->kind = kind;
	node->place = place;
	node->key = reader->key;
	node->key_place = reader->key_place;
	reader->key = NULL;
	if (!parent) {
		reader->root = node;
		return node;
	}
	if (parent->last)
		parent->last->next = node;
	else
		parent->first = node;
	parent->last = node;
	parent->n++;
	return node;
}

static bool scalar(struct reader *reader, const yaml_event_t *event)
{
	const char *text = (const char *)event->data.scalar.value;
	size_t len = event->data.scalar.length;
	struct sv_place place = place_of(event->start_mark);
	struct sv_node *node;

	if (event->data.scalar.anchor)
		return wrong(reader, place, "anchors (&) are not used here");
	if (event->data.scalar.tag)
		return wrong(reader, place, "tags (!) are not used here");
	if (len > SV_YAML_MAX_TEXT)
		return wrong(reader, place, "a text longer than 16000 bytes");
	if (memchr(text, '\0', len))
		return wrong(reader, place, "a NUL character");
	if (key_due(reader))
		return take_key(reader, text, len, place);
	node = attach(reader, SV_NODE_TEXT, place);
	node->text = sv_arena_copy(reader->arena, text, len);
	node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	return true;
}

static bool begin(struct reader *reader, enum sv_node_kind kind,
                  const yaml_event_t *event)
{
	struct sv_place place = place_of(event->start_mark);
	bool map = kind == SV_NODE_MAP;

	if (map ? event->data.mapping_start.anchor != NULL
	        : event->data.sequence_start.anchor != NULL)
		return wrong(reader, place, "anchors (&) are not used here");
	if (map ? event->data.mapping_start.tag != NULL
	        : event->data.sequence_start.tag != NULL)
		return wrong(reader, place, "tags (!) are not used here");
	if (key_due(reader))
		return wrong(reader, place, "a key must be a plain text");
	if (reader->depth == SV_YAML_MAX_DEPTH)
		return wrong(reader, place, "nested too deeply");
	reader->open[reader->depth] = attach(reader, kind, place);
	reader->depth++;
	return true;
}

static bool document(struct reader *reader, const yaml_event_t *event)
{
	if (reader->documents++)
		return wrong(reader, place_of(event->start_mark),
		             "a second document in one file");
	return true;
}

static bool take(struct reader *reader, const yaml_event_t *event)
{
	if (++reader->nodes > SV_YAML_MAX_NODES)
		return wrong(reader, place_of(event->start_mark),
		             "too many items in one file");
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		return document(reader, event);
	case YAML_ALIAS_EVENT:
		return wrong(reader, place_of(event->start_mark),
		             "aliases (*) are not used here");
	case YAML_SCALAR_EVENT:
		return scalar(reader, event);
	case YAML_SEQUENCE_START_EVENT:
		return begin(reader, SV_NODE_LIST, event);
	case YAML_MAPPING_START_EVENT:
		return begin(reader, SV_NODE_MAP, event);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		reader->depth--;
		return true;
	default:
		return true;
	}
}

static bool broken(struct reader *reader)
{
	const yaml_parser_t *parser = &reader->parser;
	struct sv_place place = place_of(parser->problem_mark);
	const char *what = parser->problem ? parser->problem : "not YAML";

	sv_problem_error(reader->problems, place, "not YAML: %s%s%s", what,
	                 parser->context ? ", " : "",
	                 parser->context ? parser->context : "");
	return false;
}

static bool read_all(struct reader *reader)
{
	yaml_event_t event;
	bool good = true;
	bool end = false;

	while (good && !end) {
		if (!yaml_parser_parse(&reader->parser, &event))
			return broken(reader);
		end = event.type == YAML_STREAM_END_EVENT;
		good = take(reader, &event);
		yaml_event_delete(&event);
	}
	return good;
}

/* the place of a byte, for what libyaml does not get to see */
static struct sv_place place_at(const char *data, size_t offset)
{
	struct sv_place place = { 1, 1 };
	size_t i;

	for (i = 0; i < offset; i++) {
		if (data[i] == '\n') {
			place.line++;
			place.column = 0;
		}
		place.column++;
	}
	return place;
}

/* libyaml keeps a candidate key for each open bracket and looks at all of
 * them for every token, so a file of brackets would take minutes: the depth
 * of the flow is bounded before it starts. Quotes are not looked at; no
 * sensible text holds that many brackets in a row. */
static bool bracket_bomb(const char *data, size_t len, size_t *at)
{
	size_t depth = 0;
	size_t i;

	for (i = 0; i < len; i++) {
		if (data[i] == '[' || data[i] == '{')
			depth++;
		else if (depth && (data[i] == ']' || data[i] == '}'))
			depth--;
		if (depth > 100) {
			*at = i;
			return true;
		}
	}
	return false;
}

static bool readable(struct reader *reader, const char *data, size_t len)
{
	size_t bad = sv_utf8_check(data, len);

	if (len > SV_YAML_MAX)
		return wrong(reader, (struct sv_place){ 1, 1 },
		             "larger than 1 MiB");
	if (bad < len)
		return wrong(reader, place_at(data, bad),
		             "not UTF-8: save the file as UTF-8");
	if (bracket_bomb(data, len, &bad))
		return wrong(reader, place_at(data, bad), "nested too deeply");
	return true;
}

struct sv_node *sv_yaml_parse(struct sv_arena *arena,
                              struct sv_problems *problems, const char *data,
                              size_t len)
{
	struct reader reader = { .arena = arena, .problems = problems };
	bool good;

	if (!readable(&reader, data, len))
		return NULL;
	if (!yaml_parser_initialize(&reader.parser)) {
		wrong(&reader, (struct sv_place){ 1, 1 },
		      "libyaml does not start");
		return NULL;
	}
	yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&reader.parser,
	                             (const unsigned char *)data, len);
	good = read_all(&reader);
	yaml_parser_delete(&reader.parser);
	if (good && !reader.root)
		wrong(&reader, (struct sv_place){ 1, 1 }, "the file is empty");
	return good ? reader.root : NULL;
}
