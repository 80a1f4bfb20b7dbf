/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Workflow commands of GitHub Actions, which are lines of the log. */
#ifndef PINFOLD_REPORT_GITHUB_H
#define PINFOLD_REPORT_GITHUB_H

#include <stdio.h>

enum { GITHUB_TOKEN_ROOM = 33 };

/*
 * Tells the runner to take no line for a command from here on, until github_resume() with the same
 * TOKEN, which is random. Waits, for 2 seconds at most, until a reader of TO has taken it, so that
 * nobody who gets TO can read it there. Returns 0 or -errno.
 */
int github_stop(char token[GITHUB_TOKEN_ROOM], FILE *to);

/* Ends what github_stop() began, on a line of its own. */
void github_resume(const char *token, FILE *to);

#endif
