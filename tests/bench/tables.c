// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The tables of "make bench". What a subject runs is found in the directory of tests/bench/setup.
 * All subjects of one table do the same work; what differs is who watches or pens it in.
 */
#include "tests/bench/tables.h"

/* The common wish of a pen: directories of the host read-only, private /tmp, /proc and /dev. */
#define BWRAP                                                                                      \
	"bwrap", "--unshare-all", "--die-with-parent", "--ro-bind", "/usr", "/usr", "--ro-bind",   \
		"/bin", "/bin", "--ro-bind", "/sbin", "/sbin", "--ro-bind", "/lib", "/lib",        \
		"--ro-bind", "/lib64", "/lib64", "--ro-bind", "/etc", "/etc", "--ro-bind", "/opt", \
		"/opt", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--tmpfs", "/run"

/* setup reads off a pen's own mounts which they are, with all that is hidden in it. */
#define BWRAP_SAME                                                                         \
	"bwrap", "--unshare-all", "--die-with-parent", "--cap-drop", "ALL", "--args", "8", \
		"--seccomp", "9"
#define BWRAP_SAME_NAME "bwrap, same mounts, ready filter"

/* The default policy, in a text that other launchers' filter could be made from too. */
#define PEN(trace)	"pinfold", "run", "-q", "-p", "plain.policy", "--trace", trace
#define PEN_TOOL(trace) PEN(trace), "-r", "tools", "--"
#define PEN_WORK(trace) PEN(trace), "-w", ".", "--"

#define START                                                                                     \
	{                                                                                         \
		{ .name = "bare", .words = { "true" } },                                          \
			{ .name = "unshare",                                                      \
			  .words = { "unshare", "--user", "--map-root-user", "--mount", "--pid",  \
				     "--fork", "--ipc", "--uts", "--net", "--cgroup", "true" } }, \
			{ .name = "bwrap", .words = { BWRAP, "true" }, .needs = "bwrap" },        \
			{ .name = "bwrap, ready filter",                                          \
			  .words = { BWRAP, "--seccomp", "9", "true" },                           \
			  .needs = "bwrap" },                                                     \
			{ .name = BWRAP_SAME_NAME,                                                \
			  .words = { BWRAP_SAME, "true" },                                        \
			  .needs = "bwrap" },                                                     \
			{ .name = "firejail",                                                     \
			  .words = { "firejail", "--quiet", "--noprofile", "true" },              \
			  .needs = "firejail" },                                                  \
			{ .name = "crun",                                                         \
			  .words = { "crun", "run", "-b", "bundle", "pinfold-bench" },            \
			  .needs = "crun jq" },                                                   \
			{ .name = "pinfold, no trace", .words = { PEN("none"), "--", "true" } },  \
			{ .name = "pinfold, notify", .words = { PEN("notify"), "--", "true" } },  \
			{ .name = "pinfold, raw", .words = { PEN("raw"), "--", "true" } },        \
			{ .name = "pinfold, ebpf", .words = { PEN("ebpf"), "--", "true" } },      \
	}

/* One call again and again: prints its nanoseconds. */
#define CALL(call, times)                                                             \
	{                                                                             \
		{ .name = "bare", .words = { "loop", call, times } },                 \
			{ .name = "floor: empty programs",                            \
			  .words = { "floor", "loop", call, times } },                \
			{ .name = "pinfold, no trace",                                \
			  .words = { PEN_TOOL("none"), "tools/loop", call, times } }, \
			{ .name = "pinfold, raw",                                     \
			  .words = { PEN_TOOL("raw"), "tools/loop", call, times } },  \
			{ .name = "pinfold, ebpf",                                    \
			  .words = { PEN_TOOL("ebpf"), "tools/loop", call, times } }, \
	}

/* A call that the policy denies. */
#define DENIED                                                                                \
	{                                                                                     \
		{ .name = "bare", .words = { "loop", "denied", "20000" } },                   \
			{ .name = "pinfold, no trace",                                        \
			  .words = { PEN_TOOL("none"), "tools/loop", "denied", "20000" } },   \
			{ .name = "pinfold, notify",                                          \
			  .words = { PEN_TOOL("notify"), "tools/loop", "denied", "20000" } }, \
			{ .name = "pinfold, ebpf",                                            \
			  .words = { PEN_TOOL("ebpf"), "tools/loop", "denied", "20000" } },   \
	}

