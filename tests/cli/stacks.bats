# SPDX-License-Identifier: GPL-2.0-or-later
# Where in the program a denied call came from.

load lib

nr_getppid=110
nr_getpgrp=111
nr_getsid=124 # which no shell asks for

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	need_trace
}

# functions: the names of the first denial's stack, from the place of the call on.
functions()
{
	report '[.denials[0].stack[].symbol] | join(" ")'
}

@test "a call three functions deep is reported with their names, although libc has no frame pointer" {
	policy <<<$'deny EACCES getppid\ndefault allow'
	pen -- deep $nr_getppid
	exits 0
	[[ $(functions) == '"syscall stable::horse(int) deep_two deep_one run_deep main '* ]]
	says '.denials[0].stack[1].module' "\"$(realpath "$payload")\""
	says '[.denials[0].stack[] | select(.module == null)]' '[]'
	says .trace.lost.stacks 0
	[[ $output == *"    at syscall (libc.so.6) < stable::horse(int) (payload) < deep_two < deep_one"* ]]
}

@test "and so in a program that died of it" {
	policy <<<$'kill getppid\ndefault allow'
	pen -- deep $nr_getppid
	exits 159
	[[ $(functions) == '"syscall stable::horse(int) deep_two deep_one run_deep main '* ]]
}

@test "a call that is let through has the stack that it would have if it were denied" {
	policy <<<$'deny EACCES getppid getpgrp getsid\ndefault allow'
	pen --complain -- deep $nr_getppid
	exits 1 # getppid had a result
	[[ $(functions) == '"syscall stable::horse(int) deep_two deep_one run_deep main '* ]]
	says '.denials[0].first.exe' "\"$payload\""
	says .trace.lost.stacks 0
	[[ $output == *"    at syscall (libc.so.6) < stable::horse(int) (payload) < deep_two < deep_one"* ]]
	jq '[.denials[0].stack[].symbol]' r.json >let
	pen -- deep $nr_getppid
	jq '[.denials[0].stack[].symbol]' r.json | diff - let
	run "$pinfold" check --trace ebpf --report r.json -p test.policy -r "$(dirname "$payload")" -- \
		sh -c "'$payload' deep $nr_getpgrp & '$payload' deep $nr_getsid & wait"
	exits 123
	says '[.denials[] | select(.name != "getppid") | .stack[3].symbol]' '["deep_one","deep_one"]'
	says .trace.lost.stacks 0
}

# let_through FILTER [OPTION...]: it holds of a call that is let through, also if pinfold is in a pid
# namespace of its own, where it sees pids other than those that the kernel reports.
let_through()
{
	local within
	for within in "" "unshare --pid --fork --mount-proc"; do
		rm -f r.json s.json
		# shellcheck disable=SC2086
		run $within "$pinfold" run -q --complain --trace ebpf "${@:2}" --report r.json --stream s.json \
			-p test.policy -r "$(dirname "$payload")" -- "$payload" deep $nr_getppid
		exits 1 # getppid had a result
		says "$1" true
		[ "$(jq -sc 'map(select(.pid).host_pid) | unique | length' s.json)" = 1 ]
	done
}

# are_bounded FILTER N: of the N stacks that FILTER lists, as many are there as are kept, and the rest is
# counted.
are_bounded()
{
	local there
	there=$(report "[$1 | select(.stack != [])] | length")
	[ "$there" -gt 200 ]
	[ "$there" -le 256 ]
	says .trace.lost.stacks $(($2 - there))
	says .trace.complete true
}

@test "who made a call that is let through is known, with and without a stack, where pids differ, too" {
	local who='([.denials[0].first, .processes[0] | [.host_pid, .exe]] | .[0] == .[1])'
	policy <<<$'deny EACCES getppid\ndefault allow'
	let_through "$who and .denials[0].stack[3].symbol == \"deep_one\""
	let_through "$who" --stacks off
	policy <<<$'pen landlock\ndeny EACCES getppid\ndefault allow'
	let_through "$who and .denials[0].stack[3].symbol == \"deep_one\""
}

