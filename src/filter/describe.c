// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Describes facts about words as tests of arguments. Facts implied by others about the same word
 * are left out; the rest is stated exactly, because people and tests take the text for the set of
 * calls that it describes.
 */
#include "filter/describe.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "policy/expr.h"
#include "sys/dependent.h"

/* A fact not shown to be implied within this much work is reported, which is just as true. */
enum { WORK_MAX = 1 << 14 };

/* One argument being described. */
struct description {
	struct strbuf *buf;
	enum arch arch;
	struct operand operand;
	const char *name;
	const char *joint; /* before the next test */
};

/* Removes the facts about WORD that its other facts imply. */
static void reduce(struct region *region, unsigned int word)
{
	size_t i = 0;

	while (i < region->facts[word].n) {
		size_t last = --region->facts[word].n;
		struct fact fact = region->facts[word].v[i];
		struct fact moved = region->facts[word].v[last];

		region->facts[word].v[i] = moved;
		region_refresh(region, word);
		if (region_ask(region, &fact) == ANSWER_YES)
			continue;
		region->facts[word].v[last] = moved;
		region->facts[word].v[i++] = fact;
		region->facts[word].n++;
	}
}

/* Merges the plain intervals of WORD into one, without what is excluded at its ends. */
static void join_intervals(struct region *region, unsigned int word)
{
	uint32_t low, high;
	size_t kept = 0;

	region_bounds(region, word, &low, &high);
	for (size_t i = 0; i < region->facts[word].n; i++) {
		struct fact *fact = &region->facts[word].v[i];

		if (fact->mask != UINT32_MAX || fact->is_not)
			region->facts[word].v[kept++] = *fact;
	}
	region->facts[word].n = kept;
	for (size_t i = 0; i < kept; i++) {
		const struct fact *out = &region->facts[word].v[i];

		if (out->mask != UINT32_MAX || low < out->low || low > out->high ||
		    out->high >= high)
			continue;
		low = out->high + 1;
		i = SIZE_MAX; /* restart at the first */
	}
	for (size_t i = 0; i < kept; i++) {
		const struct fact *out = &region->facts[word].v[i];

		if (out->mask != UINT32_MAX || high < out->low || high > out->high ||
		    out->low <= low)
			continue;
		high = out->low - 1;
		i = SIZE_MAX;
	}
	if (low || high != UINT32_MAX)
		*array_append(&region->facts[word]) = (struct fact){ (uint8_t)word, false,
								     UINT32_MAX, low, high };
}

/* Prints the names of flags, leaving out the family's enumerated part. */
static void print_flags(struct description *at, uint64_t flags)
{
	uint64_t mask = family_get(at->operand.family)->enum_mask;
	const struct constant *constant;
	const char *joint = "";

	for (size_t i = 0; (constant = constant_row(i)); i++) {
		uint64_t value = (uint64_t)constant_value(constant, at->arch);

		if (constant->family != at->operand.family || !value || value & mask ||
		    (flags & value) != value)
			continue;
		strbuf_printf(at->buf, "%s%s", joint, constant->name);
		flags &= ~value;
		joint = "|";
	}
	if (flags)
		strbuf_printf(at->buf, "%s0x%" PRIx64, joint, flags);
}

static void print_lead(struct description *at, bool is_not, const char *suffix)
{
	strbuf_printf(at->buf, "%s%s%s%s", at->joint, is_not ? "not " : "", at->name, suffix);
	at->joint = " and ";
}

/* The sign bit alone, with which signed comparisons begin. */
static bool print_sign(struct description *at, const struct fact *fact, uint32_t sign)
{
	bool is_negative = (fact->low == sign) != fact->is_not;

	if (!at->operand.is_signed || fact->mask != sign || fact->low != fact->high)
		return false;
	print_lead(at, false, is_negative ? " < 0" : " >= 0");
	return true;
}

