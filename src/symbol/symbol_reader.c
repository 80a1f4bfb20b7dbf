// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libdw is linked statically, or else loaded only once there is a stack to name, not at every start
 * of pinfold: the constructor of the shared library looks for debuginfod and loads an HTTP client,
 * which takes longer than the rest of a run. If it is missing, frames have no names.
 */
#include "symbol/symbol_reader.h"

#include <dlfcn.h>
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <errno.h>
#include <libiberty/demangle.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#undef ARRAY_SIZE /* libiberty's own */

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/mem.h"

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

enum {
	DWARF_RSP = 7, /* System V ABI, AMD64 supplement: DWARF register numbers */
	WORD = 8,
};

/* Every libdw function that is used, as a pointer of the same type and name. */
#define LIBDW_FUNCTIONS(row)                                                               \
	row(dwfl_begin) row(dwfl_report_begin) row(dwfl_report_elf) row(dwfl_report_end)   \
		row(dwfl_module_getelf) row(dwfl_module_addrinfo) row(dwfl_module_eh_cfi)  \
			row(dwfl_build_id_find_elf) row(dwfl_build_id_find_debuginfo)      \
				row(dwfl_offline_section_address) row(dwarf_cfi_addrframe) \
					row(dwarf_frame_cfa)

static struct {
#define AS_MEMBER(name) __typeof__(name) *name;
	LIBDW_FUNCTIONS(AS_MEMBER)
#undef AS_MEMBER
} libdw;

#ifdef HAVE_STATIC_DW
/* These replace libdw's own, which would load a debuginfod client: symbols are read from this
 * machine, never fetched over a network. */
int __libdwfl_debuginfod_find_executable(Dwfl *dwfl, const unsigned char *id, size_t len);
int __libdwfl_debuginfod_find_debuginfo(Dwfl *dwfl, const unsigned char *id, size_t len);
void __libdwfl_debuginfod_end(void *client);

int __libdwfl_debuginfod_find_executable(Dwfl *dwfl, const unsigned char *id, size_t len)
{
	(void)dwfl, (void)id, (void)len;
	return -1;
}

int __libdwfl_debuginfod_find_debuginfo(Dwfl *dwfl, const unsigned char *id, size_t len)
{
	(void)dwfl, (void)id, (void)len;
	return -1;
}

void __libdwfl_debuginfod_end(void *client)
{
	(void)client;
}

