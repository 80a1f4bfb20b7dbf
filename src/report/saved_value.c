// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/saved_value.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"
#include "policy/quantity.h"

/* Deeper stacks are not kept by a trace. */
enum { FRAMES_MAX = 1024 };

void saved_refuse(struct saved_reader *reader, const struct place *place, const char *format, ...)
{
	va_list args;
	char *what;

	if (reader->has_failed)
		return;
	reader->has_failed = true;
	va_start(args, format);
	what = mem_vprintf(format, args);
	va_end(args);
	/* Without the line: what is not a report may be a file with secrets. */
	diags_add(reader->diags, DIAG_ERROR, place, "not a pinfold report: %s", what);
	free(what);
}

bool saved_is_bounded(struct saved_reader *reader, const struct place *place, const char *what,
		      size_t n, size_t most)
{
	if (n > most)
		saved_refuse(reader, place, "it has more than %zu %s", most, what);
	return n <= most;
}

static const struct json_value *find(const struct json_value *of, const char *key)
{
	const struct json_value *member = of && of->kind == JSON_OBJECT ? of->first : NULL;

	while (member && !str_eq(member->key, key))
		member = member->next;
	return member;
}

bool saved_has(const struct json_value *of, const char *key)
{
	return find(of, key) != NULL;
}

const struct json_value *saved_find(struct saved_reader *reader, const struct json_value *of,
				    const char *key, enum json_kind kind)
{
	const struct json_value *member = find(of, key);

	if (of && of->kind != JSON_OBJECT)
		saved_refuse(reader, &of->place, "expected an object");
	if (!member || member->kind == JSON_NULL)
		return NULL;
	if (member->kind == kind)
		return member;
	saved_refuse(reader, &member->place, "'%s' must be %s, but is %s", key,
		     json_kind_name(kind), json_kind_name(member->kind));
	return NULL;
}

const struct json_value *saved_need(struct saved_reader *reader, const struct json_value *of,
				    const char *key, enum json_kind kind)
{
	const struct json_value *member = saved_find(reader, of, key, kind);

	if (of && !member)
		saved_refuse(reader, &of->place, "'%s' is missing", key);
	return member;
}

static uint64_t number_of(struct saved_reader *reader, const struct json_value *value)
{
	char *end = NULL;
	unsigned long long number;

	errno = 0;
	number = strtoull(value->text, &end, 10);
	if (errno || *end || *value->text == '-')
		saved_refuse(reader, &value->place, "expected a whole number from 0 to 2^64 - 1");
	return number;
}

uint64_t saved_known(struct saved_reader *reader, const struct json_value *of, const char *key)
{
	const struct json_value *member = saved_find(reader, of, key, JSON_NUMBER);

	return member ? number_of(reader, member) : UINT64_MAX;
}

uint64_t saved_count(struct saved_reader *reader, const struct json_value *of, const char *key)
{
	const struct json_value *member = saved_find(reader, of, key, JSON_NUMBER);

	return member ? number_of(reader, member) : 0;
}

uint64_t saved_small(struct saved_reader *reader, const struct json_value *of, const char *key,
		     uint64_t most)
{
	const struct json_value *member = saved_find(reader, of, key, JSON_NUMBER);
	uint64_t number = member ? number_of(reader, member) : 0;

	if (number <= most)
		return number;
	saved_refuse(reader, &member->place, "'%s' is more than %" PRIu64, key, most);
	return 0;
}

int64_t saved_int(struct saved_reader *reader, const struct json_value *value)
{
	char *end = NULL;
	long long number;

	errno = 0;
	number = strtoll(value->text, &end, 10);
	if (errno || *end || end == value->text)
		saved_refuse(reader, &value->place, "expected a whole number");
	return number;
}

uint64_t saved_hex_of(struct saved_reader *reader, const struct json_value *value)
{
	bool is_hex = value->kind == JSON_STRING && str_starts(value->text, "0x") && value->text[2];
	unsigned long long number = 0;
	char *end = NULL;

	errno = 0;
	if (is_hex)
		number = strtoull(value->text + 2, &end, 16);
	if (!is_hex || errno || *end || value->text[2] == '-' || value->text[2] == '+')
		saved_refuse(reader, &value->place, "expected a string with a number, 0x...");
	return number;
}

uint64_t saved_hex(struct saved_reader *reader, const struct json_value *of, const char *key)
{
	const struct json_value *member = saved_find(reader, of, key, JSON_STRING);

	return member ? saved_hex_of(reader, member) : 0;
}

bool saved_truth(struct saved_reader *reader, const struct json_value *of, const char *key,
		 bool otherwise)
{
	const struct json_value *member = saved_find(reader, of, key, JSON_BOOL);

	return member ? str_eq(member->text, "true") : otherwise;
}

