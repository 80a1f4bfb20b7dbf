// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads the start of the kernel's BTF, where its central types are.
 *
 * The kernel itself resolves members when a program is loaded, but it remembers the candidates for
 * a type only until another type's name has the same of 31 hashes (vmlinux_cand_cache): fs_struct
 * and pid share one, files_struct and signal_struct another. Then each start would search all types
 * four times, for half a millisecond each. So two of these are found here.
 *
 * Must never guess: what is not found is left to the kernel.
 */
#include "ebpf/member.h"

#include <fcntl.h>
#include <linux/btf.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "base/cleanup.h"
#include "base/mem.h"

/* Where the search for types ends: some 130 and 380 KiB are enough on 6.18. */
enum { TYPES_MAX = 1 << 19 };

struct types {
	const char *types, *names;
	size_t types_len, names_len;
};

/* Maps the kernel's BTF, from Linux 6.16 on, and nothing that is mounted in its place: before, a
 * copy of this much of it would take as long as the searches. Returns NULL if that cannot be. */
static void *map_types(size_t *ret_size)
{
	auto_close int fd = open("/sys/kernel/btf/vmlinux", O_RDONLY | O_CLOEXEC);
	struct statfs fs;
	struct stat st;
	void *map;

	if (fd < 0 || fstatfs(fd, &fs) < 0 || fs.f_type != SYSFS_MAGIC || fstat(fd, &st) < 0 ||
	    st.st_size < (off_t)sizeof(struct btf_header))
		return NULL;
	map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	*ret_size = (size_t)st.st_size;
	return map == MAP_FAILED ? NULL : map;
}

/* Finds both parts in the SIZE bytes at MAP; returns whether they are there. */
static bool split(const char *map, size_t size, struct types *ret)
{
	const struct btf_header *header = (const void *)map;
	uint64_t types = (uint64_t)header->hdr_len + header->type_off;
	uint64_t names = (uint64_t)header->hdr_len + header->str_off;

	if (header->magic != BTF_MAGIC || types % sizeof(uint32_t) || types > size ||
	    header->type_len > size - types || names > size || header->str_len > size - names)
		return false;
	*ret = (struct types){ map + types, map + names, header->type_len, header->str_len };
	if (ret->types_len > TYPES_MAX)
		ret->types_len = TYPES_MAX;
	return true;
}

static bool is_name(const struct types *types, uint32_t at, const char *name)
{
	size_t len = strlen(name) + 1;

	return at < types->names_len && len <= types->names_len - at &&
	       !memcmp(types->names + at, name, len);
}

/* Stores the size of what follows the start of TYPE; returns whether its kind is known. */
static bool tail_of(const struct btf_type *type, size_t *ret_size)
{
	static const struct {
		bool is_known;
		unsigned char once, each; /* bytes, and bytes for each part */
	} kinds[] = {
		[BTF_KIND_INT] = { true, sizeof(uint32_t), 0 },
		[BTF_KIND_PTR] = { true, 0, 0 },
		[BTF_KIND_ARRAY] = { true, sizeof(struct btf_array), 0 },
		[BTF_KIND_STRUCT] = { true, 0, sizeof(struct btf_member) },
		[BTF_KIND_UNION] = { true, 0, sizeof(struct btf_member) },
		[BTF_KIND_ENUM] = { true, 0, sizeof(struct btf_enum) },
		[BTF_KIND_FWD] = { true, 0, 0 },
		[BTF_KIND_TYPEDEF] = { true, 0, 0 },
		[BTF_KIND_VOLATILE] = { true, 0, 0 },
		[BTF_KIND_CONST] = { true, 0, 0 },
		[BTF_KIND_RESTRICT] = { true, 0, 0 },
		[BTF_KIND_FUNC] = { true, 0, 0 },
		[BTF_KIND_FUNC_PROTO] = { true, 0, sizeof(struct btf_param) },
		[BTF_KIND_VAR] = { true, sizeof(struct btf_var), 0 },
		[BTF_KIND_DATASEC] = { true, 0, sizeof(struct btf_var_secinfo) },
		[BTF_KIND_FLOAT] = { true, 0, 0 },
		[BTF_KIND_DECL_TAG] = { true, sizeof(struct btf_decl_tag), 0 },
		[BTF_KIND_TYPE_TAG] = { true, 0, 0 },
		[BTF_KIND_ENUM64] = { true, 0, sizeof(struct btf_enum64) },
	};
	uint32_t kind = BTF_INFO_KIND(type->info);

	if (kind >= ARRAY_SIZE(kinds) || !kinds[kind].is_known)
		return false;
	*ret_size = kinds[kind].once + (size_t)kinds[kind].each * BTF_INFO_VLEN(type->info);
	return true;
}

/* Returns the offset of NAME in TYPE, or 0: no member that is looked for is the first. */
static uint32_t offset_in(const struct types *types, const struct btf_type *type, const char *name)
{
	const struct btf_member *member = (const void *)(type + 1);

	for (uint32_t i = 0; i < BTF_INFO_VLEN(type->info); i++, member++) {
		uint32_t bits = member->offset;

		if (!is_name(types, member->name_off, name))
			continue;
		if (BTF_INFO_KFLAG(type->info))
			bits = BTF_MEMBER_BIT_OFFSET(bits);
		return bits % 8 ? 0 : bits / 8;
	}
	return 0;
}

/* Takes what is looked for from TYPE; returns whether no other type of its name is different. */
static bool take_type(const struct types *types, const struct btf_type *type,
		      struct kernel_member *members, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t offset;

		if (!is_name(types, type->name_off, members[i].type))
			continue;
		offset = offset_in(types, type, members[i].name);
		if (!offset || (members[i].offset && members[i].offset != offset))
			return false;
		members[i].offset = offset;
	}
	return true;
}

static bool find_all(const struct types *types, struct kernel_member *members, size_t n)
{
	size_t at = 0, tail;

	for (size_t i = 0; i < n; i++)
		members[i].offset = 0;
	while (types->types_len - at >= sizeof(struct btf_type)) {
		const struct btf_type *type = (const void *)(types->types + at);

		if (!tail_of(type, &tail))
			return false;
		at += sizeof(*type);
		if (tail > types->types_len - at)
			break;
		at += tail;
		if (BTF_INFO_KIND(type->info) == BTF_KIND_STRUCT &&
		    !take_type(types, type, members, n))
			return false;
	}
	for (size_t i = 0; i < n; i++)
		if (!members[i].offset)
			return false;
	return true;
}

bool kernel_find_members(struct kernel_member *members, size_t n)
{
	struct types types;
	size_t size;
	void *map = map_types(&size);
	bool is_found;

	if (!map)
		return false;
	is_found = split(map, size, &types) && find_all(&types, members, n);
	munmap(map, size);
	return is_found;
}
