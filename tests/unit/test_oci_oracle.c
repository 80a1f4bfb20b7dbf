// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Random profiles read, against the filter that runc makes of them with libseccomp: the same
 * verdict for every number and every argument at a boundary, under every ABI, or a loss that names
 * the call. And written again: equal, or listed. PINFOLD_ORACLE_PROFILES sets how many are tried,
 * PINFOLD_ORACLE_SEED where they start.
 */
#include "oci_file.h"
#include "oci_verdicts.h"
#include "profile_json.h"

#include <sys/mman.h>
#include <time.h>

#include "convert/convert.h"

enum { PROFILES = 400 };

static const char *write_file(const char *text)
{
	static char path[64];
	static int fd = -1;

	if (fd == -1)
		fd = memfd_create("profile.json", MFD_CLOEXEC);
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_int_equal(pwrite(fd, text, strlen(text), 0), strlen(text));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return path;
}

struct totals {
	uint64_t profiles, faulty, refused, verdicts, with_losses, lossy, wrong, not_started;
};

static void add_up(struct totals *totals, const struct comparison *with)
{
	totals->verdicts += with->n_verdicts;
	totals->with_losses += losses_grades(with->losses) != 0;
	totals->lossy += with->n_lossy;
	totals->wrong += with->n_wrong > 0;
}

/* Writes POLICY, which was read, as a profile again, and compares. */
static char *write_back(const struct policy *policy, const struct filter *filter, const char *text,
			struct totals *totals)
{
	static struct sock_filter theirs[BPF_MAXINSNS];
	struct strbuf json = { 0 };
	struct losses losses = { 0 };
	struct runtime runtime;
	struct comparison with = { .runtime = &runtime,
				   .policy = policy,
				   .ours = filter,
				   .theirs = theirs,
				   .losses = &losses,
				   .is_written = true,
				   .text = text };
	struct json_object *profile;

	convert_to_oci(policy, &json, &losses);
	with.json = json.text;
	profile = json_tokener_parse(json.text);
	read_runtime(profile, "CAP_NONE", &runtime);
	with.stub = runtime_stub(&runtime);
	if (runtime_filter(&runtime, theirs, &with.n_theirs) == RUNTIME_STARTS) {
		compare_all(&with);
	} else {
		with.difference = mem_strdup(json.text);
		print_message("runc does not start\n");
	}
	add_up(totals, &with);
	free(runtime.rules.v);
	json_object_put(profile);
	losses_finish(&losses);
	strbuf_finish(&json);
	return with.difference;
}

/* Compares POLICY, read from JSON, and what is written from it, with RUNTIME. */
static char *compare_read(const char *json, const struct runtime *runtime,
			  const struct sock_filter *theirs, size_t n_theirs, const char *text,
			  const struct losses *losses, struct totals *totals)
{
	struct comparison with = { .runtime = runtime,
				   .theirs = theirs,
				   .n_theirs = n_theirs,
				   .losses = losses,
				   .stub = runtime_stub(runtime),
				   .json = json,
				   .text = text };
	struct diags diags = { 0 };
	struct policy *policy = NULL;
	struct filter *filter = NULL;

	if (policy_parse_text("p", text, strlen(text), &policy, &diags) ||
	    filter_compile(policy, 0, &filter, &diags)) {
		with.difference = diags_text(&diags);
	} else {
		with.policy = policy;
		with.ours = filter;
		compare_all(&with);
		add_up(totals, &with);
		if (!with.difference)
			with.difference = write_back(policy, filter, text, totals);
	}
	filter_destroy(filter);
	policy_destroy(policy);
	diags_finish(&diags);
	return with.difference;
}

