/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The members of an object as Go's encoding/json reads them: keys match regardless of case, null is
 * the same as a missing key, and of a duplicate key the last one wins. Where Go ignores what it
 * does not know, or merges two objects, the text is refused. Internal to convert/.
 */
#ifndef PINFOLD_CONVERT_OCI_FIELD_H
#define PINFOLD_CONVERT_OCI_FIELD_H

#include "convert/oci_profile.h"

struct oci_reader {
	struct oci_profile *profile;
	struct diags *diags;
};

enum oci_field_as {
	OCI_AS_WORD,	/* a struct oci_word: a string, or a number as written */
	OCI_AS_POINTER, /* the same, but null means none */
	OCI_AS_WORDS,	/* a struct oci_words, each item of which is a WHAT */
	OCI_AS_OBJECT,	/* read by READ; Go would merge two with a value */
	OCI_AS_NOTHING, /* only its kind matters */
};

/* One key that an object may have; a table ends with a NULL key. */
struct oci_field {
	const char *key;
	enum json_kind kind;
	enum oci_field_as as;
	size_t offset; /* of the member of OF that it fills */
	const char *what;
	bool (*read)(struct oci_reader *reader, const struct json_value *value, void *at);
};

#define OCI_FIELD(KEY, KIND, AS, TYPE, MEMBER, ...)                                   \
	{                                                                             \
		.key = KEY, .kind = KIND, .as = AS, .offset = offsetof(TYPE, MEMBER), \
		##__VA_ARGS__                                                         \
	}

/* Refuses the profile because of what is at PLACE; returns false. */
bool oci_fail(struct oci_reader *reader, const struct place *place, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* All of these return false after an error. WHAT begins its message: "an item of 'args'". */

/* Reads OBJECT into OF; refuses it if it has a key that is not in FIELDS. */
bool oci_read_object(struct oci_reader *reader, const struct json_value *object,
		     const struct oci_field *fields, const char *what, void *of);

/* Stores the member KEY of OBJECT that has a value in *ret_value; NULL: there is none. */
bool oci_find_member(struct oci_reader *reader, const struct json_value *object, const char *key,
		     const struct json_value **ret_value);

/* Reads WORD as a whole number of at most MAX. */
bool oci_read_number(struct oci_reader *reader, const struct oci_word *word, uint64_t max,
		     const char *what, uint64_t *ret_number);

/* Returns how many items or members LIST has. */
size_t oci_count_items(const struct json_value *list);

#endif
