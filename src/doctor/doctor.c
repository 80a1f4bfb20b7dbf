// SPDX-License-Identifier: GPL-2.0-or-later
#include "doctor/doctor.h"

#include <sched.h>
#include <stdlib.h>

#include "base/mem.h"
#include "doctor/row.h"
#include "pen/tries.h"

const char *doctor_state_name(enum doctor_state state)
{
	static const char *const names[DOCTOR_STATES] = {
		[DOCTOR_OK] = "ok",
		[DOCTOR_LIMITED] = "limited",
		[DOCTOR_MISSING] = "missing",
		[DOCTOR_UNKNOWN] = "unknown",
	};

	return names[state];
}

const struct diagnosis *doctor_find(struct doctor *doctor, enum machine_row name)
{
	struct diagnosis *diagnosis = &doctor->diagnoses[name];
	const struct doctor_row *row = doctor_row(name);
	const struct row_outcome *outcome;
	struct look look = { 0 };

	if (doctor->is_looked_at[name])
		return diagnosis;
	doctor->is_looked_at[name] = true;
	outcome = &row->outcomes[row->look(doctor, &look)];
	*diagnosis = (struct diagnosis){
		.state = outcome->state,
		.tries = row->tries,
		.found = look.found.text ? look.found.text : mem_strdup(""),
		.follows = outcome->follows,
	};
	if (outcome->state == DOCTOR_OK)
		free(look.remedy);
	else
		diagnosis->remedy = look.remedy ? look.remedy : mem_strdup(outcome->remedy);
	return diagnosis;
}

/* What 'run' itself says has the last word: the row that its refusal names is not in order,
 * whatever was tried for it alone. */
static void believe_run(struct doctor *doctor)
{
	const struct trial *run = &doctor->run;
	struct diagnosis *diagnosis = &doctor->diagnoses[run->row];

	if (run->works || !run->row || diagnosis->state != DOCTOR_OK)
		return;
	free(diagnosis->found);
	free(diagnosis->remedy);
	diagnosis->state = DOCTOR_MISSING;
	diagnosis->found = mem_strdup(run->message);
	diagnosis->remedy = mem_strdup(run->hint[0] ? run->hint : run->message);
}

void doctor_look(struct doctor *doctor, trial_maker *make_trial, const struct diags *sealing)
{
	struct strbuf users = { 0 };

	*doctor = (struct doctor){ .make_trial = make_trial, .sealing = sealing };
	for (enum machine_row row = MACHINE_NONE + 1; row < MACHINE_ROWS; row++)
		doctor_find(doctor, row);
	believe_run(doctor);
	pen_describe_ids(&users);
	doctor->users = users.text;
	doctor->has_net[DOCTOR_NET_NONE] = doctor->has_net[DOCTOR_NET_HOST] = doctor->run.works;
	doctor->has_net[DOCTOR_NET_RELAY] = doctor->run.works &&
					    doctor->run.namespaces & CLONE_NEWNET;
	doctor->has_net[DOCTOR_NET_USER] = doctor->diagnoses[MACHINE_NET_USER].state == DOCTOR_OK;
}

void doctor_finish(struct doctor *doctor)
{
	for (size_t i = 0; i < MACHINE_ROWS; i++) {
		free(doctor->diagnoses[i].found);
		free(doctor->diagnoses[i].remedy);
	}
	free(doctor->users);
	*doctor = (struct doctor){ 0 };
}
