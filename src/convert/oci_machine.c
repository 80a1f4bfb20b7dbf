// SPDX-License-Identifier: GPL-2.0-or-later
/* The parts of a profile that depend on the machine: entries by capability, architecture and
 * kernel, and ABIs. */
#include "convert/oci_machine.h"

#include <errno.h>
#include <string.h>
#include <sys/capability.h>

#include "base/str.h"

struct key_finder {
	const struct oci_profile *profile;
	const struct oci_machine *machine;
	uint32_t *arches;
	struct losses *losses;
	struct diags *diags;
};

static const struct {
	const char *oci, *go; /* "go": as in includes.arches */
	enum arch arch;	      /* ARCH_NONE: of another machine */
} arches[] = {
	{ "SCMP_ARCH_X86_64", "amd64", ARCH_X86_64 },
	{ "SCMP_ARCH_X86", "x86", ARCH_X86 },
	{ "SCMP_ARCH_X32", "x32", ARCH_X32 },
	{ "SCMP_ARCH_AARCH64", "arm64", ARCH_AARCH64 },
	{ "SCMP_ARCH_ARM", "arm", ARCH_NONE },
	{ "SCMP_ARCH_MIPS", "mips", ARCH_NONE },
	{ "SCMP_ARCH_MIPS64", "mips64", ARCH_NONE },
	{ "SCMP_ARCH_MIPS64N32", "mips64n32", ARCH_NONE },
	{ "SCMP_ARCH_MIPSEL", "mipsel", ARCH_NONE },
	{ "SCMP_ARCH_MIPSEL64", "mipsel64", ARCH_NONE },
	{ "SCMP_ARCH_MIPSEL64N32", "mipsel64n32", ARCH_NONE },
	{ "SCMP_ARCH_PPC", "ppc", ARCH_NONE },
	{ "SCMP_ARCH_PPC64", "ppc64", ARCH_NONE },
	{ "SCMP_ARCH_PPC64LE", "ppc64le", ARCH_NONE },
	{ "SCMP_ARCH_RISCV64", "riscv64", ARCH_NONE },
	{ "SCMP_ARCH_S390", "s390", ARCH_NONE },
	{ "SCMP_ARCH_S390X", "s390x", ARCH_NONE },
	{ "SCMP_ARCH_LOONGARCH64", "loong64", ARCH_NONE },
	{ "SCMP_ARCH_PARISC", "parisc", ARCH_NONE },
	{ "SCMP_ARCH_PARISC64", "parisc64", ARCH_NONE },
	{ "SCMP_ARCH_M68K", "m68k", ARCH_NONE },
	{ "SCMP_ARCH_SH", "sh", ARCH_NONE },
	{ "SCMP_ARCH_SHEB", "sheb", ARCH_NONE },
};

static bool has_word(const struct oci_words *words, const char *text)
{
	for (size_t i = 0; i < words->n; i++)
		if (str_eq(words->v[i].text, text))
			return true;
	return false;
}

static const char *go_name(enum arch arch)
{
	for (size_t i = 0; i < ARRAY_SIZE(arches); i++)
		if (arches[i].arch == arch)
			return arches[i].go;
	return "";
}

static bool has_capability(const struct oci_machine *machine, const char *name)
{
	const char *at = machine->capabilities;
	size_t len = strlen(name);

	while (at && len && (at = strstr(at, name))) {
		if ((at == machine->capabilities || at[-1] == ' ') && (at[len] == ' ' || !at[len]))
			return true;
		at += len;
	}
	return false;
}

static size_t count_capabilities(const struct oci_filter *filter, const struct oci_machine *machine)
{
	size_t n = 0;

	for (size_t i = 0; i < filter->caps.n; i++)
		n += has_capability(machine, filter->caps.v[i].text);
	return n;
}

/* Everything in includes must be there, and nothing in excludes. */
bool oci_entry_holds(const struct oci_entry *entry, const struct oci_machine *machine)
{
	const struct oci_filter *in = &entry->includes, *out = &entry->excludes;

	return !has_word(&out->arches, go_name(machine->arch)) &&
	       !count_capabilities(out, machine) &&
	       !(out->has_kernel && machine->kernel >= out->kernel) &&
	       (!in->arches.n || has_word(&in->arches, go_name(machine->arch))) &&
	       count_capabilities(in, machine) == in->caps.n &&
	       !(in->has_kernel && machine->kernel < in->kernel);
}

