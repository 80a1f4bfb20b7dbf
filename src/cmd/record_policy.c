// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/record_policy.h"

#include <stdlib.h>

#include "base/input.h"
#include "cmd/record_lint.h"
#include "learn/learn.h"

/* What to print instead of a command when there was none. NAME[0] may be a number. */
static bool names_target(const struct session *session, char *name[3])
{
	const struct options *options = session->asked.options;

	if (options->pid)
		snprintf(name[0], 16, "%d", options->pid);
	name[1] = options->pid ? name[0] : (char *)options->cgroup;
	name[0] = options->pid ? (char *)"process" : (char *)"cgroup";
	return options_have_target(options);
}

static void write_new(const struct learn_source *source, FILE *to)
{
	char *text = NULL;
	size_t len = 0;
	FILE *stream = open_memstream(&text, &len);

	/* Without memory for it, nothing more is said. */
	if (!stream) {
		learn_write_policy(source, to);
		return;
	}
	learn_write_policy(source, stream);
	if (fclose(stream))
		learn_write_policy(source, to);
	else
		record_write_linted(text, to);
	free(text);
}

void record_write_policy(const struct session *session, const struct network_use *network,
			 const struct policy *old, FILE *to)
{
	const struct resources *peaks = &session->seen.result.resources;
	char number[16], *target[3] = { number };
	const struct learn_source source = {
		.policy = session->asked.policy,
		.record = &session->seen.record,
		.command = names_target(session, target) ? target
							 : session->asked.options->operands,
		.started = session->seen.report.started.tv_sec,
		.network = network,
		.args = session->asked.options->args,
		.settings = session->asked.options->wants_paths ? &session->asked.policy->settings
								: NULL,
		.has_pen = !options_have_target(session->asked.options),
		.has_no_set_id = !options_have_target(session->asked.options) &&
				 !is_written(&session->asked.policy->settings.set_id),
		.memory_peak = peaks->sources.memory_peak ? peaks->memory_peak : UINT64_MAX,
		.pids_peak = peaks->sources.pids_peak ? peaks->pids_peak : UINT64_MAX,
		.n_runs = session->asked.options->runs,
		.is_portable = session->asked.options->is_portable,
		.old = old,
	};

	if (old)
		learn_extend_policy(&source, input_name(session->asked.options->merge), to);
	else
		write_new(&source, to);
}
