/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SARIF, result by result: what `lint` and the reports of a run have in common. All texts are valid
 * UTF-8, and safe to print. */
#ifndef PINFOLD_REPORT_SARIF_H
#define PINFOLD_REPORT_SARIF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <json-c/json.h>

#include "base/diag.h"

struct sarif {
	FILE *to;
	bool has_results;
};

/* Writes all that precedes the results: RULES is an array of sarif_new_rule(), INVOCATION how the
 * tool ran, or NULL; both are freed. Results follow by sarif_add(), then sarif_end(). */
void sarif_begin(struct sarif *ret_sarif, struct json_object *rules, struct json_object *invocation,
		 FILE *to);

/* Writes RESULT, which is freed. */
void sarif_add(struct sarif *sarif, struct json_object *result);
void sarif_end(struct sarif *sarif);

/* LEVEL is "error", "warning" or "note". */
struct json_object *sarif_new_rule(const char *id, const char *about, const char *level);

/* INDEX is that of the rule in the array. */
struct json_object *sarif_new_result(const char *id, size_t index, const char *level,
				     const char *message);

struct json_object *sarif_new_locations(const struct place *place);

/* Returns {"text": TEXT}. */
struct json_object *sarif_new_message(const char *text);

/* Returns an artifactLocation: the path, of any bytes, as a URI reference. */
struct json_object *sarif_new_artifact(const char *path);

#endif