/* Returns the first difference, or NULL; the caller frees it. */
static char *try_profile(const char *json, const struct profile *profile,
			 const struct runtime *runtime, struct totals *totals)
{
	static struct sock_filter theirs[BPF_MAXINSNS];
	const struct oci_machine machine = { ARCH_X86_64, sys_newest_kernel, NULL };
	size_t n_theirs;
	enum runtime_answer answer = runtime_filter(runtime, theirs, &n_theirs);
	struct strbuf text = { 0 };
	struct losses losses = { 0 };
	struct diags diags = { 0 };
	char *difference = NULL;
	int err = convert_from_oci(write_file(json), &machine, &text, &losses, &diags);

	totals->refused += err != 0;
	totals->not_started += answer != RUNTIME_STARTS;
	if (err && !profile->may_be_refused && answer == RUNTIME_STARTS)
		difference = diags_text(&diags);
	else if (!err && answer == RUNTIME_STARTS)
		difference = compare_read(json, runtime, theirs, n_theirs, text.text, &losses,
					  totals);
	strbuf_finish(&text);
	losses_finish(&losses);
	diags_finish(&diags);
	return difference;
}

/* A profile that Go's decoder refuses is refused at its place. */
static char *try_faulty(const char *json, struct totals *totals)
{
	const struct oci_machine machine = { ARCH_X86_64, sys_newest_kernel, NULL };
	struct strbuf text = { 0 };
	struct losses losses = { 0 };
	struct diags diags = { 0 };
	int err = convert_from_oci(write_file(json), &machine, &text, &losses, &diags);
	bool is_placed = err && diags.n == 1 && diags.v[0].line && diags.v[0].col;

	totals->faulty++;
	strbuf_finish(&text);
	losses_finish(&losses);
	diags_finish(&diags);
	return is_placed ? NULL : mem_strdup(json);
}

static char *try_random(const struct profile *profile, struct totals *totals)
{
	struct strbuf json = { 0 }, spoiled = { 0 };
	struct runtime runtime;
	char *difference;

	totals->profiles++;
	profile_write(profile, &json);
	profile_mean(profile, &runtime);
	difference = spoil(profile, json.text, &spoiled)
			     ? try_faulty(spoiled.text, totals)
			     : try_profile(json.text, profile, &runtime, totals);
	free(runtime.rules.v);
	strbuf_finish(&spoiled);
	strbuf_finish(&json);
	return difference;
}

/* Leaves out entries as long as a difference remains. */
static char *reduce(struct profile *profile, char *difference)
{
	struct totals totals = { 0 };

	for (unsigned int i = profile->n_entries; i-- > 0;) {
		struct profile less = *profile;
		char *other;

		memmove(&less.entries[i], &less.entries[i + 1],
			(--less.n_entries - i) * sizeof(less.entries[0]));
		other = try_random(&less, &totals);
		if (!other)
			continue;
		free(difference);
		difference = other;
		*profile = less;
	}
	return difference;
}

static unsigned long from_environment(const char *name, unsigned long otherwise)
{
	const char *value = getenv(name);

	return value ? strtoul(value, NULL, 10) : otherwise;
}

static void random_profiles_mean_what_the_runtime_makes_of_them(void **state)
{
	unsigned long turns = from_environment("PINFOLD_ORACLE_PROFILES", PROFILES);
	unsigned long seed = from_environment("PINFOLD_ORACLE_SEED", (unsigned long)time(NULL));
	unsigned long most = from_environment("PINFOLD_ORACLE_DIFFERENCES", 1), n = 0;
	struct totals totals = { 0 };

	(void)state;
	print_message("seed %lu\n", seed);
	for (unsigned long turn = 0; turn < turns && n < most; turn++) {
		struct profile profile;
		char *difference;

		random_state = 0x9e3779b97f4a7c15 ^ ((seed + turn) * 2654435761 + 1);
		profile = random_profile();
		difference = try_random(&profile, &totals);
		if (!difference)
			continue;
		difference = reduce(&profile, difference);
		fprintf(stderr, "seed %lu: %s\n", seed + turn, difference);
		free(difference);
		n++;
	}
	print_message(
		"%lu profiles, of them %lu with a fault, %lu refused, and %lu that runc does not "
		"start; %lu verdicts; read or written %lu times with losses (%lu verdicts); "
		"libseccomp's filter was wrong for %lu\n",
		totals.profiles, totals.faulty, totals.refused, totals.not_started, totals.verdicts,
		totals.with_losses, totals.lossy, totals.wrong);
	if (n)
		fail_msg("%lu differences", n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_profiles_mean_what_the_runtime_makes_of_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
