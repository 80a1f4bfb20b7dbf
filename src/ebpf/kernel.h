/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tracer must know about the kernel that neither BTF nor the UAPI headers say, by kernel
 * version; internal to this room. */
#ifndef PINFOLD_EBPF_KERNEL_H
#define PINFOLD_EBPF_KERNEL_H

#include <stdbool.h>
#include <stdint.h>

/* Returns whether the running kernel is older than MAJOR.MINOR. */
bool kernel_is_before(unsigned int major, unsigned int minor);

/* Returns which of a thread's flag bits say that a signal, or anything else that interrupts like
 * one, is pending (TIF_SIGPENDING, TIF_NOTIFY_SIGNAL). */
uint32_t kernel_signal_bits(void);

#endif
