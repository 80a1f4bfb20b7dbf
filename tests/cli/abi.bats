# SPDX-License-Identifier: GPL-2.0-or-later
# Other ways into the kernel, other register widths, system call numbers that do not exist: none gets
# past the filter.

load lib

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	[ "$(id -u)" = 0 ] || skip "tracing needs root"
}

first='[.denials[] | [.abi, .nr, .action, .by]]'

@test "a number with the x32 bit is killed, whether the kernel has x32 or not" {
	policy <<<"default allow"
	pen -- number 0x40000027
	exits 159
	says "$first" '[["x32",1073741863,"kill_process","policy"]]'
}

@test "a call denied natively is denied by int 0x80 too, where x86 is listed" {
	need_x86
	policy <<-POLICY
	arch x86_64 x86
	default allow
	deny EACCES getppid
	POLICY
	pen -- getppid x86 1
	[[ $output == *-13* ]]
	says "$first" '[["x86",64,"errno","policy"]]'
}

@test "a call of int 0x80 is counted as what it is, where x86 is listed" {
	need_x86
	policy <<<$'arch x86_64 x86\ndefault allow'
	pen -- getppid x86 1000
	exits 0
	says '[.syscalls[] | select(.name == "getppid") | [.abi, .nr, .allowed]]' '[["x86",64,1000]]'
}

@test "a call of int 0x80 that goes on in complain mode is counted as what it is" {
	need_x86
	policy <<<'default allow'
	run "$pinfold" check --report r.json -p test.policy -r "$(dirname "$payload")" -- \
		"$payload" getppid x86 1000
	exits 123
	says '[.syscalls[] | select(.name == "getppid") | [.abi, .nr, .allowed]]' '[["x86",64,1000]]'
	says "$first" '[["x86",64,"kill_process","policy"]]'
}

@test "an unknown number fails with ENOSYS, not EPERM: 100000, 0x7fffffff, -1, -2" {
	policy <<-POLICY
	include <base>
	allow execve
	POLICY
	for nr in 100000 0x3fffffff -1; do
		pen -- number $nr
		exits 0
		[[ $output == *-38* ]]
		says '[.denials[] | select(.expected) | .count]' '[1]'
	done
	# With the x32 bit and not -1 it is an x32 call.
	pen -- number -2
	exits 159
}

@test "bits above an int's do not hide a value" {
	policy <<-POLICY
	default allow
	deny EACCES fcntl if cmd == F_GETFD
	POLICY
	pen -- call fcntl 0 0x100000001
	[[ $output == *-13* ]]
	pen -- call fcntl 0xffffffff00000000 0xffffffff00000001
	[[ $output == *-13* ]]
	pen -- call fcntl 0 3
	[[ $output != *-13* ]]
}

@test "a negative int is below zero, whatever the register's high half" {
	policy <<-POLICY
	default allow
	deny EACCES kill if pid < 0
	deny EROFS kill if pid > 1000000
	POLICY
	pen -- call kill -1 0
	[[ $output == *-13* ]]
	pen -- call kill 0xffffffff 0
	[[ $output == *-13* ]]
	pen -- call kill 0x7fffffff 0
	[[ $output == *-30* ]]
	pen -- call kill 0x100000002 0
	[[ $output == *"0"* ]]
	says .denials '[]'
}

@test "threads can be created where clone's flags are restricted and clone3 is ENOSYS" {
	policy <<-POLICY
	default allow
	deny ENOSYS clone3
	deny EPERM clone if flags any CLONE_NEWUSER|CLONE_NEWNS
	POLICY
	pen -- threads 2 3
	exits 0
	says '[.denials[] | [.name, .expected]] | unique' '[["clone3",true]]'
	pen -- call clone 0x10000000 0
	[[ $output == *-1* ]]
}

@test "no exec follows the launch under deny execve execveat, with guessed registers too" {
	policy <<-POLICY
	default allow
	deny EACCES execve execveat
	POLICY
	for guess in 0 1 0xffffffffffffffff 0x123456789abcdef; do
		pen -- exec /bin/true $guess
		exits 0
		[[ $output == *"execve -13 execveat -13"* ]]
	done
	says '[.denials[] | .name] | unique' '["execve","execveat"]'
	run "$pinfold" run -p test.policy -- sh -c 'echo launched; exec true'
	exits 126
	[[ $output == *launched* ]]
}

@test "a #! program is launched under its own name where exec is denied" {
	policy <<-POLICY
	default allow
	deny EACCES execve execveat
	POLICY
	printf '#!/bin/sh\necho "$0"; cat /proc/$$/comm 2>/dev/null; read -r c </proc/$$/comm; echo $c\n' >script
	chmod +x script
	run "$pinfold" run -p test.policy -- ./script
	[[ ${lines[0]} == ./script ]]
	[[ $output == *"script"* ]]
}

# An ordinary 32-bit program: its first call is of the other ABI.
small_program()
{
	need_x86
	printf 'int main(void) { return 7; }\n' >small.c
	gcc -m32 -static -o small small.c 2>/dev/null || skip "gcc makes no 32-bit programs"
}

@test "a 32-bit program runs where --arch lists its ABI, and the report says so where not" {
	need_trace
	small_program
	run "$pinfold" run --trace ebpf -r "$PWD" -- ./small
	exits 159
	[[ $output == *"fix: --arch 'x86_64 x86'"* ]]
	run "$pinfold" run --trace ebpf -r "$PWD" --arch 'x86_64 x86' -- ./small
	exits 7
	[ -z "$output" ]
}

@test "rootless: a 32-bit program runs where --arch lists its ABI, and a hint says so where not" {
	small_program
	as_ordinary
	chmod 755 . small "$BATS_RUN_TMPDIR"
	cp "$pinfold" pinfold # the build's directory need not be one that another user may enter
	run "${as[@]}" ./pinfold run -r "$PWD" -- "$PWD/small"
	exits 159
	[[ $output == *"hint: a 32-bit program needs --arch 'x86_64 x86'"* ]]
	run "${as[@]}" ./pinfold run -r "$PWD" --arch 'x86_64 x86' -- "$PWD/small"
	exits 7
}
