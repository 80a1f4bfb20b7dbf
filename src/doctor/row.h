/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A row: what is tried, and what follows from each outcome. Internal to doctor/. */
#ifndef PINFOLD_DOCTOR_ROW_H
#define PINFOLD_DOCTOR_ROW_H

#include "base/str.h"
#include "doctor/doctor.h"

/* What a look adds to its outcome. */
struct look {
	struct strbuf found;
	char *remedy; /* in place of the outcome's; NULL: that one */
};

/* Returns the index of the outcome in the row. */
typedef unsigned int doctor_looker(struct doctor *doctor, struct look *look);

struct row_outcome {
	enum doctor_state state;
	const char *follows,
		*remedy; /* remedy: of every state but DOCTOR_OK, here or by the look */
};

enum { OUTCOMES = 4, ATTEMPT_MS = 5000 };

struct doctor_row {
	const char *tries;
	doctor_looker *look;
	struct row_outcome outcomes[OUTCOMES];
};

/* Returns the row of that name. */
const struct doctor_row *doctor_row(enum machine_row row);

/* look_kernel.c */
doctor_looker look_kernel, look_config, look_btf, look_jit, look_lockdown, look_unprivileged_bpf,
	look_cap_capable, look_landlock;
/* look_calls.c */
doctor_looker look_calls, look_own_filter, look_seccomp, look_listener;
/* look_caller.c */
doctor_looker look_capabilities, look_rlimits, look_proc, look_own_file, look_subordinate_ids;
/* look_pen.c */
doctor_looker look_user_namespaces, look_new_proc, look_overlay, look_id_mapped_mounts, look_pasta,
	look_tun;
/* look_run.c */
doctor_looker look_trace_ebpf, look_trace_raw, look_cgroup, look_limit_memory, look_limit_swap,
	look_limit_pids, look_limit_cpu, look_limit_cputime, look_net_user, look_run;

#endif
