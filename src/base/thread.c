// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/thread.h"

#include <signal.h>

bool thread_start(pthread_t *ret_thread, void *(*run)(void *data), void *data)
{
	sigset_t all, old;
	int err;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	err = pthread_create(ret_thread, NULL, run, data);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return !err;
}
