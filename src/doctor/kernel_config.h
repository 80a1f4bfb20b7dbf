/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options that a kernel was built with. Internal to doctor/. */
#ifndef PINFOLD_DOCTOR_KERNEL_CONFIG_H
#define PINFOLD_DOCTOR_KERNEL_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

/* An option by its name without CONFIG_, and whether it is set: y or m. */
struct config_option {
	const char *name;
	bool is_set;
};

/* Marks those of the N OPTIONS that TEXT, such a file, sets. Returns whether it is one. */
bool config_scan(const char *text, struct config_option *options, size_t n);

/* Reads the running kernel's: /proc/config.gz, or a file of its release below /boot or
 * /lib/modules. Returns the file's name, valid until the next call, or NULL if none can be read. */
const char *config_read(struct config_option *options, size_t n);

#endif
