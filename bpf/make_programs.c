// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A build-time program: links the functions of a BPF object into its programs with libbpf, and
 * writes these, its maps and its BTF as C (src/ebpf/image.h), so that a start neither reads ELF nor
 * runs a program that loads the programs, as a light skeleton does.
 *
 *	make_programs trace.bpf.o names		the enumerations of maps and programs
 *	make_programs trace.bpf.o image		everything else
 *
 * libbpf links as for a light skeleton ("gen_loader"): it leaves the relocation of type members to
 * the kernel, and writes a map's index instead of its descriptor.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <gelf.h>

#include "base/mem.h"
#include "base/str.h"

/* A function within the section it was compiled to. */
struct symbol {
	const char *section;
	uint64_t at, size; /* bytes */
};

/* The location of an instruction that is relocated to a type's member. */
struct relo {
	const char *section;
	struct bpf_core_relo relo;
};

struct object {
	struct bpf_object *bpf;
	struct btf *types;
	Elf *elf;
	struct {
		struct relo *v;
		size_t n, cap;
	} relos;
	struct strbuf rows; /* of programs */
};

static struct object object;

static __attribute__((noreturn, format(printf, 1, 2))) void fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("make_programs: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	exit(1);
}

static void write_enumerator(const char *prefix, const char *name)
{
	printf("\t%s_", prefix);
	for (const char *c = name; *c; c++)
		putchar(toupper((unsigned char)*c));
	puts(",");
}

/* Only constant variables are supported. */
static bool is_of_constants(const struct bpf_map *map)
{
	const char *section = strchr(bpf_map__name(map), '.'); /* after the object's name */

	if (bpf_map__is_internal(map) && (!section || strcmp(section, ".rodata") != 0))
		fail("%s: variables", bpf_map__name(map));
	return bpf_map__is_internal(map);
}

static const char *map_name(const struct bpf_map *map)
{
	return is_of_constants(map) ? "constants" : bpf_map__name(map);
}

static void write_names(void)
{
	struct bpf_program *program;
	const struct bpf_map *map;

	puts("#pragma once\n\nenum map {");
	bpf_object__for_each_map(map, object.bpf) write_enumerator("MAP", map_name(map));
	puts("\tMAPS,\n};\n\nenum program {");
	bpf_object__for_each_program(program, object.bpf)
		write_enumerator("PROGRAM", bpf_program__name(program));
	puts("\tPROGRAMS,\n};");
}

static void write_fields(const struct bpf_map *map)
{
	/* Only task storage cannot be created without its types. */
	bool is_typed = bpf_map__type(map) == BPF_MAP_TYPE_TASK_STORAGE;

	printf("\t\t.name = \"%s\",\n\t\t.type = %u,\n\t\t.flags = %u,\n", map_name(map),
	       bpf_map__type(map), bpf_map__map_flags(map));
	printf("\t\t.key_size = %u,\n\t\t.value_size = %u,\n\t\t.n = %u,\n", bpf_map__key_size(map),
	       bpf_map__value_size(map), bpf_map__max_entries(map));
	if (is_typed)
		printf("\t\t.key_type = %u,\n\t\t.value_type = %u,\n",
		       bpf_map__btf_key_type_id(map), bpf_map__btf_value_type_id(map));
}

static void write_maps(void)
{
	struct bpf_map *map;

	puts("const struct image_map image_maps[MAPS] = {");
	bpf_object__for_each_map(map, object.bpf)
	{
		puts("\t{");
		write_fields(map);
		if (is_of_constants(map))
			puts("\t\t.has_options = true,");
		if (bpf_map__inner_map(map)) {
			puts("\t\t.inner = &(const struct image_map) {");
			write_fields(bpf_map__inner_map(map));
			puts("\t\t},");
		}
		puts("\t},");
	}
	puts("};\n");
}

static void write_types(void)
{
	uint32_t len;
	const unsigned char *bytes = btf__raw_data(object.types, &len);

	printf("const uint32_t image_types_len = %u;\nconst unsigned char image_types[] = {", len);
	for (uint32_t i = 0; i < len; i++)
		printf("%s0x%02x,", i % 16 ? " " : "\n\t", bytes[i]);
	puts("\n};\n");
}

