// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Failures that name a path. If the pen shows something of the host there, the host is asked about
 * that; if it shows something of its own, about the path itself, which is what the caller would
 * have had by that name.
 */
#include <errno.h>
#include <limits.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/pathname.h"
#include "base/str.h"
#include "cause/inquiry.h"
#include "cause/locate.h"
#include "cause/want.h"

/* The path of a failure, with what the pen and the host have there. */
struct place_asked {
	struct inquiry *inquiry;
	enum want want;
	char *path; /* in the pen, without links of its root */
	const struct pen_part *part;
	char *host; /* the path that the host was asked about */
	struct ask_path answer;
};

/* Whether PATH is in a working directory that the pen does not show. The root is never lost: the
 * pen has one of its own. */
static bool is_in_lost_directory(const struct pen_view *view, const char *path)
{
	return view->directory && !str_eq(view->directory, "/") &&
	       path_is_below(path, view->directory) && !locate_is_shown(view, view->directory);
}

/* Nothing can be mounted on the root, nor on or below the pen's own /proc. */
static bool can_be_bound(const char *path)
{
	return !str_eq(path, "/") && !path_is_below(path, "/proc");
}

static bool is_changed(const struct place_asked *asked)
{
	return asked->want != WANT_LOOK && asked->want != WANT_READ && asked->want != WANT_EXECUTE;
}

/* Sets the fix that shows PATH: for the kind of access needed, and no more of the host than
 * that. */
static void fix_by_bind(const struct place_asked *asked, const char *path)
{
	struct inquiry *inquiry = asked->inquiry;
	bool is_missing = asked->answer.error == ENOENT;
	bool is_change = is_changed(asked);
	mode_t type = asked->answer.mode & S_IFMT;
	auto_free char *folder = locate_directory(path);

	if (S_ISCHR(type) || S_ISBLK(type)) {
		fix_with_path(inquiry, "--device", path);
		return;
	}
	if (S_ISSOCK(type) && !is_missing)
		is_change = false; /* a read-only bind is enough to connect */
	else if (is_change)
		path = folder;
	/* Below a working directory that is not shown, the user expects the whole of that. */
	if (is_in_lost_directory(inquiry->facts->view, path))
		path = inquiry->facts->view->directory;
	/* No mount point can be made in these, which are file systems of their own. */
	if (path_is_below(path, "/dev/shm"))
		path = "/dev/shm";
	if (can_be_bound(path) && !path_is_below(path, "/dev/pts"))
		fix_with_path(inquiry, is_change ? "-w" : "-r", path);
}

static void judge_missing(struct place_asked *asked)
{
	struct inquiry *inquiry = asked->inquiry;
	mode_t type = asked->answer.mode & S_IFMT;

	if (path_is_below(asked->path, "/proc")) {
		blame_pen(inquiry, "the pen has its own /proc");
		return;
	}
	if (S_ISCHR(type) || S_ISBLK(type))
		blame_pen(inquiry, "the pen does not have that device");
	else if (is_in_lost_directory(inquiry->facts->view, asked->path))
		blame_pen(inquiry, "the working directory is not in the pen");
	else if (asked->answer.error)
		blame_pen(inquiry, "its directory is not in the pen");
	else
		blame_pen(inquiry, "it is not in the pen");
	fix_by_bind(asked, asked->path);
}

/* The pen shows the same directory of the host: so it is a link that leads out of what is shown, or
 * the host has changed. */
static void judge_led_away(struct place_asked *asked)
{
	struct inquiry *inquiry = asked->inquiry;

	if (locate_is_shown(inquiry->facts->view, asked->answer.real) ||
	    str_eq(asked->answer.real, asked->host)) {
		blame_nobody(inquiry, DOUBT_NONE);
		return;
	}
	blame_pen(inquiry, "it is a link that leads out of the pen");
	fix_by_bind(asked, asked->answer.real);
}

static void judge_hidden(struct place_asked *asked)
{
	const struct place *place = &asked->part->place;

	if (place->file && place->line)
		blame_pen(asked->inquiry, "'hide' in %s:%u hides it", place->file, place->line);
	else if (place->file)
		blame_pen(asked->inquiry, "--hide hides it");
	else
		blame_pen(asked->inquiry, "every pen hides it");
}

