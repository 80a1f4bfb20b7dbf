// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Subordinate ids: what /etc/subuid and /etc/subgid grant an unprivileged caller beside its own
 * ids. The kernel takes a map of them from the set-user-ID programs newuidmap(1) and newgidmap(1)
 * only, which read the same files and have the last word. Must never ask them for more than the
 * files say, or go on when one of them has refused.
 */
#include "pen/subid.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/sched.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/mem.h"
#include "confine/helper.h"
#include "pen/env.h"
#include "pen/getent.h"

enum { WORDS_LIMIT = 4096, PATIENCE_MS = 20000 };

static const char folder[] = "/usr/bin";

/* A program at work. */
struct mapper {
	const char *name;
	int error;	  /* why it was not started; 0 */
	int pidfd, words; /* its error output; -1: it was not started */
};

void subid_finish(struct subids *ids)
{
	free(ids->uids.v);
	free(ids->gids.v);
	*ids = (struct subids){ 0 };
}

bool subid_has(const struct id_ranges *ranges, uint32_t id)
{
	for (size_t i = 0; i < ranges->n; i++)
		if (id >= ranges->v[i].first && id - ranges->v[i].first < ranges->v[i].count)
			return true;
	return false;
}

void subid_describe(const struct id_ranges *ranges, struct strbuf *text)
{
	for (size_t i = 0; i < ranges->n; i++) {
		const struct id_range *range = &ranges->v[i];

		strbuf_printf(text, "%s%" PRIu32, i ? ", " : "", range->first);
		if (range->count > 1)
			strbuf_printf(text, "..%" PRIu32, range->first + (range->count - 1));
	}
}

/* Adds what of FIRST up to END is not there yet: the kernel takes no overlap. */
static void add_range(struct id_ranges *ranges, uint64_t first, uint64_t end)
{
	while (first < end) {
		uint64_t next = end, past = 0;

		for (size_t i = 0; i < ranges->n; i++) {
			uint64_t begin = ranges->v[i].first;

			if (begin <= first && first < begin + ranges->v[i].count)
				past = begin + ranges->v[i].count;
			else if (begin > first && begin < next)
				next = begin;
		}
		if (!past)
			*array_append(ranges) = (struct id_range){ (uint32_t)first,
								   (uint32_t)(next - first) };
		first = past ? past : next;
	}
}

/* Adds what of FIRST up to END the caller's own namespace knows, as MAP says: in a container that
 * may be less than the files of its image grant. */
static void add_known(struct id_ranges *ranges, const char *map, uint64_t first, uint64_t end)
{
	auto_fclose FILE *file = fopen(map, "re");
	uint64_t inside, outside, count;

	while (file &&
	       fscanf(file, "%" SCNu64 " %" SCNu64 " %" SCNu64, &inside, &outside, &count) == 3) {
		uint64_t known_end = inside + count;

		add_range(ranges, first > inside ? first : inside,
			  end < known_end ? end : known_end);
	}
}

/* Reads a number above 0 that ends with END. */
static bool take_number(const char **at, char end, uint64_t *ret_value)
{
	char *stop;
	unsigned long long value;

	if (**at < '1' || **at > '9')
		return false;
	errno = 0;
	value = strtoull(*at, &stop, 10);
	if (errno || value > UINT32_MAX || *stop != end)
		return false;
	*at = stop + 1;
	*ret_value = value;
	return true;
}

/* Gives what stands behind OWNER and a colon, or NULL. */
static const char *behind_owner(const char *line, const char *owner)
{
	size_t len = strlen(owner);

	return str_starts(line, owner) && line[len] == ':' ? line + len + 1 : NULL;
}

/* What is no line of the form OWNER:FIRST:COUNT is passed over, as the programs do. */
static void read_ranges(const char *path, const char *map, const struct passwd *owner,
			struct id_ranges *ranges)
{
	auto_fclose FILE *file = fopen(path, "re");
	auto_free char *line = NULL;
	uint64_t first, count;
	size_t size = 0;
	char number[16];

	snprintf(number, sizeof(number), "%u", owner->pw_uid);
	while (file && getline(&line, &size, file) > 0) {
		const char *at = behind_owner(line, owner->pw_name);

		line[strcspn(line, "\n")] = '\0';
		if (!at)
			at = behind_owner(line, number);
		if (at && take_number(&at, ':', &first) && take_number(&at, '\0', &count))
			/* (uid_t)-1 is no id */
			add_known(ranges, map, first,
				  first + count < UINT32_MAX ? first + count : UINT32_MAX);
	}
}

