// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whose homes matter: those of all who log in by /etc/passwd, and those of the caller, of who
 * called it by sudo, and of the owners of the folder and of each above it, whoever they are. Where
 * /etc/passwd does not know one of these, a directory of users may: getent(1) asks it by the id,
 * since directories refuse to be listed, and since libc's own way would load their modules into
 * this program. A directory that does not answer must not keep a run from starting.
 */
#include "pen/home.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"
#include "pen/steps.h"

enum { FIRST_LOGIN_UID = 1000, PATIENCE_MS = 2000, USERS_MAX = 64, LINE_ROOM = 4096 };

/* Those whose homes matter whatever their ids. */
struct users {
	uid_t v[USERS_MAX];
	bool is_known[USERS_MAX]; /* by /etc/passwd */
	size_t n;
};

static void add_user(struct users *users, uid_t uid)
{
	for (size_t i = 0; i < users->n; i++)
		if (users->v[i] == uid)
			return;
	if (users->n < USERS_MAX)
		users->v[users->n++] = uid;
}

static void add_owners(struct users *users, const char *path)
{
	auto_free char *folder = mem_strdup(path);
	struct stat st;

	for (char *end = folder + strlen(folder); end > folder;) {
		*end = '\0';
		if (lstat(folder, &st) == 0 && st.st_uid != 0)
			add_user(users, st.st_uid);
		while (end > folder && *--end != '/')
			;
	}
}

static void list_users(struct users *users, const char *path)
{
	const char *sudo = getenv("SUDO_UID");
	char *end = NULL;
	unsigned long uid;

	add_user(users, getuid());
	errno = 0;
	uid = sudo ? strtoul(sudo, &end, 10) : 0;
	if (end && end != sudo && !*end && !errno && uid < UINT32_MAX)
		add_user(users, (uid_t)uid);
	add_owners(users, path);
}

/* What system users have in place of a home. */
static bool is_no_home(const char *home)
{
	static const char *const whole[] = { "/", "/opt", "/srv", "/tmp", "/var", "/nonexistent" };
	static const char *const trees[] = {
		"/bin",	     "/sbin",	  "/usr",	"/dev",	      "/etc",	  "/proc",
		"/sys",	     "/run",	  "/var/run",	"/var/www",   "/var/log", "/var/cache",
		"/var/mail", "/var/list", "/var/spool", "/var/empty", "/var/tmp", "/var/backups",
	};

	for (size_t i = 0; i < ARRAY_SIZE(whole); i++)
		if (str_eq(home, whole[i]))
			return true;
	for (size_t i = 0; i < ARRAY_SIZE(trees); i++)
		if (view_is_below(home, trees[i]))
			return true;
	return false;
}

/* Whether HOME, of a user with UID, is PATH or below it. */
static bool is_hit(uid_t uid, const char *home, const char *path)
{
	auto_free char *plain = home && *home == '/' ? view_normalize(home) : NULL;
	char real[PATH_MAX];

	if (!plain || (uid != 0 && uid < FIRST_LOGIN_UID && is_no_home(plain)))
		return false;
	/* The folder is named without links, a home may be behind one. */
	return view_is_below(plain, path) || (realpath(plain, real) && view_is_below(real, path));
}

static bool is_in_file(struct users *users, const char *path)
{
	auto_fclose FILE *file = fopen("/etc/passwd", "re");
	const struct passwd *entry;

	while (file && (entry = fgetpwent(file))) {
		bool matters = entry->pw_uid >= FIRST_LOGIN_UID;

		for (size_t i = 0; i < users->n; i++)
			if (users->v[i] == entry->pw_uid)
				matters = users->is_known[i] = true;
		if (matters && is_hit(entry->pw_uid, entry->pw_dir, path))
			return true;
	}
	return false;
}

