/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a network by name refused, in words. */
#ifndef PINFOLD_REPORT_NETWORK_WORDS_H
#define PINFOLD_REPORT_NETWORK_WORDS_H

#include "base/str.h"
#include "record/network_use.h"

/* Appends what was refused, the same for each run: "network: no connect lists 'example.org'". */
void network_format(const struct network_refusal *refusal, struct strbuf *buf);

/* Appends a port that was connected to: "example.org:443: 2 connections, 80 bytes sent, 90
 * received". */
void network_format_connection(const struct network_connection *connection, struct strbuf *buf);

/* Appends the option that would allow it, quoted for a shell: "--connect example.org"; nothing if
 * none would. */
void network_format_fix(const struct network_refusal *refusal, struct strbuf *buf);

#endif
