// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Many programs look up who they are, or the address of their host, and give up if nobody knows. So
 * the pen's /etc has files with lines for the command's user and the pen's name, laid over the
 * host's by the same overlay that covers other things there (overlay.c): a rename on the host does
 * not undo them. What a policy binds, hides or mounts in /etc goes on top, and a root without an
 * /etc gets none. Must never: show what the command could not read itself.
 */
#include "pen/etc.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/pathname.h"
#include "base/str.h"
#include "pen/account.h"
#include "pen/env.h"
#include "pen/etc_text.h"
#include "pen/net_user.h"
#include "pen/steps.h"
#include "pen/tree.h"
#include "relay/listed.h"

enum { PLACE_ROOM = 32, OVERFLOW_GID = 65534 };

static const uint64_t readonly_mount = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;

/* Lists the command's groups, by their ids in the pen, its primary one first. */
static size_t list_groups(const struct identity *who, gid_t **ret_groups)
{
	int count = who->groups.way == GROUPS_STAY ? getgroups(0, NULL) : (int)who->groups.n;
	gid_t *v = mem_alloc(((size_t)(count > 0 ? count : 0) + 1) * sizeof(*v));

	v[0] = who->inner_gid;
	*ret_groups = v;
	if (who->groups.way == GROUPS_NONE || count <= 0)
		return 1;
	if (who->groups.way == GROUPS_STAY)
		count = getgroups(count, v + 1);
	else
		memcpy(v + 1, who->groups.v, (size_t)count * sizeof(*v));
	for (int i = 1; i <= count; i++)
		if (!subid_has(&who->mapped.gids, v[i]))
			v[i] = OVERFLOW_GID;
	return count > 0 ? (size_t)count + 1 : 1;
}

/* Finds what the pen is called: its own name, or with "share uts" the host's. */
static void find_host_name(const struct plan *plan, char *name, size_t room)
{
	name[0] = name[room - 1] = '\0';
	if (!(plan->namespaces & CLONE_NEWUTS)) {
		if (gethostname(name, room - 1) < 0)
			name[0] = '\0';
		return;
	}
	snprintf(name, room, "%s", namespaces_hostname(plan->request->settings));
}

static char *make_users(struct plan *plan, const char *text)
{
	return etc_text_users(text, plan->who.inner_uid, plan->who.inner_gid,
			      env_get(plan->envp, "HOME"));
}

static char *make_groups(struct plan *plan, const char *text)
{
	auto_free gid_t *groups = NULL;
	size_t n = list_groups(&plan->who, &groups);

	return etc_text_groups(text, groups, n);
}

static char *make_sources(struct plan *plan, const char *text)
{
	(void)plan;
	return etc_text_sources(text);
}

static bool is_relayed(const struct plan *plan)
{
	return plan->request->settings->net.mode == NET_RELAY;
}

static char *make_hosts(struct plan *plan, const char *text)
{
	char name[HOST_NAME_MAX + 1];

	find_host_name(plan, name, sizeof(name));
	/* What the host's table says of a name is what the relay resolves, not the command. */
	return etc_text_hosts(is_relayed(plan) ? "" : text, name);
}

/* Whether the host's file, or what it links to, is outside the pen's /etc. */
static bool is_elsewhere(void)
{
	char path[PATH_MAX];

	return !realpath("/etc/resolv.conf", path) || !path_is_below(path, "/etc");
}

/* Name servers are the relay's, or the root's own, if it names any, otherwise the host's. */
static char *make_resolver(struct plan *plan, const char *text)
{
	static const char upstream[] = "run/systemd/resolve/resolv.conf";
	auto_close int host = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	enum net_mode mode = plan->request->settings->net.mode;
	auto_free char *own = NULL;
	auto_free char *further = NULL;
	char *made = NULL;

	if (mode == NET_RELAY)
		return mem_strdup("nameserver " LISTED_IPV4_OWN "\n");
	if (mode == NET_NONE || host < 0 || (plan->has_strange_root && *text))
		return NULL;
	own = account_read(host, "etc/resolv.conf", false);
	if (!own || (!*own && access("/etc/resolv.conf", F_OK) < 0))
		return NULL;
	if (mode == NET_USER) {
		further = account_read(host, upstream, false);
		made = etc_text_resolver(own, further ? further : "", NET_USER_RESOLVER,
					 &plan->etc.has_forward);
	}
	if (made || (!plan->has_strange_root && !is_elsewhere()))
		return made;
	return steal(&own);
}

