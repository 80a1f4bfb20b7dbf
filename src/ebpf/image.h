/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tracer as bpf/make_programs.c writes it: the rows that load.c turns into system calls. */
#ifndef PINFOLD_EBPF_IMAGE_H
#define PINFOLD_EBPF_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/bpf.h>

#include "base/mem.h"
#include "bpf/trace_names.h"

struct image_map {
	const char *name;
	const struct image_map *inner; /* template of the maps in it; NULL: it holds no maps */
	uint32_t type, flags, key_size, value_size, n;
	uint32_t key_type, value_type; /* ids in the image's BTF; 0: not used */
	bool has_options;	       /* it holds the constants: the run's options */
};

struct image_program {
	const char *name;
	const char *attach_type; /* kernel type of its tracepoint; NULL: not used */
	const struct bpf_insn *insns;
	const struct bpf_func_info *functions;
	const struct bpf_core_relo *relos;
	uint32_t type, expected_attach_type, n_insns, n_functions, n_relos;
	uint32_t n_optional; /* of the relocations, the last ones: the options may replace them */
};

/* A row of image_programs; the names of everything that belongs to it begin with its own. */
#define IMAGE_PROGRAM(id, kind, attach_kind, tracepoint)                                        \
	{                                                                                       \
		.name = #id, .attach_type = (tracepoint), .insns = id##_insns,                  \
		.n_insns = ARRAY_SIZE(id##_insns), .functions = id##_functions,                 \
		.n_functions = ARRAY_SIZE(id##_functions), .relos = id##_relos,                 \
		.n_relos = ARRAY_SIZE(id##_relos), .n_optional = id##_optional, .type = (kind), \
		.expected_attach_type = (attach_kind),                                          \
	}

extern const struct image_map image_maps[MAPS];
extern const struct image_program image_programs[PROGRAMS];
extern const unsigned char image_types[];
extern const uint32_t image_types_len;

#endif
