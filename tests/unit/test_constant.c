// SPDX-License-Identifier: GPL-2.0-or-later
/* Constants by name, values by family, and the table of both. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "sys/constant.h"

#define ROW(family, name)                    \
	{                                    \
#name, FAMILY_##family, name \
	}

/*
 * The values that constants.txt sets by hand, against libc's headers, which have them from
 * elsewhere. Those from the kernel's headers need no second check.
 */
/* clang-format off */
static const struct {
	const char *name;
	enum family family;
	int64_t value;
} values_by_hand[] = {
	ROW(OPEN, O_TMPFILE),
	ROW(OPEN, O_DIRECT),
	ROW(OPEN, O_DIRECTORY),
	ROW(OPEN, O_NOFOLLOW),
	ROW(OPEN, O_ASYNC),
	ROW(FD, O_DIRECT),
	ROW(ACCESS, F_OK),
	ROW(ACCESS, R_OK),
	ROW(ACCESS, W_OK),
	ROW(ACCESS, X_OK),
	ROW(SPLICE, SPLICE_F_MOVE),
	ROW(SPLICE, SPLICE_F_NONBLOCK),
	ROW(SPLICE, SPLICE_F_MORE),
	ROW(SPLICE, SPLICE_F_GIFT),
#ifdef RWF_NOAPPEND /* newer than some of the libcs that pinfold is built with */
	ROW(RWF, RWF_NOAPPEND),
#endif
	ROW(EFD, EFD_SEMAPHORE),
	ROW(EFD, EFD_CLOEXEC),
	ROW(EFD, EFD_NONBLOCK),
	ROW(SFD, SFD_CLOEXEC),
	ROW(SFD, SFD_NONBLOCK),
	ROW(TFD_INIT, TFD_CLOEXEC),
	ROW(TFD_INIT, TFD_NONBLOCK),
	ROW(TFD_SET, TFD_TIMER_ABSTIME),
	ROW(TFD_SET, TFD_TIMER_CANCEL_ON_SET),
	ROW(TIMER, TIMER_ABSTIME),
	ROW(UFFD, O_CLOEXEC),
	ROW(UFFD, O_NONBLOCK),
	ROW(AF, AF_UNSPEC),
	ROW(AF, AF_UNIX),
	ROW(AF, AF_INET),
	ROW(AF, AF_AX25),
	ROW(AF, AF_IPX),
	ROW(AF, AF_APPLETALK),
	ROW(AF, AF_NETROM),
	ROW(AF, AF_BRIDGE),
	ROW(AF, AF_ATMPVC),
	ROW(AF, AF_X25),
	ROW(AF, AF_INET6),
	ROW(AF, AF_ROSE),
	ROW(AF, AF_DECnet),
	ROW(AF, AF_NETBEUI),
	ROW(AF, AF_SECURITY),
	ROW(AF, AF_KEY),
	ROW(AF, AF_NETLINK),
	ROW(AF, AF_PACKET),
	ROW(AF, AF_ASH),
	ROW(AF, AF_ECONET),
	ROW(AF, AF_ATMSVC),
	ROW(AF, AF_RDS),
	ROW(AF, AF_SNA),
	ROW(AF, AF_IRDA),
	ROW(AF, AF_PPPOX),
	ROW(AF, AF_WANPIPE),
	ROW(AF, AF_LLC),
	ROW(AF, AF_IB),
	ROW(AF, AF_MPLS),
	ROW(AF, AF_CAN),
	ROW(AF, AF_TIPC),
	ROW(AF, AF_BLUETOOTH),
	ROW(AF, AF_IUCV),
	ROW(AF, AF_RXRPC),
	ROW(AF, AF_ISDN),
	ROW(AF, AF_PHONET),
	ROW(AF, AF_IEEE802154),
	ROW(AF, AF_CAIF),
	ROW(AF, AF_ALG),
	ROW(AF, AF_NFC),
	ROW(AF, AF_VSOCK),
	ROW(AF, AF_KCM),
	ROW(AF, AF_QIPCRTR),
	ROW(AF, AF_SMC),
	ROW(AF, AF_XDP),
	ROW(AF, AF_MCTP),
	ROW(AF, AF_LOCAL),
	ROW(AF, AF_ROUTE),
	ROW(AF, PF_UNSPEC),
	ROW(AF, PF_UNIX),
	ROW(AF, PF_LOCAL),
	ROW(AF, PF_INET),
	ROW(AF, PF_INET6),
	ROW(AF, PF_NETLINK),
	ROW(AF, PF_PACKET),
	ROW(SOCK, SOCK_STREAM),
	ROW(SOCK, SOCK_DGRAM),
	ROW(SOCK, SOCK_RAW),
	ROW(SOCK, SOCK_RDM),
	ROW(SOCK, SOCK_SEQPACKET),
	ROW(SOCK, SOCK_DCCP),
	ROW(SOCK, SOCK_PACKET),
	ROW(SOCK, SOCK_CLOEXEC),
	ROW(SOCK, SOCK_NONBLOCK),
	ROW(SOL, SOL_SOCKET),
	ROW(SOL, SOL_IP),
	ROW(SOL, SOL_IPV6),
	ROW(SOL, SOL_ICMPV6),
	ROW(SOL, SOL_RAW),
	ROW(SOL, SOL_DECNET),
	ROW(SOL, SOL_X25),
	ROW(SOL, SOL_PACKET),
	ROW(SOL, SOL_ATM),
	ROW(SOL, SOL_AAL),
	ROW(SOL, SOL_IRDA),
	ROW(SOL, SOL_NETBEUI),
	ROW(SOL, SOL_LLC),
	ROW(SOL, SOL_DCCP),
	ROW(SOL, SOL_NETLINK),
	ROW(SOL, SOL_TIPC),
	ROW(SOL, SOL_RXRPC),
	ROW(SOL, SOL_PPPOL2TP),
	ROW(SOL, SOL_BLUETOOTH),
	ROW(SOL, SOL_PNPIPE),
	ROW(SOL, SOL_RDS),
	ROW(SOL, SOL_IUCV),
	ROW(SOL, SOL_CAIF),
	ROW(SOL, SOL_ALG),
	ROW(SOL, SOL_NFC),
	ROW(SOL, SOL_KCM),
	ROW(SOL, SOL_TLS),
	ROW(SOL, SOL_XDP),
	ROW(SOL, SOL_MPTCP),
	ROW(SOL, SOL_MCTP),
	ROW(SOL, SOL_SMC),
	ROW(SOL, IPPROTO_IP),
	ROW(SOL, IPPROTO_TCP),
	ROW(SOL, IPPROTO_UDP),
	ROW(SOL, IPPROTO_IPV6),
	ROW(SOL, IPPROTO_ICMPV6),
	ROW(SO, SO_SNDTIMEO),
	ROW(SO, SO_TIMESTAMP),
	ROW(SO, SO_TIMESTAMPNS),
	ROW(SO, SO_TIMESTAMPING),
	ROW(MSG, MSG_OOB),
	ROW(MSG, MSG_PEEK),
	ROW(MSG, MSG_DONTROUTE),
	ROW(MSG, MSG_CTRUNC),
	ROW(MSG, MSG_TRUNC),
	ROW(MSG, MSG_DONTWAIT),
	ROW(MSG, MSG_EOR),
	ROW(MSG, MSG_WAITALL),
	ROW(MSG, MSG_FIN),
	ROW(MSG, MSG_SYN),
	ROW(MSG, MSG_CONFIRM),
	ROW(MSG, MSG_RST),
	ROW(MSG, MSG_ERRQUEUE),
	ROW(MSG, MSG_NOSIGNAL),
	ROW(MSG, MSG_MORE),
	ROW(MSG, MSG_WAITFORONE),
	ROW(MSG, MSG_BATCH),
	ROW(MSG, MSG_ZEROCOPY),
	ROW(MSG, MSG_FASTOPEN),
	ROW(MSG, MSG_CMSG_CLOEXEC),
	ROW(SHUT, SHUT_RD),
	ROW(SHUT, SHUT_WR),
	ROW(SHUT, SHUT_RDWR),
	ROW(MAP, MAP_ANON),
	ROW(IPC_FLAGS, IPC_CREAT),
	ROW(IPC_FLAGS, IPC_EXCL),
	ROW(IPC_FLAGS, IPC_NOWAIT),
	ROW(SHM_FLAGS, SHM_HUGETLB),
	ROW(SHM_FLAGS, SHM_NORESERVE),
	ROW(SHM_AT, SHM_RDONLY),
	ROW(SHM_AT, SHM_RND),
	ROW(SHM_AT, SHM_REMAP),
	ROW(SHM_AT, SHM_EXEC),
	ROW(SHM_CMD, IPC_RMID),
	ROW(MSG_CMD, IPC_RMID),
	ROW(SEM_CMD, IPC_RMID),
	ROW(SHM_CMD, IPC_SET),
	ROW(MSG_CMD, IPC_SET),
	ROW(SEM_CMD, IPC_SET),
	ROW(SHM_CMD, IPC_STAT),
	ROW(MSG_CMD, IPC_STAT),
	ROW(SEM_CMD, IPC_STAT),
	ROW(SHM_CMD, IPC_INFO),
	ROW(MSG_CMD, IPC_INFO),
	ROW(SEM_CMD, IPC_INFO),
	ROW(SHM_CMD, SHM_LOCK),
	ROW(SHM_CMD, SHM_UNLOCK),
	ROW(SHM_CMD, SHM_STAT),
	ROW(SHM_CMD, SHM_INFO),
	ROW(SHM_CMD, SHM_STAT_ANY),
	ROW(MSG_CMD, MSG_STAT),
	ROW(MSG_CMD, MSG_INFO),
	ROW(MSG_CMD, MSG_STAT_ANY),
	ROW(SEM_CMD, SEM_STAT),
	ROW(SEM_CMD, SEM_INFO),
	ROW(SEM_CMD, SEM_STAT_ANY),
	ROW(SEM_CMD, GETPID),
	ROW(SEM_CMD, GETVAL),
	ROW(SEM_CMD, GETALL),
	ROW(SEM_CMD, GETNCNT),
	ROW(SEM_CMD, GETZCNT),
	ROW(SEM_CMD, SETVAL),
	ROW(SEM_CMD, SETALL),
	ROW(CLONE, SIGCHLD),
	ROW(WAIT, WSTOPPED),
	ROW(SCHED, SCHED_OTHER),
	ROW(MNT, MNT_FORCE),
	ROW(MNT, MNT_DETACH),
	ROW(MNT, MNT_EXPIRE),
	ROW(MNT, UMOUNT_NOFOLLOW),
	ROW(SWAP, SWAP_FLAG_PREFER),
	ROW(SWAP, SWAP_FLAG_DISCARD),
};
/* clang-format on */

