// SPDX-License-Identifier: GPL-2.0-or-later
/* Constants that depend on another argument: that each row means something, and what is printed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <sys/socket.h> /* what the next need */

#include <fcntl.h>
#include <linux/can.h>
#include <linux/if_ether.h>
#include <linux/netlink.h>
#include <linux/phonet.h>
#include <linux/vm_sockets.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <termios.h>

#include "base/mem.h"
#include "filter/describe.h"
#include "learn/call_family.h"
#include "learn/learn.h"
#include "report/call.h"
#include "sys/dependent.h"

static const struct sys_call *call_of(const struct dependent *row, const char *name, enum arch arch)
{
	const struct sys_call *call = sys_call_find(arch, name);

	if (call && (sys_call_arg(call, row->arg) < 0 || dependent_by(row, call) < 0))
		fail_msg("%s on %s has no '%s' or '%s'", name, arch_get(arch)->name, row->arg,
			 row->by);
	return call;
}

/* Calls FUNCTION with each word of WORDS. */
static void each_word(const char *words, void (*function)(const char *word, void *context),
		      void *context)
{
	char copy[512], *rest;

	snprintf(copy, sizeof(copy), "%s", words);
	for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
		function(word, context);
}

static void check_call(const char *name, void *context)
{
	const struct dependent *row = context;
	bool is_there = false;

	for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
		const struct sys_call *call = call_of(row, name, arch);
		int index = call ? sys_call_arg(call, row->arg) : -1;
		bool is_found = false;

		if (!call)
			continue;
		is_there = true;
		for (const struct dependent *at = dependent_first(call, (unsigned int)index); at;
		     at = dependent_next(at))
			is_found |= at == row;
		if (!is_found)
			fail_msg("%s: the row of %s for %s is not found", name, row->arg,
				 row->values);
	}
	if (!is_there)
		fail_msg("there is no call %s", name);
}

static enum family by_family;

static void check_value(const char *name, void *context)
{
	(void)context;
	if (!constant_find_in(name, by_family))
		fail_msg("%s is not one of the %s", name, family_get(by_family)->name);
}

static void every_row_names_what_is_there(void **state)
{
	const struct dependent *row;

	(void)state;
	for (size_t i = 0; (row = dependent_row(i)); i++) {
		char first[32];
		const struct sys_call *call;

		each_word(row->calls, check_call, (void *)row);
		snprintf(first, sizeof(first), "%.*s", (int)strcspn(row->calls, " "), row->calls);
		call = sys_call_find(ARCH_X86_64, first);
		by_family = call->args[dependent_by(row, call)].family;
		each_word(row->values, check_value, NULL);
		assert_int_not_equal(row->family, FAMILY_NONE);
	}
}

/* A condition may name a constant without saying which value the other argument has. */
static void a_name_has_one_value_for_an_argument(void **state)
{
	const struct dependent *row;

	(void)state;
	for (size_t i = 0; (row = dependent_row(i)); i++) {
		const struct dependent *other = row;

		while ((other = dependent_next(other))) {
			const struct constant *constant, *same;

			for (size_t k = 0; (constant = constant_row(k)); k++) {
				if (constant->family != row->family)
					continue;
				same = constant_find_in(constant->name, other->family);
				if (same && constant_value(same, ARCH_X86_64) !=
						    constant_value(constant, ARCH_X86_64))
					fail_msg("%s has two values for %s", constant->name,
						 row->arg);
			}
		}
	}
}

