// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What was refused in the pen, as the kernel says so: a packet socket on the pen's lo, whose filter
 * (pen/net_refused.c) passes the resets that answer a connection nobody listens for, and the ICMP
 * messages that answer such a datagram. So what was refused is known for every program, and without
 * a trace.
 */
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "relay/relay_state.h"

enum {
	PACKETS_A_TURN = 64,
	PACKET_ROOM = 256,
	IPV4_HEADER = 20,
	IPV6_HEADER = 40,
	ICMP_HEADER = 8,
	PORTS = 4,
};

/* Where an address and port were refused. */
struct refused {
	enum network_refusal_kind kind;
	struct address address;
	uint16_t port;
};

/* An IP header: its length, protocol and addresses. */
struct header {
	size_t len;
	uint8_t protocol;
	struct address source, destination;
};

static bool read_header(const uint8_t *at, size_t left, struct header *ret_header)
{
	struct header header = { 0 };

	if (left >= IPV4_HEADER && at[0] >> 4 == 4) {
		header.len = (size_t)(at[0] & 15) * 4;
		header.protocol = at[9];
		header.source.family = header.destination.family = AF_INET;
		memcpy(header.source.ip, at + 12, 4);
		memcpy(header.destination.ip, at + 16, 4);
	} else if (left >= IPV6_HEADER && at[0] >> 4 == 6) {
		header.len = IPV6_HEADER;
		header.protocol = at[6];
		header.source.family = header.destination.family = AF_INET6;
		memcpy(header.source.ip, at + 8, 16);
		memcpy(header.destination.ip, at + 24, 16);
	} else {
		return false;
	}
	*ret_header = header;
	return header.len >= IPV4_HEADER && left >= header.len + PORTS;
}

/* A reset comes from where was connected to; an ICMP message has the header of the datagram. */
static bool read_packet(const uint8_t *packet, size_t len, struct refused *ret_refused)
{
	struct header header, inner;
	const uint8_t *at;

	if (!read_header(packet, len, &header))
		return false;
	at = packet + header.len;
	if (header.protocol == IPPROTO_TCP) {
		*ret_refused = (struct refused){ NETWORK_TCP, header.source,
						 (uint16_t)(at[0] << 8 | at[1]) };
		return true;
	}
	if ((header.protocol != IPPROTO_ICMP && header.protocol != IPPROTO_ICMPV6) ||
	    len < header.len + ICMP_HEADER ||
	    !read_header(at + ICMP_HEADER, len - header.len - ICMP_HEADER, &inner) ||
	    inner.protocol != IPPROTO_UDP)
		return false;
	at += ICMP_HEADER + inner.len;
	*ret_refused = (struct refused){ NETWORK_UDP, inner.destination,
					 (uint16_t)(at[2] << 8 | at[3]) };
	return true;
}

static void note(struct relay_state *state, const struct refused *refused)
{
	const struct peer *host = target_find_known(state, &refused->address);
	char text[INET6_ADDRSTRLEN] = "";

	/* On its loopback the pen is among itself; who tries QUIC where TCP is listed falls back to
	 * that. */
	if (address_is_loopback(&refused->address) ||
	    (refused->kind == NETWORK_UDP && host && target_is_listed(state, host, refused->port)))
		return;
	inet_ntop(refused->address.family, refused->address.ip, text, sizeof(text));
	table_refuse(state->table, refused->kind, host ? host->name : text, refused->port, NULL);
}

/* What was not read in time is counted by the kernel. */
static void count_lost(struct relay_state *state, int fd)
{
	struct tpacket_stats stats = { 0 };
	socklen_t len = sizeof(stats);

	if (getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &stats, &len) == 0)
		state->table->dropped += stats.tp_drops;
}

static void take_packets(struct relay_state *state, struct watch *watch, uint32_t events)
{
	uint8_t packet[PACKET_ROOM];
	struct refused refused;

	(void)events;
	for (int i = 0; i < PACKETS_A_TURN; i++) {
		ssize_t n = recv(watch->fd, packet, sizeof(packet), MSG_DONTWAIT);

		if (n < 0)
			break;
		if (read_packet(packet, (size_t)n, &refused))
			note(state, &refused);
	}
	count_lost(state, watch->fd);
}

void refused_watch(struct relay_state *state, int fd)
{
	if (state->refusals.fd >= 0) {
		close(fd);
		return;
	}
	state->refusals = (struct watch){ .fd = fd, .ready = take_packets };
	watch_set(state, &state->refusals, EPOLLIN);
	state->table->is_watching = true;
}

void refused_drain(struct relay_state *state)
{
	if (state->refusals.fd >= 0)
		take_packets(state, &state->refusals, 0);
}