static void values_by_hand_are_those_of_libc(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(values_by_hand); i++) {
		const struct constant *constant = constant_find_in(values_by_hand[i].name,
								   values_by_hand[i].family);

		assert_non_null(constant);
		/* libc has some of them as int, with the highest bit as the sign. */
		if ((uint32_t)constant_value(constant, arch_native()) !=
		    (uint32_t)values_by_hand[i].value)
			fail_msg("%s is %#llx, not %#llx", values_by_hand[i].name,
				 (unsigned long long)constant_value(constant, arch_native()),
				 (unsigned long long)values_by_hand[i].value);
	}
}

static void ambiguous_names_go_to_the_family_that_is_wanted(void **state)
{
	(void)state;
	assert_int_equal(constant_find("O_CLOEXEC", FAMILY_OPEN)->family, FAMILY_OPEN);
	assert_int_equal(constant_find("O_CLOEXEC", FAMILY_FD)->family, FAMILY_FD);
	assert_int_equal(constant_find("O_CLOEXEC", FAMILY_AF)->family, FAMILY_OPEN);
	assert_int_equal(constant_find("IPPROTO_TCP", FAMILY_SOL)->family, FAMILY_SOL);
	assert_null(constant_find("O_CLOSE", FAMILY_OPEN));
	assert_null(constant_find("", FAMILY_NONE));
}

