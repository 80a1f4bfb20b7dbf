# SPDX-License-Identifier: GPL-2.0-or-later
# What docs/ shows is run as it stands there.

load lib

@test "how the tracer works: each command of the page shows something" {
	[ "$(id -u)" = 0 ] || skip "eBPF needs root"
	command -v bpftool >/dev/null && bpftool version >/dev/null 2>&1 || skip "bpftool is not installed"
	command -v llvm-objdump >/dev/null || skip "llvm is not installed"
	[ -e "$top_builddir/bpf/trace.bpf.o" ] || skip "the tracer's programs were not built here"
	mkdir bpf
	ln -s "$top_builddir" build
	ln -s "$(cd "$top_srcdir" && pwd)/bpf/trace.bpf.c" bpf/
	awk '/^```sh/ { print "echo \"== " ++n "\""; is_code = 1; next } /^```/ { is_code = 0 } is_code' \
		"$top_srcdir/docs/how-it-works.md" >page
	run timeout 60 bash -u page
	[[ $output != *"several "* ]] || skip "another build's tracer is loaded, which has the same names"
	[ "$status" = 0 ]
	[[ $output != *rror* ]]
	[ "$(grep -c '^== ' <<<"$output")" = 8 ]
	[[ $output == *'SEC("raw_tp/sys_enter")'* ]]
	[[ $output == *"'thread_info'"* ]]
	[[ $output == *"IMAGE_PROGRAM(on_sys_enter"* ]]
	[[ $output == *"BPF_PROG_LOAD"* ]]
	[[ $output == *"name on_sys_enter"*"jited"* ]]
	[[ $output == *"tp 'sys_enter'"* ]]
}