/* Whether the file of NAME gives rights to who executes it. */
static bool gives_rights(const char *name)
{
	auto_free char *path = mem_printf("%s/%s", folder, name);
	struct statvfs fs;
	struct stat st;

	if (stat(path, &st) < 0 || access(path, X_OK) < 0 || statvfs(path, &fs) < 0)
		return false;
	if (st.st_uid != 0 || (fs.f_flag & ST_NOSUID))
		return false;
	return (st.st_mode & S_ISUID) || getxattr(path, "security.capability", NULL, 0) > 0;
}

/* Gives why the programs cannot map anything, or NULL. */
static const char *find_obstacle(void)
{
	auto_free char *path = mem_printf("%s/newuidmap", folder);

	if (access(path, F_OK) < 0)
		return "newuidmap is not installed (Debian's package uidmap)";
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1)
		return "newuidmap can gain no rights under no_new_privs";
	if (prctl(PR_CAPBSET_READ, CAP_SETUID, 0, 0, 0) != 1 ||
	    prctl(PR_CAPBSET_READ, CAP_SETGID, 0, 0, 0) != 1 || !gives_rights("newuidmap") ||
	    !gives_rights("newgidmap"))
		return "newuidmap and newgidmap can gain no rights here";
	return NULL;
}

/* Gives the entry of the user UID in the stream, until the next call; NULL: there is none. */
static const struct passwd *read_entry(FILE *from, uid_t uid)
{
	const struct passwd *entry;

	while (from && (entry = fgetpwent(from)))
		if (entry->pw_uid == uid)
			return entry;
	return NULL;
}

/* The line that getent(1) prints is read as a file: fgetpwent() must go back in what it reads. */
static const struct passwd *ask_getent(uid_t uid)
{
	auto_fclose FILE *line = NULL;
	char text[4096];
	ssize_t len;

	if (!getent_is_needed())
		return NULL;
	len = getent_ask_user(uid, text, sizeof(text), getent_deadline());
	line = len > 0 ? fmemopen(text, (size_t)len, "r") : NULL;
	return read_entry(line, uid);
}

/* As getpwuid(3), which would load the modules of other sources into pinfold: those are asked by a
 * program of their own, if it comes to that. */
static const struct passwd *find_entry(uid_t uid)
{
	auto_fclose FILE *passwd = fopen("/etc/passwd", "re");
	const struct passwd *entry = read_entry(passwd, uid);

	return entry ? entry : ask_getent(uid);
}

/* Gives why there are none, or NULL. */
static const char *add_subordinate(struct subids *ids)
{
	static const char none[] = "/etc/subuid and /etc/subgid have no ids for it";
	const struct passwd *owner;

	if (access("/etc/subuid", R_OK) < 0 && access("/etc/subgid", R_OK) < 0)
		return none;
	owner = find_entry(getuid());
	/* The programs insist on the group of the user's entry. */
	if (!owner || owner->pw_gid != getgid())
		return "newuidmap needs an entry of /etc/passwd with this user and group";
	read_ranges("/etc/subuid", "/proc/self/uid_map", owner, &ids->uids);
	read_ranges("/etc/subgid", "/proc/self/gid_map", owner, &ids->gids);
	return ids->uids.n + ids->gids.n > 2 ? find_obstacle() : none;
}

void subid_find(struct subids *ret_ids)
{
	struct subids ids = { 0 };

	*array_append(&ids.uids) = (struct id_range){ getuid(), 1 };
	*array_append(&ids.gids) = (struct id_range){ getgid(), 1 };
	ids.why_none = add_subordinate(&ids);
	if (ids.why_none)
		ids.uids.n = ids.gids.n = 1;
	*ret_ids = ids;
}

static _Noreturn void execute(const char *path, char *const *argv, int words)
{
	static char *const envp[] = { NULL };
	const sigset_t none = { 0 };
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null >= 0 && dup2(null, STDIN_FILENO) >= 0 && dup2(null, STDOUT_FILENO) >= 0 &&
	    dup2(words, STDERR_FILENO) >= 0 &&
	    syscall(SYS_close_range, 3, ~0U, CLOSE_RANGE_CLOEXEC) == 0) {
		helper_reset_signals();
		sigprocmask(SIG_SETMASK, &none, NULL);
		execve(path, argv, envp);
	}
	_exit(127);
}

