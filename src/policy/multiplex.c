// SPDX-License-Identifier: GPL-2.0-or-later
/* Numbers of the calls behind socketcall and ipc; the kernel masks only those of ipc
 * (ipc/syscall.c). */
#include "policy/multiplex.h"

#include "base/str.h"

enum { X86_SOCKETCALL = 102, X86_IPC = 117, IPC_CALL_MASK = 0xffff };

// clang-format off
static const struct {
	const char *name;
	uint32_t number;
} socket_calls[] = {
	{ "socket", 1 },       { "bind", 2 },        { "connect", 3 },      { "listen", 4 },
	{ "accept", 5 },       { "getsockname", 6 }, { "getpeername", 7 },  { "socketpair", 8 },
	{ "send", 9 },         { "recv", 10 },       { "sendto", 11 },      { "recvfrom", 12 },
	{ "shutdown", 13 },    { "setsockopt", 14 }, { "getsockopt", 15 },  { "sendmsg", 16 },
	{ "recvmsg", 17 },     { "accept4", 18 },    { "recvmmsg", 19 },    { "sendmmsg", 20 },
}, ipc_calls[] = {
	{ "semop", 1 },        { "semget", 2 },      { "semctl", 3 },       { "semtimedop", 4 },
	{ "msgsnd", 11 },      { "msgrcv", 12 },     { "msgget", 13 },      { "msgctl", 14 },
	{ "shmat", 21 },       { "shmdt", 22 },      { "shmget", 23 },      { "shmctl", 24 },
};
// clang-format on

bool multiplex_find(const char *name, struct multiplex *ret_multiplex)
{
	for (size_t i = 0; i < ARRAY_SIZE(socket_calls); i++) {
		if (!str_eq(socket_calls[i].name, name))
			continue;
		*ret_multiplex = (struct multiplex){ X86_SOCKETCALL, UINT32_MAX,
						     socket_calls[i].number };
		return true;
	}
	for (size_t i = 0; i < ARRAY_SIZE(ipc_calls); i++) {
		if (!str_eq(ipc_calls[i].name, name))
			continue;
		*ret_multiplex = (struct multiplex){ X86_IPC, IPC_CALL_MASK, ipc_calls[i].number };
		return true;
	}
	return false;
}