/* Reads "A|B|0x1" as the policy language does. */
static uint64_t read_back(enum arch arch, enum family family, char *text)
{
	uint64_t value = 0;
	char *save = NULL;

	for (char *term = strtok_r(text, "|", &save); term; term = strtok_r(NULL, "|", &save)) {
		const struct constant *constant = constant_find_in(term, family);

		if (constant)
			value |= (uint64_t)constant_value(constant, arch);
		else if (str_starts(term, "0o"))
			value |= strtoull(term + 2, NULL, 8);
		else if (str_starts(term, "0x"))
			value |= strtoull(term + 2, NULL, 16);
		else
			assert_string_equal(term, "0");
	}
	return value;
}

static void printed_values_read_back_as_themselves(void **state)
{
	unsigned int seed = 1;

	(void)state;
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
		for (int family = 0; family < FAMILY_COUNT; family++) {
			for (int round = 0; round < 200; round++) {
				struct strbuf buf = { 0 };
				uint64_t value = (uint64_t)rand_r(&seed) << 9 ^
						 (uint64_t)rand_r(&seed);

				value &= round < 20 ? (uint64_t)round
						    : 1ULL << (round % 40) | value;
				constant_format(&buf, arch, family, value);
				assert_true(read_back(arch, family, buf.text) == value);
				strbuf_finish(&buf);
			}
		}
	}
}

