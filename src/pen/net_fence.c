// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The fence around the network of net user: nf_tables rules in the pen's own network namespace, set
 * by pid 1 while it has the right to. pasta treats a packet's destination address as the host's
 * stack would, and a program needs no right to send a packet for a loopback address out of the
 * interface (SO_BINDTODEVICE, IP_PKTINFO, IP_UNICAST_IF and their IPv6 counterparts, or a routing
 * header): it would reach what listens on the host's loopback. Routes do not help, because an
 * address without a route counts as on-link once an interface is named. And current versions of
 * pasta listen on all addresses of the host at the source port of each datagram: what comes in
 * there is let through only as a reply.
 *
 * Must never: be left out because a rule cannot be set, or block what is sent within the pen.
 */
#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <net/if_arp.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "pen/steps.h"

enum { BATCH_ROOM = 8192, TIMEOUT_S = 10, NF_STATE_BIT_ANSWER = 1 << 1 | 1 << 2 };

static const char table[] = "pinfold", out_chain[] = "out", in_chain[] = "in";

/* A batch of netlink messages being built. */
struct batch {
	char room[BATCH_ROOM] __attribute__((aligned(NLMSG_ALIGNTO)));
	size_t len;
	struct nlmsghdr *message; /* the one being built */
	unsigned int asked;	  /* how many replies are expected */
};

static void *extend(struct batch *batch, size_t len)
{
	void *at = batch->room + batch->len;

	/* Cannot happen: there is room for more than the rows below. */
	if (batch->len + NLMSG_ALIGN(len) > sizeof(batch->room))
		__builtin_trap();
	memset(at, 0, NLMSG_ALIGN(len));
	batch->len += NLMSG_ALIGN(len);
	return at;
}

static void begin(struct batch *batch, uint16_t type, uint16_t flags, uint8_t family, uint16_t id)
{
	struct nfgenmsg *generic;

	batch->message = extend(batch, sizeof(*batch->message));
	batch->message->nlmsg_type = type;
	batch->message->nlmsg_flags = NLM_F_REQUEST | flags;
	generic = extend(batch, sizeof(*generic));
	generic->nfgen_family = family;
	generic->res_id = htons(id);
	batch->asked += !!(flags & NLM_F_ACK);
}

static void end(struct batch *batch)
{
	batch->message->nlmsg_len = (uint32_t)(batch->room + batch->len - (char *)batch->message);
}

static void add(struct batch *batch, uint16_t type, const void *data, size_t len)
{
	struct nlattr *attribute = extend(batch, NLA_HDRLEN + len);

	attribute->nla_type = type;
	attribute->nla_len = (uint16_t)(NLA_HDRLEN + len);
	memcpy((char *)attribute + NLA_HDRLEN, data, len);
}

static void add_text(struct batch *batch, uint16_t type, const char *text)
{
	add(batch, type, text, strlen(text) + 1);
}

static void add_number(struct batch *batch, uint16_t type, uint32_t value)
{
	value = htonl(value);
	add(batch, type, &value, sizeof(value));
}

static struct nlattr *nest(struct batch *batch, uint16_t type)
{
	struct nlattr *attribute = extend(batch, NLA_HDRLEN);

	attribute->nla_type = NLA_F_NESTED | type;
	return attribute;
}

static void close_nest(struct batch *batch, struct nlattr *attribute)
{
	attribute->nla_len = (uint16_t)(batch->room + batch->len - (char *)attribute);
}

static void begin_message(struct batch *batch, uint16_t type, uint16_t flags)
{
	begin(batch, (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 | type),
	      (uint16_t)(NLM_F_CREATE | NLM_F_ACK | flags), NFPROTO_INET, 0);
}

static void add_chain(struct batch *batch, const char *name, uint32_t hook)
{
	struct nlattr *nested;

	begin_message(batch, NFT_MSG_NEWCHAIN, 0);
	add_text(batch, NFTA_CHAIN_TABLE, table);
	add_text(batch, NFTA_CHAIN_NAME, name);
	nested = nest(batch, NFTA_CHAIN_HOOK);
	add_number(batch, NFTA_HOOK_HOOKNUM, hook);
	add_number(batch, NFTA_HOOK_PRIORITY, 0);
	close_nest(batch, nested);
	add_text(batch, NFTA_CHAIN_TYPE, "filter");
	end(batch);
}

