// SPDX-License-Identifier: GPL-2.0-or-later
/* Numbers with units, and the names of resource limits. No sign, no overflow. */
#include "policy/quantity.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/resource.h>

#include "base/mem.h"
#include "base/str.h"

enum { PERCENT_MAX = 1000000 }; /* ten thousand CPUs */

#define MS 1000000ULL /* in nanoseconds */

struct unit {
	const char *name;
	uint64_t factor, grain; /* the smallest distinct step */
};

/* Multiplies the N digits of a number by FACTOR. */
static bool multiply(const char *digits, size_t n, uint64_t factor, uint64_t *ret_value)
{
	uint64_t value = 0;

	for (size_t i = 0; i < n; i++)
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(digits[i] - '0'), &value))
			return false;
	return !__builtin_mul_overflow(value, factor, ret_value);
}

/* The same for the N digits of a fraction, from the last to the first: anything below GRAIN is
 * dropped. */
static uint64_t multiply_fraction(const char *digits, size_t n, const struct unit *unit)
{
	uint64_t value = 0;

	while (n-- > 0)
		value = ((uint64_t)(digits[n] - '0') * unit->factor + value) / 10;
	return value - value % unit->grain;
}

static bool parse_with_units(const char *text, const struct unit *units, size_t n,
			     uint64_t *ret_value)
{
	size_t digits = strspn(text, "0123456789");
	size_t dot = text[digits] == '.';
	size_t decimals = dot ? strspn(text + digits + 1, "0123456789") : 0;
	const char *name = text + digits + dot + decimals;
	uint64_t value;

	if (!digits || (digits > 1 && text[0] == '0') || dot != (decimals > 0))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!str_eq(name, units[i].name))
			continue;
		/* There is no smaller unit for a fraction. */
		if (dot && units[i].factor == units[i].grain)
			return false;
		return multiply(text, digits, units[i].factor, &value) &&
		       !__builtin_add_overflow(
			       value, multiply_fraction(text + digits + dot, decimals, &units[i]),
			       ret_value);
	}
	return false;
}

bool parse_size(const char *text, uint64_t *ret_bytes)
{
	static const struct unit units[] = {
		{ "", 1, 1 },		{ "K", 1ULL << 10, 1 }, { "M", 1ULL << 20, 1 },
		{ "G", 1ULL << 30, 1 }, { "T", 1ULL << 40, 1 },
	};

	return parse_with_units(text, units, ARRAY_SIZE(units), ret_bytes);
}

bool parse_time(const char *text, uint64_t *ret_ns)
{
	static const struct unit units[] = {
		{ "", 1000 * MS, MS },	 { "ms", MS, MS },	    { "s", 1000 * MS, MS },
		{ "m", 60000 * MS, MS }, { "h", 3600000 * MS, MS },
	};

	return parse_with_units(text, units, ARRAY_SIZE(units), ret_ns);
}

bool parse_count(const char *text, uint64_t max, uint64_t *ret_count)
{
	static const struct unit none = { "", 1, 1 };
	uint64_t count;

	if (!parse_with_units(text, &none, 1, &count) || count > max)
		return false;
	*ret_count = count;
	return true;
}

bool parse_percent(const char *text, uint64_t *ret_percent)
{
	static const struct unit unit = { "%", 1, 1 };
	uint64_t percent;

	if (!parse_with_units(text, &unit, 1, &percent) || !percent || percent > PERCENT_MAX)
		return false;
	*ret_percent = percent;
	return true;
}

void size_print(uint64_t bytes, struct strbuf *buf)
{
	static const char units[] = { 'K', 'M', 'G', 'T' };
	size_t unit = 0;

	while (unit < sizeof(units) && bytes && bytes % 1024 == 0) {
		bytes /= 1024;
		unit++;
	}
	strbuf_printf(buf, " %" PRIu64, bytes);
	if (unit)
		strbuf_add(buf, &units[unit - 1], 1);
}

void time_print(uint64_t ns, struct strbuf *buf)
{
	if (ns % (1000 * MS))
		strbuf_printf(buf, " %llums", ns / MS);
	else
		strbuf_printf(buf, " %llus", ns / (1000 * MS));
}

const char *limit_name(enum limit_kind kind)
{
	static const char *const names[LIMIT_COUNT] = {
		[LIMIT_MEMORY] = "memory", [LIMIT_SWAP] = "swap", [LIMIT_PIDS] = "pids",
		[LIMIT_CPU] = "cpu",	   [LIMIT_TIME] = "time", [LIMIT_CPUTIME] = "cputime",
	};

	return names[kind];
}

const char *share_name(enum share_kind kind)
{
	static const char *const names[SHARE_COUNT] = {
		[SHARE_IPC] = "ipc",
		[SHARE_UTS] = "uts",
		[SHARE_CGROUP] = "cgroup",
	};

	return names[kind];
}

const char *capability_name(int value, char room[CAPABILITY_NAME_ROOM])
{
	char *name = cap_to_name(value);

	snprintf(room, CAPABILITY_NAME_ROOM, "%s", name ? name : "?");
	cap_free(name);
	return room;
}

// clang-format off
static const struct {
	const char *name;
	int resource;
} rlimits[] = {
	{ "as", RLIMIT_AS },             { "core", RLIMIT_CORE },         { "cpu", RLIMIT_CPU },
	{ "data", RLIMIT_DATA },         { "fsize", RLIMIT_FSIZE },       { "locks", RLIMIT_LOCKS },
	{ "memlock", RLIMIT_MEMLOCK },   { "msgqueue", RLIMIT_MSGQUEUE }, { "nice", RLIMIT_NICE },
	{ "nofile", RLIMIT_NOFILE },     { "nproc", RLIMIT_NPROC },       { "rss", RLIMIT_RSS },
	{ "rtprio", RLIMIT_RTPRIO },     { "rttime", RLIMIT_RTTIME },     { "sigpending", RLIMIT_SIGPENDING },
	{ "stack", RLIMIT_STACK },
};
// clang-format on

const char *rlimit_name(int resource)
{
	for (size_t i = 0; i < ARRAY_SIZE(rlimits); i++)
		if (rlimits[i].resource == resource)
			return rlimits[i].name;
	return NULL;
}

int rlimit_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(rlimits); i++)
		if (str_eq(rlimits[i].name, name))
			return rlimits[i].resource;
	return -1;
}