static const char *section_name(size_t index)
{
	Elf_Scn *section = elf_getscn(object.elf, index);
	GElf_Shdr header;
	size_t strings;

	if (!section || !gelf_getshdr(section, &header) || elf_getshdrstrndx(object.elf, &strings))
		fail("section %zu: %s", index, elf_errmsg(-1));
	return elf_strptr(object.elf, strings, header.sh_name);
}

static bool find_in(Elf_Scn *section, const GElf_Shdr *header, const char *name,
		    struct symbol *ret_symbol)
{
	Elf_Data *data = elf_getdata(section, NULL);
	GElf_Sym symbol;

	for (int i = 0; gelf_getsym(data, i, &symbol); i++) {
		if (GELF_ST_TYPE(symbol.st_info) != STT_FUNC ||
		    strcmp(elf_strptr(object.elf, header->sh_link, symbol.st_name), name) != 0)
			continue;
		*ret_symbol = (struct symbol){
			.section = section_name(symbol.st_shndx),
			.at = symbol.st_value,
			.size = symbol.st_size,
		};
		return true;
	}
	return false;
}

static struct symbol find_symbol(const char *name)
{
	struct symbol symbol = { 0 };
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	while ((section = elf_nextscn(object.elf, section)))
		if (gelf_getshdr(section, &header) && header.sh_type == SHT_SYMTAB &&
		    find_in(section, &header, name, &symbol))
			return symbol;
	fail("no function %s", name);
}

/* The layout of .BTF.ext (Documentation/bpf/btf.rst), which libbpf returns as bytes. */
struct ext_header {
	uint16_t magic;
	uint8_t version, flags;
	uint32_t len, functions, functions_len, lines, lines_len, relos, relos_len;
};

struct ext_section {
	uint32_t name, n;
	struct bpf_core_relo relos[];
};

static void read_relos(const struct btf_ext *ext)
{
	uint32_t len;
	const char *start = btf_ext__get_raw_data(ext, &len);
	const struct ext_header *header = (const void *)start;
	const char *at = start + header->len + header->relos, *end = at + header->relos_len;

	if (*(const uint32_t *)at != sizeof(struct bpf_core_relo))
		fail("relocations of another layout");
	for (at += sizeof(uint32_t); at < end;) {
		const struct ext_section *section = (const void *)at;

		for (uint32_t i = 0; i < section->n; i++) {
			*array_append(&object.relos) = (struct relo){
				.section = btf__name_by_offset(object.types, section->name),
				.relo = section->relos[i],
			};
		}
		at += sizeof(*section) + section->n * sizeof(*section->relos);
	}
}

/* Whether the loader may know where the members of this type are (src/ebpf/member.c). */
static bool is_optional(const struct bpf_core_relo *relo)
{
	const struct btf_type *type = btf__type_by_id(object.types, relo->type_id);
	const char *name = btf__name_by_offset(object.types, type->name_off);

	return !strcmp(name, "fs_struct") || !strcmp(name, "files_struct");
}

static const char *function_name(const struct bpf_func_info *function)
{
	const struct btf_type *type = btf__type_by_id(object.types, function->type_id);

	return btf__name_by_offset(object.types, type->name_off);
}

/* Writes the relocations of a function of a program, those that are OPTIONAL or the others. Returns
 * how many there are. */
static uint32_t write_relos_of(const struct bpf_func_info *of, bool optional)
{
	struct symbol function = find_symbol(function_name(of));
	uint64_t first = of->insn_off * sizeof(struct bpf_insn);
	uint32_t n = 0;

	for (size_t i = 0; i < object.relos.n; i++) {
		const struct bpf_core_relo *relo = &object.relos.v[i].relo;
		uint64_t at = relo->insn_off - function.at;

		if (strcmp(object.relos.v[i].section, function.section) != 0 ||
		    relo->insn_off < function.at || at >= function.size ||
		    is_optional(relo) != optional)
			continue;
		n++;
		printf("\t{ %u, %u, %u, %u },\n", (uint32_t)(first + at), relo->type_id,
		       relo->access_str_off, relo->kind);
	}
	return n;
}

