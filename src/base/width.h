/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How many columns of a terminal a text takes. */
#ifndef PINFOLD_BASE_WIDTH_H
#define PINFOLD_BASE_WIDTH_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* Returns 0 for what joins the character before it, 2 for CJK and most emoji, otherwise 1. */
unsigned int width_char(uint32_t c);

/* Returns the columns of LEN bytes of TEXT, which is harmless (strbuf_escape()). A byte that is not
 * UTF-8 counts as one. */
size_t width_text(const char *text, size_t len);

/* Returns how many of LEN bytes of TEXT, which is harmless, fit in MOST columns, with what joins
 * the last character. */
size_t width_fit(const char *text, size_t len, size_t most);

/* Appends LEN bytes of TEXT, which is harmless, in MOST columns, of which there are more than 48:
 * if it is wider, what is left out of its middle is counted. Never splits a character from what
 * joins it. */
void width_shorten(struct strbuf *buf, const char *text, size_t len, size_t most);

#endif
