// SPDX-License-Identifier: GPL-2.0-or-later
/* Any bytes become text of XML and HTML: no character of markup but the references, valid UTF-8, no
 * controls; and what can be shown as it is comes back. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "report/xml.h"

/* Returns the length of the reference that TEXT begins with, and what it stands for. */
static size_t read_reference(const char *text, char *ret_char)
{
	static const struct {
		const char *text;
		char c;
	} rows[] = {
		{ "&amp;", '&' },  { "&lt;", '<' },  { "&gt;", '>' },	{ "&quot;", '"' },
		{ "&#39;", '\'' }, { "&#9;", '\t' }, { "&#10;", '\n' }, { "&#13;", '\r' },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!str_starts(text, rows[i].text))
			continue;
		*ret_char = rows[i].c;
		return strlen(rows[i].text);
	}
	abort();
}

/* Appends what a reader of TEXT sees; aborts if it is not only text. */
static void read_back(const struct strbuf *text, struct strbuf *back)
{
	for (size_t i = 0, size; i < text->len; i += size) {
		uint32_t c;
		char known;

		size = str_decode(text->text + i, text->len - i, &c);
		if (!size || c < 0x20 || (c >= 0x7f && c < 0xa0) ||
		    (c < 0x80 && strchr("<>\"'", (int)c)))
			abort();
		if (c == '&') {
			size = read_reference(text->text + i, &known);
			strbuf_add(back, &known, 1);
		} else {
			strbuf_add(back, text->text + i, size);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct strbuf safe = { 0 }, out = { 0 }, back = { 0 };

	xml_escape(&out, (const char *)data, size);
	read_back(&out, &back);
	strbuf_finish(&out);
	strbuf_finish(&back);
	/* What is safe for a terminal needs no more than references, but for noncharacters. */
	strbuf_escape(&safe, (const char *)data, size);
	xml_escape(&out, safe.text ? safe.text : "", safe.len);
	read_back(&out, &back);
	if (back.len < safe.len)
		abort();
	strbuf_finish(&safe);
	strbuf_finish(&out);
	strbuf_finish(&back);
	return 0;
}
