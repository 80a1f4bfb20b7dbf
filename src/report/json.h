/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON values as the report's schema writes them; internal to this room. */
#ifndef PINFOLD_REPORT_JSON_H
#define PINFOLD_REPORT_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <json-c/json.h>

#include "report/report.h"

/* Returns LEN bytes of TEXT as a string in C escapes (base/str.h), because text may come from the
 * command. */
struct json_object *json_new_text(const char *text, size_t len);

/* Returns a 64-bit value as the string "0x...". */
struct json_object *json_new_hex(uint64_t value);

/* Add a member to an object; a NULL text, or UINT64_MAX for a known number, becomes null. */
void json_add_text(struct json_object *to, const char *key, const char *text);
void json_add_escaped(struct json_object *to, const char *key, const char *text);
void json_add_number(struct json_object *to, const char *key, uint64_t number);
void json_add_known_number(struct json_object *to, const char *key, uint64_t number);
void json_add_bool(struct json_object *to, const char *key, bool value);

/* Adds what the call was: abi, nr, name, args, text; and what stopped it: action, value, rule, by,
 * expected. */
void json_add_call(struct json_object *to, const struct record_denial *denial);
void json_add_decision(struct json_object *to, const struct record_denial *denial);

/* Adds what a process runs: exe, args; and how it ended: status, signal. */
void json_add_program(struct json_object *to, const struct record_process *process);
void json_add_end(struct json_object *to, const struct record_process *process);

/* Return the command, what was traced in its place or NULL, the start time, and how it ended, as in
 * the report. */
struct json_object *json_new_command(char *const *command);
struct json_object *json_new_target(const struct report *report);
struct json_object *json_new_started(const struct timespec *started);
struct json_object *json_new_exit(const struct report_exit *end);

/* Return a stack, and a failing call, as the report has them. */
struct json_object *json_new_stack(const struct record_stack *stack);
struct json_object *json_new_failure(const struct record_failure *failure);

/* Return one port of a host that was connected to, and one kind of refusal. */
struct json_object *json_new_connection(const struct network_connection *connection);
struct json_object *json_new_refusal(const struct network_refusal *refusal);

/* Returns the network by name, or NULL if the pen had none. */
struct json_object *json_new_network(const struct network_use *use);

/* Returns denial I. */
struct json_object *json_new_denial(const struct report *report, size_t i);

/* A report is written part by part, because one with thousands of denials would take a hundred
 * times its size as a single object. Each part is freed once written. */
struct json_file {
	FILE *to;
	bool has_parts;
};

/* Writes PART, which is freed, with INDENT before each line but the first. */
void json_write_indented(FILE *to, struct json_object *part, const char *indent);

/* Add a member of the report, which may be NULL; or one that is a list of N elements, made by
 * MAKE. */
void json_add_part(struct json_file *file, const char *key, struct json_object *part);
void json_add_list(struct json_file *file, const char *key, size_t n,
		   struct json_object *(*make)(const struct report *report, size_t i),
		   const struct report *report);

/* Adds the members that come from the record: from the trace to the processes. */
void json_add_record(struct json_file *file, const struct report *report);

/* Adds the run over time. */
void json_add_samples(struct json_file *file, const struct report *report);

#endif
