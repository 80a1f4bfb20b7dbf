// SPDX-License-Identifier: GPL-2.0-or-later
/* floor COMMAND [ARG...]: runs it while empty programs are attached to both tracepoints of calls.
 */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "tests/bench/empty.skel.h"

int main(int argc, char **argv)
{
	struct empty_bpf *skeleton = argc > 1 ? empty_bpf__open_and_load() : NULL;
	int status = 1;
	pid_t pid;

	if (!skeleton || empty_bpf__attach(skeleton)) {
		fputs("floor: cannot attach empty programs: run it as root\n", stderr);
		return 125;
	}
	pid = fork();
	if (pid == 0) {
		execvp(argv[1], argv + 1);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return 125;
	empty_bpf__destroy(skeleton);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 125;
}
