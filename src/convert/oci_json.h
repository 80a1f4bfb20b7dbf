/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The members of a profile in JSON, strictly: what is of another kind than it should be is refused.
 * Internal to convert/. */
#ifndef PINFOLD_CONVERT_OCI_JSON_H
#define PINFOLD_CONVERT_OCI_JSON_H

#include <json-c/json.h>

#include "convert/convert.h"

/* One profile while it is read. */
struct oci_reader {
	const struct oci_machine *machine;
	struct strbuf *buf;
	struct losses *losses;
	struct diags *diags;
	uint32_t arches;
	struct action default_action;
	size_t n_names, n_comparisons;
	bool is_decided[1024]; /* by row of sys_call_row(): an entry without comparisons was read */
	int err;
};

/* Refuses the profile for WHAT; the first reason stands. */
void oci_refuse(struct oci_reader *reader, const char *what);

/* The same for the member KEY, which has no meaning as it is. */
void oci_refuse_member(struct oci_reader *reader, const char *key);

/* Returns the member KEY of OBJECT, which may be NULL, or NULL where it is missing or null. One of
 * another type is an error, as it is to a runtime: passed over, it would say something else. */
struct json_object *oci_member(struct oci_reader *reader, struct json_object *object,
			       const char *key, enum json_type type);

/* Returns the text of the member KEY; "" when there is none. */
const char *oci_text(struct oci_reader *reader, struct json_object *object, const char *key);

/* Returns how many items the list KEY has; 0 when there is none. */
size_t oci_list(struct oci_reader *reader, struct json_object *object, const char *key,
		struct json_object **ret_list);

/* Returns the text of an item of LIST; "" after an error. */
const char *oci_item(struct oci_reader *reader, struct json_object *list, size_t i);

/* Returns the number of the member KEY; 0 when there is none, or after an error. */
uint64_t oci_number(struct oci_reader *reader, struct json_object *object, const char *key);

#endif