static void judge_readonly(struct place_asked *asked)
{
	struct inquiry *inquiry = asked->inquiry;
	bool is_file = str_eq(asked->part->target, asked->path) && !S_ISDIR(asked->answer.mode);
	auto_free char *folder = locate_directory(asked->path);
	const char *path = is_file ? asked->path : folder;

	blame_pen(inquiry, "the %s is shown read-only", is_file ? "file" : "directory");
	if (can_be_bound(path))
		fix_with_path(inquiry, "-w", path);
}

static void judge_kept(struct place_asked *asked)
{
	blame_pen(asked->inquiry, "it is kept read-only in a directory that is writable");
	fix_with_path(asked->inquiry, "-w", asked->part->target);
}

/* A file that is kept cannot be replaced either, unless the whole directory is meant. */
static void judge_kept_busy(struct place_asked *asked)
{
	auto_free char *folder = locate_directory(asked->part->target);
	const char *here = asked->inquiry->facts->view->directory;

	blame_pen(asked->inquiry, "'%s' is kept as it is in a directory that is writable",
		  asked->path);
	if (!here || !str_eq(folder, here))
		fix_with_path(asked->inquiry, "-w", folder);
}

/* What is a mount point can be neither replaced nor removed. */
static void judge_mounted(struct place_asked *asked)
{
	if (str_eq(asked->path, asked->part->target))
		blame_pen(asked->inquiry, "the pen shows '%s' by a mount of its own", asked->path);
}

static void judge_own(struct place_asked *asked)
{
	if (is_in_lost_directory(asked->inquiry->facts->view, asked->path)) {
		judge_missing(asked);
		return;
	}
	if (asked->inquiry->failure->error == EROFS) {
		blame_pen(asked->inquiry, "the pen's own '%s' is read-only", asked->part->target);
		/* The host's /run has the sockets of its services. */
		if (str_eq(asked->part->target, "/run"))
			fix_with_words(asked->inquiry, "--tmpfs", "/run 16M");
		else if (str_eq(asked->part->target, "/"))
			fix_by_bind(asked, asked->path);
	} else {
		blame_pen(asked->inquiry, "the pen's own '%s' does not permit it",
			  asked->part->target);
		if (asked->part->shown == PEN_SHOWS_MEMORY)
			fix_by_bind(asked, asked->path);
	}
}

/* Without namespaces ids are not mapped: what a bind shows, the command's user must be able to use
 * by the mode. */
static void judge_forbidden(struct place_asked *asked)
{
	struct inquiry *inquiry = asked->inquiry;
	bool is_same = inquiry->facts->view->uid == inquiry->facts->uid;

	if (is_in_lost_directory(inquiry->facts->view, asked->path))
		blame_pen(inquiry, "the working directory is not in the pen");
	else
		blame_pen(inquiry, "it is not in the pen%s",
			  is_same ? "" : ", and the command runs as another user");
	if (is_same || (!is_changed(asked) && asked->answer.mode & S_IROTH))
		fix_by_bind(asked, asked->path);
}

/* Whether the mode lets the file's owner do what was wanted. */
static bool may_owner(const struct place_asked *asked)
{
	static const mode_t needs[] = {
		[WANT_READ] = S_IRUSR, [WANT_WRITE] = S_IWUSR, [WANT_EXECUTE] = S_IXUSR
	};
	mode_t need = (size_t)asked->want < ARRAY_SIZE(needs) ? needs[asked->want] : 0;

	return (asked->answer.mode & need) == need;
}

/* Names the capability that lifts it, if there is one. */
static void fix_by_capability(struct inquiry *inquiry)
{
	if (inquiry->refusal == REFUSAL_INSIDE)
		fix_with_capability(inquiry, inquiry->capability);
	else if (inquiry->refusal == REFUSAL_UNKNOWN)
		fix_with_capability(inquiry, CAP_DAC_OVERRIDE);
}

