// SPDX-License-Identifier: GPL-2.0-or-later
#include "ebpf/load.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/bpf.h>
#include <linux/btf.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/mem.h"
#include "ebpf/image.h"
#include "ebpf/member.h"

enum {
	LOADS_MAX = 20,
	NAME_ROOM = 64, /* for a type's name on a program's stack */
};

static int sys_bpf(enum bpf_cmd cmd, union bpf_attr *attr)
{
	long ret = syscall(SYS_bpf, cmd, attr, sizeof(*attr));

	return ret < 0 ? -errno : (int)ret;
}

static int load_bpf(union bpf_attr *attr)
{
	int fd = -EAGAIN;

	/* The verifier gives up when a signal is pending, such as one that stops the process. */
	for (int i = 0; fd == -EAGAIN && i < LOADS_MAX; i++)
		fd = sys_bpf(BPF_PROG_LOAD, attr);
	return fd;
}

static uint64_t address(const void *at)
{
	return (uintptr_t)at;
}

static void copy_name(char to[BPF_OBJ_NAME_LEN], const char *name)
{
	strncpy(to, name, BPF_OBJ_NAME_LEN - 1);
}

void load_init(struct load *load)
{
	load->types = -1;
	for (size_t i = 0; i < MAPS; i++)
		load->maps[i] = -1;
	for (size_t i = 0; i < PROGRAMS; i++)
		load->programs[i] = -1;
}

static int load_types(void)
{
	union bpf_attr attr = {
		.btf = address(image_types),
		.btf_size = image_types_len,
	};

	return sys_bpf(BPF_BTF_LOAD, &attr);
}

static int make_map(const struct image_map *map, int types, int inner)
{
	union bpf_attr attr = {
		.map_type = map->type,
		.map_flags = map->flags,
		.key_size = map->key_size,
		.value_size = map->value_size,
		.max_entries = map->n,
		.btf_key_type_id = map->key_type,
		.btf_value_type_id = map->value_type,
	};

	copy_name(attr.map_name, map->name);
	if (map->key_type)
		attr.btf_fd = (uint32_t)types;
	if (inner >= 0)
		attr.inner_map_fd = (uint32_t)inner;
	return sys_bpf(BPF_MAP_CREATE, &attr);
}

int load_make_counter(void)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_PERCPU_ARRAY,
		.key_size = sizeof(uint32_t),
		.value_size = sizeof(uint64_t),
		.max_entries = 1,
		.map_name = "cpus",
	};

	return sys_bpf(BPF_MAP_CREATE, &attr);
}

static int open_map(const struct image_map *map, int types)
{
	auto_close int inner = map->inner ? make_map(map->inner, types, -1) : -1;

	return map->inner && inner < 0 ? inner : make_map(map, types, inner);
}

/* Values that can no longer change are constants to the verifier. */
static int set_constants(int map, const struct run_options *options)
{
	const uint32_t zero = 0;
	union bpf_attr value = {
		.map_fd = (uint32_t)map,
		.key = address(&zero),
		.value = address(options),
	};
	union bpf_attr freeze = { .map_fd = (uint32_t)map };
	int err = sys_bpf(BPF_MAP_UPDATE_ELEM, &value);

	return err ? err : sys_bpf(BPF_MAP_FREEZE, &freeze);
}

/* Says in *OPTIONS where the members are that the kernel would search for again at each start. */
static bool find_members(struct run_options *options)
{
	struct kernel_member members[] = {
		{ "fs_struct", "root", 0 },
		{ "fs_struct", "pwd", 0 },
		{ "files_struct", "fdt", 0 },
	};

	if (!kernel_find_members(members, ARRAY_SIZE(members)))
		return false;
	options->fs_root = members[0].offset;
	options->fs_pwd = members[1].offset;
	options->files_fdt = members[2].offset;
	return true;
}

int load_maps(struct load *load, const struct run_options *wanted)
{
	struct run_options options = *wanted;
	int err = 0;

	load->has_members = find_members(&options);
	load->types = load_types();
	if (load->types < 0)
		return load->types;
	for (size_t i = 0; !err && i < MAPS; i++) {
		const struct image_map *map = &image_maps[i];

		load->maps[i] = open_map(map, load->types);
		if (load->maps[i] < 0)
			err = load->maps[i];
		else if (map->has_options && map->value_size != sizeof(options))
			err = -EINVAL;
		else if (map->has_options)
			err = set_constants(load->maps[i], &options);
	}
	return err;
}

