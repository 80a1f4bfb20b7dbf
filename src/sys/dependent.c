// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The rows follow the kernel's switches and function tables: create() of net/FAMILY/, setsockopt()
 * of each level, fcntl(2), prctl(2) and so on. The names are those of its uapi headers.
 */
#include "sys/dependent.h"

#include <stdio.h>

#include "base/mem.h"

#define ROW(calls, arg, by, values, family)             \
	{                                               \
		calls, arg, by, values, FAMILY_##family \
	}
#define PROTOCOL(values, family)    ROW("socket socketpair", "protocol", "domain", values, family)
#define OPTION(values, family)	    ROW("setsockopt getsockopt", "optname", "level", values, family)
#define FCNTL(values, family)	    ROW("fcntl fcntl64", "arg", "cmd", values, family)
#define IOCTL(values, family)	    ROW("ioctl", "arg", "cmd", values, family)
#define PRCTL(arg, values, family)  ROW("prctl", arg, "option", values, family)
#define KEYCTL(arg, values, family) ROW("keyctl", arg, "operation", values, family)
#define PTRACE(values, family)	    ROW("ptrace", "data", "request", values, family)

/* clang-format off */
static const struct dependent rows[] = {
	PROTOCOL("AF_INET AF_INET6", IPPROTO),
	PROTOCOL("AF_NETLINK", NETLINK),
	PROTOCOL("AF_PACKET", ETH_P),
	PROTOCOL("AF_BLUETOOTH", BTPROTO),
	PROTOCOL("AF_CAN", CAN_PROTO),
	PROTOCOL("AF_NFC", NFC_PROTO),
	PROTOCOL("AF_SMC", SMC_PROTO),
	PROTOCOL("AF_KCM", KCM_PROTO),
	PROTOCOL("AF_PHONET", PN_PROTO),
	PROTOCOL("AF_CAIF", CAIF_PROTO),
	PROTOCOL("AF_PPPOX", PX_PROTO),
	PROTOCOL("AF_KEY", PF_KEY),
	PROTOCOL("AF_RXRPC", AF), /* of the transport */

	OPTION("SOL_SOCKET", SO),
	OPTION("SOL_IP", IP_OPT),
	OPTION("SOL_IPV6", IPV6_OPT),
	OPTION("SOL_ICMPV6", ICMPV6_OPT),
	OPTION("SOL_TCP", TCP_OPT),
	OPTION("SOL_UDP SOL_UDPLITE", UDP_OPT),
	OPTION("SOL_RAW", RAW_OPT),
	OPTION("SOL_NETLINK", NETLINK_OPT),
	OPTION("SOL_PACKET", PACKET_OPT),
	OPTION("SOL_TLS", TLS_OPT),
	OPTION("SOL_ALG", ALG_OPT),
	OPTION("SOL_XDP", XDP_OPT),
	OPTION("SOL_TIPC", TIPC_OPT),
	OPTION("SOL_DCCP", DCCP_OPT),
	OPTION("SOL_MPTCP", MPTCP_OPT),
	OPTION("SOL_KCM", KCM_OPT),
	OPTION("SOL_CAN_RAW", CAN_RAW_OPT),
	OPTION("AF_VSOCK", VSOCK_OPT),

	FCNTL("F_SETFD", FD_VALUE),
	FCNTL("F_SETFL", OPEN),
	FCNTL("F_SETLEASE", LEASE),
	FCNTL("F_NOTIFY", DN),
	FCNTL("F_ADD_SEALS", SEAL),
	FCNTL("F_SETSIG", SIGNAL),

	IOCTL("TCFLSH", FLUSH),
	IOCTL("TCXONC", FLOW),
	IOCTL("KDSETMODE", KD_MODE),
	IOCTL("KDSKBMODE", K_MODE),

	PRCTL("arg2", "PR_SET_PDEATHSIG", SIGNAL),
	PRCTL("arg2", "PR_SET_SECCOMP", SECCOMP_MODE),
	PRCTL("arg2", "PR_CAPBSET_READ PR_CAPBSET_DROP", CAP),
	PRCTL("arg2", "PR_CAP_AMBIENT", CAP_AMBIENT),
	PRCTL("arg3", "PR_CAP_AMBIENT", CAP),
	PRCTL("arg2", "PR_SET_SECUREBITS", SECBIT),
	PRCTL("arg2", "PR_MCE_KILL", MCE_KILL),
	PRCTL("arg3", "PR_MCE_KILL", MCE_POLICY),
	PRCTL("arg2", "PR_SET_MM", SET_MM),
	PRCTL("arg2", "PR_SET_TSC", TSC),
	PRCTL("arg2", "PR_GET_SPECULATION_CTRL PR_SET_SPECULATION_CTRL", SPEC),
	PRCTL("arg3", "PR_SET_SPECULATION_CTRL", SPEC_CTRL),
	PRCTL("arg2", "PR_SET_VMA", VMA),
	PRCTL("arg2", "PR_SET_MDWE", MDWE),
	PRCTL("arg2", "PR_SCHED_CORE", SCHED_CORE),
	PRCTL("arg2", "PR_SET_SYSCALL_USER_DISPATCH", DISPATCH),
	PRCTL("arg2", "PR_SET_PTRACER", PTRACER),

	KEYCTL("arg2", "KEYCTL_GET_KEYRING_ID KEYCTL_UPDATE KEYCTL_REVOKE KEYCTL_CHOWN KEYCTL_SETPERM "
		       "KEYCTL_DESCRIBE KEYCTL_CLEAR KEYCTL_LINK KEYCTL_UNLINK KEYCTL_SEARCH KEYCTL_READ "
		       "KEYCTL_SET_TIMEOUT KEYCTL_INVALIDATE KEYCTL_MOVE KEYCTL_RESTRICT_KEYRING", KEYRING),
	KEYCTL("arg2", "KEYCTL_SET_REQKEY_KEYRING", REQKEY),
	KEYCTL("arg3", "KEYCTL_LINK KEYCTL_UNLINK KEYCTL_MOVE", KEYRING),

	PTRACE("PTRACE_SETOPTIONS PTRACE_SEIZE", PTRACE_O),
	PTRACE("PTRACE_CONT PTRACE_SYSCALL PTRACE_SINGLESTEP PTRACE_DETACH", SIGNAL),

	ROW("arch_prctl", "addr", "code", "ARCH_SHSTK_ENABLE ARCH_SHSTK_DISABLE ARCH_SHSTK_LOCK ARCH_SHSTK_UNLOCK", SHSTK),
	ROW("futex futex_time64", "val3", "futex_op", "FUTEX_WAIT_BITSET FUTEX_WAKE_BITSET", BITSET),
};
/* clang-format on */

