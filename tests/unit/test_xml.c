// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mem.h"
#include "report/xml.h"

static void assert_escaped(const char *in, size_t len, const char *out)
{
	struct strbuf buf = { 0 };

	xml_escape(&buf, in, len);
	assert_string_equal(buf.text ? buf.text : "", out);
	strbuf_finish(&buf);
}

static void markup_and_white_space_become_references(void **state)
{
	(void)state;
	assert_escaped("", 0, "");
	assert_escaped("a b/c=1", 7, "a b/c=1");
	assert_escaped("<a b='c'>&\"", 11, "&lt;a b=&#39;c&#39;&gt;&amp;&quot;");
	assert_escaped("]]>", 3, "]]&gt;");
	assert_escaped("&amp;", 5, "&amp;amp;");
	assert_escaped("\t\n\r", 3, "&#9;&#10;&#13;");
}

static void what_no_document_may_have_becomes_its_bytes(void **state)
{
	static const struct {
		const char *in;
		size_t len;
		const char *out;
	} rows[] = {
		{ "a\0b", 3, "a\\x00b" },
		{ "\033[31m", 5, "\\x1b[31m" },
		{ "\x7f", 1, "\\x7f" },
		{ "\xc2\x9b", 2, "\\xc2\\x9b" },	       /* U+009B, CSI */
		{ "\xc3\xa4", 2, "\xc3\xa4" },		       /* U+00E4 */
		{ "\xf0\x9f\x98\x80", 4, "\xf0\x9f\x98\x80" }, /* U+1F600 */
		{ "\xff<", 2, "\\xff&lt;" },
		{ "\xc3", 1, "\\xc3" },
		{ "\xc0\xbc", 2, "\\xc0\\xbc" },	  /* "<" in two bytes */
		{ "\xed\xa0\x80", 3, "\\xed\\xa0\\x80" }, /* a surrogate */
		{ "\xef\xbf\xbd", 3, "\xef\xbf\xbd" },	  /* U+FFFD */
		{ "\xef\xbf\xbe", 3, "\\xef\\xbf\\xbe" }, /* U+FFFE */
		{ "\xef\xb7\x90", 3, "\\xef\\xb7\\x90" }, /* U+FDD0 */
		{ "\xf0\x9f\xbf\xbf", 4, "\\xf0\\x9f\\xbf\\xbf" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_escaped(rows[i].in, rows[i].len, rows[i].out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(markup_and_white_space_become_references),
		cmocka_unit_test(what_no_document_may_have_becomes_its_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