/* Waits for the end of the process, which is ended when it takes too long: names may come from a
 * server that does not answer, and signals are held back. Gives its exit status, or -errno. */
static int wait_status(int pidfd)
{
	struct pollfd poll_fd = { .fd = pidfd, .events = POLLIN };
	siginfo_t info;
	int n;

	do
		n = poll(&poll_fd, 1, PATIENCE_MS);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		pidfd_send_signal(pidfd, SIGKILL, NULL, 0);
	while (waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED | __WALL) < 0)
		if (errno != EINTR)
			return -errno;
	if (n <= 0)
		return -ETIMEDOUT;
	return info.si_code == CLD_EXITED ? info.si_status : -ECHILD;
}

/* Starts the program at PATH; gives 0 or -errno. */
static int start(const char *path, char *const *argv, struct mapper *mapper)
{
	struct clone_args args = { .flags = CLONE_PIDFD, .exit_signal = SIGCHLD };
	auto_close int in = -1, out = -1;
	int ends[2], pidfd = -1;
	long pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	in = ends[0];
	out = ends[1];
	args.pidfd = (uint64_t)(uintptr_t)&pidfd;
	pid = syscall(SYS_clone3, &args, sizeof(args));
	if (pid < 0)
		return -errno;
	if (pid == 0)
		execute(path, argv, out);
	mapper->pidfd = pidfd;
	mapper->words = steal_fd(&in);
	return 0;
}

static char **make_argv(const char *name, pid_t pid, const struct id_ranges *ranges)
{
	char **argv = mem_alloc((2 + 3 * ranges->n + 1) * sizeof(*argv));
	char **at = argv;

	*at++ = mem_strdup(name);
	*at++ = mem_printf("%d", (int)pid);
	for (size_t i = 0; i < ranges->n; i++) {
		*at++ = mem_printf("%" PRIu32, ranges->v[i].first);
		*at++ = mem_printf("%" PRIu32, ranges->v[i].first);
		*at++ = mem_printf("%" PRIu32, ranges->v[i].count);
	}
	return argv;
}

/* Starts the program NAME, unless there is nothing subordinate to map. */
static void start_mapper(const char *name, pid_t pid, const struct id_ranges *ranges,
			 struct mapper *mapper)
{
	auto_free char *path = mem_printf("%s/%s", folder, name);
	char **argv;

	*mapper = (struct mapper){ .name = name, .pidfd = -1, .words = -1 };
	if (ranges->n < 2)
		return;
	argv = make_argv(name, pid, ranges);
	mapper->error = start(path, argv, mapper);
	env_free(argv);
}

/* Waits for it, and says what went wrong, unless ERR has been said before. */
static int finish_mapper(struct mapper *mapper, int err, struct diags *diags)
{
	auto_free char *words = NULL;
	int status = mapper->error;
	size_t len;

	if (mapper->pidfd >= 0) {
		status = wait_status(mapper->pidfd);
		fd_read_all(mapper->words, WORDS_LIMIT, &words, &len);
	}
	cleanup_close(&mapper->pidfd);
	cleanup_close(&mapper->words);
	if (err || !status)
		return err;
	if (status < 0)
		diags_fail(diags, status, "cannot map the subordinate ids: %s: %s", mapper->name,
			   strerror(-status));
	else
		diags_fail(diags, -EPERM, "cannot map the subordinate ids: %s ended with status %d",
			   mapper->name, status);
	if (words && *words) {
		words[strcspn(words, "\n")] = '\0';
		diags_hint(diags, "it says: %s", words);
	}
	return status < 0 ? status : -EPERM;
}

int subid_map(pid_t pid, const struct subids *ids, struct diags *diags)
{
	/* A caller may have it ignored: then there would be no status. */
	const struct sigaction plain = { .sa_handler = SIG_DFL };
	struct sigaction callers;
	struct mapper users, groups;
	int err;

	if (sigaction(SIGCHLD, &plain, &callers) < 0)
		return diags_fail(diags, -errno, "cannot map the subordinate ids: %s",
				  strerror(errno));

	/* Side by side: each costs some milliseconds. */
	start_mapper("newuidmap", pid, &ids->uids, &users);
	start_mapper("newgidmap", pid, &ids->gids, &groups);
	err = finish_mapper(&users, 0, diags);
	err = finish_mapper(&groups, err, diags);
	sigaction(SIGCHLD, &callers, NULL);
	return err;
}