/* Whether users may be known to something else than /etc/passwd. */
static bool has_directory(void)
{
	auto_fclose FILE *file = fopen("/etc/nsswitch.conf", "re");
	char line[LINE_ROOM], *rest, *word;

	while (file && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "#\n")] = '\0';
		word = strtok_r(line, " \t", &rest);
		if (!word || !str_eq(word, "passwd:"))
			continue;
		while ((word = strtok_r(NULL, " \t", &rest)))
			if (!str_eq(word, "files") && !str_eq(word, "compat") &&
			    !str_eq(word, "db") && *word != '[')
				return true;
	}
	return false;
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static _Noreturn void ask(uid_t uid, int to)
{
	char number[16];
	char *const argv[] = { (char *)"getent", (char *)"passwd", number, NULL };
	char *const envp[] = { (char *)"PATH=/usr/bin:/bin", NULL };
	int null = open("/dev/null", O_RDWR);

	snprintf(number, sizeof(number), "%u", uid);
	if (null < 0 || dup2(null, 0) < 0 || dup2(to, 1) < 0 || dup2(null, 2) < 0 ||
	    syscall(SYS_close_range, 3, ~0U, 0) < 0)
		_exit(1);
	execve("/usr/bin/getent", argv, envp);
	_exit(1);
}

/* Reads the answer to its end, or until END. Returns its length, or -1 when there was no end. */
static ssize_t read_answer(int fd, char *line, size_t room, int64_t end)
{
	struct pollfd polled = { .fd = fd, .events = POLLIN };
	size_t len = 0;

	for (;;) {
		int64_t left = end - now_ms();
		ssize_t n;

		if (left <= 0 || poll(&polled, 1, (int)left) == 0)
			return -1;
		n = read(fd, line + len, room - len - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0 || len + (size_t)n == room - 1)
			break;
		len += (size_t)n;
	}
	line[len] = '\0';
	return (ssize_t)len;
}

/* Asks for the home of UID. Returns the answer's length, 0: there is no such user, -1: none came.
 */
static ssize_t ask_directory(uid_t uid, char *line, size_t room, int64_t end)
{
	int ends[2];
	ssize_t len;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return 0;
	pid = fork();
	if (pid == 0)
		ask(uid, ends[1]);
	close(ends[1]);
	len = pid < 0 ? 0 : read_answer(ends[0], line, room, end);
	close(ends[0]);
	if (pid > 0) {
		kill(pid, SIGKILL);
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	return len;
}

/* The sixth field of a line of passwd(5). */
static const char *home_of(char *line)
{
	char *field = line;

	line[strcspn(line, "\n")] = '\0';
	for (int i = 0; i < 5 && field; i++) {
		field = strchr(field, ':');
		field = field ? field + 1 : NULL;
	}
	if (field)
		field[strcspn(field, ":")] = '\0';
	return field;
}

static enum home_answer look_in_directory(const struct users *users, const char *path)
{
	int64_t end = now_ms() + PATIENCE_MS;
	char line[LINE_ROOM];

	for (size_t i = 0; i < users->n; i++) {
		ssize_t len;

		if (users->is_known[i])
			continue;
		len = ask_directory(users->v[i], line, sizeof(line), end);
		if (len < 0)
			return HOME_UNKNOWN;
		if (len && is_hit(users->v[i], home_of(line), path))
			return HOME_IS;
	}
	return HOME_NOT;
}

static size_t count_parts(const char *path)
{
	size_t n = 0;

	for (; *path; path++)
		n += *path == '/' && path[1];
	return n;
}

enum home_answer home_look(const char *path)
{
	const char *home = getenv("HOME");
	struct users users = { 0 };
	bool is_complete = true;

	if (view_is_below("/home", path) || view_is_below("/root", path))
		return HOME_IS;
	if (view_is_below(path, "/home") && count_parts(path) <= 2)
		return HOME_IS;
	if (home && is_hit(0, home, path))
		return HOME_IS;
	list_users(&users, path);
	if (is_in_file(&users, path))
		return HOME_IS;
	for (size_t i = 0; i < users.n; i++)
		is_complete &= users.is_known[i];
	return is_complete || !has_directory() ? HOME_NOT : look_in_directory(&users, path);
}
