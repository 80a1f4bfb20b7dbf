// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/xml.h"

/* ">" is one of them because "]]>" may not occur in text. */
static const char *find_reference(uint32_t c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	case '\t':
		return "&#9;";
	case '\n':
		return "&#10;";
	case '\r':
		return "&#13;";
	default:
		return NULL;
	}
}

/* Returns whether XML 1.0 or HTML has no such character, or advises against it: controls and
 * noncharacters. */
static bool is_forbidden(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0xfdd0 && c <= 0xfdef) ||
	       (c & 0xfffe) == 0xfffe;
}

void xml_escape(struct strbuf *buf, const char *text, size_t len)
{
	for (size_t i = 0, size; i < len; i += size) {
		uint32_t c = 0;
		size_t valid = str_decode(text + i, len - i, &c);
		const char *reference = valid ? find_reference(c) : NULL;

		size = valid ? valid : 1;
		if (reference) {
			strbuf_puts(buf, reference);
		} else if (valid && !is_forbidden(c)) {
			strbuf_add(buf, text + i, size);
		} else {
			for (size_t k = 0; k < size; k++)
				strbuf_printf(buf, "\\x%02x", (unsigned char)text[i + k]);
		}
	}
}
