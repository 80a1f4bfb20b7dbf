# SPDX-License-Identifier: GPL-2.0-or-later
# What docs/ shows is run as it stands there.

load lib

# page FILE: writes its commands to ./page, each block under a line "== N".
page()
{
	awk '/^```sh/ { print "echo \"== " ++n "\""; is_code = 1; next } /^```/ { is_code = 0 } is_code' \
		"$top_srcdir/docs/$1" >page
}

@test "the tutorial: from no policy to a tight one, each command with the status it shows" {
	[ "$(id -u)" = 0 ] || skip "tracing needs root"
	command -v dwebp >/dev/null && command -v cwebp >/dev/null || skip "webp is not installed"
	page tutorial.md
	mkdir b
	ln -s "$pinfold" b/pinfold
	run env PATH="$PWD/b:$PATH" timeout 120 bash -eu page
	[ "$status" = 0 ]
	[ "$(grep -c '^== ' <<<"$output")" = 10 ]
	[[ $output == *"clone3("*"would be denied: EPERM"* ]]
	[[ $output == *"vfork(): EPERM"*"socket(AF_INET, SOCK_STREAM, IPPROTO_TCP): EPERM"* ]]
	[[ $output == *"== 10"*"wider: deny EPERM -> allow"*"socket("* ]]
	[ -s report.html ] && [ -s report.sarif ] && [ -s report.xml ]
}

@test "how the tracer works: each command of the page shows something" {
	[ "$(id -u)" = 0 ] || skip "eBPF needs root"
	command -v bpftool >/dev/null && bpftool version >/dev/null 2>&1 || skip "bpftool is not installed"
	command -v llvm-objdump >/dev/null || skip "llvm is not installed"
	[ -e "$top_builddir/bpf/trace.bpf.o" ] || skip "the tracer's programs were not built here"
	mkdir bpf
	ln -s "$top_builddir" build
	ln -s "$(cd "$top_srcdir" && pwd)/bpf/trace.bpf.c" bpf/
	page how-it-works.md
	# Where it joined the tracer of another run there would be nothing to see.
	run timeout 60 unshare -m bash -uc 'mount -t tmpfs run /run && . ./page'
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
