/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sections of the HTML report; internal to this room. Each fits struct html_slot. */
#ifndef PINFOLD_REPORT_HTML_H
#define PINFOLD_REPORT_HTML_H

#include "report/html_template.h"

/* What was denied, what failed because of the pen, and which guarded files changed. */
void html_put_findings(struct html *html, const void *unused);

void html_put_calls(struct html *html, const void *unused);

/* The run over time, from its samples; nothing where there are none. */
void html_put_time(struct html *html, const void *unused);

/* The processes as a tree on a time axis. */
void html_put_processes(struct html *html, const void *unused);

/* What the pen was made of, what it used, and what this report does not know. */
void html_put_pen(struct html *html, const void *unused);
void html_put_resources(struct html *html, const void *unused);
void html_put_completeness(struct html *html, const void *unused);

#endif