/* An expression of a rule being built, until close_expression(). */
struct expression {
	struct nlattr *element, *data;
};

static struct expression open_expression(struct batch *batch, const char *name)
{
	struct expression expression;

	expression.element = nest(batch, NFTA_LIST_ELEM);
	add_text(batch, NFTA_EXPR_NAME, name);
	expression.data = nest(batch, NFTA_EXPR_DATA);
	return expression;
}

static void close_expression(struct batch *batch, struct expression *expression)
{
	close_nest(batch, expression->data);
	close_nest(batch, expression->element);
}

static_assert((int)NFTA_META_DREG == NFTA_CT_DREG && (int)NFTA_META_KEY == NFTA_CT_KEY,
	      "both are numbered alike");

/* Loads KEY of the packet ("meta") or its connection ("ct"). */
static void load_key(struct batch *batch, const char *name, uint32_t key)
{
	struct expression expression = open_expression(batch, name);

	add_number(batch, NFTA_META_DREG, NFT_REG_1);
	add_number(batch, NFTA_META_KEY, key);
	close_expression(batch, &expression);
}

static void load_header(struct batch *batch, uint32_t offset, uint32_t len)
{
	struct expression expression = open_expression(batch, "payload");

	add_number(batch, NFTA_PAYLOAD_DREG, NFT_REG_1);
	add_number(batch, NFTA_PAYLOAD_BASE, NFT_PAYLOAD_NETWORK_HEADER);
	add_number(batch, NFTA_PAYLOAD_OFFSET, offset);
	add_number(batch, NFTA_PAYLOAD_LEN, len);
	close_expression(batch, &expression);
}

static void keep_bits(struct batch *batch, uint32_t mask)
{
	static const uint32_t zero;
	struct expression expression = open_expression(batch, "bitwise");
	struct nlattr *nested;

	add_number(batch, NFTA_BITWISE_SREG, NFT_REG_1);
	add_number(batch, NFTA_BITWISE_DREG, NFT_REG_1);
	add_number(batch, NFTA_BITWISE_LEN, sizeof(mask));
	nested = nest(batch, NFTA_BITWISE_MASK);
	add(batch, NFTA_DATA_VALUE, &mask, sizeof(mask));
	close_nest(batch, nested);
	nested = nest(batch, NFTA_BITWISE_XOR);
	add(batch, NFTA_DATA_VALUE, &zero, sizeof(zero));
	close_nest(batch, nested);
	close_expression(batch, &expression);
}

/* Continues the rule only if what was loaded is, or is not, VALUE. */
static void compare(struct batch *batch, enum nft_cmp_ops op, const void *value, size_t len)
{
	struct expression expression = open_expression(batch, "cmp");
	struct nlattr *nested;

	add_number(batch, NFTA_CMP_SREG, NFT_REG_1);
	add_number(batch, NFTA_CMP_OP, op);
	nested = nest(batch, NFTA_CMP_DATA);
	add(batch, NFTA_DATA_VALUE, value, len);
	close_nest(batch, nested);
	close_expression(batch, &expression);
}