static void values_are_printed_as_a_person_would_write_them(void **state)
{
	static const struct {
		enum arch arch;
		enum family family;
		uint64_t value;
		const char *text;
	} rows[] = {
		{ ARCH_X86_64, FAMILY_OPEN, 0, "O_RDONLY" },
		{ ARCH_X86_64, FAMILY_OPEN, 02000000, "O_RDONLY|O_CLOEXEC" },
		{ ARCH_X86_64, FAMILY_OPEN, 02000102, "O_RDWR|O_CREAT|O_CLOEXEC" },
		{ ARCH_X86_64, FAMILY_OPEN, 020200002, "O_RDWR|O_TMPFILE" },
		{ ARCH_X86_64, FAMILY_OPEN, 0200000, "O_RDONLY|O_DIRECTORY" },
		{ ARCH_AARCH64, FAMILY_OPEN, 0200000, "O_RDONLY|O_DIRECT" },
		{ ARCH_AARCH64, FAMILY_OPEN, 020040002, "O_RDWR|O_TMPFILE" },
		{ ARCH_X86_64, FAMILY_OPEN, 04010000, "O_RDONLY|O_SYNC" },
		{ ARCH_X86_64, FAMILY_OPEN, 010000, "O_RDONLY|O_DSYNC" },
		{ ARCH_X86_64, FAMILY_OPEN, 0100000, "O_RDONLY|O_LARGEFILE" },
		{ ARCH_X86_64, FAMILY_OPEN, 0x80000000, "O_RDONLY|0x80000000" },
		{ ARCH_X86_64, FAMILY_AF, 1, "AF_UNIX" },
		{ ARCH_X86_64, FAMILY_AF, 99, "0x63" },
		{ ARCH_X86_64, FAMILY_SOCK, 02000001, "SOCK_STREAM|SOCK_CLOEXEC" },
		{ ARCH_X86_64, FAMILY_PROT, 0, "PROT_NONE" },
		{ ARCH_X86_64, FAMILY_PROT, 5, "PROT_READ|PROT_EXEC" },
		{ ARCH_X86_64, FAMILY_MAP, 0x22, "MAP_PRIVATE|MAP_ANONYMOUS" },
		{ ARCH_X86_64, FAMILY_CLONE, 0x4111, "SIGCHLD|CLONE_VM|CLONE_VFORK" },
		{ ARCH_X86_64, FAMILY_CLONE, 0x200000000, "CLONE_INTO_CGROUP" },
		{ ARCH_X86_64, FAMILY_FUTEX, 0x80, "FUTEX_WAIT|FUTEX_PRIVATE_FLAG" },
		{ ARCH_X86_64, FAMILY_FUTEX, 0x189,
		  "FUTEX_WAIT_BITSET|FUTEX_PRIVATE_FLAG|FUTEX_CLOCK_REALTIME" },
		{ ARCH_X86_64, FAMILY_MODE, 0644, "0o644" },
		{ ARCH_X86_64, FAMILY_MODE, 0100644, "S_IFREG|0o644" },
		{ ARCH_X86_64, FAMILY_MODE, 0, "0" },
		{ ARCH_X86_64, FAMILY_AT_FD, 0xffffff9c, "AT_FDCWD" },
		{ ARCH_X86_64, FAMILY_AT_FD, 3, "0x3" },
		{ ARCH_X86_64, FAMILY_IOCTL, 0x5401, "TCGETS" },
		{ ARCH_X86_64, FAMILY_IOCTL, 0x80086601, "FS_IOC_GETFLAGS" },
		{ ARCH_X86, FAMILY_IOCTL, 0x80046601, "FS_IOC_GETFLAGS" },
		{ ARCH_X86_64, FAMILY_SOCKOPT, 1, "0x1" },
		{ ARCH_X86_64, FAMILY_SIGNAL, 0, "0" },
		{ ARCH_X86_64, FAMILY_NONE, 42, "0x2a" },
		{ ARCH_X86_64, FAMILY_GRND, 0, "0" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct strbuf buf = { 0 };

		constant_format(&buf, rows[i].arch, rows[i].family, rows[i].value);
		assert_string_equal(buf.text, rows[i].text);
		strbuf_finish(&buf);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_by_hand_are_those_of_libc),
		cmocka_unit_test(ambiguous_names_go_to_the_family_that_is_wanted),
		cmocka_unit_test(printed_values_read_back_as_themselves),
		cmocka_unit_test(values_are_printed_as_a_person_would_write_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