@test "so has one with a number that no kernel has, and of more kinds than have one the rest is counted" {
	policy <<<$'default allow\nunknown deny EPERM'
	pen --complain -- deep 1000
	says '[.denials[] | .stack[3].symbol]' '["deep_one"]'
	says .trace.lost.stacks 0
	pen --complain -- numbers 3000 300
	are_bounded '.denials[]' 300
	says '[.denials[].count] | add' 300
}

# The function of the C library is between the call and the program, in no frame of which the kernel is.
@test "a program without frame pointers is known as the caller of a library" {
	need_program cc
	cat >watch.c <<-'C'
	#include <sys/ptrace.h>
	__attribute__((noinline)) long watch(int pid)
	{
		volatile long result = ptrace(PTRACE_ATTACH, pid, 0, 0);
		return result;
	}
	int main(int argc, char **argv)
	{
		return watch(argc + 1000000) + 1 + !argv[0];
	}
	C
	cc -O2 -fomit-frame-pointer -o watch watch.c
	policy <<<$'deny EPERM ptrace\ndefault allow'
	for mode in "" --complain; do
		# shellcheck disable=SC2086
		run "$pinfold" run --trace ebpf $mode --report r.json -p test.policy -r . -- ./watch
		exits 0
		[[ $(functions) == '"ptrace watch'* ]]
		says '.denials[0].stack[1].module | endswith("/watch")' true
		says .trace.lost.stacks 0
	done
}

@test "addresses and offsets lead to the function that is named" {
	need_program nm
	policy <<<$'deny EACCES getppid\ndefault allow'
	pen -- deep $nr_getppid
	# Code of an executable is mapped at its offset in the file plus a page or none.
	start=$(nm "$payload" | awk '$3 == "deep_two" { print $1 }')
	offset=$(jq -r '.denials[0].stack[2].offset' r.json)
	distance=$(jq -r '.denials[0].stack[2].symbol_offset' r.json)
	[ $(((offset - distance - 0x$start) % 4096)) -eq 0 ]
}

@test "each kind of denial has the stack of its own first call" {
	policy <<<$'deny EACCES getsid getpgrp\ndefault allow'
	run "$pinfold" run --trace ebpf --report r.json -p test.policy -r "$(dirname "$payload")" -- \
		sh -c "'$payload' deep $nr_getpgrp; '$payload' deep $nr_getsid"
	says '[.denials[] | .stack[0].symbol] | unique' '["syscall"]'
	says '[.denials[].name] | sort' '["getpgrp","getsid"]'
}

@test "without symbols there are modules and offsets" {
	need_program strip
	strip -o bare "$payload"
	policy <<<$'deny EACCES getppid\ndefault allow'
	run "$pinfold" run --trace ebpf --report r.json -p test.policy -r . -- ./bare deep $nr_getppid
	exits 0
	says '.denials[0].stack[1] | [.symbol, (.module | endswith("/bare"))]' '[null,true]'
	[[ $output == *"    at syscall (libc.so.6) < bare+0x"* ]]
}

@test "a file that is gone, or whose headers are false, loses its names and nothing else" {
	policy <<<$'deny EACCES getsid\ndefault allow'
	cp "$payload" gone
	run "$pinfold" run --trace ebpf --report r.json -p test.policy -w . -- \
		sh -c "./gone deep $nr_getsid & wait; rm gone"
	says '.denials[] | select(.first.comm == "gone") | .stack[1] | [.symbol, (.module | endswith("/gone"))]' \
		'[null,true]'
	# Number, offset and string table of the sections, from byte 40 and 58 of the ELF header.
	cp "$payload" liar
	printf '\377\377\377\377\377\377\377\177' | dd of=liar bs=1 seek=40 conv=notrunc status=none
	printf '\377\376\377\376' | dd of=liar bs=1 seek=60 conv=notrunc status=none
	run "$pinfold" run --trace ebpf --report r.json -p test.policy -r . -- ./liar deep $nr_getsid
	exits 0
	says '.denials[0].count' 1
	says '.denials[0].stack[1].module | endswith("/liar")' true
}

