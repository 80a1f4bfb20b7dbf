/* SPDX-License-Identifier: GPL-2.0-or-later */
/* 'run' itself, on a command that does nothing. */
#ifndef PINFOLD_CMD_TRY_RUN_H
#define PINFOLD_CMD_TRY_RUN_H

#include "doctor/trial.h"

/* A trial_maker. */
void try_run(const char *const *options, struct trial *ret);

#endif