/* Fills the plan's etc with the files to show over the /etc below ROOT. */
static void read_all(struct plan *plan, int root)
{
	static const struct {
		const char *name;
		char *(*make)(struct plan *plan, const char *text);
	} rows[] = {
		{ "passwd", make_users },	   { "group", make_groups },
		{ "nsswitch.conf", make_sources }, { "hosts", make_hosts },
		{ "resolv.conf", make_resolver },
	};
	struct etc *etc = &plan->etc;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		auto_free char *path = mem_printf("etc/%s", rows[i].name);
		auto_free char *text = account_read(root, path, plan->has_strange_root);
		char *made = text ? rows[i].make(plan, text) : NULL;

		if (!made)
			continue;
		etc->v[etc->n].name = rows[i].name;
		etc->v[etc->n++].text = made;
	}
}

static int prepare_show(struct setup *setup, struct step *step, struct diags *diags)
{
	struct plan *plan = setup->plan;

	(void)step;
	(void)diags;
	for (size_t i = 0; i < plan->n; i++) {
		const struct step *root = &plan->v[i];

		if (root->kind != &root_step_folder)
			continue;
		/* An unprivileged caller may not see it: pid 1 can enter it by ids of its own. */
		if (root->tree >= 0 || root->seen >= 0)
			read_all(plan, root->tree >= 0 ? root->tree : root->seen);
	}
	return 0;
}

void etc_plan(struct plan *plan)
{
	struct step *step;

	if (plan->has_strange_root) {
		step = plan_add(plan, BY_INIT, &etc_step_show,
				"show the command's user and the pen's name in '/etc'");
		step->target = mem_strdup("/etc");
		step->attributes = readonly_mount;
		step->has_etc = true;
		step->prepare = prepare_show;
	} else {
		auto_close int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

		if (root >= 0)
			read_all(plan, root);
	}
}

void etc_mark(struct plan *plan, size_t first)
{
	struct step *last = NULL;

	for (size_t i = first; plan->etc.n && i < plan->n; i++) {
		struct step *step = &plan->v[i];

		if (step->kind == &mount_step_bind && str_eq(step->target, "/etc") &&
		    str_eq(step->source, "/etc") && step->attributes & MOUNT_ATTR_RDONLY)
			last = step;
	}
	if (!last) {
		plan->etc.has_forward = false;
		return;
	}
	free(last->text);
	last->text = mem_printf(
		"bind '/etc', with the command's user and the pen's name in it%s",
		plan->etc.has_forward ? ", and the host's name server at " NET_USER_RESOLVER : "");
	last->is_overlaid = true;
	last->has_etc = true;
}

/* Nothing becomes accessible if the host removes such a mount: it is not watched. */
static int cover_file(struct setup *setup, const char *name, const char *text)
{
	auto_close int place = -1, tree = -1;
	char own[PLACE_ROOM], path[PLACE_ROOM];
	struct stat st;
	int err;

	snprintf(own, sizeof(own), "etc.%s", name);
	snprintf(path, sizeof(path), "/etc/%s", name);
	if (root_find_target(setup, path, &place))
		return 0;
	if (fstat(place, &st) < 0 || !S_ISREG(st.st_mode))
		return 0;
	err = etc_write_file(setup->base, own, text);
	if (err == -EFBIG)
		return 0;
	if (!err)
		err = tree_clone(setup, setup->base, own, AT_SYMLINK_NOFOLLOW, &tree);
	if (!err)
		err = tree_restrict(setup, tree, readonly_mount, 0);
	return err ? err : tree_attach(setup, tree, place);
}

int etc_cover(struct setup *setup)
{
	const struct etc *etc = &setup->plan->etc;
	int err = 0;

	setup->page->has_bare_etc = true;
	for (size_t i = 0; !err && i < etc->n; i++)
		err = cover_file(setup, etc->v[i].name, etc->v[i].text);
	return err;
}

/* Should: show the files in the root's /etc. Must not: follow a link in the root, or create an /etc
 * where it has none. */
static int take_etc_show(struct setup *setup, const struct step *step)
{
	auto_close int target = -1, tree = -1;
	struct stat st;
	int err;

	if (!setup->plan->etc.n || root_find_target(setup, step->target, &target))
		return 0;
	if (fstat(target, &st) < 0)
		return -errno;
	if (!S_ISDIR(st.st_mode))
		return 0;
	err = tree_clone(setup, target, "", AT_EMPTY_PATH | AT_RECURSIVE, &tree);
	return err ? err : overlay_lay(setup, step, tree, target);
}

const struct step_kind etc_step_show = { .run = take_etc_show };
