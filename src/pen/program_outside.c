// SPDX-License-Identifier: GPL-2.0-or-later
/* The command as the caller would find it without a pen, and the options that bring it in. Reads
 * names on the host with the caller's rights, before those are dropped; opens nothing. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/pathname.h"
#include "base/str.h"
#include "pen/home.h"
#include "pen/plan.h"
#include "pen/program.h"
#include "pen/steps.h"
#include "policy/print.h"

enum { LINKS_MAX = 8 };

/* Returns 0 if PATH is a program, otherwise -errno. */
static int check(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return -errno;
	return S_ISREG(st.st_mode) && access(path, X_OK) == 0 ? 0 : -ENOENT;
}

static void try(struct plan *plan, const char *path)
{
	int err = check(path);

	if (!err)
		plan->outside = mem_strdup(path);
	else if (err == -EACCES)
		plan->may_be_outside = true;
}

/* Returns the step that puts PATH into the pen, or NULL. */
static const struct step *find_step(const struct plan *plan, const char *path)
{
	const struct step *deepest = NULL;

	for (size_t i = 0; i < plan->n; i++) {
		const struct step *step = &plan->v[i];

		if (step->actor == BY_INIT && step->target && *step->target == '/' && step->kind &&
		    !str_eq(step->target, "/") && path_is_below(path, step->target) &&
		    (!deepest || strlen(step->target) >= strlen(deepest->target)))
			deepest = step;
	}
	return deepest;
}

static bool is_shown(const struct plan *plan, const char *path)
{
	const struct step *step = find_step(plan, path);

	return step && (step->kind == &mount_step_link ||
			(step->kind == &mount_step_bind && str_eq(step->source, step->target)));
}

/* Returns what to bind for the program FILE in FOLDER: just that file if the directory holds far
 * more than programs; a whole Python environment, whose programs look for files next to them. */
static char *choose(const char *folder, const char *file)
{
	auto_free char *marker = mem_printf("%s/../pyvenv.cfg", folder);

	if (str_eq(folder, "/") || str_eq(folder, "/tmp") || str_eq(folder, "/run") ||
	    home_look(folder) != HOME_NOT)
		return mem_strdup(file);
	if (access(marker, F_OK) == 0)
		return mem_printf("%.*s", (int)(strrchr(folder, '/') - folder), folder);
	if (path_is_below(folder, "/nix/store") || path_is_below(folder, "/gnu/store"))
		return mem_printf("%.*s", (int)strlen("/nix/store"), folder);
	return mem_strdup(folder);
}

static void add_bind(const char *path, struct strbuf *buf)
{
	struct strbuf word = { 0 };

	word_print(path, &word);
	strbuf_puts(buf, " -r ");
	strbuf_quote(buf, word.text + 1); /* after the blank */
	strbuf_finish(&word);
}

/* Returns where the link FILE in FOLDER leads, or NULL if it is not a link. */
static char *follow(const char *folder, const char *file)
{
	char target[PATH_MAX];
	ssize_t len = readlink(file, target, sizeof(target) - 1);

	if (len <= 0)
		return NULL;
	target[len] = '\0';
	return *target == '/' ? mem_strdup(target) : mem_printf("%s/%s", folder, target);
}

/* Returns the directory of FILE without ".." and links, or NULL if it cannot be named. */
static char *folder_of(const char *file)
{
	const char *slash = strrchr(file, '/');
	auto_free char *named = slash == file ? mem_strdup("/")
				: slash	      ? mem_printf("%.*s", (int)(slash - file), file)
					      : mem_strdup(".");
	char *plain = path_normalize(named);

	return plain ? plain : realpath(named, NULL);
}

void program_format_binds(const struct plan *plan, const char *path, struct strbuf *buf)
{
	auto_free char *file = mem_strdup(path);

	for (int i = 0; file && i < LINKS_MAX; i++) {
		auto_free char *folder = folder_of(file);
		auto_free char *real = folder ? realpath(folder, NULL) : NULL;
		auto_free char *plain = NULL, *bound = NULL;

		if (!real || path_is_below(folder, "/proc"))
			return;
		plain = mem_printf("%s/%s", str_eq(folder, "/") ? "" : folder,
				   strrchr(file, '/') ? strrchr(file, '/') + 1 : file);
		if (!is_shown(plan, folder) || !is_shown(plan, real)) {
			bound = is_shown(plan, folder) ? mem_strdup(real) : choose(folder, plain);
			add_bind(bound, buf);
			if (str_eq(bound, plain)) /* a link is bound as what it leads to */
				return;
		}
		free(file);
		file = follow(folder, plain);
	}
}

/* Most commands need no further look. */
static bool is_in_shown_folder(const struct plan *plan, const char *path)
{
	auto_free char *folder = folder_of(path);

	return folder && is_shown(plan, folder);
}

void program_find_outside(struct plan *plan)
{
	const char *name = plan->argv[0], *path = getenv("PATH");

	if (plan->has_strange_root)
		return;
	if (strchr(name, '/')) {
		try(plan, name);
		path = NULL;
	}
	while (path && *path && !plan->outside) {
		size_t len = strcspn(path, ":");
		auto_free char *file = mem_printf("%.*s/%s", (int)len, path, name);

		if (*path == '/')
			try(plan, file);
		path += len + (path[len] == ':');
	}
	if (plan->outside && !is_in_shown_folder(plan, plan->outside))
		program_format_binds(plan, plan->outside, &plan->outside_binds);
}
