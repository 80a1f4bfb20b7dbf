// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The pen's side of net relay. Its network has no interface but lo, and a route that makes every
 * address one of the pen's own: what nobody listens on is refused at once. While pid 1 has the
 * right to, it makes the sockets that the relay accepts on, and hands them over. The command can
 * change nothing about that: a network namespace that it could reach another one from would need an
 * interface, and every other namespace is outside.
 *
 * Must never: make a socket for what no statement lists, or leave one open in the pen.
 */
#include "pen/net_relay.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "pen/steps.h"
#include "policy/host.h"
#include "relay/listed.h"
#include "relay/relay.h"

enum { LOOPBACK_INDEX = 1, TIMEOUT_S = 10, DOMAIN_PORT = 53, BACKLOG = 4096, ROOM = 256 };

/* A request of rtnetlink(7) being built. */
struct request {
	union {
		struct nlmsghdr header;
		char room[ROOM];
	} u;
};

/* Reads the kernel's reply; returns 0, or its error. */
static int send_request(int fd, const struct request *request)
{
	char room[1024] __attribute__((aligned(NLMSG_ALIGNTO)));
	const struct nlmsghdr *header = (const struct nlmsghdr *)room;
	ssize_t n;

	if (send(fd, request, request->u.header.nlmsg_len, 0) < 0)
		return -errno;
	n = recv(fd, room, sizeof(room), 0);
	if (n < 0)
		return -errno;
	if (!NLMSG_OK(header, (size_t)n) || header->nlmsg_type != NLMSG_ERROR)
		return -EBADMSG;
	return ((const struct nlmsgerr *)NLMSG_DATA(header))->error;
}

/* Begins a request whose own header is SIZE bytes; returns that. */
static void *begin(struct request *request, uint16_t type, size_t size)
{
	*request = (struct request){ .u.header = {
					     .nlmsg_len = (uint32_t)NLMSG_LENGTH(size),
					     .nlmsg_type = type,
					     .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK |
							    NLM_F_CREATE | NLM_F_REPLACE,
				     } };
	return NLMSG_DATA(&request->u.header);
}

static void add(struct request *request, uint16_t type, const void *data, size_t len)
{
	struct rtattr *attribute =
		(struct rtattr *)(request->u.room + NLMSG_ALIGN(request->u.header.nlmsg_len));

	attribute->rta_type = type;
	attribute->rta_len = (uint16_t)RTA_LENGTH(len);
	memcpy(RTA_DATA(attribute), data, len);
	request->u.header.nlmsg_len = (uint32_t)(NLMSG_ALIGN(request->u.header.nlmsg_len) +
						 RTA_ALIGN(attribute->rta_len));
}

/* Gives lo an address besides the loopback's: without any, programs that ask for addresses of the
 * kind that they could use (AI_ADDRCONFIG) get none. */
static int add_address(int fd, int family, const char *text)
{
	struct request request;
	struct ifaddrmsg *message = begin(&request, RTM_NEWADDR, sizeof(*message));
	uint8_t ip[16];
	size_t len = family == AF_INET ? 4 : 16;

	inet_pton(family, text, ip);
	*message = (struct ifaddrmsg){ .ifa_family = (uint8_t)family,
				       .ifa_prefixlen = (uint8_t)(8 * len),
				       .ifa_flags = IFA_F_NODAD,
				       .ifa_scope = RT_SCOPE_UNIVERSE,
				       .ifa_index = LOOPBACK_INDEX };
	add(&request, IFA_LOCAL, ip, len);
	add(&request, IFA_ADDRESS, ip, len);
	return send_request(fd, &request);
}

/* As "ip route add local default dev lo". */
static int add_route(int fd, int family)
{
	static const uint32_t index = LOOPBACK_INDEX;
	struct request request;
	struct rtmsg *message = begin(&request, RTM_NEWROUTE, sizeof(*message));

	*message = (struct rtmsg){ .rtm_family = (uint8_t)family,
				   .rtm_table = RT_TABLE_LOCAL,
				   .rtm_protocol = RTPROT_STATIC,
				   .rtm_scope = family == AF_INET ? RT_SCOPE_HOST
								  : RT_SCOPE_UNIVERSE,
				   .rtm_type = RTN_LOCAL };
	add(&request, RTA_OIF, &index, sizeof(index));
	return send_request(fd, &request);
}

/* Returns whether a kernel without IPv6, or with IPv6 off in this namespace, says so. */
static bool is_absent(int err)
{
	return err == -EAFNOSUPPORT || err == -EOPNOTSUPP || err == -EACCES ||
	       err == -EADDRNOTAVAIL;
}

static int make_routes(bool *ret_has_ipv6)
{
	static const struct timeval patience = { .tv_sec = TIMEOUT_S };
	auto_close int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	int err;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) < 0)
		return -errno;
	err = add_address(fd, AF_INET, LISTED_IPV4_OWN);
	if (!err)
		err = add_route(fd, AF_INET);
	if (err)
		return err;
	err = add_address(fd, AF_INET6, LISTED_IPV6_OWN);
	if (!err)
		err = add_route(fd, AF_INET6);
	*ret_has_ipv6 = !err;
	return is_absent(err) ? 0 : err;
}

