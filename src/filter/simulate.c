// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runs a classic BPF program on one call as the kernel's seccomp does, after refusing what the
 * kernel refuses (net/core/filter.c bpf_check_classic, kernel/seccomp.c seccomp_check_filter).
 * Knows nothing about policies or how programs are made.
 */
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "filter/filter.h"

enum { OP_CLASS = 0x07, OP_SOURCE = 0x08, OP_ALU = 0xf0 };

struct machine {
	uint32_t a, x, memory[BPF_MEMWORDS];
	const struct seccomp_data *data;
};

static bool is_known_alu(uint16_t code)
{
	switch (code & OP_ALU) {
	case BPF_ADD:
	case BPF_SUB:
	case BPF_MUL:
	case BPF_DIV:
	case BPF_OR:
	case BPF_AND:
	case BPF_LSH:
	case BPF_RSH:
	case BPF_XOR:
		return (code & ~(OP_ALU | OP_SOURCE)) == BPF_ALU;
	case BPF_NEG:
		return code == (BPF_ALU | BPF_NEG);
	default:
		return false;
	}
}

static bool is_known_jump(uint16_t code)
{
	switch (code & OP_ALU) {
	case BPF_JA:
		return code == (BPF_JMP | BPF_JA);
	case BPF_JEQ:
	case BPF_JGT:
	case BPF_JGE:
	case BPF_JSET:
		return (code & ~(OP_ALU | OP_SOURCE)) == BPF_JMP;
	default:
		return false;
	}
}

static bool is_known(const struct sock_filter *insn)
{
	switch (insn->code) {
	case BPF_LD | BPF_W | BPF_ABS:
		return insn->k < sizeof(struct seccomp_data) && !(insn->k & 3);
	case BPF_LD | BPF_W | BPF_LEN:
	case BPF_LDX | BPF_W | BPF_LEN:
	case BPF_LD | BPF_IMM:
	case BPF_LDX | BPF_IMM:
	case BPF_MISC | BPF_TAX:
	case BPF_MISC | BPF_TXA:
	case BPF_RET | BPF_K:
	case BPF_RET | BPF_A:
		return true;
	case BPF_LD | BPF_MEM:
	case BPF_LDX | BPF_MEM:
	case BPF_ST:
	case BPF_STX:
		return insn->k < BPF_MEMWORDS;
	default:
		return is_known_alu(insn->code) || is_known_jump(insn->code);
	}
}

/* Checks for constants that the arithmetic does not allow and jumps out of the program. */
static bool is_sound(const struct sock_filter *insn, size_t left)
{
	switch (insn->code) {
	case BPF_ALU | BPF_DIV | BPF_K:
		return insn->k != 0;
	case BPF_ALU | BPF_LSH | BPF_K:
	case BPF_ALU | BPF_RSH | BPF_K:
		return insn->k < 32;
	case BPF_JMP | BPF_JA:
		return insn->k < left;
	default:
		if ((insn->code & OP_CLASS) != BPF_JMP)
			return true;
		return insn->jt < left && insn->jf < left;
	}
}

/* Returns whether no path reads a scratch memory word before writing it. */
static bool is_memory_written(const struct sock_filter *prog, size_t len)
{
	uint16_t masks[BPF_MAXINSNS], written = 0;

	memset(masks, 0xff, sizeof(masks));
	for (size_t i = 0; i < len; i++) {
		const struct sock_filter *insn = &prog[i];

		written &= masks[i];
		switch (insn->code) {
		case BPF_ST:
		case BPF_STX:
			written |= (uint16_t)(1U << insn->k);
			break;
		case BPF_LD | BPF_MEM:
		case BPF_LDX | BPF_MEM:
			if (!(written & 1U << insn->k))
				return false;
			break;
		case BPF_JMP | BPF_JA:
			masks[i + 1 + insn->k] &= written;
			written = UINT16_MAX;
			break;
		default:
			if ((insn->code & OP_CLASS) != BPF_JMP)
				break;
			masks[i + 1 + insn->jt] &= written;
			masks[i + 1 + insn->jf] &= written;
			written = UINT16_MAX;
		}
	}
	return true;
}

