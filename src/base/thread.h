/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PINFOLD_BASE_THREAD_H
#define PINFOLD_BASE_THREAD_H

#include <pthread.h>
#include <stdbool.h>

/* Starts a thread that gets no signal, which are for the first one: RUN with DATA. Returns whether
 * it runs; then it is to be joined. */
bool thread_start(pthread_t *ret_thread, void *(*run)(void *data), void *data);

#endif
