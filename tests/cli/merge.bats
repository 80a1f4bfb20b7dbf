# SPDX-License-Identifier: GPL-2.0-or-later
# merge: policies and reports from many machines make one policy.

load lib

@test "merge takes the mildest verdict, the same in any order" {
	printf 'allow read\nallow socket if domain == AF_UNIX\ndeny EIO uname\n' >a.policy
	printf 'allow write\nallow socket if domain == AF_INET\nkill uname\n' >b.policy
	"$pinfold" merge -o ab.policy a.policy b.policy
	"$pinfold" merge -o ba.policy b.policy a.policy
	cmp ab.policy ba.policy
	grep -qx 'allow read write' ab.policy
	grep -qx 'deny EIO uname' ab.policy
	grep -qx 'allow socket if domain in AF_UNIX AF_INET' ab.policy
	run "$pinfold" diff --fail-on narrower a.policy ab.policy
	exits 0
}

@test "merge keeps a statement for the pen that all have, and says what it leaves out" {
	printf 'allow read\nnet host\nlimit pids 3\n' >a.policy
	printf 'allow read\nnet host\nlimit pids 4\n' >b.policy
	run "$pinfold" merge -o ab.policy a.policy b.policy
	exits 0
	[[ $output == *"left out: limit pids 3"*"left out: limit pids 4"* ]]
	grep -qx 'net host' ab.policy
	grep -qx '# not in all inputs: limit pids 4' ab.policy
}

@test "merge: what no policy can express is an error whose remedy works, and writes nothing" {
	for i in {1..1000}; do
		[ $((i % 2)) = 0 ] || echo "allow lseek if offset > $i"
		[ $((i % 2)) = 1 ] || echo "deny EIO lseek if offset > $i"
	done >mixed.policy
	run "$pinfold" merge -o m.policy mixed.policy
	exits 125
	[[ $output == "pinfold: the policies cannot be merged: the policy has more than 65536 words"*"hint: write all rules that deny a call before those that allow it"* ]]
	[ ! -e m.policy ]
	sort -r mixed.policy | grep deny >sorted.policy
	sort -r mixed.policy | grep allow >>sorted.policy
	"$pinfold" merge -o m.policy sorted.policy
	[[ $("$pinfold" explain m.policy lseek offset=2) == *allow* ]]
}

@test "merge takes JSON reports: the result runs what each of them ran" {
	need_trace
	"$pinfold" record -q -o one.policy --report one.json -- ls /etc >/dev/null
	"$pinfold" record -q -o two.policy --report two.json -- sh -c 'ulimit -n; date' >/dev/null
	"$pinfold" merge -o all.policy one.json two.json
	for command in 'ls /etc' 'sh -c date'; do
		# shellcheck disable=SC2086
		"$pinfold" run --trace ebpf --report r.json -p all.policy -- $command >/dev/null
		says .totals.denied 0
	done
}

@test "a report stands for the policy that record wrote from the same run" {
	need_trace
	"$pinfold" record -q -o own.policy --report r.json -r "$(dirname "$payload")" -- sh -c \
		"python3 -c 'import socket; socket.socket()'; '$payload' number 425; ls /" >/dev/null
	grep -qx 'deny ENOSYS io_uring_setup' own.policy
	"$pinfold" merge -o merged.policy r.json
	run "$pinfold" diff own.policy merged.policy
	exits 0
	[ -z "$output" ]
	# Of what was not kept any value may have been used.
	jq '(.syscalls[] | select(.name == "socket") | .args[].other) = 1' r.json >other.json
	"$pinfold" merge -o other.policy other.json
	run "$pinfold" diff --fail-on narrower merged.policy other.policy
	exits 0
	[[ $output == *socket* ]]
}

@test "merge warns of a report whose trace is not complete" {
	need_trace
	"$pinfold" record -q -o own.policy --report r.json -- true
	jq '.trace.complete = false' r.json >lost.json
	run "$pinfold" merge -o merged.policy r.json lost.json
	exits 0
	[ "$output" = "pinfold: warning: the trace of 'lost.json' is not complete" ]
}

