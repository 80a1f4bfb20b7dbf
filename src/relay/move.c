// SPDX-License-Identifier: GPL-2.0-or-later
#include "relay/move.h"

#include <errno.h>
#include <limits.h>
#include <sys/epoll.h>
#include <sys/socket.h>

enum { ROUNDS_A_TURN = 4 };

/* After its end nothing more comes, and everything was taken by the other end before. */
static int end_stream(struct flow_end *from, struct flow_end *to)
{
	from->is_eof = true;
	to->is_shut = true;
	return shutdown(to->watch.fd, SHUT_WR) < 0 && errno != ENOTCONN ? -errno : 0;
}

int move_bytes(struct relay_state *state, struct flow_end *from, struct flow_end *to,
	       uint64_t *count)
{
	from->is_blocked = false;
	/* Who is gone is not woken up for again. */
	for (int i = 0; (i < ROUNDS_A_TURN || from->is_gone) && !from->is_eof; i++) {
		ssize_t n = recv(from->watch.fd, state->buffer, sizeof(state->buffer),
				 MSG_PEEK | MSG_DONTWAIT);
		ssize_t sent;

		if (n == 0)
			return end_stream(from, to);
		if (n < 0)
			return errno == EAGAIN || errno == EINTR ? 0 : -errno;
		sent = to->is_gone ? n
				   : send(to->watch.fd, state->buffer, (size_t)n,
					  MSG_DONTWAIT | MSG_NOSIGNAL);
		if (sent < 0 && errno == EPIPE) {
			to->is_gone = true;
			sent = n;
		}
		if (sent < 0 && errno != EAGAIN && errno != EINTR)
			return -errno;
		if (sent > 0) {
			*count += to->is_gone ? 0 : (uint64_t)sent;
			/* Removes them: nothing is copied. */
			if (recv(from->watch.fd, NULL, (size_t)sent, MSG_TRUNC | MSG_DONTWAIT) !=
			    sent)
				return -EIO;
		}
		if (sent < n) {
			from->is_blocked = true;
			return 0;
		}
	}
	return 0;
}

void move_nowhere(const struct flow_end *end)
{
	for (int i = 0; i < ROUNDS_A_TURN; i++)
		if (recv(end->watch.fd, NULL, INT_MAX, MSG_TRUNC | MSG_DONTWAIT) <= 0)
			return;
}

uint32_t move_events(const struct flow_end *end, const struct flow_end *other)
{
	if (end->is_gone)
		return 0;
	return (end->is_eof || end->is_blocked ? 0 : (uint32_t)EPOLLIN) |
	       (other->is_blocked ? (uint32_t)EPOLLOUT : 0);
}
