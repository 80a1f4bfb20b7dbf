/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text in XML 1.0. */
#ifndef PINFOLD_REPORT_XML_H
#define PINFOLD_REPORT_XML_H

#include <stddef.h>

#include "base/str.h"

/*
 * Appends LEN bytes as XML reads them back, in an element as in an attribute with quotes of either
 * kind: markup and white space other than blanks become references. What no document may have,
 * control characters and bytes that are not UTF-8, becomes \xNN for each byte.
 */
void xml_escape(struct strbuf *buf, const char *text, size_t len);

#endif
