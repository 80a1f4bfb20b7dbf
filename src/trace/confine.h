/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A process of ours that is about to read what a hostile program made; inside this room only. */
#ifndef PINFOLD_TRACE_CONFINE_H
#define PINFOLD_TRACE_CONFINE_H

/*
 * Takes from the calling process, for good, its ids (as root), capabilities, the right to gain
 * any, and every system call that the shipped policy NAME ("<symbols>") does not allow. Seconds of
 * CPU time and bytes of memory are bounded too. Gives 0 or -errno: then it must not go on.
 */
int confine_self(const char *name);

#endif
