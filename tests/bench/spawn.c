// SPDX-License-Identifier: GPL-2.0-or-later
/* spawn fork|exec TIMES: makes processes that end at once, one after the other; with exec each
 * becomes this program anew. Linked statically, so that it is the launch that counts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static _Noreturn void be_child(const char *self, const char *how)
{
	if (!strcmp(how, "exec"))
		execl(self, self, "fork", "0", (char *)NULL);
	_exit(strcmp(how, "exec") == 0);
}

int main(int argc, char **argv)
{
	long n = argc == 3 ? atol(argv[2]) : -1;

	if (n < 0) {
		fputs("usage: spawn fork|exec TIMES\n", stderr);
		return 2;
	}
	for (long i = 0; i < n; i++) {
		pid_t pid = fork();
		int status;

		if (pid == 0)
			be_child(argv[0], argv[1]);
		if (pid < 0 || waitpid(pid, &status, 0) != pid || status) {
			perror("spawn");
			return 1;
		}
	}
	return 0;
}