/* Makes a socket of TYPE at ADDRESS and PORT, and gives it to the relay as WORD. */
static int hand_over(const struct setup *setup, const struct address *address, uint16_t port,
		     int type, enum relay_word word)
{
	static const int yes = 1;
	struct sockaddr_storage at;
	socklen_t len = address_fill(address, port, &at);
	auto_close int fd = socket(address->family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	struct fd_message message;

	if (fd < 0)
		return -errno;
	if (address->family == AF_INET6 &&
	    (setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof(yes)) < 0 ||
	     setsockopt(fd, IPPROTO_IPV6, IPV6_FREEBIND, &yes, sizeof(yes)) < 0))
		return -errno;
	if (bind(fd, (const struct sockaddr *)&at, len) < 0 ||
	    (type == SOCK_STREAM && listen(fd, BACKLOG) < 0))
		return -errno;
	fd_message_fill(&message, (unsigned char)word, fd);
	return sendmsg(setup->plan->relay.hand, &message.header, MSG_NOSIGNAL) == 1 ? 0 : -errno;
}

/* What listens at every address leaves none for another socket at this port. */
static int hand_over_port(const struct setup *setup, size_t i, int family)
{
	const struct connect_settings *list = &setup->plan->request->settings->connects;
	struct address address = { .family = family };

	if (listed_is_everywhere(list, i) ? !listed_is_first(list, i)
					  : !listed_address(list, i, family, &address))
		return 0;
	return hand_over(setup, &address, list->v[i].port, SOCK_STREAM, RELAY_PORT);
}

static int hand_over_name_server(const struct setup *setup)
{
	struct address address = { .family = AF_INET };
	int err;

	inet_pton(AF_INET, LISTED_IPV4_OWN, address.ip);
	err = hand_over(setup, &address, DOMAIN_PORT, SOCK_DGRAM, RELAY_QUESTIONS);
	return err ? err
		   : hand_over(setup, &address, DOMAIN_PORT, SOCK_STREAM, RELAY_QUESTION_PORT);
}

/* A kernel without packet sockets refuses as well, but the report cannot say what. */
static int hand_over_refusals(const struct setup *setup)
{
	auto_close int fd = -1;
	struct fd_message message;
	int err = net_refused_open(&fd);

	if (err)
		return err == -EAFNOSUPPORT ? 0 : err;
	fd_message_fill(&message, RELAY_REFUSALS, fd);
	return sendmsg(setup->plan->relay.hand, &message.header, MSG_NOSIGNAL) == 1 ? 0 : -errno;
}

/* Should: leave a network in which exactly what is listed can be connected to, through the relay.
 * Must not: run in the host's network namespace. */
static int take_net_relay(struct setup *setup, const struct step *step)
{
	const struct connect_settings *list = &setup->plan->request->settings->connects;
	bool has_ipv6 = false;
	int err = make_routes(&has_ipv6);

	(void)step;
	if (!err)
		err = hand_over_refusals(setup);
	for (size_t i = 0; !err && i < list->n; i++) {
		err = hand_over_port(setup, i, AF_INET);
		if (!err && has_ipv6)
			err = hand_over_port(setup, i, AF_INET6);
	}
	/* Last: the answers depend on the others. */
	return err ? err : hand_over_name_server(setup);
}

const struct step_kind net_step_relay = { .run = take_net_relay };

static int prepare_relay(struct setup *setup, struct step *step, struct diags *diags)
{
	(void)step;
	return relay_start(&setup->plan->request->settings->connects, &setup->plan->relay, diags);
}

void net_relay_plan_start(struct plan *plan)
{
	struct step *step = plan_add(plan, BY_SUPERVISOR, NULL,
				     "start the relay, which connects the pen's network to the "
				     "hosts that connect lists, and to nothing else");

	step->prepare = prepare_relay;
	step->makes_process = true;
}

static char *list_hosts(const struct connect_settings *list)
{
	struct strbuf text = { 0 };

	for (size_t i = 0; i < list->n; i++) {
		strbuf_puts(&text, i ? ", " : "");
		host_print(list->v[i].kind, list->v[i].name, list->v[i].port, &text);
	}
	return text.text;
}

void net_relay_plan(struct plan *plan)
{
	const struct settings *settings = plan->request->settings;
	auto_free char *hosts = list_hosts(&settings->connects);
	struct step *step =
		plan_add(plan, BY_INIT, &net_step_relay,
			 "make every address local, with a name server at " LISTED_IPV4_OWN
			 " and, for the relay, listeners for %s",
			 hosts ? hosts : "no host");

	step->place = settings->connects.n ? settings->connects.v[0].place : settings->net.place;
}