int symbol_reader_load(void)
{
#define AS_ADDRESS(name) libdw.name = name;
	LIBDW_FUNCTIONS(AS_ADDRESS)
#undef AS_ADDRESS
	return 0;
}
#else
int symbol_reader_load(void)
{
	void *library;

	/* Symbols are read from this machine, never fetched over a network. */
	unsetenv("DEBUGINFOD_URLS");
	library = dlopen("libdw.so.1", RTLD_NOW | RTLD_LOCAL);
	if (!library)
		return -ENOENT;
#define AS_LOOKUP(name)                                \
	*(void **)&libdw.name = dlsym(library, #name); \
	if (!libdw.name)                               \
		return -ENOENT;
	LIBDW_FUNCTIONS(AS_LOOKUP)
#undef AS_LOOKUP
	return 0;
}
#endif

/* A module as libdw sees it: addresses are those of the file's own segments. */
struct image {
	Dwfl *dwfl;
	Dwfl_Module *module;
	Elf *elf;
	uint64_t size;
};

struct resolver {
	const struct symbol_modules *modules;
	struct image *images; /* of the modules */
	int fd;
};

static struct image open_image(const struct module *module)
{
	static Dwfl_Callbacks callbacks;
	struct image image = { 0 };
	GElf_Addr bias;
	struct stat st;

	if (module->fd < 0 || fstat(module->fd, &st))
		return image;
	callbacks.find_elf = libdw.dwfl_build_id_find_elf;
	callbacks.find_debuginfo = libdw.dwfl_build_id_find_debuginfo;
	callbacks.section_address = libdw.dwfl_offline_section_address;
	image.size = (uint64_t)st.st_size;
	image.dwfl = libdw.dwfl_begin(&callbacks);
	if (!image.dwfl)
		return image;
	libdw.dwfl_report_begin(image.dwfl);
	image.module = libdw.dwfl_report_elf(image.dwfl, module->path, module->path, module->fd, 0,
					     true);
	libdw.dwfl_report_end(image.dwfl, NULL, NULL);
	if (image.module)
		image.elf = libdw.dwfl_module_getelf(image.module, &bias);
	return image;
}

static const struct image *find_image(const struct resolver *reader,
				      const struct stack_frame *frame)
{
	for (size_t i = 0; frame->module.inode && i < reader->modules->n; i++)
		if (!memcmp(&reader->modules->v[i].event.key, &frame->module,
			    sizeof(frame->module)))
			return reader->images[i].elf ? &reader->images[i] : NULL;
	return NULL;
}

/* Converts an offset in the file to the address that its segment requests. */
static bool get_address(const struct image *image, uint64_t offset, GElf_Addr *ret_address)
{
	size_t n = 0;

	if (elf_getphdrnum(image->elf, &n))
		return false;
	for (size_t i = 0; i < n; i++) {
		GElf_Phdr header;

		if (!gelf_getphdr(image->elf, (int)i, &header) || header.p_type != PT_LOAD ||
		    offset < header.p_offset || offset - header.p_offset >= header.p_filesz)
			continue;
		*ret_address = offset - header.p_offset + header.p_vaddr;
		return true;
	}
	return false;
}

/* Names the frame's function. A return address may be past the end of its function; the call just
 * before it is not. */
static void name_frame(const struct image *image, const struct stack_frame *frame, bool is_return,
		       struct symbol_answer *answer)
{
	auto_free char *demangled = NULL;
	const char *name;
	GElf_Addr address, bias;
	GElf_Off offset;
	GElf_Sym symbol;

	if (!image || !get_address(image, frame->offset, &address))
		return;
	name = libdw.dwfl_module_addrinfo(image->module, address - is_return, &offset, &symbol,
					  NULL, NULL, &bias);
	if (!name)
		return;
	demangled = cplus_demangle(name, DMGL_PARAMS | DMGL_ANSI | DMGL_AUTO);
	strncpy(answer->name, demangled ? demangled : name, sizeof(answer->name) - 1);
	answer->offset = offset + is_return;
}

/*
 * Returns how far above the stack pointer the return address of the function at FRAME is, in words,
 * from the function's unwind information; or -1 if it keeps a frame pointer or has no such
 * information.
 */
static long find_return(const struct image *image, const struct stack_frame *frame)
{
	GElf_Addr address, bias = 0;
	Dwarf_CFI *cfi;
	Dwarf_Frame *at = NULL;
	Dwarf_Op *ops = NULL;
	size_t n = 0;
	long words = -1;

	if (!image || !get_address(image, frame->offset, &address))
		return -1;
	cfi = libdw.dwfl_module_eh_cfi(image->module, &bias);
	if (!cfi || libdw.dwarf_cfi_addrframe(cfi, address - 1 - bias, &at))
		return -1;
	if (!libdw.dwarf_frame_cfa(at, &ops, &n) && n == 1) {
		/* DW_OP_bregx has the register in its first operand, DW_OP_breg7 in its name. */
		bool is_rsp = ops[0].atom == DW_OP_breg7 ||
			      (ops[0].atom == DW_OP_bregx && ops[0].number == DWARF_RSP);
		uint64_t distance = ops[0].atom == DW_OP_bregx ? ops[0].number2 : ops[0].number;

		if (is_rsp && distance >= WORD && distance / WORD <= EVENT_TOP)
			words = (long)(distance / WORD) - 1;
	}
	free(at);
	return words;
}

/* Finds ADDRESS in a module that another frame of the stack is in, or in the program: code is
 * mapped contiguously, so two addresses are as far apart as their offsets in the file. */
static bool place_by_others(const struct resolver *reader, const struct event_sample *event,
			    uint64_t address, struct stack_frame *ret_frame)
{
	for (size_t i = 1; i < event->n_places; i++) {
		const struct stack_frame *other = &event->frames[i];
		const struct image *image = find_image(reader, other);
		uint64_t offset = other->offset + (address - other->address);
		GElf_Addr unused;

		if (!image || offset >= image->size || !get_address(image, offset, &unused))
			continue;
		*ret_frame = (struct stack_frame){ address, offset, other->module };
		return true;
	}
	return false;
}

/* Returns whether the function that made the call has a caller that frame pointers miss, and
 * which. */
static bool find_caller(const struct resolver *reader, const struct event_sample *event,
			struct stack_frame *ret_caller)
{
	long words = -1;

	if (event->n > 1 && !event->is_compat)
		words = find_return(find_image(reader, &event->frames[1]), &event->frames[1]);
	if (words < 0)
		return false;
	if (words == 0) {
		*ret_caller = event->frames[0];
		return event->frames[0].module.inode != 0;
	}
	return place_by_others(reader, event, event->top[words], ret_caller);
}

static void answer_frame(const struct resolver *reader, uint32_t stack, uint32_t frame,
			 const struct stack_frame *place)
{
	struct symbol_answer answer = {
		.kind = SYMBOL_NAME,
		.stack = stack,
		.frame = frame,
		.place = *place,
	};

	/* The first frame is just after the system call, but within its function. */
	name_frame(find_image(reader, place), place, true, &answer);
	if ((answer.name[0] || frame == 0) && fd_write_all(reader->fd, &answer, sizeof(answer)))
		_exit(1); /* nobody listens any more */
}

static void answer_stack(const struct resolver *reader, uint32_t at,
			 const struct event_sample *event)
{
	struct stack_frame caller;

	if (find_caller(reader, event, &caller))
		answer_frame(reader, at, 0, &caller);
	for (uint32_t i = 1; i < event->n; i++)
		answer_frame(reader, at, i, &event->frames[i]);
}

void symbol_reader_run(const struct symbol_stacks *stacks, const struct symbol_modules *modules,
		       int fd)
{
	struct resolver reader = { .modules = modules, .fd = fd };

	reader.images = mem_alloc((modules->n + 1) * sizeof(*reader.images));
	for (size_t i = 0; i < modules->n; i++)
		reader.images[i] = open_image(&modules->v[i]);
	for (size_t i = 0; i < stacks->n; i++)
		answer_stack(&reader, (uint32_t)i, &stacks->v[i].event);
}