/* Runs a program that looks up a type, as only a program can; returns the id that the kernel has
 * for it. */
static int run_search(int program)
{
	union bpf_attr attr = { .test.prog_fd = (uint32_t)program };
	int err = sys_bpf(BPF_PROG_TEST_RUN, &attr);

	if (err)
		return err;
	return (int)attr.test.retval > 0 ? (int)attr.test.retval : -ENOENT;
}

/* Emits code that writes NAME to the program's stack; returns the next free instruction. */
static struct bpf_insn *write_name(struct bpf_insn *to, const char *name)
{
	char padded[NAME_ROOM] = { 0 };
	int32_t word;

	strncpy(padded, name, sizeof(padded) - 1);
	for (int at = 0; at < NAME_ROOM; at += (int)sizeof(word)) {
		memcpy(&word, padded + at, sizeof(word));
		*to++ = (struct bpf_insn){
			.code = BPF_ST | BPF_MEM | BPF_W,
			.dst_reg = BPF_REG_10,
			.off = (int16_t)(at - NAME_ROOM),
			.imm = word,
		};
	}
	return to;
}

/* Returns the BTF id of a kernel type, or -errno. Parsing the kernel's BTF here would take longer
 * than everything else. */
static int find_kernel_type(const char *name)
{
	const struct bpf_insn search[] = {
		{ BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_1, BPF_REG_10, 0, 0 },
		/* Both are 0. NOLINTNEXTLINE(misc-redundant-expression) */
		{ BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_1, 0, 0, -NAME_ROOM },
		{ BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_2, 0, 0, (int)strlen(name) + 1 },
		{ BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_3, 0, 0, BTF_KIND_TYPEDEF },
		{ BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_4, 0, 0, 0 },
		{ BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_btf_find_by_name_kind },
		{ BPF_JMP | BPF_EXIT, 0, 0, 0, 0 },
	};
	struct bpf_insn insns[NAME_ROOM / sizeof(int32_t) + ARRAY_SIZE(search)];
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_SYSCALL,
		.prog_flags = BPF_F_SLEEPABLE,
		.insns = address(insns),
		.insn_cnt = ARRAY_SIZE(insns),
		.license = address("GPL"),
	};
	auto_close int program = -1;

	memcpy(write_name(insns, name), search, sizeof(search));
	program = load_bpf(&attr);
	return program < 0 ? program : run_search(program);
}

static int load_image(const struct load *load, const struct image_program *program,
		      uint32_t attach_type)
{
	union bpf_attr attr = {
		.prog_type = program->type,
		.expected_attach_type = program->expected_attach_type,
		.attach_btf_id = attach_type,
		.license = address("GPL"),
		.insns = address(program->insns),
		.insn_cnt = program->n_insns,
		.prog_btf_fd = (uint32_t)load->types,
		.func_info = address(program->functions),
		.func_info_cnt = program->n_functions,
		.func_info_rec_size = sizeof(*program->functions),
		.core_relos = address(program->relos),
		.core_relo_cnt = program->n_relos - (load->has_members ? program->n_optional : 0),
		.core_relo_rec_size = sizeof(*program->relos),
		.fd_array = address(load->maps),
	};

	copy_name(attr.prog_name, program->name);
	return load_bpf(&attr);
}

int load_program(struct load *load, enum program program)
{
	const struct image_program *image = &image_programs[program];
	int type = image->attach_type ? find_kernel_type(image->attach_type) : 0;
	int fd = type < 0 ? type : load_image(load, image, (uint32_t)type);

	if (fd < 0)
		return fd;
	load->programs[program] = fd;
	return 0;
}

void load_finish(struct load *load)
{
	cleanup_close(&load->types);
	for (size_t i = 0; i < MAPS; i++)
		cleanup_close(&load->maps[i]);
	for (size_t i = 0; i < PROGRAMS; i++)
		cleanup_close(&load->programs[i]);
}
