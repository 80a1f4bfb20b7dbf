// SPDX-License-Identifier: GPL-2.0-or-later
#include "doctor/kernel_config.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <zlib.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"

/* Kernels have some 300 KB. */
enum { CONFIG_MAX = 1 << 22 };

static void scan_line(const char *line, size_t len, struct config_option *options, size_t n)
{
	static const char prefix[] = "CONFIG_";
	const size_t lead = sizeof(prefix) - 1;

	if (len <= lead || strncmp(line, prefix, lead) != 0)
		return;
	line += lead;
	len -= lead;
	for (size_t i = 0; i < n; i++) {
		size_t name = strlen(options[i].name);

		if (len == name + 2 && !strncmp(line, options[i].name, name) && line[name] == '=' &&
		    (line[name + 1] == 'y' || line[name + 1] == 'm'))
			options[i].is_set = true;
	}
}

bool config_scan(const char *text, struct config_option *options, size_t n)
{
	bool is_config = false;

	while (*text) {
		size_t len = strcspn(text, "\n");

		is_config |= !strncmp(text, "CONFIG_", sizeof("CONFIG_") - 1);
		scan_line(text, len - (len && text[len - 1] == '\r'), options, n);
		text += len + (text[len] != '\0');
	}
	return is_config;
}

/* Reads PATH, compressed or not; the caller frees the text. NULL: it cannot be read. */
static char *read_text(const char *path)
{
	auto_free char *text = NULL;
	gzFile file = gzopen(path, "rbe");
	int len;

	if (!file)
		return NULL;
	text = mem_alloc(CONFIG_MAX + 1);
	len = gzread(file, text, CONFIG_MAX);
	gzclose(file);
	return len > 0 ? steal(&text) : NULL;
}

const char *config_read(struct config_option *options, size_t n)
{
	static const char *const paths[] = { "/proc/config.gz", "/boot/config-%s",
					     "/lib/modules/%s/config",
					     "/usr/lib/kernel/config-%s" };
	static char path[256];
	struct utsname kernel;

	uname(&kernel);
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		auto_free char *text = NULL;

		snprintf(path, sizeof(path), paths[i], kernel.release);
		text = read_text(path);
		if (text && config_scan(text, options, n))
			return path;
	}
	return NULL;
}
