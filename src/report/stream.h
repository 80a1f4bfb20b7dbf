/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What happens in a pen, as it happens, as JSON lines (schema pinfold-stream/1). Text that the
 * command could have produced is escaped as in the report. */
#ifndef PINFOLD_REPORT_STREAM_H
#define PINFOLD_REPORT_STREAM_H

#include "record/event.h"
#include "report/line_file.h"
#include "report/report.h"

/* Writes the first line: what runs, and since when. */
void stream_begin(struct line_file *file, const struct report *report);

/* Writes the line of an event; fits struct trace_observer, with a struct line_file. */
void stream_take(void *file, const struct trace_event *event);

/* Writes what the pen caused, once that is known: the host is asked after the run. */
void stream_add_failures(struct line_file *file, const struct record_failures *failures);

/* Writes what a network by name (NULL: there was none) was used for, and what it refused: the relay
 * is believed once it has exited. */
void stream_add_network(struct line_file *file, const struct network_use *use);

/* Writes the last line: how the run ended, and how many lines were dropped, here and, according to
 * REPORT's record, in the kernel. */
void stream_end(struct line_file *file, const struct report *report);

#endif
