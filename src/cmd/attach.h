/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A trace of what is already running, without a pen: the session of --pid and --cgroup. */
#ifndef PINFOLD_CMD_ATTACH_H
#define PINFOLD_CMD_ATTACH_H

#include "cmd/session.h"

/* Like session_prepare(), but reads no policy. */
int attach_prepare(struct session *session, const struct options *options);

/*
 * Traces until the last process has ended or a signal requests the end, and fills
 * session->seen.record and session->seen.report. Returns STATUS_OK, or STATUS_FAILED with errors in
 * session->diags.
 */
int attach_run(struct session *session);

#endif
