// SPDX-License-Identifier: GPL-2.0-or-later
/* Each of these calls the function that the set-up itself calls, as far as there can be one without
 * a pen. Must never change the caller's own namespaces. */
#include "pen/tries.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "pen/net_user.h"
#include "pen/state.h"
#include "pen/steps.h"
#include "pen/tree.h"
#include "pen/user.h"

/* What a policy without statements for the pen says. */
static const struct settings nothing;

unsigned long pen_default_namespaces(void)
{
	struct diags diags = { 0 };
	unsigned long flags = 0;

	namespaces_choose(&nothing, &flags, &diags);
	diags_finish(&diags);
	return flags;
}

int pen_refuse_namespaces(int err, struct diags *diags)
{
	return pen_explain_clone(err, diags);
}

bool pen_is_privileged(void)
{
	return rights_over_ids();
}

const char *pen_describe_ids(struct strbuf *text)
{
	const char *why_none;
	struct subids ids;

	if (rights_over_ids()) {
		strbuf_puts(text, "any");
		return NULL;
	}
	subid_find(&ids);
	subid_describe(&ids.uids, text);
	why_none = ids.why_none;
	subid_finish(&ids);
	return why_none;
}

bool pen_has_detached_mounts(void)
{
	return !tree_is_old();
}

int pen_find_pasta(const char **ret_path, struct diags *diags)
{
	return net_user_find(&nothing, ret_path, diags);
}

int pen_try_id_mapping(const char *path)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_IDMAP };
	auto_close int tree = open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
	auto_close int namespace = -1;
	struct diags diags = { 0 };
	struct identity who;
	struct stat st;
	int err;

	if (tree < 0 || fstat(tree, &st) < 0)
		return -errno;
	err = user_choose(&nothing, &who, &diags);
	diags_finish(&diags);
	if (err)
		return err;
	err = user_open_idmap(&who, st.st_uid, st.st_gid, &namespace);
	identity_finish(&who);
	if (err)
		return err;
	attr.userns_fd = (uint64_t) namespace;
	return mount_setattr(tree, "", AT_EMPTY_PATH, &attr, sizeof(attr)) < 0 ? -errno : 0;
}

int pen_try_private_mounts(void)
{
	return mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ? -errno : 0;
}

/* By mount(2), where detached mounts are not available. */
static int try_type_on_proc(const char *type, const char *options)
{
	return mount(type, "/proc", type, MS_NOSUID | MS_NODEV | MS_NOEXEC, options) < 0 ? -errno
											 : 0;
}

int pen_try_new_proc(void)
{
	static const struct tree_option none[] = { { 0 } };
	struct plan plan = { 0 };
	struct setup setup = { .plan = &plan, .base = -1, .root = -1, .life = -1, .rules = -1 };
	auto_close int tree = -1;
	int err = pen_try_private_mounts();

	if (err)
		return err;
	if (tree_is_old())
		return try_type_on_proc("proc", NULL);
	return tree_make(&setup, "proc", none,
			 MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC, &tree);
}

/* Two directories in memory on a place that every machine has. */
int pen_try_overlay(void)
{
	int err = pen_try_private_mounts();

	if (!err)
		err = try_type_on_proc("tmpfs", "mode=0755");
	if (err)
		return err;
	if (mkdir("/proc/upper", 0755) < 0 || mkdir("/proc/lower", 0755) < 0)
		return -errno;
	return mount("overlay", "/proc/lower", "overlay", MS_RDONLY,
		     "lowerdir=/proc/upper:/proc/lower") < 0
		       ? -errno
		       : 0;
}
