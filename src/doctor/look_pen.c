// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows about the parts of a pen: each is tried in a child in namespaces of its own, or by the
 * function that finds it for a run. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/proc.h"
#include "doctor/attempt.h"
#include "doctor/row.h"
#include "pen/pen.h"
#include "pen/tries.h"

static const unsigned long mount_namespaces = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID;

/* Returns what the user namespace of the caller maps, as a number of ids. */
static unsigned long long count_ids(void)
{
	const char *at = proc_own_map(PROC_UID_MAP);
	unsigned long long count = 0;
	struct proc_ids ids;

	while (proc_next_ids(&at, &ids))
		count += ids.count;
	return count;
}

static int try_namespaces(void *data)
{
	(void)data;
	return -pen_try_private_mounts();
}

/* What lifts a refusal, as a command first. */
static char *find_remedy(struct doctor *doctor, int err)
{
	switch (err) {
	case -ENOSPC:
		return mem_strdup("sysctl -w user.max_user_namespaces=10000; in another pen: run "
				  "it outside of that");
	case -EAGAIN:
		return mem_strdup(doctor_row(MACHINE_RLIMITS)->outcomes[2].remedy);
	case -ENOSYS:
		return mem_strdup(doctor_row(MACHINE_CALLS)->outcomes[2].remedy);
	}
	if (doctor_find(doctor, MACHINE_OWN_FILTER)->state != DOCTOR_OK || geteuid() == 0)
		return mem_strdup(doctor_row(MACHINE_OWN_FILTER)->outcomes[1].remedy);
	return mem_strdup("sysctl -w kernel.unprivileged_userns_clone=1; in a container: "
			  "--security-opt seccomp=unconfined (docker, podman)");
}

unsigned int look_user_namespaces(struct doctor *doctor, struct look *look)
{
	int got = attempt(pen_default_namespaces(), try_namespaces, NULL, ATTEMPT_MS);
	struct diags diags = { 0 };

	if (got < 0) {
		pen_refuse_namespaces(got, &diags);
		strbuf_puts(&look->found, diags.v[0].message);
		look->remedy = find_remedy(doctor, got);
		diags_finish(&diags);
		return 1;
	}
	if (got) {
		strbuf_printf(&look->found,
			      "they can be made, but give no rights: private mounts: %s",
			      got < ATTEMPT_KILLED ? strerror(got) : "the child was killed");
		return 2;
	}
	strbuf_puts(&look->found, "they can be made");
	if (count_ids() < UINT32_MAX)
		strbuf_printf(&look->found, "; this is a user namespace of %llu id%s", count_ids(),
			      count_ids() == 1 ? "" : "s");
	return 0;
}

/* Returns 0, 1 for a failure of what was tried, or 2 if there are no namespaces to try it in. */
static unsigned int look_inside(struct doctor *doctor, int (*function)(void *data), void *data,
				struct look *look)
{
	int got = attempt(mount_namespaces, function, data, ATTEMPT_MS);

	if (got < 0)
		look->remedy = mem_strdup(doctor_find(doctor, MACHINE_USER_NAMESPACES)->remedy);
	strbuf_puts(&look->found, got == 0		 ? "it can be mounted"
				  : got > ATTEMPT_KILLED ? "killed"
							 : strerror(got < 0 ? -got : got));
	return got < 0 ? 2 : got != 0;
}

static int try_new_proc(void *data)
{
	(void)data;
	return -pen_try_new_proc();
}

unsigned int look_new_proc(struct doctor *doctor, struct look *look)
{
	unsigned int state = look_inside(doctor, try_new_proc, NULL, look);

	if (state != 1 || pen_lacks_proc())
		return state;
	look->remedy = mem_strdup("in a container: --security-opt systempaths=unconfined (docker), "
				  "--security-opt unmask=ALL (podman)");
	return 2;
}

/* The caller's ids. */
struct own_ids {
	char uid_map[32], gid_map[32];
};

/* Directories can only be made by ids that are mapped. */
static int try_overlay(void *data)
{
	const struct own_ids *ids = data;
	int err = fd_write_file(AT_FDCWD, "/proc/self/uid_map", ids->uid_map);

	if (!err)
		err = fd_write_file(AT_FDCWD, "/proc/self/setgroups", "deny");
	if (!err)
		err = fd_write_file(AT_FDCWD, "/proc/self/gid_map", ids->gid_map);
	return err ? -err : -pen_try_overlay();
}

unsigned int look_overlay(struct doctor *doctor, struct look *look)
{
	struct own_ids ids;

	snprintf(ids.uid_map, sizeof(ids.uid_map), "%u %u 1\n", geteuid(), geteuid());
	snprintf(ids.gid_map, sizeof(ids.gid_map), "%u %u 1\n", getegid(), getegid());
	return look_inside(doctor, try_overlay, &ids, look);
}

static int try_id_mapping(void *data)
{
	(void)data;
	return -pen_try_id_mapping(".");
}

unsigned int look_id_mapped_mounts(struct doctor *doctor, struct look *look)
{
	int got;

	(void)doctor;
	if (!pen_is_privileged()) {
		strbuf_puts(&look->found, "not needed: the command has the caller's user id");
		return 0;
	}
	got = attempt(0, try_id_mapping, NULL, ATTEMPT_MS);
	strbuf_puts(&look->found, !got			 ? "they can be mapped"
				  : got > ATTEMPT_KILLED ? "killed"
							 : strerror(got < 0 ? -got : got));
	return got != 0;
}

unsigned int look_pasta(struct doctor *doctor, struct look *look)
{
	struct diags diags = { 0 };
	const char *path;
	int err = pen_find_pasta(&path, &diags);

	(void)doctor;
	strbuf_puts(&look->found, err ? "it is not installed" : path);
	if (err)
		look->remedy = mem_strdup(diags.v[0].hint);
	diags_finish(&diags);
	return err != 0;
}

/* Pasta does not open it as root. */
static int try_tun(void *data)
{
	const uid_t nobody = 65534;

	(void)data;
	if (pen_is_privileged() &&
	    (setgroups(0, NULL) < 0 || setresgid(nobody, nobody, nobody) < 0 ||
	     setresuid(nobody, nobody, nobody) < 0))
		return errno;
	return open("/dev/net/tun", O_RDWR | O_CLOEXEC) < 0 ? errno : 0;
}

unsigned int look_tun(struct doctor *doctor, struct look *look)
{
	int got = attempt(0, try_tun, NULL, ATTEMPT_MS);

	(void)doctor;
	strbuf_puts(&look->found, got ? strerror(got < 0 ? -got : got) : "it can be opened");
	return got == 0 ? 0 : got == EACCES || got == EPERM ? 1 : 2;
}