/* The caller may, by rights that the command does not have. */
static void judge_rights(struct place_asked *asked)
{
	struct inquiry *inquiry = asked->inquiry;
	const struct cause_facts *facts = inquiry->facts;
	const struct ask_path *answer = &asked->answer;
	auto_free char *user = mem_printf("%u", answer->uid);
	auto_free char *folder = locate_directory(asked->path);
	mode_t type = answer->mode & S_IFMT;

	if (S_ISCHR(type) || S_ISBLK(type)) {
		blame_pen(inquiry, "a device that is merely bound cannot be opened");
		fix_with_path(inquiry, "--device", asked->path);
	} else if (is_changed(asked) && locate_is_host(asked->part) && !asked->part->is_writable &&
		   can_be_bound(folder)) {
		blame_pen(inquiry, "the directory is shown read-only%s",
			  facts->view->uid == facts->uid ? "" : ", and to another user");
		fix_with_path(inquiry, "-w", folder);
	} else if (facts->view->uid == facts->uid) {
		blame_pen(inquiry, "the command has none of the caller's groups and capabilities");
	} else if (answer->error || facts->view->uid == answer->uid || !may_owner(asked)) {
		blame_pen(inquiry, "the command runs as another user than the caller");
		fix_by_capability(inquiry);
	} else {
		blame_pen(inquiry, "it belongs to user %u, and the command runs as another",
			  answer->uid);
		fix_with_words(inquiry, "--user", user);
	}
}

static void judge_terminal(struct place_asked *asked)
{
	struct inquiry *inquiry = asked->inquiry;

	if (!str_eq(asked->path, "/dev/tty") || !inquiry->facts->has_terminal) {
		blame_host(inquiry);
		return;
	}
	blame_pen(inquiry, "the command has no terminal");
	fix_with_words(inquiry, "--tty", "keep");
}

enum {
	OWN = 1 << PEN_SHOWS_OWN,
	HOST = 1 << PEN_SHOWS_HOST,
	MEMORY = 1 << PEN_SHOWS_MEMORY,
	HIDDEN = 1 << PEN_HIDES,
	KEPT = 1 << PEN_KEEPS,
	FORBIDDEN = 1 << PEN_FORBIDS,
	ANY = ~0,
};

/* Why what would have worked on the host did not in the pen. The first row that matches decides. */
static const struct {
	int error;
	int parts; /* the kinds of part that the pen has there */
	void (*judge)(struct place_asked *asked);
} rows[] = {
	{ ENXIO, ANY, judge_terminal },		{ ENODEV, ANY, judge_terminal },
	{ ENOENT, HIDDEN, judge_hidden },	{ ENOTDIR, HIDDEN, judge_hidden },
	{ EACCES, HIDDEN, judge_hidden },	{ EPERM, HIDDEN, judge_hidden },
	{ EROFS, HIDDEN, judge_hidden },	{ ENOENT, OWN | MEMORY, judge_missing },
	{ ENOENT, HOST, judge_led_away },	{ ENOENT, KEPT, judge_led_away },
	{ EROFS, HOST, judge_readonly },	{ EROFS, KEPT, judge_kept },
	{ EACCES, KEPT, judge_kept },		{ EPERM, KEPT, judge_kept },
	{ EBUSY, HIDDEN, judge_hidden },	{ EBUSY, KEPT, judge_kept_busy },
	{ EBUSY, ANY, judge_mounted },		{ EROFS, OWN, judge_own },
	{ EACCES, OWN | MEMORY, judge_own },	{ EPERM, OWN | MEMORY, judge_own },
	{ EACCES, FORBIDDEN, judge_forbidden }, { EACCES, HOST, judge_rights },
	{ EPERM, HOST, judge_rights },
};

static void judge(struct place_asked *asked)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].error != asked->inquiry->failure->error ||
		    !(rows[i].parts >> asked->part->shown & 1))
			continue;
		rows[i].judge(asked);
		return;
	}
}

static void ask(struct place_asked *asked, char *host)
{
	const struct cause_host *hosts = asked->inquiry->host;

	free(asked->host);
	asked->host = host;
	hosts->path(hosts->data, host, &asked->answer);
}

/* A command that did not start in the caller's working directory looks up relative names in "/",
 * but those in the caller's directory were meant. Returns whether that would have worked. */
