// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * net user: pasta(1) forwards the packets of the pen's network through sockets on the host. Two of
 * our processes surround it. The keeper joins the pen's user namespace, the only place where it has
 * rights from then on, and makes a pid namespace; the first process in that starts pasta, drops its
 * rights and waits for its channel to the supervisor to close. When it does, for whatever reason,
 * that process exits, and the kernel kills pasta and everything that pasta has started. The command
 * sees none of them, because its pid namespace is another one.
 *
 * Must never: leave pasta running without its pen, or let the pen reach a service that listens on
 * the host's loopback: no port is forwarded in either direction, and the gateway is not the host.
 */
#include "pen/net_user.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/sched.h>
#include <linux/securebits.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/fork.h"
#include "base/mem.h"
#include "base/str.h"
#include "confine/helper.h"
#include "confine/rights.h"
#include "pen/pen_view.h"
#include "pen/steps.h"
#include "policy/quantity.h"

enum { WORDS_LIMIT = 4096, UNPRIVILEGED_ID = 65534, PATIENCE_S = 20 };

/* What the keeper has: the exec of pasta closes all of it except the namespace on its input. */
struct pasta_keeper {
	const char *pasta;
	bool is_privileged, has_forward;
	int user, net; /* namespaces */
	int life;
	int words; /* pasta's standard error, and our own errors */
};

static void say(const struct pasta_keeper *keeper, const char *what)
{
	const char *why = strerrordesc_np(errno);

	dprintf(keeper->words, "%s: %s\n", what, why ? why : "unknown error");
}

/* Only the ambient set survives the exec of a user other than root, which pasta insists on. */
static int raise_all(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data) < 0)
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(data); i++) {
		data[i].effective = data[i].permitted;
		data[i].inheritable = data[i].permitted;
	}
	if (syscall(SYS_capset, &header, data) < 0)
		return -1;
	for (unsigned long cap = 0; cap < 64; cap++)
		if (data[cap / 32].permitted >> cap % 32 & 1 &&
		    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0) < 0)
			return -1;
	return 0;
}

static int become_unprivileged(void)
{
	if (prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0) < 0)
		return -1;
	if (syscall(SYS_setgroups, 0, NULL) < 0)
		return -1;
	if (syscall(SYS_setresgid, UNPRIVILEGED_ID, UNPRIVILEGED_ID, UNPRIVILEGED_ID) < 0)
		return -1;
	return (int)syscall(SYS_setresuid, UNPRIVILEGED_ID, UNPRIVILEGED_ID, UNPRIVILEGED_ID);
}

