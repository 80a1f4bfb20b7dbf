/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loads the tracer that every trace needs, by bpf(2) alone, from what bpf/make_programs.c linked at
 * build time: the kernel itself resolves field offsets (CO-RE, Linux 5.17). Inside this room only.
 */
#ifndef PINFOLD_EBPF_LOAD_H
#define PINFOLD_EBPF_LOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "bpf/event.h"
#include "bpf/trace_names.h"

struct load {
	int maps[MAPS], programs[PROGRAMS]; /* descriptors, owned; -1: none */
	int types;			    /* BTF of both */
	bool has_members;		    /* the options say where members are */
};

/* Initializes LOAD: nothing is there yet. */
void load_init(struct load *load);

/* Creates the maps; WANTED are the constants of the programs. Returns 0 or -errno. */
int load_maps(struct load *load, const struct run_options *wanted);

/* Loads a program, which needs the maps; thread-safe. Returns 0 or -errno. */
int load_program(struct load *load, enum program program);

/* Creates a per-CPU array of one 64-bit value, without what libbpf would first try out of the
 * kernel. Returns its descriptor, owned by the caller, or -errno. */
int load_make_counter(void);

/* Closes every descriptor. */
void load_finish(struct load *load);

#endif
