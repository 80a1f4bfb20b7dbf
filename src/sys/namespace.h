/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kinds of namespaces: namespaces(7). */
#ifndef PINFOLD_SYS_NAMESPACE_H
#define PINFOLD_SYS_NAMESPACE_H

enum { NAMESPACES = 7 };

/* In the order in which pinfold names them. */
extern const struct sys_namespace {
	unsigned long flag; /* CLONE_NEW* */
	const char *name;
} sys_namespaces[NAMESPACES];

#endif