static _Noreturn void execute(const struct pasta_keeper *keeper)
{
	const char *argv[] = { "pasta", "--quiet", "--config-net", "--no-map-gw", "-t", "none",
			       "-u", "none", "-T", "none", "-U", "none", "--netns-only",
			       "--no-netns-quit", "--netns", "/proc/self/fd/0",
			       /* the last two */
			       "--dns-forward", NET_USER_RESOLVER, NULL };
	static char *const envp[] = { NULL };
	const sigset_t none = { 0 };
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (!keeper->has_forward)
		argv[ARRAY_SIZE(argv) - 3] = NULL;
	/* Later versions close all descriptors from 3 on before they use any. */
	if (null < 0 || dup2(keeper->net, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0 ||
	    dup2(keeper->words, STDERR_FILENO) < 0) {
		say(keeper, "cannot pass its descriptors");
	} else if ((keeper->is_privileged && become_unprivileged() < 0) || raise_all() < 0) {
		say(keeper, "cannot pass its capabilities");
	} else {
		syscall(SYS_close_range, 3, ~0U, CLOSE_RANGE_CLOEXEC);
		helper_reset_signals();
		sigprocmask(SIG_SETMASK, &none, NULL);
		execve(keeper->pasta, (char *const *)argv, envp);
		say(keeper, "cannot execute it");
	}
	_exit(1);
}

/* Pid 1 of pasta's pid namespace. */
static _Noreturn void keep(const struct pasta_keeper *keeper)
{
	int status = 1;
	pid_t pid = (pid_t)syscall(SYS_clone, (unsigned long)SIGCHLD, 0, 0, 0, 0);
	char word = 'F';

	if (pid == 0)
		execute(keeper);
	if (pid < 0 || rights_keep(0) < 0)
		say(keeper, "cannot start it");
	else
		/* It continues in the background once the network is up. */
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
	if (pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		word = 'R';
	/* Not the caller's output either: its reader waits until every holder has closed it. */
	close(keeper->words);
	syscall(SYS_close_range, STDIN_FILENO, STDERR_FILENO, 0);
	if (send(keeper->life, &word, 1, MSG_NOSIGNAL) == 1 && word == 'R')
		while (recv(keeper->life, &word, 1, 0) < 0 && errno == EINTR)
			;
	_exit(0);
}

/* Nothing that is open in the supervisor may stay open here, least of all its channel to the pen,
 * which must close when the supervisor exits. */
static int close_others(const struct pasta_keeper *keeper)
{
	const int kept[] = { STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO, keeper->user,
			     keeper->net,  keeper->life,  keeper->words };

	return fd_keep_only(kept, ARRAY_SIZE(kept));
}

static _Noreturn void run_keeper(struct pasta_keeper *keeper)
{
	sigset_t all;
	pid_t pid;

	if (close_others(keeper)) {
		say(keeper, "cannot close the supervisor's descriptors");
		_exit(1);
	}
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	helper_reset_signals(); /* if the caller ignored SIGCHLD there would be no status */
	setsid();		/* keys on the caller's terminal must not reach these */
	if (setns(keeper->user, CLONE_NEWUSER) < 0 || unshare(CLONE_NEWPID) < 0) {
		say(keeper, "cannot join the pen's user namespace");
		_exit(1);
	}
	pid = (pid_t)syscall(SYS_clone, (unsigned long)SIGCHLD, 0, 0, 0, 0);
	if (pid == 0)
		keep(keeper);
	if (pid < 0 || rights_keep(0) < 0) {
		say(keeper, "cannot make a pid namespace");
		_exit(1);
	}
	syscall(SYS_close_range, 0, ~0U, 0);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	_exit(0);
}

/* A command that can send raw frames, or remove the fence, reaches the host's loopback through
 * pasta. */
static int check_capabilities(const struct capability_setting *setting, struct diags *diags)
{
	static const int refused[] = { CAP_NET_ADMIN, CAP_NET_RAW };
	char name[CAPABILITY_NAME_ROOM];

	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		if (!(setting->mask >> refused[i] & 1))
			continue;
		diags_add(diags, DIAG_ERROR, &setting->place, "'net user' does not go with %s",
			  capability_name(refused[i], name));
		diags_hint(diags, "with it the command could reach what listens on the host's "
				  "loopback; it is harmless with net none");
		return -EINVAL;
	}
	return 0;
}

/* Returns the path of pasta, or NULL. */
static const char *find_pasta(void)
{
	static const char *const paths[] = { "/usr/bin/pasta", "/usr/local/bin/pasta" };

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		if (access(paths[i], X_OK) == 0)
			return paths[i];
	return NULL;
}

const char *pen_lacks_for_net_user(void)
{
	const mode_t for_all = S_IROTH | S_IWOTH;
	struct stat device;

	if (!find_pasta())
		return "pasta, which is not installed";
	if (stat("/dev/net/tun", &device) < 0 || (device.st_mode & for_all) != for_all)
		return "/dev/net/tun, readable and writable for every user";
	return NULL;
}

int net_user_find(const struct settings *settings, const char **ret_pasta, struct diags *diags)
{
	int err = check_capabilities(&settings->capabilities, diags);

	if (err)
		return err;
	*ret_pasta = find_pasta();
	if (*ret_pasta)
		return 0;
	diags_add(diags, DIAG_ERROR, &settings->net.place,
		  "'net user' needs pasta, which is not installed");
	diags_hint(diags, "it is in Debian's package passt: apt install passt");
	diags_refer(diags, MACHINE_PASTA);
	return -ENOENT;
}

void net_user_plan(struct plan *plan)
{
	struct step *step = plan_add(plan, BY_INIT, &net_step_fence,
				     "drop what would go to loopback addresses over the network, "
				     "and incoming datagrams that are not replies");

	step->place = plan->request->settings->net.place;
	step->hint = "it needs a kernel with nf_tables and its connection tracking (modules "
		     "nf_tables, nft_ct)";
	step->row = MACHINE_NET_USER;
}

/* Forks the keeper, which gets the other ends. */
static int clone_keeper(struct pasta_keeper *keeper, struct net_user *net, int *ret_words)
{
	static const struct timeval patience = { .tv_sec = PATIENCE_S };
	struct clone_args args = { 0 };
	auto_close int words_in = -1, words_out = -1, life = -1;
	int pipe_ends[2], life_ends[2];
	pid_t pid;

	if (pipe2(pipe_ends, O_CLOEXEC) < 0)
		return -errno;
	words_in = pipe_ends[0];
	words_out = pipe_ends[1];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, life_ends) < 0)
		return -errno;
	net->life = life_ends[0];
	life = life_ends[1];
	/* A pasta that hangs must not hold us up: signals are blocked here. */
	if (setsockopt(net->life, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) < 0)
		return -errno;
	keeper->words = words_out;
	keeper->life = life;
	pid = fork_clone(&args);
	if (pid < 0)
		return -errno;
	if (pid == 0)
		run_keeper(keeper);
	net->pid = pid;
	*ret_words = steal_fd(&words_in);
	return 0;
}

