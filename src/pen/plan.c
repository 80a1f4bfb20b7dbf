// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The plan of a pen, and the theory of its operation.
 *
 * Three processes take part. The supervisor is the program that the user started. Pid 1 is its
 * clone in new namespaces, and stays for the whole run as the pen's init. Pid 2 is forked from pid
 * 1 and becomes the command. Rights only ever shrink along this line, in this order:
 *
 * 1. The supervisor does what needs the caller's rights: it makes the cgroup with its limits and,
 *    as root, opens the directories that are bound (mapping ids in those that are writable). It
 * makes sure that 0, 1 and 2 are open and not directories, and that other descriptors to hand on
 * are of a kind that may be (handed.c). If one is a regular file that was opened for writing, it
 *    starts a process that copies to it from a pipe, with the command's rights.
 * 2. One clone gives pid 1 all new namespaces at once, so that the user namespace owns the
 *    others. Pid 1 waits until the supervisor has written its id maps (or, for an unprivileged
 *    caller with subordinate ids, newuidmap and newgidmap have), and then joins the cgroup,
 *    before it does anything that could use resources. It has every capability in its user
 *    namespace, and none on the host. Between the two, for net user, the supervisor starts pasta
 *    in the new network namespace, with rights only in the pen's user namespace, as a child that
 *    dies with it. For net relay it has started the relay before, outside, which has no right in
 *    the pen.
 * 3. Pid 1 makes the files: mounts become private, a new root is assembled from what was opened
 *    or is found on the old one, each mount restricted before it is attached; one on the host's
 *    file system that no overlay holds is noted, to be watched (cover.c); a regular file that was
 *    opened for reading is reopened on a read-only mount (stdio.c says why); then pivot_root, and
 *    the old root is detached. From here on nothing outside can be named.
 * 4. Pid 1 sets up what belongs to the namespaces (loopback, host name; for net relay it makes the
 *    sockets that the relay accepts on, and hands them over), wipes the caller's
 *    arguments and environment, closes every descriptor except its channel and the command's, and
 *    begins to drop its rights: securebits locked, bounding and ambient sets emptied; as root it
 *    moves to ids that the command does not have, because a process with the same ids may signal
 *    it and take the CPU from it; no_new_privs set, made not dumpable, so that nobody can inspect
 *    or trace it. Meanwhile the supervisor makes the pen's keeper (keeper.c), which kills the pen
 *    when pid 1 cannot.
 * 5. Pid 1 says that it is ready and waits for the word to start. The supervisor sends that word
 *    once the filter is proved and what watches is attached, whether pid 1 is ready by then or
 *    not; but if a time limit runs from the start it waits for pid 1 first, and watches the time.
 * 6. On the word to start, pid 1 forks pid 2, drops its capabilities except the one to signal
 *    processes in the pen, and installs a filter on itself that leaves it what an init needs. Pid
 *    2 changes its groups and ids to the command's and drops all capabilities except those that
 *    the policy keeps (which then apply in the pen's user namespace only). With the rights that
 *    are left it changes to the working directory, leaves the caller's session, or takes its
 *    terminal for the process group that pid 1 has made (key.c), sets its limits, finds the
 *    command, resets its signals, closes everything except 0, 1, 2 and what is handed on, and
 *    makes the launch cookie. The filter comes last, followed only by exec; if the filter has a
 *    listener, pid 2 keeps the channel until its exec, to hand that over first.
 *
 * The pen ends with pid 1: the kernel then kills what is left in its pid namespace. Pid 1 exits
 * when the command has ended, or when its channel to the supervisor closes, for whatever reason.
 * But a pid 1 that does not get to run cannot exit: so the supervisor, or the keeper if that is
 * killed or stopped, kills everything in the pen at once.
 *
 * A failure is reported as {step, errno} in a shared page, because the filter may forbid every way
 * of writing; the supervisor puts it into words. The filter travels the other way, in shared pages,
 * too: it is compiled and proved while pid 1 sets the pen up, and is there before the word to
 * start. Pid 2 loses these pages with its exec.
 */
#include "pen/plan.h"

#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"
#include "cgroup/cgroup.h"
#include "pen/env.h"
#include "pen/handed.h"
#include "pen/landlock.h"
#include "pen/net_relay.h"
#include "pen/net_user.h"
#include "pen/reopen.h"
#include "pen/state.h"
#include "pen/stdio.h"
#include "pen/steps.h"
#include "pen/tree.h"
#include "pen/user.h"
#include "pen/wall.h"

/* Names only: the values may be secret. */
static void add_environment(struct plan *plan)
{
	struct strbuf names = { 0 };

	for (char **at = plan->envp; *at; at++)
		strbuf_printf(&names, "%s%.*s", at == plan->envp ? "" : ", ",
			      (int)strcspn(*at, "="), *at);
	plan_add(plan, BY_SUPERVISOR, NULL, "make an environment of %s", names.text);
	strbuf_finish(&names);
}

static int add_supervisor_steps(struct plan *plan, struct diags *diags)
{
	const struct limit_setting *limits = plan->request->settings->limits;
	auto_free char *maps = NULL;
	struct strbuf text = { 0 };
	struct step *step;
	int err = 0;

	step = plan_add(plan, BY_SUPERVISOR, &descriptor_step_check,
			"check that descriptors 0, 1 and 2 are not directories");
	step->hint = "a directory as standard input, output or error would be a way out of the pen";
	if (plan->kind == PEN_LANDLOCK) {
		err = landlock_plan_supervisor(plan, diags);
	} else {
		namespaces_plan(plan);
		maps = user_describe_maps(&plan->who);
		plan_add(plan, BY_SUPERVISOR, NULL, "%s", maps);
	}
	add_environment(plan);
	strbuf_printf(&text, "make a cgroup with pids at most %" PRIu64,
		      is_written(&limits[LIMIT_PIDS].place) ? limits[LIMIT_PIDS].value
							    : CGROUP_DEFAULT_PIDS);
	if (is_written(&limits[LIMIT_MEMORY].place))
		strbuf_printf(&text,
			      ", memory at most %" PRIu64
			      " bytes (with version 1 a quarter of it for sockets)",
			      limits[LIMIT_MEMORY].value);
	if (is_written(&limits[LIMIT_SWAP].place) || is_written(&limits[LIMIT_MEMORY].place))
		strbuf_printf(&text, ", swap at most %" PRIu64 " bytes", limits[LIMIT_SWAP].value);
	if (is_written(&limits[LIMIT_CPU].place))
		strbuf_printf(&text, ", %" PRIu64 "%% of one CPU", limits[LIMIT_CPU].value);
	plan_add(plan, BY_SUPERVISOR, NULL, "%s", text.text);
	strbuf_finish(&text);
	if (plan->pasta)
		plan_add(plan, BY_SUPERVISOR, NULL,
			 "connect the pen's network to the host's by '%s', without ports of the "
			 "host's loopback",
			 plan->pasta);
	if (plan->request->settings->net.mode == NET_RELAY)
		net_relay_plan_start(plan);
	if (is_written(&limits[LIMIT_TIME].place))
		plan_add(plan, BY_SUPERVISOR, NULL, "end the pen %" PRIu64 " ms after its start",
			 limits[LIMIT_TIME].value / 1000000);
	if (is_written(&limits[LIMIT_CPUTIME].place))
		plan_add(plan, BY_SUPERVISOR, NULL,
			 "end the pen when it has used %" PRIu64 " ms of CPU time",
			 limits[LIMIT_CPUTIME].value / 1000000);
	return err;
}

/* What fills the pen's namespaces. */
static int add_namespace_steps(struct plan *plan, struct diags *diags)
{
	const struct settings *settings = plan->request->settings;
	int err = view_plan(plan, diags);

	if (err)
		return err;
	reopen_plan_init(plan);
	if (plan->namespaces & CLONE_NEWNET)
		plan_add(plan, BY_INIT, &net_step_loopback, "set up the loopback network");
	if (plan->pasta)
		net_user_plan(plan);
	if (settings->net.mode == NET_RELAY)
		net_relay_plan(plan);
	namespaces_plan_hostname(plan);
	return 0;
}

static int add_init_steps(struct plan *plan, struct diags *diags)
{
	const struct settings *settings = plan->request->settings;
	auto_free char *kept = NULL;
	struct step *step;
	int err = 0;

	plan_add(plan, BY_INIT, &cgroup_step_join, "join the cgroup");
	if (plan->kind == PEN_LANDLOCK)
		landlock_plan_init(plan);
	else
		err = add_namespace_steps(plan, diags);
	if (err)
		return err;
	step = plan_add(plan, BY_INIT, &env_step_wipe,
			"wipe the caller's arguments and environment");
	err = env_find_area(&step->number, &step->number2);
	if (err) {
		diags_fail(diags, err, "cannot find the program's own environment: %s",
			   strerror(-err));
		diags_hint(diags, "/proc must be mounted, for the caller's pid namespace");
		diags_refer(diags, MACHINE_PROC);
		return err;
	}
	plan_add(plan, BY_INIT, &descriptor_step_close_others, "close all other descriptors");
	if (plan->tty.fd >= 0)
		plan_add(plan, BY_INIT, &key_step_group,
			 "leave the caller's process group, but keep its terminal and hear its "
			 "keys");
	if (plan->kind == PEN_NAMESPACES)
		wall_plan_mounts(plan);
	kept = capability_list(settings->capabilities.mask);
	plan_add(plan, BY_INIT, &capability_step_bound, "empty the capability bounding set%s", kept)
		->attributes = settings->capabilities.mask;
	plan_add(plan, BY_INIT, &user_step_become_init, "become user %u:%u%s", plan->who.init_uid,
		 plan->who.init_gid,
		 plan->who.init_uid == plan->who.uid ? "" : ", which the command is not");
	plan_add(plan, BY_INIT, &capability_step_hide, "set no_new_privs, be not dumpable");
	if (plan->kind == PEN_LANDLOCK)
		landlock_plan_end(plan);
	return 0;
}

/* What pid 2 drops, which pid 1 kept for it. */
static void add_rights(struct plan *plan)
{
	const struct settings *settings = plan->request->settings;
	auto_free char *kept = capability_list(settings->capabilities.mask);
	struct step *step;

	step = plan_add(plan, BY_COMMAND, &user_step_become, "become user %u:%u",
			plan->who.inner_uid, plan->who.inner_gid);
	step->place = settings->user.place;
	step->hint = "the id must exist in the caller's user namespace";
	plan_add(plan, BY_COMMAND, &user_step_keyring, "join an empty session keyring");
	step = plan_add(plan, BY_COMMAND, &capability_step_drop, "drop all capabilities%s", kept);
	step->attributes = settings->capabilities.mask;
	step->place = settings->capabilities.place;
	device_plan_look(plan);
}

static int add_command_steps(struct plan *plan, struct diags *diags)
{
	auto_free char *length = NULL;
	auto_free char *kept = handed_describe(plan);
	struct step *step;
	int err;

	if (plan->tty.fd < 0 || plan->tty.is_foreground)
		plan_add(plan, BY_COMMAND, &command_step_session, "%s",
			 plan->tty.fd < 0 ? "leave the caller's session and its terminal"
					  : "take the foreground of the caller's terminal");
	/* From here on a signal kills it, even while it waits for a file system. */
	plan_add(plan, BY_COMMAND, &command_step_signals, "reset signals and umask");
	limit_plan(plan);
	err = plan->kind == PEN_LANDLOCK ? landlock_plan_view(plan, diags) : 0;
	if (err)
		return err;
	workdir_plan(plan);
	step = plan_add(plan, BY_COMMAND, &command_step_find, "find the command '%s'",
			plan->argv[0]);
	step->hint = "the command must exist inside the pen: see bind and root, or --dry-run";
	wall_plan_enter(plan);
	if (plan->request->listener_flags)
		plan_add(plan, BY_COMMAND, &descriptor_step_close_others,
			 "close all descriptors but %s, and at the exec the one that hands "
			 "the filter's listener to the supervisor",
			 kept);
	else
		plan_add(plan, BY_COMMAND, &descriptor_step_close_all,
			 "close all descriptors but %s", kept);
	if (plan->request->filter_len)
		length = mem_printf(" (%zu instructions)", plan->request->filter_len);
	plan_add(plan, BY_COMMAND, &command_step_filter_and_exec,
		 "install the filter%s and execute '%s'", length ? length : "", plan->argv[0]);
	return 0;
}

static int fill(struct plan *plan, struct diags *diags)
{
	const struct pen_request *request = plan->request;
	const struct settings *settings = request->settings;
	int err;

	if (!request->argv || !request->argv[0] || !*request->argv[0])
		return diags_fail(diags, -EINVAL, "no command given");
	err = landlock_choose(plan, diags);
	if (!err)
		err = user_choose(settings, &plan->who, diags);
	if (!err && plan->kind == PEN_LANDLOCK)
		err = landlock_choose_user(plan, diags);
	if (err)
		return err;
	tty_look(&settings->fds, settings->tty.mode == TTY_NEW, &plan->tty);
	if (settings->net.mode == NET_USER) {
		err = net_user_find(settings, &plan->pasta, diags);
		if (err)
			return err;
	}
	if (plan->kind == PEN_NAMESPACES)
		err = namespaces_choose(settings, &plan->namespaces, diags);
	if (!err)
		err = capability_check(&settings->capabilities, diags);
	if (err)
		return err;
	plan->has_old_mounts = plan->kind == PEN_NAMESPACES && tree_is_old();
	plan->argv = env_copy(request->argv);
	plan->envp = env_make(&settings->env, environ);
	/* Not cleared: pages that nobody touches need no fork either. */
	plan->program = mem_realloc(NULL, BPF_MAXINSNS, sizeof(*plan->program));
	err = add_supervisor_steps(plan, diags);
	if (!err)
		err = stdio_plan(plan, diags);
	if (!err)
		err = handed_listen(plan, diags);
	if (err)
		return err;
	err = add_init_steps(plan, diags);
	if (err)
		return err;
	add_rights(plan);
	err = add_command_steps(plan, diags);
	if (err)
		return err;
	program_find_outside(plan);
	reopen_warn(plan, diags);
	return 0;
}

static void put_in_words(struct plan *plan)
{
	static const char *const actors[] = {
		[BY_SUPERVISOR] = "supervisor",
		[BY_INIT] = "pid 1",
		[BY_COMMAND] = "pid 2",
	};

	plan->words = mem_alloc(plan->n * sizeof(*plan->words));
	for (size_t i = 0; i < plan->n; i++)
		plan->words[i] = (struct enforced_step){ actors[plan->v[i].actor],
							 plan->v[i].text };
}

int plan_make(const struct pen_request *request, struct plan *ret_plan, struct diags *diags)
{
	struct plan plan = {
		.request = request, .idmap.fd = -1, .relay = RELAY_NONE, .sweeper = SWEEPER_NONE
	};
	int err = fill(&plan, diags);

	if (err) {
		plan_finish(&plan);
	} else {
		put_in_words(&plan);
		*ret_plan = plan;
	}
	return err;
}

void plan_finish(struct plan *plan)
{
	for (size_t i = 0; i < plan->n; i++) {
		free(plan->v[i].text);
		free(plan->v[i].source);
		free(plan->v[i].target);
		cleanup_close(&plan->v[i].seen);
		cleanup_close(&plan->v[i].tree);
	}
	free(plan->v);
	free(plan->words);
	env_free(plan->argv);
	env_free(plan->envp);
	free(plan->program);
	free(plan->directory);
	free(plan->outside);
	strbuf_finish(&plan->outside_binds);
	free(plan->directory_note);
	free(plan->elsewhere_note);
	free(plan->closed_note);
	cleanup_close(&plan->idmap.fd);
	free(plan->note);
	free(plan->core_note);
	free(plan->tmp);
	identity_finish(&plan->who);
	relay_stop(&plan->relay);
	stdio_finish(&plan->stdio);
	etc_finish(&plan->etc);
	*plan = (struct plan){ .idmap.fd = -1, .relay = RELAY_NONE, .sweeper = SWEEPER_NONE };
}

void plan_print(const struct plan *plan, FILE *to)
{
	for (size_t i = 0; i < plan->n; i++) {
		struct strbuf text = { 0 };

		strbuf_escape(&text, plan->words[i].text, strlen(plan->words[i].text));
		fprintf(to, "%2zu. %-10s  %s\n", i + 1, plan->words[i].actor, text.text);
		strbuf_finish(&text);
	}
}

int plan_make_cgroup(struct plan *plan, struct setup *setup, struct diags *diags)
{
	const struct settings *settings = plan->request->settings;
	struct limit_setting limits[LIMIT_COUNT];
	auto_free char *note = NULL;
	int err = limit_check_hold(settings, &plan->who, diags);

	memcpy(limits, settings->limits, sizeof(limits));
	/* The heir of pid 1 is one more than the two of the launch. */
	if (plan->kind == PEN_LANDLOCK && limits[LIMIT_PIDS].value < UINT64_MAX)
		limits[LIMIT_PIDS].value++;
	if (!err)
		err = cgroup_create(limits, &setup->cgroup, &note, diags);
	plan->note = steal(&note);
	landlock_list_missing(plan, cgroup_has_limit(setup->cgroup, LIMIT_PIDS));
	for (size_t i = 0; !err && i < plan->n; i++)
		if (plan->v[i].makes_process)
			err = plan->v[i].prepare(setup, &plan->v[i], diags);
	return err;
}

int plan_prepare(struct plan *plan, struct setup *setup, struct diags *diags)
{
	for (size_t i = 0; i < plan->n; i++) {
		struct step *step = &plan->v[i];
		int err;

		plan->under_way = step;
		if (step->prepare && !step->makes_process) {
			err = step->prepare(setup, step, diags);
			if (err)
				return err;
		}
		if (step->actor != BY_SUPERVISOR || !step->kind)
			continue;
		err = step->kind->run(setup, step);
		if (err)
			return step_fail(step, PART_NONE, err, diags);
	}
	return 0;
}

int plan_run(struct setup *setup, enum step_actor actor)
{
	const struct plan *plan = setup->plan;

	for (size_t i = 0; i < plan->n; i++) {
		int err;

		if (plan->v[i].actor != actor)
			continue;
		setup->page->step = (int)i;
		setup->page->part = PART_NONE;
		err = plan->v[i].kind->run(setup, &plan->v[i]);
		if (err) {
			setup->page->error = -err;
			return err;
		}
	}
	return 0;
}
