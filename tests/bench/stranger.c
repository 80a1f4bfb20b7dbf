// SPDX-License-Identifier: GPL-2.0-or-later
/* stranger COMMAND...: runs it as a user whom nobody knows; who is not root stays who it is. Linked
 * statically: it is to take no time. */
#include <grp.h>
#include <stdio.h>
#include <unistd.h>

enum { NOBODY_KNOWS = 65533 };

int main(int argc, char **argv)
{
	if (argc < 2) {
		fputs("usage: stranger COMMAND...\n", stderr);
		return 2;
	}
	if (!geteuid() &&
	    (setgroups(0, NULL) || setresgid(NOBODY_KNOWS, NOBODY_KNOWS, NOBODY_KNOWS) ||
	     setresuid(NOBODY_KNOWS, NOBODY_KNOWS, NOBODY_KNOWS))) {
		perror("stranger");
		return 125;
	}
	execvp(argv[1], argv + 1);
	perror(argv[1]);
	return 127;
}
