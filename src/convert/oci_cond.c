// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libseccomp compares whole registers as unsigned; the kernel reads 16, 32 or 64 bits of them, some
 * as signed. A mask makes the language compare as unsigned.
 */
#include "convert/oci_cond.h"

#include <inttypes.h>

static const char *const words[] = {
	[OCI_NE] = "!=", [OCI_LT] = "<", [OCI_LE] = "<=",	 [OCI_EQ] = "==",
	[OCI_GE] = ">=", [OCI_GT] = ">", [OCI_MASKED_EQ] = "==",
};

bool oci_cond_holds(const struct oci_cond *cond, uint64_t value)
{
	value &= cond->mask;
	switch (cond->op) {
	case OCI_NE:
		return value != cond->value;
	case OCI_LT:
		return value < cond->value;
	case OCI_LE:
		return value <= cond->value;
	case OCI_GE:
		return value >= cond->value;
	case OCI_GT:
		return value > cond->value;
	default:
		return value == cond->value;
	}
}

static bool is_order(enum oci_op op)
{
	return op != OCI_EQ && op != OCI_NE && op != OCI_MASKED_EQ;
}

/* Judges a condition by the smallest and the largest value that the argument can have. */
static enum oci_truth judge(const struct oci_cond *cond, uint64_t bits)
{
	bool low = oci_cond_holds(cond, 0), high = oci_cond_holds(cond, bits);

	if (cond->value & ~bits)
		return is_order(cond->op)   ? (low ? OCI_ALWAYS : OCI_NEVER)
		       : cond->op == OCI_NE ? OCI_ALWAYS
					    : OCI_NEVER;
	if (is_order(cond->op) && low == high)
		return low ? OCI_ALWAYS : OCI_NEVER;
	if (!(cond->mask & bits))
		return low ? OCI_ALWAYS : OCI_NEVER;
	return OCI_SOMETIMES;
}

/* An address can only be compared with NULL. */
static enum oci_truth write_pointer(const struct oci_cond *cond, const char *name, uint64_t bits,
				    struct strbuf *buf)
{
	bool is_null = oci_cond_holds(cond, 0);

	if ((cond->mask & bits) != bits || oci_cond_holds(cond, 1) != oci_cond_holds(cond, bits) ||
	    (!is_order(cond->op) && cond->value))
		return OCI_UNSAID;
	strbuf_printf(buf, "%s %s 0", name, is_null ? "==" : "!=");
	return OCI_SOMETIMES;
}

enum oci_truth oci_cond_write(const struct oci_cond *cond, const struct sys_call *row,
			      enum arch arch, struct strbuf *buf, bool *ret_is_cut)
{
	const struct sys_arg *arg = &row->args[cond->index];
	enum oci_truth truth;
	unsigned int width;
	uint64_t bits, mask;
	bool is_plain;

	if (cond->index >= row->n_args)
		return OCI_UNSAID;
	width = sys_arg_width(arch, arg->kind);
	bits = UINT64_MAX >> (64 - width);
	truth = judge(cond, bits);
	if (cond->value & ~bits)
		*ret_is_cut = true;
	if (truth != OCI_SOMETIMES)
		return truth;
	if (arg->kind >= ARG_POINTER)
		return write_pointer(cond, sys_arg_label(arg), bits, buf);
	mask = cond->mask & bits;
	is_plain = mask == bits && (!is_order(cond->op) || !sys_arg_is_signed(arg->kind));
	strbuf_puts(buf, sys_arg_label(arg));
	if (!is_plain)
		strbuf_printf(buf, " & 0x%" PRIx64, mask);
	strbuf_printf(buf, cond->value < 10 ? " %s %" PRIu64 : " %s 0x%" PRIx64, words[cond->op],
		      cond->value);
	return OCI_SOMETIMES;
}