/* The last line says what failed; those before are about its log, or say why. */
static void explain(char *text, struct diags *diags)
{
	size_t len = strlen(text);
	bool has_no_device = strstr(text, "/dev/net/tun") || strstr(text, "tun socket") ||
			     strstr(text, "tap device");
	const char *last;

	while (len && text[len - 1] == '\n')
		text[--len] = '\0';
	last = strrchr(text, '\n');
	last = last ? last + 1 : text;
	if (has_no_device)
		diags_hint(diags, "it needs /dev/net/tun, readable and writable for every user");
	else if (*last)
		diags_hint(diags, "it says: %s", last);
	diags_refer(diags, has_no_device ? MACHINE_TUN : MACHINE_NET_USER);
}

int net_user_start(const struct plan *plan, int proc, struct net_user *net, struct diags *diags)
{
	struct pasta_keeper keeper = { .pasta = plan->pasta,
				       .is_privileged = plan->who.is_privileged,
				       .has_forward = plan->etc.has_forward };
	auto_close int user = openat(proc, "ns/user", O_RDONLY | O_CLOEXEC);
	auto_close int ns = openat(proc, "ns/net", O_RDONLY | O_CLOEXEC);
	auto_close int words = -1;
	auto_free char *text = NULL;
	char word = 'F';
	size_t len;
	int err;

	if (user < 0 || ns < 0)
		return diags_fail(diags, -errno, "cannot open the pen's namespaces: %s",
				  strerror(errno));
	keeper.user = user;
	keeper.net = ns;
	err = clone_keeper(&keeper, net, &words);
	if (err)
		return diags_fail(diags, err, "cannot start pasta: %s", strerror(-err));
	if (recv(net->life, &word, 1, 0) == 1 && word == 'R')
		return 0;
	net_user_stop(net); /* and nobody is left who could write more */
	diags_fail(diags, -EIO, "pasta cannot make the pen's network");
	if (fd_read_all(words, WORDS_LIMIT, &text, &len) == 0)
		explain(text, diags);
	return -EIO;
}

void net_user_stop(struct net_user *net)
{
	if (!net->pid)
		return;
	cleanup_close(&net->life);
	while (waitpid(net->pid, NULL, __WALL) < 0 && errno == EINTR)
		;
	*net = (struct net_user){ .life = -1 };
}
