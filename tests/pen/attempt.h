/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of the program of attempts share. */
#ifndef PINFOLD_TESTS_PEN_ATTEMPT_H
#define PINFOLD_TESTS_PEN_ATTEMPT_H

enum { OUT = 0, SHUT = 1, WRONG_USE = 99 };

/* offer NAME: makes objects of every kind that is named and not in a directory, says that it has,
 * and holds them until its input ends. reach NAME: uses each of them. */
int run_offer(char **args);
int run_reach(char **args);

/* calls: makes every kind of call that needs a right over the machine or a namespace, so that it
 * changes nothing where it is let. */
int run_calls(char **args);

/* handed N: does to the file of descriptor N all that it was not opened for. */
int run_handed(char **args);

/* budget: takes all of what the kernel counts for a user, and says how much it was. */
int run_budget(char **args);
/* attempt_built_in.c */
int run_outside_x86(char **args);
int run_set_id(char **args);
int run_starve(char **args);
int run_beyond(char **args);
/* outlive PID COUNT KIND: see tests/pen/attempt_life.c. */
int run_outlive(char **args);
/* buffers MIB: fills sockets with more than that. */
int run_buffers(char **args);
/* press KEY COMMAND [ARG...], take HOW: see tests/pen/attempt_keys.c. */
int run_press(char **args);
int run_take(char **args);
/* hang DIR COMMAND [ARG...]: runs it beside a file system that never answers. */
int run_hang(char **args);
/* outside PID DIR: see tests/pen/attempt_outside.c. */
int run_outside(char **args);
/* watch DIR COMMAND [ARG...], on-demand DIR COMMAND [ARG...]: see tests/pen/attempt_ask.c. */
int run_watch(char **args);
int run_on_demand(char **args);
int run_swap(char **args);

#endif