/* The functions of a program, starting with itself; the kernel requires them if some are global. */
static void write_functions(const char *name, const struct bpf_func_info *functions, uint32_t n)
{
	uint32_t n_optional = 0;

	printf("static const struct bpf_func_info %s_functions[] = {\n", name);
	for (uint32_t i = 0; i < n; i++)
		printf("\t{ %u, %u },\n", functions[i].insn_off, functions[i].type_id);
	printf("};\n\nstatic const struct bpf_core_relo %s_relos[] = {\n", name);
	for (uint32_t i = 0; i < n; i++)
		write_relos_of(&functions[i], false);
	for (uint32_t i = 0; i < n; i++)
		n_optional += write_relos_of(&functions[i], true);
	printf("};\n\nenum { %s_optional = %u };\n\n", name, n_optional);
}

static void write_instructions(const char *name, const struct bpf_program *program)
{
	const struct bpf_insn *insns = bpf_program__insns(program);

	printf("static const struct bpf_insn %s_insns[] = {\n", name);
	for (size_t i = 0; i < bpf_program__insn_cnt(program); i++)
		printf("\t{ 0x%02x, %u, %u, %d, %d },\n", insns[i].code, insns[i].dst_reg,
		       insns[i].src_reg, insns[i].off, insns[i].imm);
	puts("};\n");
}

static void add_row(const struct bpf_program *program)
{
	static const char btf_section[] = "tp_btf/";
	const char *section = bpf_program__section_name(program);

	strbuf_printf(&object.rows, "\tIMAGE_PROGRAM(%s, %u, %u, ", bpf_program__name(program),
		      bpf_program__type(program), bpf_program__expected_attach_type(program));
	if (strncmp(section, btf_section, strlen(btf_section)) != 0)
		strbuf_puts(&object.rows, "NULL),\n");
	else
		strbuf_printf(&object.rows, "\"btf_trace_%s\"),\n", section + strlen(btf_section));
}

/* Called when libbpf would load a program: it is linked by then. */
static int write_program(struct bpf_program *program, struct bpf_prog_load_opts *options,
			 long cookie)
{
	const char *name = bpf_program__name(program);

	(void)cookie;
	write_functions(name, options->func_info, options->func_info_cnt);
	write_instructions(name, program);
	add_row(program);
	return 0;
}

static void take_programs(void)
{
	LIBBPF_OPTS(libbpf_prog_handler_opts, handler, .prog_prepare_load_fn = write_program);

	if (libbpf_register_prog_handler("raw_tp+", BPF_PROG_TYPE_RAW_TRACEPOINT, 0, &handler) <
		    0 ||
	    libbpf_register_prog_handler("tp_btf+", BPF_PROG_TYPE_TRACING, BPF_TRACE_RAW_TP,
					 &handler) < 0)
		fail("libbpf takes no handler");
}

static void open_object(const char *path)
{
	struct btf_ext *ext;

	object.bpf = bpf_object__open_file(path, NULL);
	if (!object.bpf)
		fail("%s: %s", path, strerror(errno));
	btf__free(btf__parse_elf(path, &ext));
	if (!ext)
		fail("%s: no .BTF.ext", path);
	object.types = bpf_object__btf(object.bpf);
	read_relos(ext);
	btf_ext__free(ext);
}

static void open_elf(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	elf_version(EV_CURRENT);
	object.elf = elf_begin(fd, ELF_C_READ, NULL);
	if (!object.elf)
		fail("%s: %s", path, elf_errmsg(-1));
}

static void write_image(void)
{
	LIBBPF_OPTS(gen_loader_opts, loader);

	puts("#include \"ebpf/image.h\"\n");
	write_maps(); /* loading drops the templates of maps in maps */
	if (bpf_object__gen_loader(object.bpf, &loader) || bpf_object__load(object.bpf))
		fail("cannot link: %s", strerror(errno));
	printf("const struct image_program image_programs[PROGRAMS] = {\n%s};\n\n",
	       object.rows.text);
	write_types();
}

int main(int argc, char **argv)
{
	if (argc != 3)
		fail("an object and 'names' or 'image' are wanted");
	take_programs();
	open_elf(argv[1]);
	open_object(argv[1]);
	if (!strcmp(argv[2], "names"))
		write_names();
	else
		write_image();
	return fflush(stdout) || ferror(stdout);
}