# make_slow FILE BYTES: its table of symbols is BYTES long, and each is a function at 0: whoever looks
# for a name goes through all of them.
make_slow()
{
	perl -e '
		my ($file, $bytes) = @ARGV;
		open(my $f, "+<:raw", $file) or die;
		read($f, my $head, 64);
		my ($shoff, $shnum) = (unpack("Q", substr($head, 40, 8)), unpack("S", substr($head, 60, 2)));
		my $end = (-s $file) + 4096 & ~4095;
		for my $i (0 .. $shnum - 1) {
			seek($f, $shoff + 64 * $i, 0);
			read($f, my $row, 64);
			my $type = unpack("L", substr($row, 4, 4));
			next unless $type == 2;
			substr($row, 24, 16) = pack("QQ", $end, $bytes);
			seek($f, $shoff + 64 * $i, 0);
			print $f $row;
		}
		my $symbol = pack("LCCSQQ", 1, 2, 0, 1, 0, 1) x 4096;
		for (my $at = 0; $at < $bytes; $at += length $symbol) {
			seek($f, $end + $at, 0);
			print $f $symbol;
		}' "$1" "$2"
}

@test "files that make their reader slow, or fill its memory, cost 2 seconds of CPU time and their names" {
	need_program perl
	need_program jq
	is_sanitized && skip "the sanitizer's shadow is larger than any limit"
	policy <<<$'default allow\nunknown deny ENOSYS'
	for size in 60000000 400000000; do
		cp "$payload" slow
		make_slow slow $size
		perl -e '
			use Time::HiRes "time";
			my $start = time;
			system(@ARGV) >= 0 or die;
			my ($status, $took) = ($? >> 8, time - $start);
			my @usage = (times)[2, 3];
			printf "%d %d %d\n", $status, $took, $usage[0] + $usage[1]' \
			"$pinfold" run --trace ebpf --report r.json -p test.policy -r . -- ./slow numbers 3000 200 \
			>told 2>/dev/null
		read -r code took cpu <told
		[ "$code" = 0 ]
		# What the run itself takes beside the reader is a fraction of one.
		[ "$cpu" -le 3 ] || { cat told; return 1; }
		[ "$took" -le 30 ]
		says '[.denials[].count] | add' 200
		rm slow
	done
}

@test "a name with terminal escapes is escaped" {
	need_program objcopy
	objcopy --redefine-sym deep_two=$'red\033[31mhorse' "$payload" evil
	policy <<<$'deny EACCES getppid\ndefault allow'
	run "$pinfold" run --trace ebpf --report r.json -p test.policy -r . -- ./evil deep $nr_getppid
	[[ $output == *'red\x1b[31mhorse'* ]]
	[[ $output != *$'\033'* ]]
}

@test "--stacks off reports none" {
	policy <<<$'deny EACCES getppid\ndefault allow'
	pen --stacks off -- deep $nr_getppid
	exits 0
	says '.denials[0].stack' '[]'
	pen --complain --stacks off -- deep $nr_getppid
	says '.denials[0].stack' '[]'
	says .trace.lost.stacks 0
	run "$pinfold" run --stacks some -- true
	exits 2
	[[ $output == *"unknown choice of stacks 'some'"*"hint: choices: off, denied ("* ]]
}

@test "a file that was rewritten, or replaced, yields no names of what it is now" {
	policy <<<$'deny EACCES getsid\ndefault allow'
	for change in 'cat other >it' 'rm it; cp other it' 'chmod 700 it'; do
		cp "$payload" it
		cp "$payload" other
		run "$pinfold" run --trace ebpf --report r.json -p test.policy -w . -- \
			sh -c "./it deep $nr_getsid; $change"
		says '.denials[0].stack[1] | [.symbol, (.module | endswith("/it"))]' '[null,true]'
	done
}

@test "no path of the command's leads the reader of symbols astray" {
	policy <<<$'deny EACCES getsid\ndefault allow'
	mkdir trap
	cp "$payload" trap/zero
	need_program strace
	run strace -ff -o calls -e trace=openat,openat2,open "$pinfold" run --trace ebpf \
		--report r.json -p test.policy -w . -- sh -c "trap/zero deep $nr_getsid; mv trap gone; ln -s /dev trap"
	says '.denials[0].stack[1] | [.symbol, (.module | endswith("/trap/zero"))]' '[null,true]'
	cat calls.* >calls # one file a process: no line is broken off by another's
	grep -q 'openat2(.*trap/zero", .*RESOLVE_NO_SYMLINKS.*ELOOP' calls
	fails grep -Eq 'open(at)?\(.*trap/zero' calls
}