/* Those that constants.txt sets by hand, as the headers have them. */
static void values_are_those_of_the_headers(void **state)
{
	static const struct {
		const char *name;
		enum family family;
		int64_t value;
	} rows[] = {
#define SAME(family, name) { #name, FAMILY_##family, name }
#define SWAPPED(name)                                                   \
	{                                                               \
#name, FAMILY_ETH_P, ((name) >> 8 | ((name)&0xff) << 8) \
	}
		SWAPPED(ETH_P_802_3),
		SWAPPED(ETH_P_ALL),
		SWAPPED(ETH_P_802_2),
		SWAPPED(ETH_P_CAN),
		SWAPPED(ETH_P_CANFD),
		SWAPPED(ETH_P_LOOP),
		SWAPPED(ETH_P_IP),
		SWAPPED(ETH_P_ARP),
		SWAPPED(ETH_P_RARP),
		SWAPPED(ETH_P_8021Q),
		SWAPPED(ETH_P_8021AD),
		SWAPPED(ETH_P_IPV6),
		SWAPPED(ETH_P_PAE),
		SWAPPED(ETH_P_MPLS_UC),
		SWAPPED(ETH_P_PPP_DISC),
		SWAPPED(ETH_P_LLDP),
		SWAPPED(ETH_P_PPP_SES),
		SWAPPED(ETH_P_1588),
		SWAPPED(ETH_P_TSN),
		SAME(NETLINK, NETLINK_ROUTE),
		SAME(NETLINK, NETLINK_SOCK_DIAG),
		SAME(NETLINK, NETLINK_CRYPTO),
		SAME(CAN_PROTO, CAN_RAW),
		SAME(CAN_PROTO, CAN_J1939),
		SAME(PN_PROTO, PN_PROTO_TRANSPORT),
		SAME(PN_PROTO, PN_PROTO_PHONET),
		SAME(PN_PROTO, PN_PROTO_PIPE),
		SAME(VSOCK_OPT, SO_VM_SOCKETS_BUFFER_SIZE),
		SAME(VSOCK_OPT, SO_VM_SOCKETS_BUFFER_MIN_SIZE),
		SAME(VSOCK_OPT, SO_VM_SOCKETS_BUFFER_MAX_SIZE),
		SAME(VSOCK_OPT, SO_VM_SOCKETS_PEER_HOST_VM_ID),
		SAME(VSOCK_OPT, SO_VM_SOCKETS_TRUSTED),
		SAME(VSOCK_OPT, SO_VM_SOCKETS_NONBLOCK_TXRX),
		SAME(TCP_OPT, TCP_NODELAY),
		SAME(SO, SO_REUSEADDR),
		SAME(FLUSH, TCIFLUSH),
		SAME(FLUSH, TCOFLUSH),
		SAME(FLUSH, TCIOFLUSH),
		SAME(FLOW, TCOOFF),
		SAME(FLOW, TCOON),
		SAME(FLOW, TCIOFF),
		SAME(FLOW, TCION),
		SAME(LEASE, F_RDLCK),
		SAME(LEASE, F_WRLCK),
		SAME(LEASE, F_UNLCK),
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct constant *constant = constant_find_in(rows[i].name, rows[i].family);

		if (!constant || constant_value(constant, ARCH_X86_64) != rows[i].value)
			fail_msg("%s is not %#lx", rows[i].name, (long)rows[i].value);
	}
}

