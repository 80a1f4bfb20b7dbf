// SPDX-License-Identifier: GPL-2.0-or-later
#include "relay/relay.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "confine/confine.h"
#include "confine/helper.h"
#include "relay/loop.h"

enum { PATIENCE_S = 20, ENDING_MS = 2000 };

/* What it says once: that it is ready, or what it could not do. */
struct readiness {
	int err;
	char act[48]; /* that failed */
};

static int fill_standard_descriptors(void)
{
	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_PATH) != fd)
			return -EBADF;
	return 0;
}

static int settle(struct relay_state *state, int life, int hand, const char **ret_act)
{
	const int kept[] = { life, hand };
	int err;

	*ret_act = "close the supervisor's descriptors";
	err = helper_settle("pinfold-relay", kept, ARRAY_SIZE(kept));
	if (!err)
		err = fill_standard_descriptors();
	if (err)
		return err;
	*ret_act = "make its loop";
	err = loop_prepare(state, life, hand);
	if (err)
		return err;
	*ret_act = "read how the host resolves names";
	err = resolver_open(state);
	if (err)
		return err;
	*ret_act = "confine itself";
	return confine_relay();
}

static _Noreturn void run(const struct connect_settings *list, struct relay_table *table, int life,
			  int hand)
{
	static struct relay_state state;
	struct readiness word = { 0 };
	const char *act;

	state.list = list;
	state.table = table;
	word.err = settle(&state, life, hand, &act);
	snprintf(word.act, sizeof(word.act), "%s", act);
	if (send(life, &word, sizeof(word), MSG_NOSIGNAL) == (ssize_t)sizeof(word) && !word.err)
		loop_run(&state);
	_exit(0);
}

/* Both channels and the process; those ends that are not ours are closed. */
static int start(const struct connect_settings *list, struct relay *relay)
{
	static const struct timeval patience = { .tv_sec = PATIENCE_S };
	int life[2], hand[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, life) < 0)
		return -errno;
	relay->life = life[0];
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, hand) < 0) {
		close(life[1]);
		return -errno;
	}
	relay->hand = hand[0];
	setsockopt(relay->life, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	pid = fork(); /* not a bare clone: the child allocates */
	if (pid == 0)
		run(list, relay->table, life[1], hand[1]);
	close(life[1]);
	close(hand[1]);
	if (pid < 0)
		return -errno;
	relay->pidfd = pidfd_open(pid, 0);
	return relay->pidfd < 0 ? -errno : 0;
}

int relay_start(const struct connect_settings *list, struct relay *relay, struct diags *diags)
{
	struct readiness word = { .err = -EIO, .act = "start" };
	ssize_t n;
	int err;

	relay->table = mmap(NULL, sizeof(*relay->table), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (relay->table == MAP_FAILED) {
		relay->table = NULL;
		return diags_fail(diags, -errno, "cannot map the relay's table: %s",
				  strerror(errno));
	}
	err = start(list, relay);
	if (err)
		return diags_fail(diags, err, "cannot start the relay of the pen's network: %s",
				  strerror(-err));
	n = recv(relay->life, &word, sizeof(word), 0);
	if (n == (ssize_t)sizeof(word) && !word.err)
		return 0;
	if (n == 0)
		return diags_fail(diags, -ECHILD, RELAY_GONE);
	word.act[sizeof(word.act) - 1] = '\0';
	return diags_fail(diags, word.err, "the relay of the pen's network cannot %s: %s", word.act,
			  strerror(-word.err));
}

void relay_close_hand(struct relay *relay)
{
	cleanup_close(&relay->hand);
	relay->hand = -1;
}

void relay_end(struct relay *relay)
{
	struct pollfd exit = { .fd = relay->pidfd, .events = POLLIN };

	relay_close_hand(relay);
	if (relay->pidfd >= 0) {
		/* It passes on what was sent, and exits; where this fails, it has exited. */
		send(relay->life, "", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
		/* It may have been taken over by what it reads, and not want to. */
		if (poll(&exit, 1, ENDING_MS) == 0)
			pidfd_send_signal(relay->pidfd, SIGKILL, NULL, 0);
		helper_wait(relay->pidfd);
		close(relay->pidfd);
		relay->pidfd = -1;
	}
	cleanup_close(&relay->life);
	relay->life = -1;
}

void relay_stop(struct relay *relay)
{
	relay_end(relay);
	if (relay->table)
		munmap(relay->table, sizeof(*relay->table));
	*relay = RELAY_NONE;
}
