/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PINFOLD_BASE_THREAD_H
#define PINFOLD_BASE_THREAD_H

#include <pthread.h>
#include <stdbool.h>

/* Starts a thread that runs RUN with DATA, with all signals blocked: those are for the first
 * thread. Returns whether it runs; the caller must then join it. */
bool thread_start(pthread_t *ret_thread, void *(*run)(void *data), void *data);

#endif
