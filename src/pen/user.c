// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who the child is. As root with the necessary rights (caller.c), every id of the caller is mapped
 * onto itself, so that owners appear as they are, and the child moves to an id without any rights,
 * which is the same in every run inside the pen but not outside; without privilege the caller's own
 * ids are mapped, and those that subuid(5) grants it. The child is never 0 or the overflow id
 * unless the policy says so, or the caller has no other.
 */
#include "pen/user.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <linux/sched.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/fork.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/str.h"
#include "base/sudo.h"
#include "pen/account.h"
#include "pen/steps.h"

/* Transient ids: nobody assigns 0x70000000 and up (containers end at 0x6fffffff, and ids from
 * 0x80000000 on break programs that treat them as signed). A pid has at most 22 bits. */
enum { TRANSIENT_BASE = 0x70000000, TRANSIENT_RUNS = 32, TRANSIENT_SHIFT = 22 };
enum { OVERFLOW_ID = 65534 };

static bool is_plain(uint32_t id)
{
	return id != 0 && id != OVERFLOW_ID;
}

/* An id that only a pen of this process has. */
static uint32_t transient_id(bool is_of_init)
{
	static unsigned int runs[2];
	uint32_t run = runs[is_of_init]++ % TRANSIENT_RUNS + is_of_init * TRANSIENT_RUNS;

	return TRANSIENT_BASE | run << TRANSIENT_SHIFT | (uint32_t)getpid();
}

static void choose_default(struct identity *who)
{
	uint32_t uid, gid;

	if (!who->is_privileged) {
		who->uid = getuid();
		who->gid = getgid();
	} else if (sudo_find_caller(&uid, &gid) && is_plain(uid) && is_plain(gid)) {
		who->uid = uid;
		who->gid = gid;
	} else {
		uid = transient_id(false);
		who->uid = uid;
		who->gid = uid;
		rights_choose_ids(&who->uid, &who->gid);
		who->is_transient = true;
	}
}

/* A large id does not fit into archives, and one that changes from run to run makes them
 * unreproducible. */
static void choose_inner(struct identity *who)
{
	uint32_t id = who->is_transient ? account_free_id() : 0;

	who->inner_uid = id ? id : who->uid;
	who->inner_gid = id ? id : who->gid;
}

static int refuse_user(const struct identity *who, const struct place *place, struct diags *diags)
{
	struct strbuf uids = { 0 }, gids = { 0 };

	diags_add(diags, DIAG_ERROR, place, "cannot run the command as user %u:%u", who->uid,
		  who->gid);
	subid_describe(&who->mapped.uids, &uids);
	subid_describe(&who->mapped.gids, &gids);
	if (who->mapped.why_none)
		diags_hint(diags, "without privilege the only user is the caller, %s:%s: %s",
			   uids.text, gids.text, who->mapped.why_none);
	else
		diags_hint(diags, "without privilege the user can be %s, the group %s", uids.text,
			   gids.text);
	diags_refer(diags, MACHINE_SUBORDINATE_IDS);
	strbuf_finish(&uids);
	strbuf_finish(&gids);
	return -EPERM;
}

int user_choose(const struct settings *settings, struct identity *ret_who, struct diags *diags)
{
	struct identity who = { .is_privileged = rights_over_ids() };
	int err = 0;

	if (!who.is_privileged)
		subid_find(&who.mapped);
	choose_default(&who);
	if (is_written(&settings->user.place)) {
		who.is_transient = false;
		err = account_resolve(settings, &who.uid, &who.gid, diags);
		if (!err && !who.is_privileged &&
		    (!subid_has(&who.mapped.uids, who.uid) ||
		     !subid_has(&who.mapped.gids, who.gid)))
			err = refuse_user(&who, &settings->user.place, diags);
	}
	if (!err)
		err = groups_choose(settings, &who, diags);
	choose_inner(&who);
	who.init_uid = who.is_privileged ? transient_id(true) : who.uid;
	who.init_gid = who.is_privileged ? who.init_uid : who.gid;
	if (err)
		identity_finish(&who);
	else
		*ret_who = who;
	return err;
}

int pen_can_change(const struct settings *settings, int file, bool *ret_can, struct diags *diags)
{
	struct identity who;
	struct stat st;
	int err = user_choose(settings, &who, diags);

	if (err)
		return err;
	/* A capability over the mapped ids is one over their files. The group bits also stand for
	 * access control lists (acl(5)). */
	*ret_can = fstat(file, &st) < 0 || settings->capabilities.mask || st.st_uid == who.uid ||
		   st.st_mode & (S_IWGRP | S_IWOTH);
	identity_finish(&who);
	return 0;
}

