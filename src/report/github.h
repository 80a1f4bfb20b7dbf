/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Workflow commands of GitHub Actions, which are lines in the log. */
#ifndef PINFOLD_REPORT_GITHUB_H
#define PINFOLD_REPORT_GITHUB_H

#include <stdio.h>

enum { GITHUB_TOKEN_ROOM = 33 };

/*
 * Tells the runner to stop interpreting lines as commands until github_resume() with the same
 * TOKEN, which is random. Waits, 2 seconds at most, until the reader of TO has taken the line, so
 * that nobody who inherits TO can read the token there. Returns 0 or -errno.
 */
int github_stop(char token[GITHUB_TOKEN_ROOM], FILE *to);

/* Ends what github_stop() began, on a separate line. */
void github_resume(const char *token, FILE *to);

#endif
