/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Templates of the HTML report: markup with slots, from src/report/html/. Internal to this room. */
#ifndef PINFOLD_REPORT_HTML_TEMPLATE_H
#define PINFOLD_REPORT_HTML_TEMPLATE_H

#include <stdint.h>
#include <stdio.h>

#include "base/str.h"
#include "report/report.h"

struct html {
	const struct report *report;
	FILE *to;
};

/* What replaces {{NAME}}: a text, which is escaped, or else what WRITE writes, which must be
 * markup. A slot with neither is empty. */
struct html_slot {
	const char *name;
	const char *text;
	void (*write)(struct html *html, const void *data);
	const void *data;
};

#define HTML_TEXT(slot_name, slot_text)                  \
	{                                                \
		.name = (slot_name), .text = (slot_text) \
	}
#define HTML_PART(slot_name, slot_write, slot_data)                             \
	{                                                                       \
		.name = (slot_name), .write = (slot_write), .data = (slot_data) \
	}
#define HTML_END  \
	{         \
		0 \
	}

/* Writes PART of parts.html with its slots filled; the last of SLOTS has no name. The part and its
 * slots must exist. */
void html_put(struct html *html, const char *part, const struct html_slot *slots);

/* Writes a whole template in the same way. */
void html_put_file(struct html *html, const char *file, const struct html_slot *slots);

/* Writes TEXT so that a browser shows it, whatever is in it. */
void html_put_text(struct html *html, const char *text);

enum { HTML_NUMBER_ROOM = sizeof("18,446,744,073,709,551,615") };

/* Writes VALUE with a comma before each three digits. Returns ROOM. */
const char *html_number(char room[HTML_NUMBER_ROOM], uint64_t value);

/* Writes VALUE without commas, as the script reads it. Returns ROOM. */
const char *html_plain(char room[HTML_NUMBER_ROOM], uint64_t value);

/* Writes nanoseconds as seconds: "1.234 s". Returns ROOM. */
const char *html_seconds(char room[HTML_NUMBER_ROOM], uint64_t ns);

/* Writes the share of PART in WHOLE as a length: "12.34%". Returns ROOM. */
const char *html_share(char room[HTML_NUMBER_ROOM], uint64_t part, uint64_t whole);

#endif
