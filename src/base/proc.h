/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What /proc reports about processes, mounts, cgroups and ids: the one reader of its files. Texts
 * are cut up in place, without allocating, so that pid 1 of a pen can read them, too. Names in them
 * are those of files that anybody may have made.
 */
#ifndef PINFOLD_BASE_PROC_H
#define PINFOLD_BASE_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* In the place of a pid: this process, in whatever pid namespace /proc belongs to. */
enum { PROC_SELF = 0 };

/*
 * Reads the file NAME of the process PID into ROOM of SIZE bytes, terminated. Returns the length,
 * which is SIZE - 1 where there may be more, or -errno.
 */
ssize_t proc_read(pid_t pid, const char *name, char *room, size_t size);

/* As proc_read(), into *ret_text, freed by the caller, unless there are more than PROC_TEXT_MAX
 * bytes, which is -EFBIG. Returns 0 or -errno. */
enum { PROC_TEXT_MAX = 1 << 24 };
int proc_read_all(pid_t pid, const char *name, char **ret_text);

/* From /proc/PID/stat, see proc_pid_stat(5). */
struct proc_stat {
	char state;
	pid_t parent;
	uint64_t start;		     /* ticks since boot */
	uint64_t arg_start, env_end; /* addresses; 0: not visible to the reader */
};

/* Reads the file "stat" below DIR, a process's directory in /proc, into *RET. Returns 0 or
 * -errno. */
int proc_read_stat(int dir, struct proc_stat *ret);

/* Takes *RET from the text of such a file. Returns 0 or -EINVAL. */
int proc_parse_stat(char *text, struct proc_stat *ret);

/* Reads the stat file of process PID into *RET. Returns 0 or -errno; -ENOENT: no such process. */
int proc_find_stat(pid_t pid, struct proc_stat *ret);

/* Returns the stat of this process, all zeros where /proc is not mounted. It is read only once,
 * because the kernel takes a while to produce it: STATE is as of that read. */
const struct proc_stat *proc_own_stat(void);

/* Returns the last number in the line FIELD of STATUS, the text of /proc/PID/status: of those with
 * a number for each pid namespace, that of the innermost. 0: there is no such line. */
pid_t proc_status_number(const char *status, const char *field);

/* Returns the number of the pid namespace that this process is in, or 0. */
uint64_t proc_own_pid_namespace(void);

/* A line of /proc/PID/mountinfo, see proc_pid_mountinfo(5). The texts are as the file system has
 * them, without its escapes. */
struct proc_mount {
	uint64_t id, parent;
	dev_t device;
	char *root, *point;   /* what of the file system is mounted, and where */
	char *type, *options; /* of the file system as a whole */
};

/* Cuts up the line at *AT, and moves *AT behind it. Returns 1 with *RET, 0 at the end of the text,
 * or -EINVAL for a line that tells of no mount. */
int proc_next_mount(char **at, struct proc_mount *ret);

/* A line of /proc/PID/cgroup, see cgroups(7). */
struct proc_cgroup {
	uint32_t hierarchy;		/* 0: version 2 */
	const char *controllers, *path; /* the first between commas; empty for version 2 */
};

/* Cuts up the next line from *AT on that tells of a cgroup, and moves *AT behind it. Returns
 * whether there is one. */
bool proc_next_cgroup(char **at, struct proc_cgroup *ret);

/* A line of /proc/PID/uid_map or gid_map, see user_namespaces(7). */
struct proc_ids {
	uint32_t inside, outside, count;
};

/* Reads the line at *AT, and moves *AT behind it. Returns whether it is one. */
bool proc_next_ids(const char **at, struct proc_ids *ret);

/* Returns the text of this process's uid_map or gid_map, "" where it cannot be read. It is read
 * only once: maps do not change, and a file of /proc costs more than most of what a start does. */
enum proc_map { PROC_UID_MAP, PROC_GID_MAP };
const char *proc_own_map(enum proc_map map);

/* Names the open file FD in ROOM, for calls that take paths. Returns ROOM. */
enum { PROC_FD_ROOM = 32 };
const char *proc_fd_name(int fd, char room[PROC_FD_ROOM]);

/* Reads where FD leads to into ROOM of SIZE bytes, terminated: a path, or what is none, as
 * "pipe:[12]". Returns the length, or -errno; -ENAMETOOLONG: there may be more. */
ssize_t proc_read_fd_link(int fd, char *room, size_t size);

#endif
