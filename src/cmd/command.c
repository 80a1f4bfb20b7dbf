// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/command.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/mem.h"
#include "base/palette.h"
#include "base/str.h"
#include "base/sudo.h"
#include "cmd/help.h"
#include "cmd/options.h"

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

static const struct command *const commands[] = {
	&cmd_run,      &cmd_record, &cmd_check,	 &cmd_explain,	  &cmd_lint,	 &cmd_diff,
	&cmd_merge,    &cmd_prune,  &cmd_report, &cmd_convert,	  &cmd_compile,	 &cmd_syscalls,
	&cmd_policies, &cmd_help,   &cmd_doctor, &cmd_completion, &cmd_oci_hook,
};

const struct command *command_row(size_t i)
{
	return i < ARRAY_SIZE(commands) ? commands[i] : NULL;
}

static const char *command_name(size_t i, void *data)
{
	(void)data;
	return i < ARRAY_SIZE(commands) ? commands[i]->name : NULL;
}

static const char *own_option(size_t i, void *data)
{
	static const char *const names[] = { "--help", "--version" };

	(void)data;
	return i < ARRAY_SIZE(names) ? names[i] : NULL;
}

const struct command *command_find(const char *name, struct diags *diags)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (str_eq(commands[i]->name, name))
			return commands[i];
	diags_fail(diags, 0, "unknown command '%s'", name);
	if (name[0] == '-' && !diags_hint_nearest(diags, name, own_option, NULL))
		diags_hint(diags, "the command comes first: pinfold run [OPTION...] -- COMMAND");
	else if (name[0] != '-' && !diags_hint_nearest(diags, name, command_name, NULL))
		diags_hint(diags, "to run it in a pen: pinfold run -- %s", name);
	return NULL;
}

static int run_command(const struct command *command, int argc, char **argv, struct diags *diags)
{
	struct options options;
	int status;

	if (options_parse(command, argc, argv, &options, diags))
		return STATUS_USAGE;
	if (options.wants_help) {
		help_print_command(command, stdout);
		status = STATUS_OK;
	} else if (sudo_check(diags)) {
		status = STATUS_USAGE;
	} else {
		status = command->run(&options);
	}
	options_finish(&options);
	return status;
}

static int dispatch(int argc, char **argv, struct diags *diags)
{
	const struct command *command;

	if (argc < 2) {
		help_print(stderr);
		return STATUS_USAGE;
	}
	if (str_eq(argv[1], "--help") || str_eq(argv[1], "-h")) {
		help_print(stdout);
		return STATUS_OK;
	}
	if (str_eq(argv[1], "--version") || str_eq(argv[1], "-V")) {
		puts("pinfold " PACKAGE_VERSION);
		return STATUS_OK;
	}
	command = command_find(argv[1], diags);
	return command ? run_command(command, argc - 1, argv + 1, diags) : STATUS_USAGE;
}

/* A caller that runs us with 0, 1 or 2 closed must not get a report or a policy there: what is
 * closed is /dev/null from here on. */
static int open_standard_descriptors(struct diags *diags)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) >= 0)
			continue;
		/* The lowest free descriptor is FD itself: those below are open. */
		if (open("/dev/null", O_RDWR) != fd)
			return diags_fail(diags, -errno, "cannot open /dev/null: %s",
					  strerror(errno));
	}
	return 0;
}

/* Returns whether what was printed did not fit, entirely or in part. */
static bool has_output_failed(void)
{
	return fflush(stdout) || ferror(stdout);
}

int command_end(int status)
{
	if (status & STATUS_DIES) {
		status &= ~STATUS_DIES;
		prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* no core file, and no core handler */
		raise(status - STATUS_SIGNAL);
	}
	return status;
}

int command_main(int argc, char **argv)
{
	struct diags diags = { 0 };
	int status;

	palette_choose(PALETTE_AUTO);
	/* Exceeding the caller's file size limit becomes an error, which each command can report:
	 * the signal would end it, and a pen with it, wherever it writes. The pen has its own
	 * limit. */
	signal(SIGXFSZ, SIG_IGN);
	/* A set-user-ID pinfold would lend its privileges to any caller. */
	if (getauxval(AT_SECURE)) {
		diags_fail(&diags, 0,
			   "refusing to run with borrowed privileges (set-user-ID or "
			   "file capabilities)");
		status = STATUS_FAILED;
	} else if (open_standard_descriptors(&diags)) {
		status = STATUS_FAILED;
	} else {
		status = dispatch(argc, argv, &diags);
	}
	if (has_output_failed() && status != STATUS_FAILED) {
		diags_fail(&diags, 0, "cannot write to standard output");
		status = STATUS_FAILED;
	}
	diags_print(&diags, stderr);
	diags_finish(&diags);
	return command_end(status);
}