@test "the first of many kinds of denials have stacks, and the rest is counted" {
	policy <<<$'default allow\nunknown deny ENOSYS'
	pen -v -- numbers 3000 600
	[[ $output == *"the stacks of "*" kinds of call are missing"* ]]
	are_bounded '.denials[]' 600
	says '[.denials[].count] | add' 600
}

@test "--stacks all: the first allowed call of each number has a stack, and no other" {
	policy <<<"default allow"
	pen --stacks all -v -- deep $nr_getsid
	says '[.syscalls[] | select(.allowed > 0 and .stack == []) | .name]' '[]'
	says '.syscalls[] | select(.name == "getsid") | [.stack[0:4][].symbol]' \
		'["syscall","stable::horse(int)","deep_two","deep_one"]'
	[[ $output == *$'  getsid'*$'\n    at syscall (libc.so.6) < stable::horse(int) (payload) < deep_two'* ]]
	# A call that never returns has one too.
	says '.syscalls[] | select(.name == "exit_group") | .stack != []' true
	says .trace.lost.stacks 0
	pen -- deep $nr_getsid
	says '[.syscalls[] | select(.stack != [])]' '[]'
}

@test "--stacks all: later calls of a number change nothing and cost nothing" {
	policy <<<"default allow"
	many=$(printf "$nr_getsid %.0s" {1..30})
	run "$pinfold" run --trace ebpf --stacks all --report r.json -p test.policy \
		-r "$(dirname "$payload")" -- sh -c "'$payload' deep $nr_getsid; '$payload' calls $many"
	says '.syscalls[] | select(.name == "getsid") | [.allowed, .stack[1].symbol]' '[31,"stable::horse(int)"]'
	run "$pinfold" run --trace ebpf --stacks all --report r.json -p test.policy \
		-r "$(dirname "$payload")" -- sh -c "'$payload' calls $many; '$payload' deep $nr_getsid"
	says '.syscalls[] | select(.name == "getsid") | [.allowed, .stack[1].symbol]' '[31,"run_calls"]'
	pen --stacks all -- threads 4 50000
	# A thread's first call of a number may come while another one maps memory: that stack lacks a
	# file, and is reported as lost. Of 200,000 later calls none is.
	says '[.trace.lost.stacks < 30, .trace.complete]' '[true,true]'
}

@test "--stacks all: a number that is denied and allowed has both stacks" {
	policy <<<$'deny EACCES kill if pid == -7777\ndefault allow'
	run "$pinfold" run --trace ebpf --stacks all --report r.json -p test.policy \
		-r "$(dirname "$payload")" -- sh -c "'$payload' call kill -7777 0; '$payload' call kill 0 0"
	exits 0
	says '[.denials[0].stack != [], (.syscalls[] | select(.name == "kill") | .stack != [])]' '[true,true]'
}

@test "--stacks all: the numbers past the bound are counted" {
	policy <<<"default allow"
	pen --stacks all -- numbers 1000 600
	told=$(report '[.syscalls[] | select(.stack != [])] | length')
	[ "$told" -gt 200 ]
	[ "$told" -le 256 ]
	says '.trace.lost.stacks + ([.syscalls[] | select(.stack != [])] | length) >= (.syscalls | length)' true
	says .trace.complete true
}

@test "if the library that names functions is missing the report says so" {
	local library
	ldd "$pinfold" | grep -q 'libc\.so' || skip "libdw is linked into this build"
	library=$(realpath "$(ldconfig -p | awk '/libdw\.so\.1 .*x86-64/ { print $NF; exit }')")
	policy <<<$'deny EACCES getsid\ndefault allow'
	run "$pinfold" run --trace ebpf --report r.json -p test.policy -r "$(dirname "$payload")" -- "$payload" deep "$nr_getsid"
	says '[.trace.names, .denials[0].stack[0].symbol != null]' '[true,true]'
	run unshare -m sh -c 'mount --bind /dev/null "$1" && shift && exec "$@"' sh "$library" \
		"$pinfold" run --trace ebpf --report r.json -p test.policy -r "$(dirname "$payload")" -- "$payload" deep "$nr_getsid"
	says '[.trace.names, .denials[0].stack[0].symbol]' '[false,null]'
	[[ $output == *"functions have no names: libdw.so.1 is not installed"* ]]
}