const struct dependent *dependent_row(size_t i)
{
	return i < ARRAY_SIZE(rows) ? &rows[i] : NULL;
}

static bool has_word(const char *words, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = words; *at; at++) {
		if (*at == *word && !strncmp(at, word, len) && (at[len] == ' ' || !at[len]))
			return true;
		while (*at != ' ')
			if (!*++at)
				return false;
	}
	return false;
}

const struct dependent *dependent_first(const struct sys_call *call, unsigned int index)
{
	const char *calls = NULL;
	bool is_its = false;

	if (!call || index >= call->n_args)
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		/* Rows of the same calls are adjacent, and most calls have none. */
		if (rows[i].calls != calls) {
			calls = rows[i].calls;
			is_its = has_word(calls, call->name);
		}
		if (is_its && str_eq(rows[i].arg, sys_arg_label(&call->args[index])))
			return &rows[i];
	}
	return NULL;
}

const struct dependent *dependent_next(const struct dependent *row)
{
	for (const struct dependent *next = row + 1; next < rows + ARRAY_SIZE(rows); next++)
		if (str_eq(next->calls, row->calls) && str_eq(next->arg, row->arg))
			return next;
	return NULL;
}

int dependent_by(const struct dependent *row, const struct sys_call *call)
{
	return sys_call_arg(call, row->by);
}

/* In futex's operation, only some bits say which one it is. */
static bool is_for(const struct dependent *row, const struct sys_arg *by, enum arch arch,
		   uint64_t value)
{
	uint64_t mask = family_get(by->family)->enum_mask;
	const char *at = row->values;
	char name[56];

	value = sys_arg_bits(arch, by->kind, value);
	while (*at) {
		size_t len = strcspn(at, " ");
		const struct constant *constant;

		snprintf(name, sizeof(name), "%.*s", (int)len, at);
		constant = constant_find_in(name, by->family);
		if (constant &&
		    (value & mask) ==
			    sys_arg_bits(arch, by->kind, (uint64_t)constant_value(constant, arch)))
			return true;
		at += len + (at[len] == ' ');
	}
	return false;
}

enum family dependent_family(const struct sys_call *call, enum arch arch, unsigned int index,
			     const uint64_t args[SYS_ARGS_MAX])
{
	const struct dependent *first = dependent_first(call, index);

	if (!call || index >= call->n_args)
		return FAMILY_NONE;
	if (!first)
		return call->args[index].family;
	for (const struct dependent *row = first; row; row = dependent_next(row)) {
		int by = dependent_by(row, call);

		if (by >= 0 && is_for(row, &call->args[by], arch, args[by]))
			return row->family;
	}
	return FAMILY_NONE;
}

void vocabulary_add(struct vocabulary *words, enum family family)
{
	for (size_t i = 0; i < words->n; i++)
		if (words->v[i] == family)
			return;
	if (words->n < ARRAY_SIZE(words->v))
		words->v[words->n++] = family;
	else
		words->is_any = true;
}

void vocabulary_format(const struct vocabulary *words, struct strbuf *buf, enum arch arch,
		       uint64_t value)
{
	struct strbuf first = { 0 }, other = { 0 };
	bool is_agreed = words->n && !words->is_any;

	for (size_t i = 0; is_agreed && i < words->n; i++) {
		constant_format(i ? &other : &first, arch, words->v[i], value);
		is_agreed = !i || str_eq(first.text, other.text);
		strbuf_finish(&other);
	}
	if (is_agreed)
		strbuf_puts(buf, first.text);
	else
		constant_format(buf, arch, FAMILY_NONE, value);
	strbuf_finish(&first);
}