bool convert_is_capability(const char *name)
{
	cap_value_t value;

	/* libcap also accepts lower case, numbers and what follows a comma; runtimes do not. */
	return strncmp(name, "CAP_", 4) == 0 &&
	       !name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_")] &&
	       cap_from_name(name, &value) == 0;
}

static bool is_go_arch(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(arches); i++)
		if (str_eq(arches[i].go, name))
			return true;
	return false;
}

static void check_words(const struct oci_words *words, bool (*is_known)(const char *name),
			const char *what, struct losses *losses)
{
	for (size_t i = 0; i < words->n; i++)
		if (!is_known(words->v[i].text))
			loss_add(losses, LOSS_NOTE, &words->v[i].place, what, words->v[i].text);
}

void oci_filters_check(const struct oci_profile *profile, struct losses *losses)
{
	for (size_t i = 0; i < profile->n_entries; i++) {
		const struct oci_filter *filters[] = { &profile->entries[i].includes,
						       &profile->entries[i].excludes };

		for (size_t k = 0; k < ARRAY_SIZE(filters); k++) {
			check_words(&filters[k]->caps, convert_is_capability,
				    "no capability is called '%s': no container has it", losses);
			check_words(&filters[k]->arches, is_go_arch,
				    "no architecture is called '%s': no machine has it", losses);
		}
	}
}

static int refuse(struct key_finder *finder, const struct place *place)
{
	json_text_diag(&finder->profile->text, finder->diags, DIAG_ERROR, place,
		       "unknown architecture");
	return -EINVAL;
}

/* Returns whether a process of MACHINE can enter the kernel through ARCH. */
static bool is_of_machine(const struct oci_machine *machine, enum arch arch)
{
	return arch != ARCH_NONE && (arch == ARCH_AARCH64) == (machine->arch == ARCH_AARCH64);
}

/* Returns the row of the architecture WORD, or ARRAY_SIZE(arches). */
static size_t find_arch(const struct oci_word *word)
{
	size_t i = 0;

	while (i < ARRAY_SIZE(arches) && !(word->text && str_eq(arches[i].oci, word->text)))
		i++;
	return i;
}

static int add_arch(struct key_finder *finder, const struct oci_word *word)
{
	size_t i = find_arch(word);

	if (str_eq(word->text, "SCMP_ARCH_NATIVE"))
		return 0;
	if (i == ARRAY_SIZE(arches))
		return refuse(finder, &word->place);
	if (is_of_machine(finder->machine, arches[i].arch))
		*finder->arches |= 1U << arches[i].arch;
	else if (str_eq(arches[i].go, "arm") && finder->machine->arch == ARCH_AARCH64)
		loss_add(finder->losses, LOSS_NARROWER, &word->place,
			 "32-bit programs are killed: no policy knows their calls");
	else
		loss_add(finder->losses, LOSS_NOTE, &word->place, "%s belongs to another machine",
			 word->text);
	return 0;
}

/* Finds the machine's item in archMap: the first one counts. */
static int find_map(struct key_finder *finder, const struct oci_words **ret_words)
{
	const struct oci_profile *profile = finder->profile;
	bool is_found = false;

	for (size_t i = 0; i < profile->n_arch_maps; i++) {
		const struct oci_arch_map *map = &profile->arch_maps[i];
		size_t row = find_arch(&map->arch);

		if (row == ARRAY_SIZE(arches))
			return refuse(finder, &map->arch.place);
		if (arches[row].arch == finder->machine->arch && !is_found)
			*ret_words = &map->inner;
		is_found |= arches[row].arch == finder->machine->arch;
	}
	return 0;
}

int oci_arches_find(const struct oci_profile *profile, const struct oci_machine *machine,
		    uint32_t *ret_arches, struct losses *losses, struct diags *diags)
{
	struct key_finder finder = { profile, machine, ret_arches, losses, diags };
	const struct oci_words *words = &profile->architectures;
	int err = find_map(&finder, &words);

	*ret_arches = 1U << machine->arch;
	for (size_t i = 0; i < words->n && !err; i++)
		err = add_arch(&finder, &words->v[i]);
	return err;
}
