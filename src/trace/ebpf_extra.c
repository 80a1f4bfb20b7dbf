// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/ebpf_extra.h"

#include <errno.h>
#include <stdlib.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#include "bpf/stacks.skel.h"
#include "bpf/stream.skel.h"
#pragma GCC diagnostic pop

#include "base/mem.h"
#include "base/str.h"

enum { MOST_PROGRAMS = 4 };

struct ebpf_extra {
	struct bpf_object *object;
	struct bpf_link *links[MOST_PROGRAMS];
	size_t n_links;
};

static struct bpf_object *open_object(enum ebpf_extra_kind kind)
{
	static const void *(*const bytes_of[])(size_t * ret_size) = {
		[EBPF_EXTRA_STACKS] = stacks_bpf__elf_bytes,
		[EBPF_EXTRA_STREAM] = stream_bpf__elf_bytes,
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

int ebpf_extra_attach(struct ebpf_extra *extra)
{
	struct bpf_program *program;

	if (!extra)
		return 0;
	bpf_object__for_each_program(program, extra->object)
	{
		struct bpf_link *link = bpf_program__attach(program);

		if (!link)
			return -errno;
		extra->links[extra->n_links++] = link;
	}
	return 0;
}

void ebpf_extra_destroy(struct ebpf_extra *extra)
{
	if (!extra)
		return;
	for (size_t i = 0; i < extra->n_links; i++)
		bpf_link__destroy(extra->links[i]);
	bpf_object__close(extra->object);
	free(extra);
}