static void a_call_is_told_with_the_constants_that_it_means(void **state)
{
	static const struct {
		const char *call;
		uint64_t args[SYS_ARGS_MAX];
		const char *text;
	} rows[] = {
		{ "socket", { 16, 3, 4 }, "socket(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG)" },
		{ "socket", { 16, 3, 0 }, "socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE)" },
		{ "socket", { 2, 3, 4 }, "socket(AF_INET, SOCK_RAW, IPPROTO_IPIP)" },
		{ "socket", { 10, 2, 0 }, "socket(AF_INET6, SOCK_DGRAM, IPPROTO_IP)" },
		{ "socket", { 1, 1, 0 }, "socket(AF_UNIX, SOCK_STREAM, 0)" },
		{ "socket", { 17, 3, 0x300 }, "socket(AF_PACKET, SOCK_RAW, ETH_P_ALL)" },
		{ "socket", { 17, 3, 3 }, "socket(AF_PACKET, SOCK_RAW, 0x3)" },
		{ "socket", { 29, 3, 1 }, "socket(AF_CAN, SOCK_RAW, CAN_RAW)" },
		{ "socket", { 31, 3, 1 }, "socket(AF_BLUETOOTH, SOCK_RAW, BTPROTO_HCI)" },
		{ "socket", { 33, 2, 10 }, "socket(AF_RXRPC, SOCK_DGRAM, AF_INET6)" },
		{ "socket", { 77, 2, 6 }, "socket(0x4d, SOCK_DGRAM, 6)" },
		/* The kernel does not read what is above 32 bits. */
		{ "socket",
		  { 0x100000010, 3, 0x100000004 },
		  "socket(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG)" },
		{ "setsockopt",
		  { 3, 1, 2, 0, 4 },
		  "setsockopt(3, SOL_SOCKET, SO_REUSEADDR, NULL, 4)" },
		{ "setsockopt", { 3, 6, 1, 0, 4 }, "setsockopt(3, SOL_TCP, TCP_NODELAY, NULL, 4)" },
		{ "getsockopt", { 3, 0, 1, 0, 0 }, "getsockopt(3, SOL_IP, IP_TOS, NULL, NULL)" },
		{ "getsockopt", { 3, 77, 1, 0, 0 }, "getsockopt(3, 0x4d, 1, NULL, NULL)" },
		{ "fcntl", { 3, F_SETFD, 1 }, "fcntl(3, F_SETFD, FD_CLOEXEC)" },
		{ "fcntl", { 3, F_SETFL, 04000 }, "fcntl(3, F_SETFL, O_RDONLY|O_NONBLOCK)" },
		{ "fcntl", { 3, F_DUPFD, 10 }, "fcntl(3, F_DUPFD, 10)" },
		{ "fcntl", { 3, 1033, 9 }, "fcntl(3, F_ADD_SEALS, F_SEAL_SEAL|F_SEAL_WRITE)" },
		{ "ioctl", { 0, 0x540b, 2 }, "ioctl(0, TCFLSH, TCIOFLUSH)" },
		{ "ioctl", { 0, 0x5401, 2 }, "ioctl(0, TCGETS, 2)" },
		{ "prctl",
		  { PR_SET_PDEATHSIG, SIGKILL },
		  "prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)" },
		{ "prctl",
		  { PR_CAPBSET_DROP, 21 },
		  "prctl(PR_CAPBSET_DROP, CAP_SYS_ADMIN, 0, 0, 0)" },
		{ "prctl",
		  { PR_CAP_AMBIENT, 2, 0 },
		  "prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_CHOWN, 0, 0)" },
		{ "prctl",
		  { PR_SET_SECCOMP, 2 },
		  "prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, 0, 0, 0)" },
		{ "prctl", { PR_SET_DUMPABLE, 2 }, "prctl(PR_SET_DUMPABLE, 2, 0, 0, 0)" },
		{ "keyctl",
		  { 0, (uint64_t)-3, 1 },
		  "keyctl(KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 1, 0, 0)" },
		{ "ptrace",
		  { 0x4200, 7, 0, 0x100001 },
		  "ptrace(PTRACE_SETOPTIONS, 7, 0, PTRACE_O_TRACESYSGOOD|PTRACE_O_EXITKILL)" },
		{ "futex",
		  { 0, 0x189, 0, 0, 0, 0xffffffff },
		  "futex(NULL, FUTEX_WAIT_BITSET|FUTEX_PRIVATE_FLAG|FUTEX_CLOCK_REALTIME, 0, NULL, "
		  "NULL, FUTEX_BITSET_MATCH_ANY)" },
		{ "shmget", { 0, 1, 04000 }, "shmget(0, 1, SHM_HUGETLB)" },
		{ "semget", { 0, 1, 01000 }, "semget(0, 1, IPC_CREAT)" },
		{ "shmctl", { 1, 11, 0 }, "shmctl(1, SHM_LOCK, NULL)" },
		{ "semctl", { 1, 0, 11, 0 }, "semctl(1, 0, GETPID, 0)" },
		{ "msgctl", { 1, 11, 0 }, "msgctl(1, MSG_STAT, NULL)" },
		{ "mmap",
		  { 0, 1, 1, 0x54040022, 3, 0 },
		  "mmap(0, 1, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB|MAP_HUGE_2MB, 3, "
		  "0)" },
		{ "mmap",
		  { 0, 1, 1, 8 | 0x20, 3, 0 },
		  "mmap(0, 1, PROT_READ, MAP_DROPPABLE|MAP_ANONYMOUS, 3, 0)" },
		{ "mmap",
		  { 0, 1, 1, 0x80003, 3, 0 },
		  "mmap(0, 1, PROT_READ, MAP_SHARED_VALIDATE|MAP_SYNC, 3, 0)" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct sys_call *call = sys_call_find(ARCH_X86_64, rows[i].call);
		struct strbuf buf = { 0 };

		call_format(&buf, ARCH_X86_64, (uint32_t)call->nr[ARCH_X86_64], rows[i].args);
		assert_string_equal(buf.text, rows[i].text);
		strbuf_finish(&buf);
	}
}

/* Which values occurred together was not recorded: a name is used if it fits all possible
 * values. */
static void a_recording_names_only_what_all_may_mean(void **state)
{
	static const struct {
		uint64_t domains[2];
		size_t n;
		uint64_t protocol;
		const char *text;
	} rows[] = {
		{ { 16 }, 1, 4, "domain in AF_NETLINK and protocol in NETLINK_SOCK_DIAG" },
		{ { 2, 10 }, 2, 6, "domain in AF_INET AF_INET6 and protocol in IPPROTO_TCP" },
		{ { 2, 16 }, 2, 4, "domain in AF_INET AF_NETLINK and protocol in 0x4" },
		{ { 1, 2 }, 2, 0, "domain in AF_UNIX AF_INET and protocol in 0" },
		{ { 1 }, 1, 0, "domain in AF_UNIX and protocol in 0" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct sys_call *row = sys_call_find(ARCH_X86_64, "socket");
		uint64_t domains[2] = { rows[i].domains[0], rows[i].domains[1] };
		uint64_t protocol = rows[i].protocol;
		struct record_call call = { .arch = ARCH_X86_64,
					    .nr = (uint32_t)row->nr[ARCH_X86_64],
					    .allowed = 1 };
		struct learn_source source = { .args = LEARN_ARGS_ALL };
		struct strbuf condition = { 0 }, note = { 0 };

		call.values[0].v = domains;
		call.values[0].n = rows[i].n;
		call.values[2].v = &protocol;
		call.values[2].n = 1;
		family_condition(&call, &source, &condition, &note);
		assert_string_equal(condition.text, rows[i].text);
		strbuf_finish(&condition);
		strbuf_finish(&note);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_names_what_is_there),
		cmocka_unit_test(a_name_has_one_value_for_an_argument),
		cmocka_unit_test(values_are_those_of_the_headers),
		cmocka_unit_test(a_call_is_told_with_the_constants_that_it_means),
		cmocka_unit_test(a_recording_names_only_what_all_may_mean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
