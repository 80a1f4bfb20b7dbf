/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loads the tracer that every trace needs, by bpf(2) alone, from what bpf/make_programs.c has
 * linked at the build: the kernel finds the places of its types itself (CO-RE, Linux 5.17). Inside
 * this room only.
 */
#ifndef PINFOLD_EBPF_LOAD_H
#define PINFOLD_EBPF_LOAD_H

#include <stdint.h>

#include "bpf/event.h"
#include "bpf/trace_names.h"

struct load {
	int maps[MAPS], programs[PROGRAMS]; /* descriptors, owned; -1: none */
	int types;			    /* BTF of both */
};

/* Nothing is there yet. */
void load_init(struct load *load);

/* Makes the maps; OPTIONS are the constants of the programs. Returns 0 or -errno. */
int load_maps(struct load *load, const struct run_options *options);

/* Loads a program, which uses the maps; safe for several threads at once. Returns 0 or -errno. */
int load_program(struct load *load, enum program program);

/* Closes what is there. */
void load_finish(struct load *load);

#endif
