# SPDX-License-Identifier: GPL-2.0-or-later
# Bad input: a clear error with its place, the documented status, and nothing runs.

load lib

# nothing_ran: the command of these tests would have left a file.
nothing_ran()
{
	[ ! -e w/ran ] || { echo "the command ran"; return 1; }
}

ran_under()
{
	mkdir -p w
	run "$pinfold" run -w w "$@" -- sh -c '>w/ran'
}

@test "a policy with three errors prints all three with carets, status 2, and nothing runs" {
	policy <<-'POLICY'
	default deny EPERM
	allow opneat
	deny EFOO socket
	allow socket if domain == AF_UNIXX
	POLICY
	ran_under -p test.policy
	exits 2
	nothing_ran
	[ "$(grep -c 'error:' <<<"$output")" -ge 3 ] || [ "$(grep -c -E '^test.policy:[0-9]+:[0-9]+: ' <<<"$output")" -ge 3 ]
	[[ $output == *"test.policy:2:7: "*"opneat"* ]]
	[[ $output == *"did you mean 'openat'?"* ]]
	[[ $output == *"test.policy:3:6: error: "*"EFOO"* ]]
	[[ $output == *"test.policy:4:27: error: "*"AF_UNIXX"* ]]
	grep -qx '        *^' <<<"$output"
}

@test "values separated only by a sign are an error: 0-2 is not a range, nor 0 and -2" {
	policy <<-'POLICY'
	deny write if fd in 0-2
	include <default>
	POLICY
	ran_under -p test.policy
	exits 2
	nothing_ran
	[[ $output == *"test.policy:1:22: error: a blank is missing between two values"* ]]
	[[ $output == *"hint: a range is written LOW..HIGH"* ]]
	run "$pinfold" explain test.policy write
	exits 2
	policy <<-'POLICY'
	deny write if fd in 7 -2
	include <default>
	POLICY
	ran_under -p test.policy
	exits 0
}

@test "a missing command is status 127, said once" {
	run "$pinfold" run --report r.json -- no-such-command
	exits 127
	[[ $output == *"no-such-command"* ]]
	says .exit.by '"pinfold"'
}

@test "a file that cannot be executed is status 126" {
	echo text >plain
	run "$pinfold" run --report r.json -- ./plain
	exits 126
	[[ $output == *"cannot execute './plain'"* ]]
	says .exit.by '"pinfold"'
}

@test "no command is a usage error" {
	run "$pinfold" run
	exits 2
	[[ $output == *"usage: pinfold run"* ]]
}

@test "an unknown option is a usage error with a hint" {
	run "$pinfold" run --no-such-option -- true
	exits 2
	[[ $output == *"unknown option '--no-such-option'"*"hint:"* ]]
}

@test "warnings about a policy are printed before the command runs" {
	policy <<-'POLICY'
	default allow
	allow read
	allow read
	POLICY
	run "$pinfold" run -p test.policy -- echo ran
	exits 0
	[[ $output == *"test.policy:3:1: warning: "*ran ]]
}

@test "an option in place of the command: the hint says where it goes" {
	run "$pinfold" -p x ls
	exits 2
	[[ $output == *"hint: the command comes first: pinfold run"* ]]
}

@test "an unknown command names the nearest one" {
	run "$pinfold" rum -- true
	exits 2
	[[ $output == *"did you mean 'run'?"* ]]
}

@test "a policy that is missing, a directory, a FIFO: status 2, nothing runs, nothing hangs" {
	mkdir directory
	mkfifo fifo
	for file in nowhere.policy directory fifo; do
		ran_under -p $file
		exits 2
		nothing_ran
		[[ $output == *"$file"* ]]
	done
}

@test "bad settings are errors with their place, status 2, and nothing runs" {
	while IFS='|' read -r statement text; do
		echo "$statement" >test.policy
		ran_under -p test.policy
		echo "$statement: $output"
		[ "$status" -eq 2 ]
		nothing_ran
		[[ $output == *"test.policy:1:"*"error: "*"$text"* ]]
		ran_under --"${statement%% *}" "${statement#* }"
		echo "as an option: $output"
		[ "$status" -eq 2 ]
		nothing_ran
	done <<-'ROWS'
	limit memory 0|memory
	limit memory 18446744073709551616|
	limit pids x|'x'
	limit pids -1|
	limit time 5 parsecs|
	user 4294967295|
	net somewhere|somewhere
	rlimit nofiles 3|nofiles
	ROWS
}

@test "a missing directory to bind: status 125, nothing runs" {
	ran_under -r /no/such/directory
	exits 125
	nothing_ran
	[[ $output == *"/no/such/directory"* ]]
}

@test "a report that cannot be written: nothing runs" {
	ran_under --report /no/such/directory/r.json
	exits 125
	nothing_ran
}

@test "--status-fd reports how it ended as one line of JSON" {
	run bash -c "'$pinfold' run --status-fd 5 -- sh -c 'exit 3' 5>&1"
	exits 3
	[ "$(jq -c '[.by, .status]' <<<"$output")" = '["child",3]' ]
}

