// SPDX-License-Identifier: GPL-2.0-or-later
/* Which namespaces the pen has, and its host name. A single clone creates them all. */
#include <errno.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "pen/bare_proc.h"
#include "pen/steps.h"
#include "sys/namespace.h"

int namespaces_choose(const struct settings *settings, unsigned long *ret_flags,
		      struct diags *diags)
{
	unsigned long flags = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID;

	if (settings->net.mode != NET_HOST)
		flags |= CLONE_NEWNET;
	if (!is_written(&settings->shared[SHARE_IPC]))
		flags |= CLONE_NEWIPC;
	if (!is_written(&settings->shared[SHARE_UTS]))
		flags |= CLONE_NEWUTS;
	if (!is_written(&settings->shared[SHARE_CGROUP]))
		flags |= CLONE_NEWCGROUP;
	if (is_written(&settings->hostname.place) && !(flags & CLONE_NEWUTS)) {
		diags_add(diags, DIAG_ERROR, &settings->hostname.place,
			  "'hostname' would name the host: its UTS namespace is shared");
		return -EINVAL;
	}
	*ret_flags = flags;
	return 0;
}

void namespaces_plan(struct plan *plan)
{
	struct strbuf own = { 0 }, shared = { 0 };

	for (size_t i = 0; i < NAMESPACES; i++) {
		struct strbuf *list = plan->namespaces & sys_namespaces[i].flag ? &own : &shared;

		strbuf_printf(list, "%s%s", list->len ? ", " : "", sys_namespaces[i].name);
	}
	plan_add(plan, BY_SUPERVISOR, NULL, "make the namespaces %s%s%s", own.text,
		 shared.len ? "; those of the caller stay for " : "",
		 shared.len ? shared.text : "");
	strbuf_finish(&own);
	strbuf_finish(&shared);
}

const char *namespaces_hostname(const struct settings *settings)
{
	return is_written(&settings->hostname.place) ? settings->hostname.path : "pinfold";
}

void namespaces_plan_hostname(struct plan *plan)
{
	const struct path_setting *written = &plan->request->settings->hostname;
	const char *name = namespaces_hostname(plan->request->settings);
	struct step *step;

	if (!(plan->namespaces & CLONE_NEWUTS))
		return;
	if (!is_written(&written->place) && bare_proc_lacks_name()) {
		plan->missing[plan->n_missing++] = "the host's name can be seen";
		return;
	}
	step = plan_add(plan, BY_INIT, &namespaces_step_hostname, "set the host name '%s'", name);
	step->source = mem_strdup(name);
	step->place = written->place;
}

/* Should: name the pen, not the host. Must not: run in the host's UTS namespace. */
static int take_namespaces_hostname(struct setup *setup, const struct step *step)
{
	static const char none[] = "(none)";

	(void)setup;
	if (sethostname(step->source, strlen(step->source)) < 0)
		return -errno;
	return setdomainname(none, sizeof(none) - 1) < 0 ? -errno : 0;
}

const struct step_kind namespaces_step_hostname = { .run = take_namespaces_hostname,
						    .needs = "sethostname" };