char *user_describe_maps(const struct identity *who)
{
	struct strbuf text = { 0 };

	if (who->is_privileged && who->uid == who->inner_uid && who->gid == who->inner_gid)
		return mem_strdup("map all ids onto themselves");
	if (who->is_privileged)
		return mem_printf("map all ids onto themselves, but %u:%u of the pen onto %u:%u, "
				  "which is this run's",
				  who->inner_uid, who->inner_gid, who->uid, who->gid);
	strbuf_puts(&text, "map onto themselves the users ");
	subid_describe(&who->mapped.uids, &text);
	strbuf_puts(&text, " and the groups ");
	subid_describe(&who->mapped.gids, &text);
	strbuf_puts(&text, who->mapped.why_none ? ", the caller's own" : ", by newuidmap");
	return text.text;
}

/* Appends the map of COUNT ids from FIRST on onto themselves, except that A and B are swapped. */
static void add_range(struct strbuf *map, uint64_t first, uint64_t count, uint32_t a, uint32_t b)
{
	const uint64_t end = first + count, swapped[] = { a < b ? a : b, a < b ? b : a };

	for (size_t i = 0; a != b && i < ARRAY_SIZE(swapped); i++) {
		uint64_t id = swapped[i];

		if (id < first || id >= end)
			continue;
		if (id > first)
			strbuf_printf(map, "%llu %llu %llu\n", (unsigned long long)first,
				      (unsigned long long)first, (unsigned long long)(id - first));
		strbuf_printf(map, "%llu %llu 1\n", (unsigned long long)swapped[!i],
			      (unsigned long long)id);
		first = id + 1;
	}
	if (end > first)
		strbuf_printf(map, "%llu %llu %llu\n", (unsigned long long)first,
			      (unsigned long long)first, (unsigned long long)(end - first));
}

/* Writes the map WHICH below PROC: every id in the caller's own map onto itself, except that the
 * pen's INNER and OUTER are swapped. */
static int write_identity_map(int proc, enum proc_map which, uint32_t inner, uint32_t outer)
{
	static const char *const names[] = { "uid_map", "gid_map" };
	const char *own = proc_own_map(which);
	struct strbuf map = { 0 };
	struct proc_ids ids;
	int err;

	while (proc_next_ids(&own, &ids))
		add_range(&map, ids.inside, ids.count, inner, outer);
	err = map.text ? fd_write_file(proc, names[which], map.text) : -EINVAL;
	strbuf_finish(&map);
	return err;
}

static int write_own_map(int proc, const char *name, unsigned int inside, unsigned int outside)
{
	char map[40];

	snprintf(map, sizeof(map), "%u %u 1\n", inside, outside);
	return fd_write_file(proc, name, map);
}

/* Maps only the caller's own ids, which needs no help. */
static int write_own_maps(const struct identity *who, int proc)
{
	const struct subids *ids = &who->mapped;
	uid_t uid = ids->uids.v[0].first;
	gid_t gid = ids->gids.v[0].first;
	int err = 0;

	if (ids->uids.n == 1)
		err = write_own_map(proc, "uid_map", uid, uid);
	/* Without privilege a group map is accepted only after giving up setgroups(2); newgidmap
	 * keeps it so. */
	if (!err && groups_are_fixed(who))
		err = fd_write_file(proc, "setgroups", "deny");
	return err || ids->gids.n > 1 ? err : write_own_map(proc, "gid_map", gid, gid);
}

int user_write_maps(const struct identity *who, pid_t pid, int proc, struct diags *diags)
{
	int err;

	if (who->is_privileged) {
		err = write_identity_map(proc, PROC_UID_MAP, who->inner_uid, who->uid);
		err = err ? err : write_identity_map(proc, PROC_GID_MAP, who->inner_gid, who->gid);
	} else {
		err = write_own_maps(who, proc);
	}
	if (!err)
		return subid_map(pid, &who->mapped, diags);
	diags_fail(diags, err, "cannot map the user ids of the pen: %s", strerror(-err));
	diags_hint(diags, "/proc must be mounted, and root needs CAP_SETUID, CAP_SETGID and "
			  "CAP_SETFCAP");
	diags_refer(diags, MACHINE_CAPABILITIES);
	return err;
}