@test "without the privilege for eBPF the command runs confined, and the report says why" {
	need_trace
	as_ordinary
	for_others
	mkdir -p out && chmod 777 out
	run "${as[@]}" \
		"$pinfold" run --report out/r.json -- grep -E 'Seccomp:|NoNewPrivs' /proc/self/status
	exits 0
	[[ $output == *"NoNewPrivs:"*1*"Seccomp:"*2* ]]
	[[ $output != *pinfold:* ]]
	[ "$(jq -c .trace.source out/r.json)" = '"notify"' ]
	jq -e '.trace.why | contains("CAP_BPF")' out/r.json
	# Under a listener there can be no other: nothing is known then, and that is said.
	run "${as[@]}" "$payload" under-listener \
		"$pinfold" run --report out/r2.json -- grep -E 'Seccomp:|NoNewPrivs' /proc/self/status
	exits 0
	[[ $output == *"NoNewPrivs:"*1*"Seccomp:"*2* ]]
	[[ $output == *"no trace"*"CAP_BPF"* ]]
	[ "$(jq -c '[.trace.source, .trace.complete]' out/r2.json)" = '["none",false]' ]
}

@test "--trace ebpf without the privilege runs nothing" {
	need_trace
	as_ordinary
	for_others
	mkdir -p w && chmod 777 w
	run "${as[@]}" \
		"$pinfold" run --trace ebpf -w w -- sh -c '>w/ran'
	exits 125
	nothing_ran
}

@test "a policy below a directory that the caller may not search is read all the same" {
	[ "$(id -u)" = 0 ] || skip "needs root"
	mkdir shut shut/in
	echo 'default allow' >shut/in/test.policy
	cp "$pinfold" shut/in/pinfold
	chmod 755 shut/in . "$BATS_RUN_TMPDIR" && chmod 700 shut
	cd shut/in
	run setpriv --reuid 1234 --regid 1234 --clear-groups ./pinfold run --dry-run -p test.policy -- true
	exits 0
}

@test "output that does not fit on standard output is an error" {
	policy <<<'allow getppid'
	for command in 'explain test.policy getppid' syscalls --help --version 'run --dry-run -- true' \
		'compile test.policy'; do
		run bash -c '"$0" $1 >/dev/full' "$pinfold" "$command"
		exits 125
		[[ $output == 'pinfold: cannot write'* ]]
		[ "$(wc -l <<<"$output")" = 1 ]
	done
	run bash -c '"$0" run -- sh -c "exit 3" >/dev/full' "$pinfold"
	exits 3
	[ -z "$output" ]
}

@test "a pinfold in a pen says what is wrong, and makes no other call that the pen's report would have" {
	need_trace
	run "$pinfold" run --trace ebpf -r "$(dirname "$pinfold")" -- "$pinfold" run -- true
	exits 125
	[[ $output == "pinfold: cannot make the namespaces: Operation not permitted"$'\n'"hint: "* ]]
	[[ $output == *"--pen landlock needs none; see 'pinfold doctor', row user-namespaces"$'\n'* ]]
	# with a network namespace, and for a new /proc without
	[[ $output == *"pinfold: 2 calls denied"$'\n'"  clone("* ]]
	[ "$(grep '^  [a-z0-9_]*(' <<<"$output" | grep -c '^  clone(')" = 2 ]
	[ "$(grep -c '^  [a-z0-9_]*(' <<<"$output")" = 2 ]
}

@test "where nothing ran nothing is said about the trace" {
	as_ordinary
	for_others
	run "${as[@]}" "$pinfold" run -r /no/such -- true
	exits 125
	[[ $output == *"/no/such"* && $output != *trace* ]]
}

@test "a denied socket is reported with its domain's protocol, and so is the fix" {
	need_trace
	need_program python3
	policy <<-'POLICY'
	deny EACCES socket
	default allow
	unknown deny ENOSYS
	POLICY
	run "$pinfold" run -p test.policy -- python3 -c '
import socket
for a in ((16, 3, 4), (17, 3, 0x300), (2, 3, 4)):
    try: socket.socket(*a)
    except OSError: pass'
	exits 0
	[[ $output == *"socket(AF_NETLINK, SOCK_RAW|SOCK_CLOEXEC, NETLINK_SOCK_DIAG): EACCES"* ]]
	[[ $output == *"fix: allow socket if domain == AF_NETLINK and type == SOCK_RAW|SOCK_CLOEXEC and protocol == NETLINK_SOCK_DIAG"* ]]
	[[ $output == *"socket(AF_PACKET, SOCK_RAW|SOCK_CLOEXEC, ETH_P_ALL): EACCES"* ]]
	[[ $output == *"socket(AF_INET, SOCK_RAW|SOCK_CLOEXEC, IPPROTO_IPIP): EACCES"* ]]
	# The fix, put first, lets the call through.
	sed -n 's/^ *fix: \(.*NETLINK_SOCK_DIAG\)$/\1/p' <<<"$output" >fixed.policy
	cat test.policy >>fixed.policy
	run "$pinfold" explain fixed.policy socket domain=16 type=0x80003 protocol=4
	exits 0
	[[ ${lines[0]} == *": allow" ]]
}