static bool is_meant_elsewhere(struct place_asked *asked)
{
	const struct pen_view *view = asked->inquiry->facts->view;
	struct ask_path before = asked->answer;
	bool would_work;
	char *path;

	if (!view->is_elsewhere || !view->directory || str_eq(view->directory, "/") ||
	    asked->part->shown != PEN_SHOWS_OWN || asked->answer.doubt || !asked->answer.error)
		return false;
	path = mem_printf("%s%s", view->directory, asked->path);
	ask(asked, mem_strdup(path));
	would_work = !asked->answer.doubt &&
		     !want_host_error(asked->inquiry, asked->want, &asked->answer);
	if (would_work) {
		free(asked->path);
		asked->path = path;
	} else {
		free(path);
		asked->answer = before;
	}
	return would_work;
}

static void judge_full(const struct place_asked *asked)
{
	struct inquiry *inquiry = asked->inquiry;
	uint64_t size = asked->part->size, more = 2 * size > 1ULL << 30 ? 2 * size : 1ULL << 30;
	struct strbuf word = { 0 };

	if (locate_is_host(asked->part)) {
		blame_host(inquiry);
		return;
	}
	if (path_is_below(asked->path, "/dev/shm") && asked->part->shown == PEN_SHOWS_OWN) {
		blame_pen(inquiry, "the pen's own '/dev/shm' is full");
		fix_with_words(inquiry, "--tmpfs", "/dev/shm 1024M");
		return;
	}
	if (asked->part->shown != PEN_SHOWS_MEMORY) {
		blame_pen(inquiry, "the pen's own '%s' is full", asked->part->target);
		return;
	}
	blame_pen(inquiry, "the private '%s' of %llu MiB is full", asked->part->target,
		  (unsigned long long)size >> 20);
	strbuf_printf(&word, "%s %lluM", asked->part->target, (unsigned long long)more >> 20);
	fix_with_words(inquiry, "--tmpfs", word.text);
	strbuf_finish(&word);
}

/* What is missing in a root of the policy's own, and there for the caller by the same name. Returns
 * whether that is so. */
static bool is_missing_in_root(struct place_asked *asked)
{
	struct inquiry *inquiry = asked->inquiry;

	if (inquiry->failure->error != ENOENT || !locate_is_host(asked->part) ||
	    !str_eq(asked->part->target, "/"))
		return false;
	ask(asked, mem_strdup(asked->path));
	if (asked->answer.doubt || want_host_error(inquiry, asked->want, &asked->answer))
		return false;
	blame_pen(inquiry, "it is not in the root '%s'", asked->part->source);
	return true;
}

static void inquire(struct place_asked *asked)
{
	struct inquiry *inquiry = asked->inquiry;
	int error = inquiry->failure->error;
	bool would_work;

	if (error == ENOSPC || error == EDQUOT) {
		judge_full(asked);
		return;
	}
	ask(asked, locate_on_host(asked->part, asked->path));
	would_work = is_meant_elsewhere(asked);
	if (!would_work && asked->answer.doubt)
		blame_nobody(inquiry, asked->answer.doubt);
	else if (would_work || !want_host_error(inquiry, asked->want, &asked->answer))
		judge(asked);
	else if (!is_missing_in_root(asked) && !inquire_home(inquiry, asked->path))
		blame_host(inquiry);
}

void inquire_about(struct inquiry *inquiry, const char *path)
{
	struct place_asked asked = { .inquiry = inquiry, .want = want_find(inquiry) };
	auto_free char *plain = path_normalize(path);

	if (!plain || strlen(plain) >= PATH_MAX)
		return;
	asked.path = locate_resolve(inquiry->facts->view, plain);
	asked.part = pen_view_find(inquiry->facts->view, asked.path);
	if (asked.part)
		inquire(&asked);
	free(asked.path);
	free(asked.host);
}

void inquire_path(struct inquiry *inquiry)
{
	const struct record_failure *failure = inquiry->failure;

	if (failure->named)
		inquire_climb(inquiry);
	else if (failure->text)
		inquire_about(inquiry, failure->text);
	/* The other path of a rename or link may be what failed. */
	if (failure->second && inquiry->cause != RECORD_CAUSE_PEN) {
		struct record_failure other = *failure;
		struct inquiry second = *inquiry;

		/* One that is busy is there, and was to be replaced. */
		other.is_made = failure->error != EBUSY;
		second.failure = &other;
		second.call = other.is_made ? "link" : "rename";
		inquire_about(&second, failure->second);
		second.failure = failure;
		second.call = inquiry->call;
		*inquiry = second;
	}
}
