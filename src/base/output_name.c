// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Many runs at once write into one directory: the names of their files come from what differs among
 * them, such as the number that a batch system gives a job. A value must not lead out of the
 * directory or hide the file, and two runs must not share a name because a variable is missing.
 */
#include "base/output_name.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"

static int fail(const char *path, const char *variable, const char *what, struct diags *diags)
{
	return diags_fail(diags, -EINVAL, "cannot write '%s': the variable %s %s", path, variable,
			  what);
}

static int check_value(const char *path, const char *variable, bool is_start, struct diags *diags)
{
	const char *value = getenv(variable);
	size_t len = value ? strlen(value) : 0;

	if (!len) {
		fail(path, variable, value ? "is empty" : "is not set", diags);
		diags_hint(diags, "%s=VALUE pinfold ...; with sudo: sudo --preserve-env=%s",
			   variable, variable);
		return -EINVAL;
	}
	if (memchr(value, '/', len)) {
		fail(path, variable, "has a '/', which a file name cannot have", diags);
		diags_hint(diags,
			   "a variable stands for a part of the file's name, and never for a "
			   "directory");
		return -EINVAL;
	}
	if (is_start && *value == '.')
		return fail(path, variable, "begins with a dot, which would hide the file", diags);
	for (size_t i = 0; i < len; i += str_step(value + i, len - i))
		if (str_control(value + i, len - i))
			return fail(path, variable, "has a control character", diags);
	return 0;
}

/* Appends the value of the variable that AT, "%{NAME}", names; returns its length or -EINVAL. */
static int add_variable(struct strbuf *buf, const char *path, const char *at, struct diags *diags)
{
	size_t len = strcspn(at + 2, "}");
	auto_free char *variable = mem_printf("%.*s", (int)len, at + 2);
	int err;

	if (!at[2 + len] || !len || strchr(variable, '=')) {
		diags_fail(diags, -EINVAL,
			   "cannot write '%s': '%%{' needs the name of a variable "
			   "and '}'",
			   path);
		diags_hint(diags, "%%{SLURM_JOB_ID}; %%%%{ is %%{ itself");
		return -EINVAL;
	}
	err = check_value(path, variable, !buf->len, diags);
	if (err)
		return err;
	strbuf_puts(buf, getenv(variable));
	return (int)len + 3;
}

/* Appends what AT begins with; returns its length or -EINVAL. */
static int add_part(struct strbuf *buf, const char *path, const char *at, struct diags *diags)
{
	if (str_starts(at, "%{"))
		return add_variable(buf, path, at, diags);
	if (str_starts(at, "%p"))
		strbuf_printf(buf, "%d", getpid());
	else if (str_starts(at, "%t"))
		strbuf_printf(buf, "%jd", (intmax_t)time(NULL));
	else if (str_starts(at, "%%"))
		strbuf_puts(buf, "%");
	else {
		strbuf_add(buf, at, 1);
		return 1;
	}
	return 2;
}

int output_name_expand(const char *path, const char *name, char **ret_name, struct diags *diags)
{
	struct strbuf buf = { 0 };
	int step = 0;

	for (const char *at = name; *at && step >= 0; at += step > 0 ? step : 0)
		step = add_part(&buf, path, at, diags);
	if (step >= 0 && buf.len > NAME_MAX)
		step = diags_fail(diags, -ENAMETOOLONG, "cannot write '%s': %s", path,
				  strerror(ENAMETOOLONG));
	if (step < 0) {
		strbuf_finish(&buf);
		return step;
	}
	*ret_name = buf.text;
	return 0;
}
