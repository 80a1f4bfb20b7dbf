// SPDX-License-Identifier: GPL-2.0-or-later
/* Calls of causes.c to internet addresses: direct, behind a message, and behind a multiplexer. */
#include "tests/payload/payload.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CALL(...) syscall(__VA_ARGS__)

bool is_call_to_internet(const char *call)
{
	static const char *const calls[] = { "connect:in", "connect:later", "connect:own", "bind",
					     "sendto",	   "sendmsg",	    "sendmmsg" };

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (!strcmp(call, calls[i]))
			return true;
	return !strncmp(call, "socketcall", 10);
}

/* Connects to a listener of its own without waiting for it. */
static long connect_to_own(const struct sockaddr_in *address)
{
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (bind(listener, (const struct sockaddr *)address, sizeof(*address)) ||
	    listen(listener, 1))
		return -1;
	return CALL(SYS_connect, fd, address, sizeof(*address));
}

static long send_message(const char *call, struct sockaddr_in *address)
{
	struct iovec vec = { (char *)"x", 1 };
	struct mmsghdr message = { .msg_hdr = { .msg_name = address,
						.msg_namelen = sizeof(*address),
						.msg_iov = &vec,
						.msg_iovlen = 1 } };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	return !strcmp(call, "sendmsg") ? CALL(SYS_sendmsg, fd, &message.msg_hdr, 0)
					: CALL(SYS_sendmmsg, fd, &message, 1, 0);
}

/* Makes the call as i386's socketcall(2), which takes pointers to its words. */
static long call_multiplexer(const char *call, const struct sockaddr_in *address)
{
	enum { CONNECT = 3, SENDTO = 11, SENDMSG = 16, NR_SOCKETCALL = 102 };
	bool is_stream = !strcmp(call, "socketcall:connect");
	bool is_message = !strcmp(call, "socketcall:sendmsg");
	uint32_t *at = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	uint32_t to = (uint32_t)(uintptr_t)(at + 64), message = (uint32_t)(uintptr_t)(at + 32);
	uint32_t fd = (uint32_t)socket(AF_INET, (is_stream ? SOCK_STREAM : SOCK_DGRAM), 0);
	const uint32_t size = sizeof(*address);
	const uint32_t words[][6] = { { fd, to, size },
				      { fd, to, 1, 0, to, size },
				      { fd, message } };
	const long calls[] = { CONNECT, SENDTO, SENDMSG };
	int which = is_stream ? 0 : is_message ? 2 : 1;
	long ret;

	memcpy(at, words[which], sizeof(words[which]));
	memcpy(at + 64, address, size);
	at[32] = to;
	at[33] = size;
	__asm__ volatile("int $0x80"
			 : "=a"(ret)
			 : "a"(NR_SOCKETCALL), "b"(calls[which]), "c"(at)
			 : "memory", "r8", "r9", "r10", "r11");
	errno = ret < 0 ? (int)-ret : 0;
	return ret;
}

long call_to_internet(const char *call, char **args)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_port = htons((uint16_t)atoi(args[1])) };
	int is_udp = !strncmp(call, "sendto", 6);
	int fd = socket(AF_INET, (is_udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC, 0);
	long ret = -1;

	inet_pton(AF_INET, args[0], &address.sin_addr);
	if (!strncmp(call, "socketcall", 10))
		return call_multiplexer(call, &address);
	if (!strcmp(call, "connect:own"))
		return connect_to_own(&address);
	if (!strncmp(call, "sendm", 5))
		return send_message(call, &address);
	if (!strcmp(call, "connect:later"))
		fcntl(fd, F_SETFL, O_NONBLOCK);
	if (is_udp)
		ret = CALL(SYS_sendto, fd, "x", 1, 0, &address, sizeof(address));
	else if (!strcmp(call, "connect:in") || !strcmp(call, "connect:later"))
		ret = CALL(SYS_connect, fd, &address, sizeof(address));
	else
		ret = CALL(SYS_bind, fd, &address, sizeof(address));
	return ret < 0 ? ret : close(fd);
}