static void drop(struct batch *batch)
{
	struct expression expression = open_expression(batch, "immediate");
	struct nlattr *data, *verdict;

	add_number(batch, NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
	data = nest(batch, NFTA_IMMEDIATE_DATA);
	verdict = nest(batch, NFTA_DATA_VERDICT);
	add_number(batch, NFTA_VERDICT_CODE, NF_DROP);
	close_nest(batch, verdict);
	close_nest(batch, data);
	close_expression(batch, &expression);
}

/* Begins a rule of CHAIN for packets on any interface but the loopback. */
static struct nlattr *begin_rule(struct batch *batch, const char *chain, uint32_t interface_type)
{
	static const uint16_t loopback = ARPHRD_LOOPBACK;
	struct nlattr *nested;

	begin_message(batch, NFT_MSG_NEWRULE, NLM_F_APPEND);
	add_text(batch, NFTA_RULE_TABLE, table);
	add_text(batch, NFTA_RULE_CHAIN, chain);
	nested = nest(batch, NFTA_RULE_EXPRESSIONS);
	load_key(batch, "meta", interface_type);
	compare(batch, NFT_CMP_NEQ, &loopback, sizeof(loopback));
	return nested;
}

static void end_rule(struct batch *batch, struct nlattr *nested)
{
	drop(batch);
	close_nest(batch, nested);
	end(batch);
}

/* Addresses that a stack treats as its own, in every form. */
static const struct {
	uint8_t family;
	uint32_t offset; /* of the destination in the header */
	uint32_t len;
	uint8_t prefix[12];
} own_addresses[] = {
	{ NFPROTO_IPV4, 16, 1, { 127 } },
	{ NFPROTO_IPV4, 16, 1, { 0 } },
	{ NFPROTO_IPV6, 24, 12, { 0 } }, /* ::1, ::, and IPv4 in the last four bytes */
	{ NFPROTO_IPV6, 24, 12, { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff } },
};

static void add_rules(struct batch *batch)
{
	static const uint8_t udp = IPPROTO_UDP;
	static const uint32_t none;
	struct nlattr *nested;

	for (size_t i = 0; i < ARRAY_SIZE(own_addresses); i++) {
		nested = begin_rule(batch, out_chain, NFT_META_OIFTYPE);
		load_key(batch, "meta", NFT_META_NFPROTO);
		compare(batch, NFT_CMP_EQ, &own_addresses[i].family, 1);
		load_header(batch, own_addresses[i].offset, own_addresses[i].len);
		compare(batch, NFT_CMP_EQ, own_addresses[i].prefix, own_addresses[i].len);
		end_rule(batch, nested);
	}
	nested = begin_rule(batch, in_chain, NFT_META_IIFTYPE);
	load_key(batch, "meta", NFT_META_L4PROTO);
	compare(batch, NFT_CMP_EQ, &udp, sizeof(udp));
	load_key(batch, "ct", NFT_CT_STATE);
	keep_bits(batch, NF_STATE_BIT_ANSWER);
	compare(batch, NFT_CMP_EQ, &none, sizeof(none));
	end_rule(batch, nested);
}

static void fill(struct batch *batch)
{
	begin(batch, NFNL_MSG_BATCH_BEGIN, 0, AF_UNSPEC, NFNL_SUBSYS_NFTABLES);
	end(batch);
	begin_message(batch, NFT_MSG_NEWTABLE, 0);
	add_text(batch, NFTA_TABLE_NAME, table);
	end(batch);
	add_chain(batch, out_chain, NF_INET_LOCAL_OUT);
	add_chain(batch, in_chain, NF_INET_LOCAL_IN);
	add_rules(batch);
	begin(batch, NFNL_MSG_BATCH_END, 0, AF_UNSPEC, NFNL_SUBSYS_NFTABLES);
	end(batch);
}

/* Reads DUE replies; returns 0, or the first error among them. */
static int read_answers(int fd, unsigned int due)
{
	char room[BATCH_ROOM] __attribute__((aligned(NLMSG_ALIGNTO)));

	while (due) {
		ssize_t n = recv(fd, room, sizeof(room), 0);
		unsigned int len = (unsigned int)n;

		if (n < 0)
			return -errno;
		for (struct nlmsghdr *at = (struct nlmsghdr *)room; NLMSG_OK(at, len);
		     at = NLMSG_NEXT(at, len)) {
			const struct nlmsgerr *answer = NLMSG_DATA(at);

			if (at->nlmsg_type != NLMSG_ERROR)
				continue;
			if (answer->error)
				return answer->error;
			due--;
		}
	}
	return 0;
}

/* Should: set all rules, or set none and fail. Must not: run in the host's network namespace. */
static int take_net_fence(struct setup *setup, const struct step *step)
{
	static const struct timeval patience = { .tv_sec = TIMEOUT_S };
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	auto_close int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
	struct batch batch = { 0 };

	(void)setup;
	(void)step;
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) < 0)
		return -errno;
	fill(&batch);
	if (sendto(fd, batch.room, batch.len, 0, (const struct sockaddr *)&kernel, sizeof(kernel)) <
	    0)
		return -errno;
	return read_answers(fd, batch.asked);
}

const struct step_kind net_step_fence = { .run = take_net_fence };
