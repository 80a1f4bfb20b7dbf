/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON from outside. */
#ifndef PINFOLD_BASE_JSON_INPUT_H
#define PINFOLD_BASE_JSON_INPUT_H

#include <stddef.h>

#include <json-c/json.h>

#include "base/diag.h"

/*
 * Reads the file or pipe PATH, of at most LIMIT bytes, as JSON. Returns 0 and a reference in
 * *ret_object that the caller owns, or -EINVAL with an error in DIAGS that quotes nothing from the
 * input.
 */
int json_input_read(const char *path, size_t limit, struct json_object **ret_object,
		    struct diags *diags);

#endif
