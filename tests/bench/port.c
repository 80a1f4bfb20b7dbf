// SPDX-License-Identifier: GPL-2.0-or-later
/* port: prints a port of the loopback network that nobody listens on. port NUMBER: succeeds when
 * somebody does. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

static int print_free(int fd, struct sockaddr_in address)
{
	socklen_t len = sizeof(address);

	if (bind(fd, (struct sockaddr *)&address, len) ||
	    getsockname(fd, (struct sockaddr *)&address, &len)) {
		perror("port");
		return 1;
	}
	printf("%d\n", ntohs(address.sin_port));
	return 0;
}

int main(int argc, char **argv)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (argc < 2)
		return print_free(fd, address);
	address.sin_port = htons((uint16_t)atoi(argv[1]));
	return connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0;
}
