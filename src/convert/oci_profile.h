/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A seccomp profile in JSON as it is written: of the runtime specification, or with the extensions
 * of moby and podman. Nothing is judged or left out here. Internal to convert/.
 */
#ifndef PINFOLD_CONVERT_OCI_PROFILE_H
#define PINFOLD_CONVERT_OCI_PROFILE_H

#include "base/json_text.h"
#include "policy/policy.h"

/* What a runtime may do with a call; the last two have no verb in the language. */
enum oci_act {
	OCI_ALLOW,
	OCI_LOG,
	OCI_ERRNO,
	OCI_TRAP,
	OCI_KILL_THREAD,
	OCI_KILL_PROCESS,
	OCI_TRACE,
	OCI_NOTIFY,
};

struct oci_action {
	enum oci_act act;
	uint16_t error; /* 1 to 133, EPERM by default; 0 if the action has none */
	struct place place;
};

enum oci_op { OCI_NE, OCI_LT, OCI_LE, OCI_EQ, OCI_GE, OCI_GT, OCI_MASKED_EQ };

struct oci_arg {
	unsigned int index; /* below SYS_ARGS_MAX */
	enum oci_op op;
	uint64_t value, value_two;
	struct place place;
};

struct oci_word {
	const char *text;
	struct place place;
};

struct oci_words {
	struct oci_word *v;
	size_t n, cap;
};

/* moby's and podman's "includes" or "excludes". */
struct oci_filter {
	struct oci_words caps, arches;
	bool has_kernel;
	uint16_t kernel; /* major << 8 | minor */
};

struct oci_entry {
	struct place place;
	struct oci_words names;
	struct oci_action action;
	struct oci_arg *args;
	size_t n_args;
	struct oci_filter includes, excludes;
};

/* An item of podman's and moby's "archMap". */
struct oci_arch_map {
	struct oci_word arch;
	struct oci_words inner;
};

struct oci_profile {
	struct json_text text;
	struct arena arena; /* owns all lists below */
	struct oci_action default_action;
	struct oci_words architectures, flags;
	struct oci_arch_map *arch_maps;
	size_t n_arch_maps;
	struct oci_word listener_path, listener_metadata; /* text NULL: none */
	struct oci_entry *entries;
	size_t n_entries;
};

/*
 * Reads the profile in the file PATH, or in TEXT unless that is NULL: on its own, or in the
 * config.json of a bundle. Returns 0, or -EINVAL with one error at its place in DIAGS. The caller
 * finishes *ret_profile in both cases; PATH must live as long as it does.
 */
int oci_profile_read(const char *path, const char *text, struct oci_profile *ret_profile,
		     struct diags *diags);

void oci_profile_finish(struct oci_profile *profile);

#endif