@test "merge refuses what is no report, and needs an output file" {
	echo '{"schema": "pinfold-report/1"}' >x.json
	run "$pinfold" merge -o m.policy x.json
	exits 2
	[[ $output == *"x.json:1:1: error: not a pinfold report: 'exit' is missing"* ]]
	jq -n '{schema: "pinfold-report/2", exit: {}, trace: {source: "ebpf", complete: true, exact_hits: true,
		lost: {events: 0, map_full: 0}}, syscalls: [], denials: [], rules: []}' >x.json
	run "$pinfold" merge -o m.policy x.json
	exits 2
	[[ $output == *"x.json:2:13: error: not a pinfold report: unknown 'schema'"* ]]
	[ ! -e m.policy ]
	run "$pinfold" merge x.json
	exits 2
}

@test "a report that is missing, and one that is not JSON, get different errors" {
	local text
	run "$pinfold" merge -o out.policy nosuch.json
	exits 2
	[[ $output == *"cannot read 'nosuch.json' as JSON: No such file or directory"* ]]
	echo '{"a": [18446744073709551615, -1, 0.12345678901234567890123, "99999999999999999999"]}' >whole.json
	run "$pinfold" merge -o out.policy whole.json
	exits 2
	[[ $output == *"whole.json:1:1: error: not a pinfold report: 'schema' is missing"* ]]
	for text in '[1' '{} {}' '{}x' "{'a': 1}"; do
		echo "$text" >broken.json
		run "$pinfold" merge -o out.policy broken.json
		exits 2
		[[ $output == *"broken.json:"*": error: not valid JSON: "* ]]
	done
	[ ! -e out.policy ]
}

@test "merge: an unknown call of an ABI that one policy alone lists gets no more than there" {
	echo 'default allow' >a.policy
	printf 'default deny EPERM\narch x86_64 x86 x32\nallow read\n' >b.policy
	run "$pinfold" merge -o ab.policy a.policy b.policy
	exits 125
	[[ $output == *"an unknown call gets 'allow', but 'deny ENOSYS' under "* ]]
	[[ $output == *"hint: write 'unknown deny ENOSYS' in all of them, or the same 'arch'"* ]]
	[ ! -e ab.policy ]
	echo 'unknown deny ENOSYS' >>a.policy
	"$pinfold" merge -o ab.policy a.policy b.policy
	for arch in x86_64 x86 x32; do
		run "$pinfold" explain --arch $arch ab.policy 900
		[[ $output == *": deny ENOSYS"* ]]
	done
}

@test "merge: calls that no filter sees do not keep two kernels from being merged" {
	printf 'kernel 5.4\ndefault allow\nunknown deny EIO\n' >a.policy
	printf 'default kill\nallow read\n' >b.policy
	"$pinfold" merge -o ab.policy a.policy b.policy
	"$pinfold" compile -o ab.bpf ab.policy
	fails grep -q uprobe ab.policy
}

@test "merge: the milder of two errors is the one after which a program goes on" {
	echo 'deny ENOSYS clone3' >a.policy
	printf 'deny EPERM clone3\ndeny EACCES known acct\n' >b.policy
	echo 'allow read' >c.policy
	for order in 'a b c' 'c b a'; do
		# shellcheck disable=SC2086
		"$pinfold" merge -o abc.policy $(printf '%s.policy ' $order)
		grep -qx 'deny ENOSYS clone3' abc.policy
		grep -qx 'deny EACCES known acct' abc.policy
	done
	# So that a call which one kernel does not know, and another one does, stays unknown.
	printf 'kernel 5.4\nallow read\n' >a.policy
	"$pinfold" merge -o ac.policy a.policy c.policy
	run "$pinfold" explain ac.policy faccessat2
	[[ $output == *"faccessat2 (x86_64, 439): deny ENOSYS"* ]]
}
