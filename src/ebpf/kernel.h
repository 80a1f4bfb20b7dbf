/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tracer must know of the kernel that neither its BTF nor its headers for programs tell,
 * by the kernel's version; inside this room only. */
#ifndef PINFOLD_EBPF_KERNEL_H
#define PINFOLD_EBPF_KERNEL_H

#include <stdbool.h>
#include <stdint.h>

/* Returns whether the running kernel is older than MAJOR.MINOR. */
bool kernel_is_before(unsigned int major, unsigned int minor);

/* Returns which bits of a thread's flags say that a signal, or what interrupts as one does, waits
 * for the thread (TIF_SIGPENDING, TIF_NOTIFY_SIGNAL). */
uint32_t kernel_signal_bits(void);

#endif
