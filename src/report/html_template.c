// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * All markup is in the templates, and all else goes through xml_escape(): text from the command
 * cannot become markup, in an element or in a quoted attribute.
 */
#include "report/html_template.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "report/html_files.h"
#include "report/xml.h"

void html_put_text(struct html *html, const char *text)
{
	struct strbuf buf = { 0 };

	xml_escape(&buf, text, strlen(text));
	fputs(buf.text ? buf.text : "", html->to);
	strbuf_finish(&buf);
}

static void fill_slot(struct html *html, const char *name, size_t len, const struct html_slot *slot)
{
	for (; slot->name; slot++) {
		if (strlen(slot->name) != len || strncmp(slot->name, name, len) != 0)
			continue;
		if (slot->text)
			html_put_text(html, slot->text);
		else if (slot->write)
			slot->write(html, slot->data);
		return;
	}
	/* Only a template that does not fit its writer gets here. */
	abort();
}

static void put(struct html *html, const char *text, size_t len, const struct html_slot *slots)
{
	const char *end = text + len, *open;

	while ((open = memmem(text, (size_t)(end - text), "{{", 2))) {
		const char *name = open + 2;
		size_t name_len = strcspn(name, "}");

		fwrite(text, 1, (size_t)(open - text), html->to);
		fill_slot(html, name, name_len, slots);
		text = name + name_len + 2;
	}
	fwrite(text, 1, (size_t)(end - text), html->to);
}

void html_put_file(struct html *html, const char *file, const struct html_slot *slots)
{
	const char *text = html_file(file);

	put(html, text, strlen(text), slots);
}

/* A line with its name precedes a part, and the next such line ends it. */
void html_put(struct html *html, const char *part, const struct html_slot *slots)
{
	static const char mark[] = "<!-- part ";
	char *line = mem_printf("%s%s -->\n", mark, part);
	const char *text = strstr(html_file("parts.html"), line), *end;

	if (!text)
		abort();
	text += strlen(line);
	free(line);
	end = strstr(text, mark);
	put(html, text, end ? (size_t)(end - text) : strlen(text), slots);
}

const char *html_plain(char room[HTML_NUMBER_ROOM], uint64_t value)
{
	snprintf(room, HTML_NUMBER_ROOM, "%" PRIu64, value);
	return room;
}

const char *html_number(char room[HTML_NUMBER_ROOM], uint64_t value)
{
	char plain[HTML_NUMBER_ROOM];
	size_t len = strlen(html_plain(plain, value)), at = 0;

	for (size_t i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			room[at++] = ',';
		room[at++] = plain[i];
	}
	room[at] = '\0';
	return room;
}

const char *html_seconds(char room[HTML_NUMBER_ROOM], uint64_t ns)
{
	snprintf(room, HTML_NUMBER_ROOM, "%.3f s", (double)ns / 1e9);
	return room;
}

const char *html_share(char room[HTML_NUMBER_ROOM], uint64_t part, uint64_t whole)
{
	double share = whole ? (double)part / (double)whole : 0;

	snprintf(room, HTML_NUMBER_ROOM, "%.2f%%", share > 1 ? 100. : share * 100);
	return room;
}
