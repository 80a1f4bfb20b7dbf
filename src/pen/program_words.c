// SPDX-License-Identifier: GPL-2.0-or-later
/* Explains why the command was not found or not executed. A remedy is named only if it works. Names
 * come from the command's files and are untrusted data. */
#include <elf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"
#include "pen/program.h"
#include "pen/state.h"

/* Words of a shell that are not programs. A line that begins with a keyword must reach the shell
 * unquoted. */
static const struct shell_words {
	const char *shell, *words;
	bool are_keywords;
} shell_words[] = {
	{ "sh", "! ( case for if until while {", true },
	{ "bash", "(( [[ function select time", true },
	{ "sh",
	  ". : alias bg break cd command continue eval exec exit export fg getopts hash jobs local "
	  "read readonly return set shift times trap type ulimit umask unalias unset wait",
	  false },
	{ "bash",
	  "bind builtin caller compgen complete declare dirs disown enable fc help history let "
	  "logout "
	  "mapfile popd pushd readarray shopt source suspend typeset",
	  false },
};

/* Returns the row of the shell's word NAME, or NULL if it is not one. */
static const struct shell_words *find_shell(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(shell_words); i++)
		if (str_is_among(name, shell_words[i].words))
			return &shell_words[i];
	return NULL;
}

/* Returns whether WORD is "NAME=value". */
static bool is_assignment(const char *word)
{
	size_t len = strspn(word,
			    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");

	return len && word[len] == '=';
}

static bool is_command_line(char *const *argv)
{
	return !argv[1] && strpbrk(argv[0], " \t\n|&;<>()$`\"'");
}

/* Appends the words of ARGV quoted for a shell; unquoted if ARE_KEYWORDS, because the shell must
 * see them. */
static void join_words(char *const *argv, bool are_keywords, struct strbuf *buf)
{
	strbuf_puts(buf, argv[0]);
	for (char *const *at = argv + 1; *at; at++) {
		strbuf_puts(buf, " ");
		if (are_keywords && **at && !strpbrk(*at, " \t\n'\""))
			strbuf_puts(buf, *at);
		else
			strbuf_quote(buf, *at);
	}
}

static void hint_shell(const char *what, const char *shell, const char *line, struct diags *diags)
{
	struct strbuf quoted = { 0 };

	strbuf_quote(&quoted, line);
	diags_hint(diags, "%s: %s -c %s", what, shell, quoted.text);
	strbuf_finish(&quoted);
}

static void hint_outside(const struct plan *plan, struct diags *diags)
{
	if (*plan->outside != '/' && plan->directory_note)
		diags_hint(diags, "outside it is there: -r . shows the working directory");
	else if (plan->outside_binds.len)
		diags_hint(diags, "outside it is '%s':%s shows it", plan->outside,
			   plan->outside_binds.text);
	else if (!strchr(plan->argv[0], '/'))
		diags_hint(
			diags,
			"outside it is '%s', in no directory of the command's PATH: write that, or "
			"see env",
			plan->outside);
}

static void hint_unfound(const struct plan *plan, struct diags *diags)
{
	char *const *argv = plan->argv;
	const struct shell_words *row = find_shell(argv[0]);
	struct strbuf line = { 0 };

	join_words(argv, row && row->are_keywords, &line);
	if (plan->outside)
		hint_outside(plan, diags);
	else if (row)
		hint_shell("it is a shell word", row->shell, line.text, diags);
	else if (is_command_line(argv))
		hint_shell("if it is a shell command line", "sh", argv[0], diags);
	else if (is_assignment(argv[0]))
		diags_hint(diags, "it sets a variable, which env(1) does: env %s", line.text);
	else if (!plan->has_strange_root && !plan->may_be_outside)
		diags_hint(diags,
			   strchr(argv[0], '/')
				   ? "it is not there outside the pen, either"
				   : "it is in no directory of PATH outside the pen, either");
	strbuf_finish(&line);
}

static void say_closed(const struct pen *pen, const struct program_look *look, struct diags *diags)
{
	const struct identity *who = &pen->plan.who;
	struct strbuf name = { 0 };

	strbuf_quote(&name, look->name);
	if (!(look->mode & 0111)) {
		diags_fail(diags, -EACCES, "cannot execute '%s': nobody may (mode %04o)",
			   look->name, look->mode);
		diags_hint(diags, "chmod +x %s, or, if it is a script: sh %s", name.text,
			   name.text);
	} else {
		diags_fail(diags, -EACCES,
			   "cannot execute '%s': the command's user %u may not (mode %04o)",
			   look->name, who->inner_uid, look->mode);
		if (who->is_privileged)
			diags_hint(diags, "--user %u:%u runs it as its owner", look->uid,
				   look->gid);
	}
	strbuf_finish(&name);
}

bool program_explain_find(const struct pen *pen, int error, struct diags *diags)
{
	const struct program_look *look = &pen->page->program;
	static const char *const words[] = {
		[PROGRAM_UNREACHABLE] =
			"the command's user may not enter a directory on the way to it",
		[PROGRAM_FOLDER] = "it is a directory",
		[PROGRAM_SPECIAL] = "it is not a regular file",
		[PROGRAM_NOEXEC] = "it is on a file system that is mounted noexec",
	};

	if (error == ENOENT || error == ENOTDIR) {
		diags_fail(diags, -error, "cannot find the command '%s': %s", pen->plan.argv[0],
			   strerror(error));
		diags_hint(diags, "the command must be there inside the pen: see bind and root, or "
				  "--dry-run");
		hint_unfound(&pen->plan, diags);
		return true;
	}
	if (error != EACCES)
		return false;
	if (look->flaw == PROGRAM_CLOSED)
		say_closed(pen, look, diags);
	else
		diags_fail(diags, -EACCES, "cannot execute '%s': %s", look->name,
			   look->flaw < ARRAY_SIZE(words) && words[look->flaw] ? words[look->flaw]
									       : strerror(error));
	if (look->flaw == PROGRAM_FOLDER && find_shell(pen->plan.argv[0]))
		hint_unfound(&pen->plan, diags);
	return true;
}

/* Returns the command's file as the caller can name it. */
static const char *file_name(const struct pen *pen)
{
	return pen->plan.outside ? pen->plan.outside : pen->plan.argv[0];
}

/* Adds a hint on how to get what is missing. */
static void hint_needed(const struct pen *pen, const struct program_look *look, struct diags *diags)
{
	static const struct {
		const char *part, *hint;
	} loaders[] = {
		{ "/ld-musl-",
		  "it was built for musl, whose loader is not on this machine, either: Debian's "
		  "package musl has it" },
		{ "/ld-linux.so.2", "it is a 32-bit program: Debian's package libc6-i386 has its "
				    "loader" },
	};
	struct strbuf binds = { 0 };
	size_t len = strlen(look->name);

	if (len && look->name[len - 1] == '\r') {
		struct strbuf file = { 0 };

		strbuf_quote(&file, file_name(pen));
		diags_hint(diags, "its lines end as on Windows: sed -i 's/\\r$//' %s", file.text);
		strbuf_finish(&file);
		return;
	}
	if (pen->plan.has_strange_root)
		return;
	if (access(look->name, X_OK) == 0) {
		program_format_binds(&pen->plan, look->name, &binds);
		if (binds.len)
			diags_hint(diags, "outside it is there:%s shows it", binds.text);
		strbuf_finish(&binds);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(loaders); i++)
		if (strstr(look->name, loaders[i].part)) {
			diags_hint(diags, "%s", loaders[i].hint);
			return;
		}
	if (errno == ENOENT)
		diags_hint(diags, "it is not there outside the pen, either");
}

static void say_needed(const struct pen *pen, const struct program_look *look, struct diags *diags)
{
	diags_fail(diags, -look->error, "cannot execute '%s': %s '%s' %s", pen->plan.argv[0],
		   look->flaw == PROGRAM_NO_LOADER ? "its loader" : "its interpreter", look->name,
		   look->error == EACCES ? "may not be executed" : "is not in the pen");
	hint_needed(pen, look, diags);
}

static const char *machine_name(unsigned int machine)
{
	static const struct {
		unsigned int machine;
		const char *name;
	} rows[] = {
		{ EM_AARCH64, "aarch64" },     { EM_ARM, "arm" },	{ EM_RISCV, "riscv" },
		{ EM_PPC64, "ppc64" },	       { EM_PPC, "ppc" },	{ EM_S390, "s390" },
		{ EM_MIPS, "mips" },	       { EM_SPARCV9, "sparc" }, { EM_386, "i386" },
		{ EM_LOONGARCH, "loongarch" }, { EM_BPF, "BPF" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].machine == machine)
			return rows[i].name;
	return "another machine";
}

bool program_explain_exec(const struct pen *pen, int error, struct diags *diags)
{
	const struct program_look *look = &pen->page->program;
	const char *name = pen->plan.argv[0];
	struct strbuf quoted = { 0 };

	if ((look->flaw == PROGRAM_NO_INTERPRETER || look->flaw == PROGRAM_NO_LOADER) &&
	    error == look->error) {
		say_needed(pen, look, diags);
		return true;
	}
	if (error != ENOEXEC)
		return false;
	if (look->flaw == PROGRAM_FOREIGN) {
		diags_fail(diags, -error, "cannot execute '%s': it is a program for %s", name,
			   machine_name(look->machine));
		return true;
	}
	strbuf_quote(&quoted, file_name(pen));
	diags_fail(diags, -error, "cannot execute '%s': it is not a program", name);
	if (look->flaw == PROGRAM_MARKED)
		diags_hint(diags,
			   "a byte order mark comes before its '#!': sed -i "
			   "'1s/^\\xef\\xbb\\xbf//' %s",
			   quoted.text);
	else
		diags_hint(diags,
			   "if it is a script, its first line must name the interpreter "
			   "(#!/bin/sh); or: sh %s",
			   quoted.text);
	strbuf_finish(&quoted);
	return true;
}