unsigned int saved_word(struct saved_reader *reader, const struct json_value *of, const char *key,
			const struct json_words *words, unsigned int otherwise)
{
	const struct json_value *member = saved_find(reader, of, key, JSON_STRING);
	unsigned int value = otherwise;

	if (member && !json_word_find(words, member->text, &value))
		saved_refuse(reader, &member->place, "unknown '%s'", key);
	return value;
}

void saved_append(struct saved_reader *reader, const struct json_value *of, const char *key,
		  struct strbuf *buf)
{
	const struct json_value *member = saved_find(reader, of, key, JSON_STRING);

	if (member)
		strbuf_unescape(buf, member->text, strlen(member->text));
}

void saved_append_safe(struct saved_reader *reader, const struct json_value *of, const char *key,
		       struct strbuf *buf)
{
	struct strbuf raw = { 0 };

	saved_append(reader, of, key, &raw);
	if (raw.len)
		strbuf_add_safe(buf, raw.text, raw.len);
	strbuf_finish(&raw);
}

char *saved_safe_text(struct saved_reader *reader, const struct json_value *of, const char *key)
{
	struct strbuf buf = { 0 };

	if (!saved_find(reader, of, key, JSON_STRING))
		return NULL;
	saved_append_safe(reader, of, key, &buf);
	return buf.text ? buf.text : mem_strdup("");
}

const char *saved_safe_name(struct saved_reader *reader, const struct json_value *of,
			    const char *key)
{
	auto_free char *text = saved_safe_text(reader, of, key);

	return text ? arena_strdup(&reader->to->arena, text) : NULL;
}

char *saved_text(struct saved_reader *reader, const struct json_value *of, const char *key)
{
	struct strbuf buf = { 0 };

	if (!saved_find(reader, of, key, JSON_STRING))
		return NULL;
	saved_append(reader, of, key, &buf);
	return buf.text ? buf.text : mem_strdup("");
}

const char *saved_name_of(struct saved_reader *reader, const struct json_value *value)
{
	struct strbuf buf = { 0 };
	const char *name;

	if (value->kind != JSON_STRING)
		saved_refuse(reader, &value->place, "expected a string, but it is %s",
			     json_kind_name(value->kind));
	strbuf_unescape(&buf, value->text, strlen(value->text));
	name = arena_strdup(&reader->to->arena, buf.text ? buf.text : "");
	strbuf_finish(&buf);
	return name;
}

const char *saved_name(struct saved_reader *reader, const struct json_value *of, const char *key)
{
	const struct json_value *member = saved_find(reader, of, key, JSON_STRING);

	return member ? saved_name_of(reader, member) : NULL;
}

int saved_capability(struct saved_reader *reader, const struct json_value *value)
{
	char room[CAPABILITY_NAME_ROOM];
	int number = 0;

	while (number < 64 && !str_eq(capability_name(number, room), value->text))
		number++;
	if (number < 64)
		return number;
	saved_refuse(reader, &value->place, "unknown capability");
	return 0;
}

enum arch saved_arch(struct saved_reader *reader, const struct json_value *of)
{
	const struct json_value *member = saved_need(reader, of, "abi", JSON_STRING);
	enum arch arch = member ? arch_find(member->text) : ARCH_NONE;

	if (member && arch == ARCH_NONE)
		saved_refuse(reader, &member->place, "unknown 'abi'");
	return arch == ARCH_NONE ? arch_native() : arch;
}

uint32_t saved_nr(struct saved_reader *reader, const struct json_value *of)
{
	const struct json_value *member = saved_need(reader, of, "nr", JSON_NUMBER);
	int64_t nr = member ? saved_int(reader, member) : 0;

	if (nr < INT32_MIN || nr > INT32_MAX)
		saved_refuse(reader, &member->place, "no call has this number");
	return (uint32_t)nr;
}

void saved_read_stack(struct saved_reader *reader, const struct json_value *of,
		      struct record_stack *stack)
{
	const struct json_value *list = saved_find(reader, of, "stack", JSON_LIST);

	for (const struct json_value *item = list ? list->first : NULL; item; item = item->next) {
		struct record_frame *frame;

		if (!saved_is_bounded(reader, &item->place, "frames in a stack", stack->n + 1,
				      FRAMES_MAX))
			return;
		frame = array_append(stack);
		frame->module = saved_text(reader, item, "module");
		frame->symbol = saved_text(reader, item, "symbol");
		frame->symbol_offset = saved_hex(reader, item, "symbol_offset");
		frame->offset = saved_hex(reader, item, "offset");
		frame->address = saved_hex(reader, item, "address");
	}
}

void saved_read_args(struct saved_reader *reader, const struct json_value *of,
		     uint64_t args[SYS_ARGS_MAX])
{
	const struct json_value *list = saved_find(reader, of, "args", JSON_LIST);
	size_t n = 0;

	for (const struct json_value *item = list ? list->first : NULL; item; item = item->next) {
		if (!saved_is_bounded(reader, &item->place, "arguments of a call", n + 1,
				      SYS_ARGS_MAX))
			return;
		args[n++] = saved_hex_of(reader, item);
	}
}