static void print_value(struct description *at, uint64_t value)
{
	if (at->operand.is_signed && at->operand.family == FAMILY_NONE &&
	    value >> (at->operand.width - 1))
		strbuf_printf(at->buf, "%" PRId64,
			      at->operand.width == 64 ? (int64_t)value : (int64_t)(int32_t)value);
	else if (at->operand.family != FAMILY_NONE)
		constant_format(at->buf, at->arch, at->operand.family, value);
	else
		strbuf_printf(at->buf, value < 0x10000 ? "%" PRIu64 : "0x%" PRIx64, value);
}

/* Returns the largest value that the argument can have. */
static uint64_t highest(const struct description *at)
{
	return UINT64_MAX >> (64 - at->operand.width + at->operand.is_signed);
}

/* LOW to HIGH of the whole argument, in its own order: both have the same sign. */
static void print_range(struct description *at, bool is_not, uint64_t low, uint64_t high)
{
	if (low == high) {
		print_lead(at, false, is_not ? " != " : " == ");
		print_value(at, low);
		return;
	}
	if (!is_not && high == highest(at)) {
		print_lead(at, false, " >= ");
		print_value(at, low);
		return;
	}
	print_lead(at, is_not, " in ");
	print_value(at, low);
	strbuf_puts(at->buf, "..");
	print_value(at, high);
}

/* The argument under MASK, compared as unsigned. */
static void print_masked(struct description *at, bool is_not, uint64_t mask, uint64_t low,
			 uint64_t high)
{
	uint64_t named = at->operand.family == FAMILY_NONE
				 ? 0
				 : ~family_get(at->operand.family)->enum_mask;
	bool is_flags = mask && !(mask & ~named) && low == high && (low == mask || !low);
	bool is_bit = !(mask & (mask - 1));

	if (is_flags) {
		/* All bits are set, or none is: for a single bit each is the opposite of the
		 * other. */
		if (!low)
			is_not = !is_not;
		print_lead(at, is_not, low && !is_bit ? " has " : " any ");
		print_flags(at, mask);
		return;
	}
	print_lead(at, is_not && low != high, " & ");
	strbuf_printf(at->buf, "0x%" PRIx64 "%s", mask,
		      low != high ? " in "
		      : is_not	  ? " != "
				  : " == ");
	if (low == high && mask >> 32 == 0 && at->operand.family != FAMILY_NONE)
		constant_format(at->buf, at->arch, at->operand.family, low);
	else
		strbuf_printf(at->buf, "0x%" PRIx64, low);
	if (low != high)
		strbuf_printf(at->buf, "..0x%" PRIx64, high);
}

/* Returns the bits of one half that the kernel reads. */
static uint32_t full_mask(const struct description *at)
{
	return at->operand.width == 16 ? 0xffff : UINT32_MAX;
}

/* The low half of an argument whose upper half, if it has one, is ABOVE. */
static void print_low_facts(struct description *at, const struct region *region, unsigned int word,
			    uint64_t above)
{
	for (size_t i = 0; i < region->facts[word].n; i++) {
		const struct fact *fact = &region->facts[word].v[i];
		uint32_t sign = 1U << (at->operand.width == 16 ? 15 : 31);
		bool is_ordered = at->operand.width == 64 || !at->operand.is_signed ||
				  !((fact->low ^ fact->high) & sign);

		if (at->operand.width < 64 && print_sign(at, fact, sign))
			continue;
		if (fact->mask == full_mask(at) && is_ordered)
			print_range(at, fact->is_not, above | fact->low, above | fact->high);
		else
			print_masked(at, fact->is_not, fact->mask, fact->low, fact->high);
	}
}

static bool has_masks(const struct region *region, unsigned int word)
{
	for (size_t i = 0; i < region->facts[word].n; i++)
		if (region->facts[word].v[i].mask != UINT32_MAX)
			return true;
	return false;
}

static bool has_interval(const struct region *region, unsigned int word)
{
	for (size_t i = 0; i < region->facts[word].n; i++)
		if (!region->facts[word].v[i].is_not)
			return true;
	return false;
}

