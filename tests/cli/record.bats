# SPDX-License-Identifier: GPL-2.0-or-later
# record writes a policy under which the same command runs without a denial; check fails when a rule
# is taken out of it, and names the call and the line to add.

load lib
load programs

setup_file()
{
	[ "$(id -u)" = 0 ] || skip "tracing needs root"
}

# round_trip NAME: records a row of programs.txt and runs it under what was recorded.
round_trip()
{
	row "$1"
	need_program "$program"
	mkdir -p w
	# shellcheck disable=SC2086
	"$pinfold" record -q -o app.policy $options -- sh -c "$command" >recorded
	# shellcheck disable=SC2086
	"$pinfold" run --trace ebpf --report r.json -p app.policy $options -- sh -c "$command" \
		>ran 2>stderr || { cat stderr; return 1; }
	diff recorded ran
	says .totals.denied 0
	says .trace.complete true
}

@test "record, then run without a denial: ls" { round_trip ls; }

@test "record, then run without a denial: tar-gzip" { round_trip tar-gzip; }

@test "record, then run without a denial: bash" { round_trip bash; }

@test "record, then run without a denial: perl" { round_trip perl; }

@test "record, then run without a denial: python3" { round_trip python3; }

@test "record, then run without a denial: git" { round_trip git; }

@test "record, then run without a denial: sqlite3" { round_trip sqlite3; }

@test "record, then run without a denial: gcc-make" { round_trip gcc-make; }

@test "record writes values of sockets, ioctl, mmap and mprotect, and pins the kernel" {
	"$pinfold" record -q -o app.policy -- python3 -c \
		'import socket,fcntl; socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)'
	grep -qE '^kernel [0-9]+\.[0-9]+$' app.policy
	grep -qE '^allow socket if domain in AF_UNIX$' app.policy
	grep -qE '^allow mmap if prot in .*PROT_READ\|PROT_WRITE' app.policy
	run "$pinfold" run --trace ebpf --report r.json -p app.policy -- python3 -c \
		'import socket; socket.socket(socket.AF_INET, socket.SOCK_STREAM)'
	[ "$status" -ne 0 ]
	says '.denials[0].text[0:14]' '"socket(AF_INET"'
}

@test "record without a file to write is a usage error" {
	run "$pinfold" record -- true
	exits 2
}

@test "record keeps the command's status" {
	run "$pinfold" record -q -o app.policy -- sh -c 'exit 7'
	exits 7
	[ -s app.policy ]
}

@test "check passes under the recorded policy and keeps the command's status" {
	"$pinfold" record -q -o app.policy -- sh -c 'ls /etc >/dev/null; exit 4' || true
	run "$pinfold" check -p app.policy -- sh -c 'ls /etc >/dev/null; exit 4'
	exits 4
	[ -z "$output" ]
}

@test "check fails with 123 when a call is taken out, and names it and the line to add" {
	"$pinfold" record -q -o app.policy -- ls /etc >/dev/null
	grep -q getdents64 app.policy
	sed -i 's/ getdents64//' app.policy
	run "$pinfold" check -p app.policy -- ls /etc
	exits 123
	[[ $output == *"app.policy:"*": error: getdents64("*"denied: EPERM"* ]]
	[[ $output == *"hint: to allow it, add"*"allow getdents64"* ]]
}

@test "check prints GitHub annotations at the line of the policy" {
	policy <<-POLICY
	default allow
	deny EACCES uname
	POLICY
	run "$pinfold" check -p test.policy --format github -- uname
	exits 123
	[[ $output == *"::error file=test.policy,line=2,title=pinfold::uname("*"%0Ato allow it, add: allow uname"* ]]
}

@test "check needs a policy" {
	run "$pinfold" check -- true
	exits 2
}

@test "a denial with ENOSYS is expected and no violation" {
	policy <<-POLICY
	default allow
	deny ENOSYS getppid
	POLICY
	run "$pinfold" check -p test.policy --report r.json -r "$(dirname "$payload")" -- \
		"$payload" getppid x86_64 2
	exits 0
	says '[.totals.denied, .totals.expected]' '[0,2]'
}

@test "record keeps a call that its own policy answers with ENOSYS: libc falls back again" {
	run "$pinfold" record -q -o app.policy -r "$(dirname "$payload")" -- "$payload" number 425
	[ "$output" = -38 ]
	grep -qx 'deny ENOSYS io_uring_setup' app.policy
	run "$pinfold" run -q -p app.policy -r "$(dirname "$payload")" -- "$payload" number 425
	[ "$output" = -38 ]
}

@test "a recorded command leaves no set-user-ID file behind" {
	mkdir w
	run "$pinfold" record -q -o app.policy -w w -- \
		sh -c 'cp /bin/true w/t; chmod 4755 w/t || chmod 755 w/t; ls -l w'
	exits 0
	[ "$(stat -c %a w/t)" = 755 ]
}

@test "pinfold runs where a filter around it forbids keyctl" {
	"$pinfold" compile -o outer.bpf /dev/stdin <<<"default allow
	deny EPERM keyctl"
	run "$payload" under outer.bpf "$pinfold" run --trace none -- echo inside
	exits 0
	[ "$output" = inside ]
}
