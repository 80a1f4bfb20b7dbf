/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values of a saved report; internal to its reader. A member that an older pinfold did not write is
 * not known, and so is null; one of the wrong type is an error at its place. Where OF is NULL there
 * are no members, and no error.
 */
#ifndef PINFOLD_REPORT_SAVED_VALUE_H
#define PINFOLD_REPORT_SAVED_VALUE_H

#include "base/json_text.h"
#include "report/json_word.h"
#include "report/saved_report.h"

struct saved_reader {
	struct json_text text;
	struct diags *diags;
	struct saved_report *to;
	bool has_failed;
	bool has_unknown_count; /* a call has no number of allowed ones */
	size_t n_values;	/* of arguments, in all calls */
};

/* Reports that the value at PLACE is not as it must be, unless something was reported before. */
void saved_refuse(struct saved_reader *reader, const struct place *place, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Returns whether N, which counts WHAT, is at most MOST; otherwise reports it at PLACE. */
bool saved_is_bounded(struct saved_reader *reader, const struct place *place, const char *what,
		      size_t n, size_t most);

/* Return the member KEY of OF, or NULL: there is none, or it is null. The second one reports that
 * there is none. */
const struct json_value *saved_find(struct saved_reader *reader, const struct json_value *of,
				    const char *key, enum json_kind kind);
const struct json_value *saved_need(struct saved_reader *reader, const struct json_value *of,
				    const char *key, enum json_kind kind);

/* Returns whether OF has the member KEY, even if it is null. */
bool saved_has(const struct json_value *of, const char *key);

/* Return the number KEY; UINT64_MAX, or 0, if it is not known. A number above MOST is an error. */
uint64_t saved_known(struct saved_reader *reader, const struct json_value *of, const char *key);
uint64_t saved_count(struct saved_reader *reader, const struct json_value *of, const char *key);
uint64_t saved_small(struct saved_reader *reader, const struct json_value *of, const char *key,
		     uint64_t most);

/* Returns the value of a number, which may be negative. */
int64_t saved_int(struct saved_reader *reader, const struct json_value *value);

/* Return the value of a register, of VALUE or of the member KEY; 0 if it is not known. */
uint64_t saved_hex_of(struct saved_reader *reader, const struct json_value *value);
uint64_t saved_hex(struct saved_reader *reader, const struct json_value *of, const char *key);

bool saved_truth(struct saved_reader *reader, const struct json_value *of, const char *key,
		 bool otherwise);

/* Returns the value whose word is KEY. */
unsigned int saved_word(struct saved_reader *reader, const struct json_value *of, const char *key,
			const struct json_words *words, unsigned int otherwise);

/* Return the text KEY without escapes, or NULL if it is not known: for the caller to free, or
 * living as long as the report. */
char *saved_text(struct saved_reader *reader, const struct json_value *of, const char *key);
const char *saved_name(struct saved_reader *reader, const struct json_value *of, const char *key);

/*
 * The same for a text that pinfold itself wrote, which is printed as it is: a report from elsewhere
 * may have anything there, so that control characters are escaped.
 */
char *saved_safe_text(struct saved_reader *reader, const struct json_value *of, const char *key);
const char *saved_safe_name(struct saved_reader *reader, const struct json_value *of,
			    const char *key);
void saved_append_safe(struct saved_reader *reader, const struct json_value *of, const char *key,
		       struct strbuf *buf);

/* Returns the text of a string without escapes, living as long as the report. */
const char *saved_name_of(struct saved_reader *reader, const struct json_value *value);

/* Appends the text KEY to BUF, if it is known. */
void saved_append(struct saved_reader *reader, const struct json_value *of, const char *key,
		  struct strbuf *buf);

/* Returns the number of the capability whose name VALUE is. */
int saved_capability(struct saved_reader *reader, const struct json_value *value);

/* Returns the ABI of the call OF, and its number. */
enum arch saved_arch(struct saved_reader *reader, const struct json_value *of);
uint32_t saved_nr(struct saved_reader *reader, const struct json_value *of);

/* Read what several kinds of rows have. */
void saved_read_stack(struct saved_reader *reader, const struct json_value *of,
		      struct record_stack *stack);
void saved_read_args(struct saved_reader *reader, const struct json_value *of,
		     uint64_t args[SYS_ARGS_MAX]);

/* Take one item of the list of that name. */
void saved_take_call(struct saved_reader *reader, const struct json_value *item);
void saved_take_rule(struct saved_reader *reader, const struct json_value *item);
void saved_take_denial(struct saved_reader *reader, const struct json_value *item);
void saved_take_failure(struct saved_reader *reader, const struct json_value *item);
void saved_take_process(struct saved_reader *reader, const struct json_value *item);
void saved_take_sample(struct saved_reader *reader, const struct json_value *item);

/* Reads what the report FROM says about the trace and the sums of calls. */
void saved_read_trace(struct saved_reader *reader, const struct json_value *from);

/* Read what the report FROM says about the pen. */
void saved_read_enforced(struct saved_reader *reader, const struct json_value *from);
void saved_read_resources(struct saved_reader *reader, const struct json_value *from);
void saved_read_guarded(struct saved_reader *reader, const struct json_value *from);
void saved_read_network(struct saved_reader *reader, const struct json_value *from);

#endif
