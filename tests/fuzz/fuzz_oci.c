// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any text is read as a profile or refused; what is read is a policy, or an error with its place,
 * and prints as a profile again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "convert/convert.h"
#include "policy/parse.h"

static void check_text(const struct strbuf *text)
{
	struct strbuf again = { 0 };
	struct policy *policy = NULL;
	struct losses losses = { 0 };
	struct diags diags = { 0 };

	if (!policy_parse_text("converted", text->text, text->len, &policy, &diags)) {
		convert_to_oci(policy, &again, &losses);
		strbuf_finish(&again);
		convert_to_systemd(policy, &again, &losses, &diags);
	} else if (!diags_has_error(&diags)) {
		abort();
	}
	policy_destroy(policy);
	strbuf_finish(&again);
	diags_finish(&diags);
	losses_finish(&losses);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct oci_machine machine = { .arch = ARCH_X86_64,
					     .kernel = sys_newest_kernel,
					     .capabilities = "CAP_SYS_ADMIN CAP_NET_RAW" };
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct losses losses = { 0 };
	struct diags diags = { 0 };
	struct strbuf text = { 0 };
	char path[32];

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (!convert_from_oci(path, &machine, &text, &losses, &diags))
		check_text(&text);
	strbuf_finish(&text);
	diags_finish(&diags);
	losses_finish(&losses);
	close(fd);
	return 0;
}
