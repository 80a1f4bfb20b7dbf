// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>

#include "cmd/options.h"
#include "cmd/seal.h"
#include "cmd/try_run.h"
#include "doctor/doctor.h"
#include "policy/settings.h"

static int run(const struct options *options)
{
	static const struct settings settings; /* those of a run without options */
	struct diags sealing = { 0 };
	struct doctor doctor;
	int status;

	/* Once for all trials: it may run pinfold again. */
	seal_itself(options->program, &settings, &sealing);
	doctor_look(&doctor, try_run, &sealing);
	(options->is_json ? doctor_write_json : doctor_write_text)(&doctor, stdout);
	status = doctor.run.works ? STATUS_OK : STATUS_FOUND;
	doctor_finish(&doctor);
	diags_finish(&sealing);
	return status;
}

const struct command cmd_doctor = {
	.name = "doctor",
	.bit = COMMAND_DOCTOR,
	.about = "try what this machine lets pinfold do for this user, and say what would help",
	.run = run,
	.examples = {
		"pinfold doctor",
		"pinfold doctor --json",
		"pinfold doctor --help",
	},
};