#define WORK(script, programs, times)                                                           \
	{                                                                                       \
		.name = script, .about = "work, " script ".sh, ms", .rounds = times,            \
		.base = "bare", .subjects = {                                                   \
			{ .name = "bare", .words = { "sh", script ".sh" }, .needs = programs }, \
			{ .name = "floor: empty programs",                                      \
			  .words = { "floor", "sh", script ".sh" },                             \
			  .needs = programs },                                                  \
			{ .name = "pinfold, no trace",                                          \
			  .words = { PEN_WORK("none"), "sh", script ".sh" },                    \
			  .needs = programs },                                                  \
			{ .name = "pinfold, ebpf",                                              \
			  .words = { PEN_WORK("ebpf"), "sh", script ".sh" },                    \
			  .needs = programs },                                                  \
		}                                                                               \
	}

/*
 * Only the server is in the pen: the client is the same for all and costs the same, but for the
 * tracepoints that whoever traces attaches for every task of the machine. net is what the server
 * listens in: a socket in a directory needs none, a port of the host is not in a network of its
 * own.
 */
#define SERVER(script, programs, net)                                                           \
	{                                                                                       \
		.name = script, .about = "work, " script ".sh, requests a second",              \
		.figure = FIGURE_OUTPUT, .rounds = 7, .base = "bare", .subjects = {             \
			{ .name = "bare", .words = { "sh", script ".sh" }, .needs = programs }, \
			{ .name = "floor: empty programs",                                      \
			  .words = { "floor", "sh", script ".sh" },                             \
			  .needs = programs },                                                  \
			{ .name = "pinfold, no trace",                                          \
			  .words = { "sh", script ".sh", PEN("none"), "--net", net,             \
				     PEN_DIRECTORY },                                           \
			  .needs = programs },                                                  \
			{ .name = "pinfold, ebpf",                                              \
			  .words = { "sh", script ".sh", PEN("ebpf"), "--net", net,             \
				     PEN_DIRECTORY },                                           \
			  .needs = programs },                                                  \
		}                                                                               \
	}
#define PEN_DIRECTORY "-w", ".", "--"

/* The longest, of most of a minute, once. */
#define CALLS(times, count)                                                        \
	{                                                                          \
		.name = times, .size = count, .rounds = (count) >= 1e8, .words = { \
			PEN_TOOL("ebpf"),                                          \
			"tools/loop",                                              \
			"getppid",                                                 \
			times                                                      \
		}                                                                  \
	}
#define PROCESSES(how, times, count)                     \
	{                                                \
		.name = times, .size = count, .words = { \
			PEN_TOOL("ebpf"),                \
			"tools/spawn",                   \
			how,                             \
			times                            \
		}                                        \
	}
#define LINES(times, count)                                                      \
	{                                                                        \
		.name = times, .size = count, .words = { "bench_filter", times } \
	}

/* A bystander's call while N pens run, all of which wait for their input to end. */
#define CROWD(what, n) "crowd", what, n, PEN("ebpf"), "-r", "tools", "--", "tools/crowd", "wait"

