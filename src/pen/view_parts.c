// SPDX-License-Identifier: GPL-2.0-or-later
#include "pen/pen_view.h"

#include <sys/mount.h>

#include "base/mem.h"
#include "pen/bare_proc.h"
#include "pen/env.h"
#include "pen/guard.h"
#include "pen/state.h"
#include "pen/steps.h"
#include "pen/wall.h"

static const struct {
	const struct step_kind *kind;
	enum pen_shown shown;
} rows[] = {
	{ &root_step_memory, PEN_SHOWS_OWN },	 { &root_step_folder, PEN_SHOWS_HOST },
	{ &mount_step_bind, PEN_SHOWS_HOST },	 { &device_step_bind, PEN_SHOWS_HOST },
	{ &mount_step_tmpfs, PEN_SHOWS_MEMORY }, { &mount_step_folder, PEN_SHOWS_OWN },
	{ &mount_step_link, PEN_SHOWS_LINK },	 { &mount_step_hide, PEN_HIDES },
	{ &special_step_dev, PEN_SHOWS_OWN },	 { &special_step_proc, PEN_SHOWS_OWN },
	{ &bare_proc_step, PEN_SHOWS_OWN },	 { &guard_step_hold, PEN_KEEPS },
	{ &wall_step_allow, PEN_SHOWS_HOST },
};

static void add_part(struct pen_view *view, const struct step *step, enum pen_shown shown)
{
	bool is_host = shown == PEN_SHOWS_HOST || shown == PEN_KEEPS || shown == PEN_SHOWS_LINK;

	*array_append(view) = (struct pen_part){
		.shown = shown,
		.target = step->target ? step->target : "/",
		.source = is_host ? step->source : NULL,
		.is_writable = step->kind == &device_step_bind ||
			       !(step->attributes & MOUNT_ATTR_RDONLY),
		.size = shown == PEN_SHOWS_MEMORY ? step->number : 0,
		.place = step->place,
	};
}

void pen_get_view(const struct pen *pen, struct pen_view *ret_view)
{
	const struct plan *plan = &pen->plan;
	struct pen_view view = {
		.uid = plan->who.uid,
		.is_privileged = plan->who.is_privileged,
		.is_transient = plan->who.is_transient,
		.directory = plan->directory,
		.home = env_get(plan->envp, "HOME"),
		.is_elsewhere = plan->directory_note || pen->page->is_elsewhere,
	};

	/* Without namespaces, what is not shown is there all the same. */
	if (plan->kind == PEN_LANDLOCK)
		*array_append(&view) = (struct pen_part){ .shown = PEN_FORBIDS, .target = "/" };
	for (size_t i = 0; i < plan->n; i++)
		for (size_t k = 0; k < ARRAY_SIZE(rows) && !plan->v[i].is_absent; k++)
			if (plan->v[i].kind == rows[k].kind)
				add_part(&view, &plan->v[i], rows[k].shown);
	*ret_view = view;
}
