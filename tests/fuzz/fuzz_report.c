// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any text is read as a report or refused. What is read is written in every format, as JSON to what
 * reads as the same; makes a policy that parses, or an error (a report has each call once, a
 * made-up one may not); and prunes a policy to one that parses.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "learn/learn.h"
#include "learn/prune.h"
#include "policy/parse.h"
#include "report/saved_read.h"

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

static void check_learn(const struct record_copy *copy)
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

static void check_prune(const struct record_copy *copy)
{
	struct policy *policy = NULL;
	struct diags diags = { 0 };
	struct strbuf pruned = { 0 };

	if (policy_parse_text("p", shipped, sizeof(shipped) - 1, &policy, &diags))
		abort();
	prune_check(policy, copy, &diags);
	prune_policy(policy, "p", copy, 1, NULL, &pruned, &diags);
	parse(pruned.text, pruned.len, false);
	strbuf_finish(&pruned);
	diags_finish(&diags);
	policy_destroy(policy);
}

static char *write_as(const struct report *report, const struct report_format *format,
		      size_t *ret_len)
{
	char *text = NULL;
	FILE *to = open_memstream(&text, ret_len);

	format->write(report, to);
	fclose(to);
	return text;
}

static void put(int fd, const void *data, size_t size)
{
	if (fd < 0 || ftruncate(fd, 0) || pwrite(fd, data, size, 0) != (ssize_t)size)
		abort();
}

static void check_formats(int fd, const char *path)
{
	const struct report_format *format;
	struct saved_report saved, again;
	struct diags diags = { 0 };
	char *text, *second;
	size_t len;

	if (saved_report_read(path, &saved, &diags)) {
		diags_finish(&diags);
		return;
	}
	for (size_t i = 0; (format = report_format_row(i)); i++)
		free(write_as(&saved.report, format, &len));
	text = write_as(&saved.report, &report_json, &len);
	put(fd, text, len);
	if (saved_report_read(path, &again, &diags)) {
		diags_print(&diags, stderr);
		abort();
	}
	second = write_as(&again.report, &report_json, &len);
	if (strcmp(text, second) != 0)
		abort();
	free(text);
	free(second);
	saved_report_finish(&saved);
	saved_report_finish(&again);
	diags_finish(&diags);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct record_copy copy;
	struct diags diags = { 0 };
	char path[32];

	put(fd, data, size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (!saved_report_copy(path, &copy, &diags)) {
		check_learn(&copy);
		check_prune(&copy);
		record_copy_finish(&copy);
	}
	diags_finish(&diags);
	check_formats(fd, path);
	close(fd);
	return 0;
}