static bool is_accepted(const struct sock_filter *prog, size_t len)
{
	bool has_memory = false;

	if (!len || len > BPF_MAXINSNS)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (!is_known(&prog[i]) || !is_sound(&prog[i], len - i - 1))
			return false;
		has_memory |= prog[i].code == (BPF_LD | BPF_MEM) ||
			      prog[i].code == (BPF_LDX | BPF_MEM);
	}
	if ((prog[len - 1].code & OP_CLASS) != BPF_RET)
		return false;
	return !has_memory || is_memory_written(prog, len);
}

/* Returns false on division by zero, which makes the program return 0. */
static bool run_alu(struct machine *machine, const struct sock_filter *insn)
{
	uint32_t operand = insn->code & BPF_X ? machine->x : insn->k;

	switch (insn->code & OP_ALU) {
	case BPF_ADD:
		machine->a += operand;
		break;
	case BPF_SUB:
		machine->a -= operand;
		break;
	case BPF_MUL:
		machine->a *= operand;
		break;
	case BPF_DIV:
		if (!operand)
			return false;
		machine->a /= operand;
		break;
	case BPF_OR:
		machine->a |= operand;
		break;
	case BPF_AND:
		machine->a &= operand;
		break;
	case BPF_XOR:
		machine->a ^= operand;
		break;
	case BPF_LSH:
		machine->a <<= operand & 31;
		break;
	case BPF_RSH:
		machine->a >>= operand & 31;
		break;
	case BPF_NEG:
		machine->a = -machine->a;
		break;
	}
	return true;
}

/* Returns how many instructions to skip. */
static size_t run_jump(const struct machine *machine, const struct sock_filter *insn)
{
	uint32_t operand = insn->code & BPF_X ? machine->x : insn->k;
	bool is_taken = false;

	switch (insn->code & OP_ALU) {
	case BPF_JA:
		return insn->k;
	case BPF_JEQ:
		is_taken = machine->a == operand;
		break;
	case BPF_JGT:
		is_taken = machine->a > operand;
		break;
	case BPF_JGE:
		is_taken = machine->a >= operand;
		break;
	case BPF_JSET:
		is_taken = (machine->a & operand) != 0;
		break;
	}
	return is_taken ? insn->jt : insn->jf;
}

static void run_load(struct machine *machine, const struct sock_filter *insn)
{
	switch (insn->code) {
	case BPF_LD | BPF_W | BPF_ABS:
		memcpy(&machine->a, (const char *)machine->data + insn->k, sizeof(machine->a));
		break;
	case BPF_LD | BPF_W | BPF_LEN:
		machine->a = sizeof(struct seccomp_data);
		break;
	case BPF_LDX | BPF_W | BPF_LEN:
		machine->x = sizeof(struct seccomp_data);
		break;
	case BPF_LD | BPF_IMM:
		machine->a = insn->k;
		break;
	case BPF_LDX | BPF_IMM:
		machine->x = insn->k;
		break;
	case BPF_LD | BPF_MEM:
		machine->a = machine->memory[insn->k];
		break;
	case BPF_LDX | BPF_MEM:
		machine->x = machine->memory[insn->k];
		break;
	case BPF_ST:
		machine->memory[insn->k] = machine->a;
		break;
	case BPF_STX:
		machine->memory[insn->k] = machine->x;
		break;
	case BPF_MISC | BPF_TAX:
		machine->x = machine->a;
		break;
	case BPF_MISC | BPF_TXA:
		machine->a = machine->x;
		break;
	}
}

int filter_simulate(const struct sock_filter *prog, size_t len, const struct seccomp_data *data,
		    uint32_t *ret_value, size_t *ret_insn)
{
	struct machine machine = { .data = data };
	uint32_t value = 0;
	size_t i = 0;

	if (!is_accepted(prog, len))
		return -EINVAL;
	for (;; i++) {
		const struct sock_filter *insn = &prog[i];
		uint16_t class = insn->code & OP_CLASS;

		if (class == BPF_RET) {
			value = insn->code == (BPF_RET | BPF_A) ? machine.a : insn->k;
			break;
		}
		if (class == BPF_JMP)
			i += run_jump(&machine, insn);
		else if (class != BPF_ALU)
			run_load(&machine, insn);
		else if (!run_alu(&machine, insn))
			break;
	}
	if (ret_value)
		*ret_value = value;
	if (ret_insn)
		*ret_insn = i;
	return 0;
}
