// SPDX-License-Identifier: GPL-2.0-or-later
#include "ebpf/ebpf_extra.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#include "bpf/adopt.skel.h"
#include "bpf/paths.skel.h"
#include "bpf/stacks.skel.h"
#include "bpf/stream.skel.h"
#pragma GCC diagnostic pop

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"
#include "ebpf/load_error.h"

enum { MOST_PROGRAMS = 8 };

struct ebpf_extra {
	struct bpf_object *object;
	struct bpf_link *links[MOST_PROGRAMS];
	const char *names[MOST_PROGRAMS]; /* of their programs */
	size_t n_links;
};

static struct bpf_object *open_object(enum ebpf_extra_kind kind)
{
	static const void *(*const bytes_of[])(size_t * ret_size) = {
		[EBPF_EXTRA_STACKS] = stacks_bpf__elf_bytes,
		[EBPF_EXTRA_STREAM] = stream_bpf__elf_bytes,
		[EBPF_EXTRA_ADOPT] = adopt_bpf__elf_bytes,
		[EBPF_EXTRA_PATHS] = paths_bpf__elf_bytes,
	};
	size_t size;
	const void *bytes = bytes_of[kind](&size);

	libbpf_set_print(NULL);
	return bpf_object__open_mem(bytes, size, NULL);
}

static int set_options(struct bpf_object *object, const struct run_options *options)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, object) if (
		str_ends(bpf_map__name(map),
			 ".rodata")) return bpf_map__set_initial_value(map, options,
								       sizeof(*options));
	return -ENOENT;
}

int ebpf_extra_load(const struct ebpf *ebpf, enum ebpf_extra_kind kind,
		    const struct run_options *options, struct ebpf_extra **ret_extra,
		    struct diags *diags)
{
	struct bpf_object *object = open_object(kind);
	struct ebpf_extra *extra;
	int err = object ? set_options(object, options) : -errno;

	if (!err)
		err = ebpf_share_maps(ebpf, object);
	if (!err)
		err = bpf_object__load(object);
	if (err) {
		bpf_object__close(object);
		return ebpf_explain_load(-err, diags);
	}
	extra = mem_alloc(sizeof(*extra));
	extra->object = object;
	*ret_extra = extra;
	return 0;
}

int ebpf_extra_map_fd(const struct ebpf_extra *extra, const char *name)
{
	return bpf_object__find_map_fd_by_name(extra->object, name);
}

int ebpf_extra_attach(struct ebpf_extra *extra)
{
	struct bpf_program *program;

	if (!extra)
		return 0;
	bpf_object__for_each_program(program, extra->object)
	{
		struct bpf_link *link = NULL;

		if (extra->n_links == MOST_PROGRAMS)
			return -E2BIG;
		link = bpf_program__attach(program);
		if (!link)
			return -errno;
		extra->names[extra->n_links] = bpf_program__name(program);
		extra->links[extra->n_links++] = link;
	}
	return 0;
}

static int open_walk(const struct ebpf_extra *extra, const char *name)
{
	for (size_t i = 0; i < extra->n_links; i++) {
		if (str_eq(extra->names[i], name)) {
			int fd = bpf_iter_create(bpf_link__fd(extra->links[i]));

			return fd < 0 ? -errno : fd;
		}
	}
	return -ENOENT;
}

ssize_t ebpf_extra_walk(const struct ebpf_extra *extra, const char *name,
			struct found_task **ret_found)
{
	auto_close int fd = open_walk(extra, name);
	struct strbuf bytes = { 0 };
	char block[4096];
	ssize_t n = fd;

	/* Each read continues the kernel's walk, and may have to be retried. */
	while (fd >= 0 && ((n = read(fd, block, sizeof(block))) > 0 || (n < 0 && errno == EAGAIN)))
		if (n > 0)
			strbuf_add(&bytes, block, (size_t)n);
	if (n < 0) {
		n = fd < 0 ? fd : -errno;
		strbuf_finish(&bytes);
		return n;
	}
	*ret_found = (struct found_task *)(void *)bytes.text;
	return (ssize_t)(bytes.len / sizeof(struct found_task));
}

void ebpf_extra_detach(struct ebpf_extra *extra)
{
	for (size_t i = 0; extra && i < extra->n_links; i++)
		bpf_link__destroy(extra->links[i]);
	if (extra)
		extra->n_links = 0;
}

void ebpf_extra_destroy(struct ebpf_extra *extra)
{
	if (!extra)
		return;
	ebpf_extra_detach(extra);
	bpf_object__close(extra->object);
	free(extra);
}
