/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON that others wrote. */
#ifndef PINFOLD_BASE_JSON_INPUT_H
#define PINFOLD_BASE_JSON_INPUT_H

#include <stddef.h>

#include <json-c/json.h>

#include "base/diag.h"

/*
 * Reads the file or pipe PATH, of at most LIMIT bytes, as JSON. Returns 0 with *ret_object, whose
 * reference is the caller's, or -EINVAL with an error in DIAGS, which shows nothing of what was
 * read.
 */
int json_input_read(const char *path, size_t limit, struct json_object **ret_object,
		    struct diags *diags);

#endif
