// SPDX-License-Identifier: GPL-2.0-or-later
/* What a program does that was taken over: exits with 0 if it got what it wanted, else with 1. */
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <unistd.h>

static int read_hidden(void)
{
	char byte;
	int fd = open("/etc/shadow", O_RDONLY | O_CLOEXEC);

	return fd >= 0 && read(fd, &byte, 1) == 1;
}

/* Of the kinds that no profile has a use for. */
static int make_raw_socket(void)
{
	return socket(AF_PACKET, SOCK_RAW, 0) >= 0 || socket(AF_VSOCK, SOCK_STREAM, 0) >= 0;
}

static int make_network_socket(void)
{
	return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) >= 0;
}

/* Does not return if it succeeds. */
static int start_shell(void)
{
	execl("/bin/sh", "sh", "-c", "exit 0", (char *)NULL);
	return 0;
}

static int trace(void)
{
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0;
}

static const struct {
	const char *name;
	int (*try)(void);
} misdeeds[] = {
	{ "hidden", read_hidden }, { "raw", make_raw_socket }, { "net", make_network_socket },
	{ "shell", start_shell },  { "ptrace", trace },
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc == 2 && i < sizeof(misdeeds) / sizeof(misdeeds[0]); i++)
		if (!strcmp(misdeeds[i].name, argv[1]))
			return !misdeeds[i].try();
	fputs("usage: misdeed hidden|raw|net|shell|ptrace\n", stderr);
	return 2;
}