/* For a pointer, only equality with NULL can be stated. */
static void print_pointer(struct description *at, const struct region *region, unsigned int word)
{
	bool is_null = true;

	for (unsigned int half = word; half < word + at->operand.width / 32; half++) {
		const struct fact *first = region->facts[half].v;

		is_null = is_null && region->facts[half].n && !first->is_not && !first->high;
	}
	print_lead(at, false, is_null ? " == 0" : " != 0");
}

static void print_wide(struct description *at, const struct region *region, unsigned int word)
{
	const struct fact *high = region->facts[word + 1].v;
	size_t n = region->facts[word + 1].n;
	bool is_pinned = n == 1 && !high->is_not && high->mask == UINT32_MAX &&
			 high->low == high->high;

	if (is_pinned && region->facts[word].n && !has_masks(region, word)) {
		uint64_t above = (uint64_t)high->low << 32;

		/* An exclusion does not say that the upper half has this value. */
		if (!has_interval(region, word))
			print_range(at, false, above, above | UINT32_MAX);
		print_low_facts(at, region, word, above);
		return;
	}
	for (size_t i = 0; i < n; i++)
		if (!print_sign(at, &high[i], 1U << 31))
			print_masked(at, high[i].is_not, (uint64_t)high[i].mask << 32,
				     (uint64_t)high[i].low << 32, (uint64_t)high[i].high << 32);
	for (size_t i = 0; i < region->facts[word].n; i++) {
		const struct fact *low = &region->facts[word].v[i];

		print_masked(at, low->is_not, low->mask, low->low, low->high);
	}
}

static void print_argument(struct description *at, const struct region *region, unsigned int index)
{
	unsigned int word = WORD_ARGS + 2 * index;
	bool is_wide = at->operand.width == 64;

	if (!region->facts[word].n && !(is_wide && region->facts[word + 1].n))
		return;
	if (at->operand.kind == ARG_POINTER || at->operand.kind == ARG_STRING)
		print_pointer(at, region, word);
	else if (is_wide)
		print_wide(at, region, word);
	else
		print_low_facts(at, region, word, 0);
}

/* Returns what argument INDEX is written with: if it depends on another argument that may have
 * several values, only numbers mean the same for all of them. */
static enum family family_of(const struct region *region, const struct sys_call *call,
			     enum arch arch, unsigned int index)
{
	const struct dependent *first = dependent_first(call, index);
	int by = first ? dependent_by(first, call) : -1;
	uint64_t args[SYS_ARGS_MAX] = { 0 };
	uint32_t low, high;

	if (!first)
		return call && index < call->n_args ? call->args[index].family : FAMILY_NONE;
	if (by < 0)
		return FAMILY_NONE;
	region_bounds(region, WORD_ARGS + 2 * (unsigned int)by, &low, &high);
	args[by] = low;
	return low == high ? dependent_family(call, arch, index, args) : FAMILY_NONE;
}

void region_describe(const struct region *region, const struct sys_call *call, enum arch arch,
		     struct strbuf *buf)
{
	struct region reduced = { .work_max = WORK_MAX };
	struct description at = { .buf = buf, .arch = arch, .joint = "" };

	for (unsigned int word = WORD_ARGS; word < REGION_WORDS; word++) {
		for (size_t i = 0; i < region->facts[word].n; i++)
			*array_append(&reduced.facts[word]) = region->facts[word].v[i];
		join_intervals(&reduced, word);
		reduce(&reduced, word);
	}
	for (unsigned int index = 0; index < SYS_ARGS_MAX; index++) {
		char number[] = { 'a', 'r', 'g', (char)('0' + index), '\0' };

		at.name = call && index < call->n_args ? sys_arg_label(&call->args[index]) : number;
		if (!operand_find(call, arch, at.name, &at.operand))
			continue;
		at.operand.family = family_of(region, call, arch, index);
		print_argument(&at, &reduced, index);
	}
	region_finish(&reduced);
}