struct table tables[] = {
	{ .name = "start",
	  .about = "start and end of 'true', ms",
	  .rounds = 100,
	  .base = BWRAP_SAME_NAME,
	  .subjects = START },
	{ .name = "start-pinned",
	  .about = "start and end of 'true', ms",
	  .flags = MEASURE_PINNED,
	  .rounds = 50,
	  .base = BWRAP_SAME_NAME,
	  .subjects = START },
	{ .name = "stranger",
	  .about = "start and end of 'true' for a user whom /etc/passwd does not know, ms",
	  .rounds = 50,
	  .base = BWRAP_SAME_NAME,
	  .subjects = { { .name = BWRAP_SAME_NAME,
			  .words = { "stranger", BWRAP_SAME, "true" },
			  .needs = "bwrap" },
			{ .name = "pinfold, no trace",
			  .words = { "stranger", PEN("none"), "--", "true" } },
			{ .name = "pinfold, notify",
			  .words = { "stranger", PEN("notify"), "--", "true" } } } },
	{ .name = "beside",
	  .about = "start and end of a pen while others run, ms",
	  .figure = FIGURE_OUTPUT,
	  .rounds = 30,
	  .base = BWRAP_SAME_NAME,
	  .subjects = { { .name = BWRAP_SAME_NAME,
			  .words = { "crowd", "first", "0", BWRAP_SAME, "tools/crowd", "wait" },
			  .needs = "bwrap" },
			{ .name = "pinfold, ebpf, alone", .words = { CROWD("first", "0") } },
			{ .name = "pinfold, ebpf, the first beside another",
			  .words = { CROWD("first", "1") } },
			{ .name = "pinfold, ebpf, beside another",
			  .words = { CROWD("beside", "1") } } } },
	{ .name = "memory",
	  .about = "most memory of the supervisor alone for 'true', KiB resident",
	  .figure = FIGURE_MEMORY,
	  .flags = MEASURE_WATCHED,
	  .rounds = 9,
	  .base = "bwrap",
	  .subjects = { { .name = "bwrap", .words = { BWRAP, "true" }, .needs = "bwrap" },
			{ .name = "firejail",
			  .words = { "firejail", "--quiet", "--noprofile", "true" },
			  .needs = "firejail" },
			{ .name = "strace -f -c",
			  .words = { "strace", "-f", "-c", "-o", "/dev/null", "true" },
			  .needs = "strace" },
			{ .name = "pinfold, no trace", .words = { PEN("none"), "--", "true" } },
			{ .name = "pinfold, notify", .words = { PEN("notify"), "--", "true" } },
			{ .name = "pinfold, raw", .words = { PEN("raw"), "--", "true" } },
			{ .name = "pinfold, ebpf", .words = { PEN("ebpf"), "--", "true" } } } },
	{ .name = "call",
	  .about = "one getppid, ns",
	  .figure = FIGURE_OUTPUT,
	  .flags = MEASURE_PINNED,
	  .rounds = 7,
	  .base = "floor: empty programs",
	  .subjects = { { .name = "bare", .words = { "loop", "getppid", "2000000" } },
			{ .name = "floor: empty programs",
			  .words = { "floor", "loop", "getppid", "2000000" } },
			{ .name = "pinfold, no trace",
			  .words = { PEN_TOOL("none"), "tools/loop", "getppid", "2000000" } },
			{ .name = "pinfold, notify --calls",
			  .words = { PEN("notify"), "--calls", "-r", "tools", "--", "tools/loop",
				     "getppid", "100000" } },
			{ .name = "pinfold, raw",
			  .words = { PEN_TOOL("raw"), "tools/loop", "getppid", "2000000" } },
			{ .name = "pinfold, ebpf",
			  .words = { PEN_TOOL("ebpf"), "tools/loop", "getppid", "2000000" } },
			{ .name = "bpftrace, counting",
			  .words = { "bpftrace", "-q", "-e",
				     "tracepoint:raw_syscalls:sys_enter /pid == cpid/ "
				     "{ @[args->id] = count(); }",
				     "-c", "tools/loop getppid 2000000" },
			  .needs = "bpftrace" },
			{ .name = "strace -f --seccomp-bpf, of others",
			  .words = { "strace", "-f", "--seccomp-bpf", "-e", "trace=openat", "-o",
				     "/dev/null", "loop", "getppid", "2000000" },
			  .needs = "strace" },
			{ .name = "strace -f --seccomp-bpf, of it",
			  .words = { "strace", "-f", "--seccomp-bpf", "-e", "trace=getppid", "-o",
				     "/dev/null", "loop", "getppid", "20000" },
			  .needs = "strace" },
			{ .name = "strace -f -c",
			  .words = { "strace", "-f", "-c", "-o", "/dev/null", "loop", "getppid",
				     "20000" },
			  .needs = "strace" },
			{ .name = "perf trace -s",
			  .words = { "perf", "trace", "-s", "-o", "/dev/null", "loop", "getppid",
				     "100000" },
			  .needs = "perf" } } },
	{ .name = "write",
	  .about = "one write to /dev/null, ns",
	  .figure = FIGURE_OUTPUT,
	  .flags = MEASURE_PINNED,
	  .rounds = 7,
	  .base = "floor: empty programs",
	  .subjects = CALL("write", "1000000") },
	{ .name = "open",
	  .about = "openat and close, ns",
	  .figure = FIGURE_OUTPUT,
	  .flags = MEASURE_PINNED,
	  .rounds = 7,
	  .base = "floor: empty programs",
	  .subjects = CALL("open", "300000") },
	{ .name = "counted",
	  .about = "one getppid that is counted, ns, on any CPU",
	  .figure = FIGURE_OUTPUT,
	  .rounds = 7,
	  .base = "strace -f -c",
	  .subjects = { { .name = "strace -f -c",
			  .words = { "strace", "-f", "-c", "-o", "/dev/null", "loop", "getppid",
				     "50000" },
			  .needs = "strace" },
			{ .name = "pinfold, notify --calls",
			  .words = { PEN("notify"), "--calls", "-r", "tools", "--", "tools/loop",
				     "getppid", "50000" } },
			{ .name = "pinfold, ebpf",
			  .words = { PEN_TOOL("ebpf"), "tools/loop", "getppid", "50000" } } } },
	{ .name = "denied",
	  .about = "one call that is denied, ns",
	  .figure = FIGURE_OUTPUT,
	  .rounds = 7,
	  .base = "pinfold, no trace",
	  .subjects = DENIED },
	{ .name = "denied-pinned",
	  .about = "one call that is denied, ns",
	  .figure = FIGURE_OUTPUT,
	  .flags = MEASURE_PINNED,
	  .rounds = 7,
	  .base = "pinfold, no trace",
	  .subjects = DENIED },
	WORK("make", "make cc", 5),
	WORK("git", "git", 9),
	WORK("sqlite", "sqlite3", 9),
	WORK("grep", "find xargs grep", 9),
	SERVER("redis", "redis-server redis-benchmark", "none"),
	SERVER("nginx", "nginx wrk", "host"),
	{ .name = "calls",
	  .about = "traced getppids by their number: wall ns of one, start and end included",
	  .scale = 1e6,
	  .flags = MEASURE_WATCHED,
	  .rounds = 3,
	  .base = "100000",
	  .subjects = { CALLS("10000", 1e4), CALLS("100000", 1e5), CALLS("1000000", 1e6),
			CALLS("10000000", 1e7), CALLS("100000000", 1e8) } },
	{ .name = "processes",
	  .about = "traced processes (fork, exec, exit) by their number: wall us of one",
	  .scale = 1e3,
	  .flags = MEASURE_WATCHED,
	  .rounds = 5,
	  .base = "100",
	  .subjects = { PROCESSES("exec", "1", 1), PROCESSES("exec", "10", 10),
			PROCESSES("exec", "100", 100), PROCESSES("exec", "1000", 1e3),
			PROCESSES("exec", "10000", 1e4) } },
	{ .name = "lines",
	  .about = "policies by their lines: us of a line to be parsed, compiled and proved",
	  .figure = FIGURE_OUTPUT,
	  .scale = 1e3,
	  .rounds = 9,
	  .base = "100",
	  .subjects = { LINES("10", 10), LINES("100", 100), LINES("1000", 1e3),
			LINES("10000", 1e4) } },
	{ .name = "pens",
	  .about = "one getppid of an untraced bystander while pens run, ns",
	  .figure = FIGURE_OUTPUT,
	  .flags = MEASURE_PINNED,
	  .rounds = 3,
	  .base = "1 pen",
	  .subjects = { { .name = "no pen", .words = { CROWD("call", "0") } },
			{ .name = "1 pen", .words = { CROWD("call", "1") } },
			{ .name = "10 pens", .words = { CROWD("call", "10") } },
			{ .name = "100 pens", .words = { CROWD("call", "100") } } } },
	{ .name = "pens-start",
	  .about = "from the start of a pen to its command's first word, ms",
	  .figure = FIGURE_OUTPUT,
	  .rounds = 3,
	  .base = "the 1st",
	  .subjects = { { .name = "the 1st", .words = { CROWD("start", "1") } },
			{ .name = "the 2nd", .words = { CROWD("start", "2") } },
			{ .name = "the 10th", .words = { CROWD("start", "10") } },
			{ .name = "the 100th", .words = { CROWD("start", "100") } } } },
	{ .name = "after",
	  .about = "a bystander's getppid after pens ended, as a part of what it was before",
	  .figure = FIGURE_OUTPUT,
	  .flags = MEASURE_PINNED,
	  .rounds = 7,
	  .base = "no pen",
	  .subjects = { { .name = "no pen", .words = { CROWD("after", "0") } },
			{ .name = "1 pen", .words = { CROWD("after", "1") } },
			{ .name = "10 pens", .words = { CROWD("after", "10") } } } },
	{ .name = "million",
	  .about = "traced processes (fork, exit) by their number: wall us of one",
	  .scale = 1e3,
	  .flags = MEASURE_WATCHED,
	  .is_by_hand = true,
	  .rounds = 1,
	  .base = "10000",
	  .subjects = { PROCESSES("fork", "10000", 1e4), PROCESSES("fork", "100000", 1e5),
			PROCESSES("fork", "1000000", 1e6) } },
	{ .name = NULL },
};