/* Maps FROM onto TO, and every id that is neither onto itself; with IS_EXCHANGE, TO onto FROM. */
static int write_swap_map(int proc, const char *name, uint32_t from, uint32_t to, bool is_exchange)
{
	uint32_t low = from < to ? from : to, high = from < to ? to : from;
	char map[200];
	int len = 0;

	if (from == to)
		return fd_write_file(proc, name, "0 0 4294967295\n");
	if (low > 0)
		len += snprintf(map + len, sizeof(map) - (size_t)len, "0 0 %u\n", low);
	if (high - low > 1)
		len += snprintf(map + len, sizeof(map) - (size_t)len, "%u %u %u\n", low + 1,
				low + 1, high - low - 1);
	if (high < UINT32_MAX - 1)
		len += snprintf(map + len, sizeof(map) - (size_t)len, "%u %u %u\n", high + 1,
				high + 1, UINT32_MAX - 1 - high);
	len += snprintf(map + len, sizeof(map) - (size_t)len, "%u %u 1\n", from, to);
	if (is_exchange)
		snprintf(map + len, sizeof(map) - (size_t)len, "%u %u 1\n", to, from);
	return fd_write_file(proc, name, map);
}

static int write_idmap(const struct identity *who, int proc, uid_t uid, gid_t gid)
{
	int err = write_swap_map(proc, "uid_map", uid, who->uid, false);

	/* In a container the caller may not have all ids: then mapping only the owner must do. */
	if (err == -EPERM)
		err = write_own_map(proc, "uid_map", uid, who->uid);
	if (err)
		return err;
	/* A file whose group is not mapped cannot be written, not even by its owner
	 * (inode_permission()): those of the command's own group get the directory's, which the
	 * command is not in. */
	err = write_swap_map(proc, "gid_map", gid, who->gid, true);
	return err == -EPERM ? write_own_map(proc, "gid_map", gid, who->gid) : err;
}

int user_open_idmap(const struct identity *who, uid_t uid, gid_t gid, int *ret_fd)
{
	struct clone_args args = { .flags = CLONE_NEWUSER };
	auto_close int proc = -1, in = -1, out = -1;
	char path[32], byte;
	int ends[2], err, fd = -1;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	in = ends[0];
	out = ends[1];
	pid = fork_clone(&args);
	if (pid < 0)
		return -errno;
	if (pid == 0) {
		/* Holds the namespace until the other end is closed, for whatever reason. */
		close(out);
		while (read(in, &byte, 1) < 0 && errno == EINTR)
			;
		_exit(0);
	}
	snprintf(path, sizeof(path), "/proc/%d", (int)pid);
	proc = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	err = proc < 0 ? -errno : write_idmap(who, proc, uid, gid);
	if (!err) {
		fd = openat(proc, "ns/user", O_RDONLY | O_CLOEXEC);
		err = fd < 0 ? -errno : 0;
	}
	close(steal_fd(&out));
	while (waitpid(pid, NULL, __WALL) < 0 && errno == EINTR)
		;
	if (!err)
		*ret_fd = fd;
	return err;
}

/* Bare calls: libc's functions would signal threads that this process does not have. */
static int become(const struct identity *who, uid_t uid, gid_t gid)
{
	int err = groups_become(who);

	if (err)
		return err;
	if (syscall(SYS_setresgid, gid, gid, gid) < 0)
		return -errno;
	return syscall(SYS_setresuid, uid, uid, uid) < 0 ? -errno : 0;
}

/* Should: set the groups and move to the child's ids, real, effective and saved. */
static int take_user_become(struct setup *setup, const struct step *step)
{
	const struct identity *who = &setup->plan->who;

	(void)step;
	return become(who, who->inner_uid, who->inner_gid);
}

const struct step_kind user_step_become = { .run = take_user_become };

/*
 * Should: move pid 1 to ids that no other process has, so that the command can neither signal it
 * nor take the CPU from it by scheduler calls. Must not: fail if the caller, in a container, has no
 * such ids: then pid 1 has the command's, as it does without root.
 */
static int take_user_become_init(struct setup *setup, const struct step *step)
{
	const struct identity *who = &setup->plan->who;
	int err = become(who, who->init_uid, who->init_gid);

	(void)step;
	if (err != -EINVAL)
		return err;
	return become(who, who->inner_uid, who->inner_gid);
}

const struct step_kind user_step_become_init = { .run = take_user_become_init };

/*
 * Should: leave the caller's session keyring and all keys in it. Must not: fail if the kernel has
 * no keys at all, or a filter around us (a container's) forbids keyctl: that filter applies to the
 * child, too.
 */
static int take_user_keyring(struct setup *setup, const struct step *step)
{
	(void)setup;
	(void)step;
	if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) < 0 && errno != ENOSYS &&
	    errno != EPERM)
		return -errno;
	return 0;
}

const struct step_kind user_step_keyring = { .run = take_user_keyring };
