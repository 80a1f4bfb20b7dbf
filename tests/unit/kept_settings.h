/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The settings of a test's pens, which each test starts without. */
#ifndef PINFOLD_TESTS_KEPT_SETTINGS_H
#define PINFOLD_TESTS_KEPT_SETTINGS_H

#include <stdlib.h>

#include "policy/settings.h"

static struct settings settings;

/* For the teardown of a test. */
static inline int reset_settings(void **state)
{
	(void)state;
	free(settings.binds.v);
	free(settings.tmpfs.v);
	free(settings.hidden.v);
	free(settings.env.v);
	free(settings.rlimits.v);
	settings = (struct settings){ 0 };
	return 0;
}

#endif
