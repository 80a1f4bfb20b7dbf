// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Constants by name and values by family, on top of the tables that tools/sys/make-constants.py
 * generates. What is printed must read back as the same value, because policies are made from it.
 */
#include "sys/constant.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "sys/name_hash.h"

static const struct family_info families[] = {
	[FAMILY_NONE] = { "none", ~0ULL, false, false },
#define FAMILY(name, about, mask, ambiguous, key) [FAMILY_##name] = { about, mask, ambiguous, key },
#include "sys/family_table.inc"
#undef FAMILY
};

static_assert(ARRAY_SIZE(families) == FAMILY_COUNT, "one row for each family");

#define C(name, family, value)	     { name, FAMILY_##family, { value, value, value, value } },
#define C4(name, family, a, b, c, d) { name, FAMILY_##family, { a, b, c, d } },

static const struct constant constants[] = {
#include "sys/constant_table.inc"
};

enum { CONSTANTS = ARRAY_SIZE(constants) };

/* A name's slot holds its row number plus 1, at the name's hash or in one of the slots after it,
 * rows of the same name in table order; 0 ends the search. */
enum { PLACES = 8192 };
#define P(place, row) [place] = (row),
static const uint16_t by_name[PLACES] = {
#include "sys/constant_index.inc"
};
#undef P

static_assert(CONSTANTS < PLACES / 2, "free slots remain between the rows");

/* Returns the first row of FAMILY, or of the families after it when it has none. */
static size_t first_of(enum family family)
{
	size_t low = 0, high = CONSTANTS;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (constants[middle].family < family)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct family_info *family_get(enum family family)
{
	return &families[family];
}

/* Returns the first constant NAME of FAMILY, or of any family if IS_ANY; or NULL. */
static const struct constant *find(const char *name, enum family family, bool is_any)
{
	for (size_t place = name_hash(name, PLACES); by_name[place]; place = (place + 1) % PLACES) {
		const struct constant *constant = &constants[by_name[place] - 1];

		if ((is_any || constant->family == family) && str_eq(constant->name, name))
			return constant;
	}
	return NULL;
}

const struct constant *constant_find_in(const char *name, enum family family)
{
	return find(name, family, false);
}

const struct constant *constant_find(const char *name, enum family want)
{
	const struct constant *constant = constant_find_in(name, want);

	return constant ? constant : find(name, want, true);
}

int64_t constant_value(const struct constant *constant, enum arch arch)
{
	return constant->value[arch];
}

const struct constant *constant_row(size_t i)
{
	return i < CONSTANTS ? &constants[i] : NULL;
}

const char *constant_name_row(size_t i, void *unused)
{
	const struct constant *row = constant_row(i);

	(void)unused;
	return row ? row->name : NULL;
}

/* Returns the first constant of FAMILY with exactly VALUE, or NULL. */
static const struct constant *find_value(enum arch arch, enum family family, uint64_t value)
{
	for (size_t i = first_of(family); i < CONSTANTS && constants[i].family == family; i++) {
		if ((uint64_t)constants[i].value[arch] == value)
			return &constants[i];
	}
	return NULL;
}

/* Terms joined by '|'. */
struct terms {
	struct strbuf *buf;
	bool any;
};

static void terms_add(struct terms *terms, const char *format, const char *name, uint64_t value)
{
	if (terms->any)
		strbuf_puts(terms->buf, "|");
	terms->any = true;
	if (name)
		strbuf_puts(terms->buf, name);
	else
		strbuf_printf(terms->buf, format, value);
}

/* Adds the flags of FAMILY that VALUE contains entirely; returns the remaining bits. */
static uint64_t add_flags(struct terms *terms, enum arch arch, enum family family, uint64_t value)
{
	uint64_t mask = families[family].enum_mask;

	for (size_t i = first_of(family); i < CONSTANTS && constants[i].family == family; i++) {
		uint64_t flag = (uint64_t)constants[i].value[arch];

		if (!(flag & mask) && flag && (value & flag) == flag) {
			terms_add(terms, NULL, constants[i].name, 0);
			value &= ~flag;
		}
	}
	return value;
}

/* A number, or a constant as a whole: "AF_INET", "0x2a". */
static void format_enum(struct strbuf *buf, enum arch arch, enum family family, uint64_t value)
{
	const struct constant *constant = NULL;

	if (!families[family].is_ambiguous)
		constant = find_value(arch, family, value);
	if (!constant && !families[family].is_ambiguous && value >> 31 == 1)
		constant = find_value(arch, family, (uint64_t)(int64_t)(int32_t)value);
	if (constant)
		strbuf_puts(buf, constant->name);
	else
		strbuf_printf(buf, value ? "0x%" PRIx64 : "0", value);
}

/* Modes are octal, as everywhere; zero is zero in any base. */
static const char *number_format(enum family family, uint64_t value)
{
	if (!value)
		return "%" PRIu64;
	return family == FAMILY_MODE ? "0o%" PRIo64 : "0x%" PRIx64;
}

void constant_format(struct strbuf *buf, enum arch arch, enum family family, uint64_t value)
{
	uint64_t mask = families[family].enum_mask;
	struct terms terms = { buf, false };
	const struct constant *constant;
	uint64_t left;

	if (mask == ~0ULL) {
		format_enum(buf, arch, family, value);
		return;
	}
	constant = find_value(arch, family, value & mask);
	left = value;
	/* Without an enumerated part, zero has a name only on its own. */
	if (constant && (mask || !value)) {
		terms_add(&terms, NULL, constant->name, 0);
		left &= ~mask;
	}
	if (family != FAMILY_MODE)
		left = (left & mask) | add_flags(&terms, arch, family, left & ~mask);
	if (left || !terms.any)
		terms_add(&terms, number_format(family, left), NULL, left);
}
