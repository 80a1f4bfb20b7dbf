// SPDX-License-Identifier: GPL-2.0-or-later
/* The socket by which the relay learns what was refused in the pen (relay/refused.c). */
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip6.h>
#include <netinet/ip_icmp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "pen/net_relay.h"

enum { LOOPBACK_INDEX = 1, SNAPSHOT = 160, RESET_AND_ACK = 0x14 };

/*
 * Passes, of what arrives, resets with the sequence number 0, which answer the first packet of a
 * connection that nobody listens for, and ICMP's "destination unreachable". The numbers after a
 * jump count the instructions that it skips.
 */
static const struct sock_filter program[] = {
	/* 0 */
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_PKTTYPE)),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PACKET_OUTGOING, 24, 0), /* each is seen twice */
	BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0),
	BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 4),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 6, 9, 0),
	/* 5: IPv4 */
	BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),
	BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_ICMP, 4, 0),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_TCP, 0, 17),
	BPF_STMT(BPF_LD | BPF_B | BPF_IND, 13),
	BPF_STMT(BPF_ALU | BPF_AND | BPF_K, RESET_AND_ACK),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, RESET_AND_ACK, 11, 14),
	BPF_STMT(BPF_LD | BPF_B | BPF_IND, 0),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ICMP_DEST_UNREACH, 11, 12),
	/* 14: IPv6 */
	BPF_STMT(BPF_LDX | BPF_W | BPF_IMM, sizeof(struct ip6_hdr)),
	BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 6),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_ICMPV6, 4, 0),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_TCP, 0, 8),
	BPF_STMT(BPF_LD | BPF_B | BPF_IND, 13),
	BPF_STMT(BPF_ALU | BPF_AND | BPF_K, RESET_AND_ACK),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, RESET_AND_ACK, 2, 5),
	BPF_STMT(BPF_LD | BPF_B | BPF_IND, 0),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ICMP6_DST_UNREACH, 2, 3),
	/* 23: the sequence number of either */
	BPF_STMT(BPF_LD | BPF_W | BPF_IND, 4),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1),
	BPF_STMT(BPF_RET | BPF_K, SNAPSHOT),
	BPF_STMT(BPF_RET | BPF_K, 0),
};

int net_refused_open(int *ret_fd)
{
	const struct sock_fprog filter = { ARRAY_SIZE(program), (struct sock_filter *)program };
	const struct sockaddr_ll lo = { .sll_family = AF_PACKET,
					.sll_protocol = htons(ETH_P_ALL),
					.sll_ifindex = LOOPBACK_INDEX };
	/* No packet until the filter is attached. */
	auto_close int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)) < 0 ||
	    bind(fd, (const struct sockaddr *)&lo, sizeof(lo)) < 0)
		return -errno;
	*ret_fd = steal_fd(&fd);
	return 0;
}
