// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any text is read as a report or refused; what is read makes a policy that parses, or an error (a
 * report has each call once, a made-up one may not), and prunes a policy to one that parses.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "learn/learn.h"
#include "learn/prune.h"
#include "policy/parse.h"
#include "record/record_read.h"

static const char shipped[] = "allow read write openat\nallow @file-system\ndefault deny EPERM\n";

static void parse(const char *text, size_t len, bool may_fail)
{
	struct policy *policy = NULL;
	struct diags diags = { 0 };

	if (policy_parse_text("made", text, len, &policy, &diags) &&
	    !(may_fail && diags_has_error(&diags))) {
		diags_print(&diags, stderr);
		abort();
	}
	policy_destroy(policy);
	diags_finish(&diags);
}

static void check_learn(const struct report_copy *copy)
{
	struct learn_source source = { .record = &copy->record };
	char *text = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&text, &len);

	learn_write_policy(&source, to);
	fclose(to);
	parse(text, len, true);
	free(text);
}

static void check_prune(const struct report_copy *copy)
{
	struct policy *policy = NULL;
	struct diags diags = { 0 };
	struct strbuf pruned = { 0 };

	if (policy_parse_text("p", shipped, sizeof(shipped) - 1, &policy, &diags))
		abort();
	prune_check(policy, copy, &diags);
	prune_policy(policy, "p", shipped, copy, 1, NULL, &pruned, &diags);
	parse(pruned.text, pruned.len, false);
	strbuf_finish(&pruned);
	diags_finish(&diags);
	policy_destroy(policy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct report_copy copy;
	struct diags diags = { 0 };
	char path[32];

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (!report_read(path, &copy, &diags)) {
		check_learn(&copy);
		check_prune(&copy);
		report_copy_finish(&copy);
	}
	diags_finish(&diags);
	close(fd);
	return 0;
}
