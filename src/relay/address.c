// SPDX-License-Identifier: GPL-2.0-or-later
#include "relay/address.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"

enum { ROOM = 4096, TIMEOUT_S = 5 };

struct prefix {
	uint8_t ip[4];
	unsigned int len;
};

/* The IANA registries of special addresses, without those for documentation, which no route leads
 * to. */
static const struct prefix special_ipv4[] = {
	{ { 0 }, 8 },	      { { 10 }, 8 },	   { { 100, 64 }, 10 },	  { { 127 }, 8 },
	{ { 169, 254 }, 16 }, { { 172, 16 }, 12 }, { { 192, 0, 0 }, 24 }, { { 192, 88, 99 }, 24 },
	{ { 192, 168 }, 16 }, { { 198, 18 }, 15 }, { { 224 }, 3 },
};

/* Within 2000::/3, the only part that is in use: Teredo and 6to4, which contain IPv4 addresses. */
static const struct prefix special_ipv6[] = {
	{ { 0x20, 0x01, 0, 0 }, 32 },
	{ { 0x20, 0x02 }, 16 },
};

static bool is_in(const uint8_t *ip, const struct prefix *prefix)
{
	for (unsigned int i = 0; i < prefix->len; i++)
		if ((ip[i / 8] ^ prefix->ip[i / 8]) >> (7 - i % 8) & 1)
			return false;
	return true;
}

bool address_is_public(const struct address *address)
{
	bool is_ipv4 = address->family == AF_INET;
	const struct prefix *special = is_ipv4 ? special_ipv4 : special_ipv6;
	size_t n = is_ipv4 ? ARRAY_SIZE(special_ipv4) : ARRAY_SIZE(special_ipv6);

	if (!is_ipv4 && address->ip[0] >> 5 != 1)
		return false;
	for (size_t i = 0; i < n; i++)
		if (is_in(address->ip, &special[i]))
			return false;
	return true;
}

int address_open_routes(int *ret_fd)
{
	const struct timeval patience = { .tv_sec = TIMEOUT_S };
	auto_close int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) < 0)
		return -errno;
	*ret_fd = steal_fd(&fd);
	return 0;
}

/* Only the kernel can send here: its port 0 is checked by the kernel for everybody else. */
static int read_answer(int routes, uint32_t seq)
{
	char room[ROOM] __attribute__((aligned(NLMSG_ALIGNTO)));

	for (;;) {
		ssize_t n = recv(routes, room, sizeof(room), 0);
		const struct nlmsghdr *header = (const struct nlmsghdr *)room;

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!NLMSG_OK(header, (size_t)n))
			return -EBADMSG;
		if (header->nlmsg_seq != seq)
			continue; /* the late answer to an earlier question */
		if (header->nlmsg_type == NLMSG_ERROR) {
			int err = ((const struct nlmsgerr *)NLMSG_DATA(header))->error;

			return err ? err : -EBADMSG;
		}
		if (header->nlmsg_type != RTM_NEWROUTE)
			return -EBADMSG;
		return ((const struct rtmsg *)NLMSG_DATA(header))->rtm_type == RTN_UNICAST
			       ? 0
			       : -EADDRINUSE;
	}
}

int address_is_elsewhere(int routes, const struct address *address)
{
	static uint32_t seq;
	size_t len = address->family == AF_INET ? 4 : 16;
	struct {
		struct nlmsghdr header;
		struct rtmsg route;
		struct rtattr attribute;
		uint8_t ip[16];
	} request = {
		.header = { .nlmsg_type = RTM_GETROUTE,
			    .nlmsg_flags = NLM_F_REQUEST,
			    .nlmsg_seq = ++seq },
		.route = { .rtm_family = (uint8_t)address->family,
			   .rtm_dst_len = (uint8_t)(8 * len) },
		.attribute = { .rta_type = RTA_DST, .rta_len = (uint16_t)RTA_LENGTH(len) },
	};

	memcpy(request.ip, address->ip, len);
	request.header.nlmsg_len = (uint32_t)(offsetof(__typeof__(request), ip) + len);
	if (send(routes, &request, request.header.nlmsg_len, 0) < 0)
		return -errno;
	return read_answer(routes, seq);
}

bool address_is_loopback(const struct address *address)
{
	return address->family == AF_INET
		       ? address->ip[0] == IN_LOOPBACKNET
		       : IN6_IS_ADDR_LOOPBACK((const struct in6_addr *)address->ip);
}

int address_of_socket(int fd, struct address *ret_address, uint16_t *ret_port)
{
	struct sockaddr_storage own = { 0 };
	const struct sockaddr_in *ipv4 = (const struct sockaddr_in *)&own;
	const struct sockaddr_in6 *ipv6 = (const struct sockaddr_in6 *)&own;
	socklen_t len = sizeof(own);

	if (getsockname(fd, (struct sockaddr *)&own, &len) < 0)
		return -errno;
	*ret_address = (struct address){ .family = own.ss_family };
	if (own.ss_family == AF_INET) {
		memcpy(ret_address->ip, &ipv4->sin_addr, 4);
		*ret_port = ntohs(ipv4->sin_port);
	} else {
		memcpy(ret_address->ip, &ipv6->sin6_addr, 16);
		*ret_port = ntohs(ipv6->sin6_port);
	}
	return 0;
}

socklen_t address_fill(const struct address *address, uint16_t port, struct sockaddr_storage *ret)
{
	struct sockaddr_in *ipv4 = (struct sockaddr_in *)ret;
	struct sockaddr_in6 *ipv6 = (struct sockaddr_in6 *)ret;

	memset(ret, 0, sizeof(*ret));
	if (address->family == AF_INET) {
		ipv4->sin_family = AF_INET;
		ipv4->sin_port = htons(port);
		memcpy(&ipv4->sin_addr, address->ip, 4);
		return sizeof(*ipv4);
	}
	ipv6->sin6_family = AF_INET6;
	ipv6->sin6_port = htons(port);
	memcpy(&ipv6->sin6_addr, address->ip, 16);
	return sizeof(*ipv6);
}
