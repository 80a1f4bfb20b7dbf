// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Facts on words as tests on arguments. What other facts of the same word imply is left out; the
 * rest is said exactly, since people and tests take the text for the set of calls that it names.
 */
#include "filter/describe.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "policy/expr.h"

/* One argument while it is described. */
struct description {
	struct strbuf *buf;
	enum arch arch;
	struct operand operand;
	const char *name;
	const char *joint; /* before the next test */
};

/* Takes away the facts of WORD that follow from its others. */
static void reduce(struct region *region, unsigned int word)
{
	size_t i = 0;

	while (i < region->facts[word].n) {
		size_t last = --region->facts[word].n;
		struct fact fact = region->facts[word].v[i];
		struct fact moved = region->facts[word].v[last];

		region->facts[word].v[i] = moved;
		if (region_ask(region, &fact) == ANSWER_YES)
			continue;
		region->facts[word].v[last] = moved;
		region->facts[word].v[i++] = fact;
		region->facts[word].n++;
	}
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

static void print_lead(struct description *at, bool is_not, const char *suffix)
{
	strbuf_printf(at->buf, "%s%s%s%s", at->joint, is_not ? "not " : "", at->name, suffix);
	at->joint = " and ";
}

/* LOW to HIGH of the whole argument, in its own order: signs do not differ. */
static void print_range(struct description *at, bool is_not, uint64_t low, uint64_t high)
{
	if (low == high) {
		print_lead(at, false, is_not ? " != " : " == ");
		print_value(at, low);
		return;
	}
	print_lead(at, is_not, " in ");
	print_value(at, low);
	strbuf_puts(at->buf, "..");
	print_value(at, high);
}

/* The argument under MASK, compared without a sign. */
static void print_masked(struct description *at, bool is_not, uint64_t mask, uint64_t low,
			 uint64_t high)
{
	uint64_t named = at->operand.family == FAMILY_NONE
				 ? 0
				 : ~family_get(at->operand.family)->enum_mask;
	bool is_flags = mask && !(mask & ~named) && low == high && (low == mask || !low);
	bool is_bit = !(mask & (mask - 1));

	if (is_flags) {
		/* All bits are set, or none: of one bit both are the other's opposite. */
		if (!low)
			is_not = !is_not;
		print_lead(at, is_not, low && !is_bit ? " has " : " any ");
		constant_format(at->buf, at->arch, at->operand.family, mask);
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

/* The bits of one half that the kernel reads. */
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

/* Of a pointer only NULL can be told. */
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
		print_low_facts(at, region, word, (uint64_t)high->low << 32);
		return;
	}
	for (size_t i = 0; i < n; i++)
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

void region_describe(const struct region *region, const struct sys_call *call, enum arch arch,
		     struct strbuf *buf)
{
	struct region reduced = { .work_max = UINT64_MAX };
	struct description at = { .buf = buf, .arch = arch, .joint = "" };

	for (unsigned int word = WORD_ARGS; word < REGION_WORDS; word++) {
		for (size_t i = 0; i < region->facts[word].n; i++)
			*array_append(&reduced.facts[word]) = region->facts[word].v[i];
		reduce(&reduced, word);
	}
	for (unsigned int index = 0; index < SYS_ARGS_MAX; index++) {
		char number[] = { 'a', 'r', 'g', (char)('0' + index), '\0' };

		at.name = call && index < call->n_args ? sys_arg_label(&call->args[index]) : number;
		if (operand_find(call, arch, at.name, &at.operand))
			print_argument(&at, &reduced, index);
	}
	region_finish(&reduced);
}
