# SPDX-License-Identifier: GPL-2.0-or-later
# The run over time: what only grows does, the last sample has the totals, and nobody pays for
# samples that no report shows.

load lib

# what_grows: fails unless times and counters of the samples never go back; null only of all.
what_grows()
{
	for member in at_ns calls denied cpu_ns; do
		says "[.samples[:-1][].$member] | . == sort and (map(type) | unique | length <= 1)" true
		says "[.samples[].$member | numbers] | . == sort" true
	done
	says '.samples | length >= 1 and length <= 600' true
	says '.samples[-1].at_ns == .elapsed_ns' true
}

# last_is_total: the last sample, of a source that knows all calls.
last_is_total()
{
	says '.samples[-1].calls == (.totals | .allowed + .denied + .expected)' true
	says '.samples[-1].denied == (.totals | .denied + .expected + .would_deny)' true
	says '.samples[-1].cpu_ns == .resources.cpu_ns' true
	says '.samples[-1].processes' 0
}

@test "each 100 ms a sample, and the last one has the totals" {
	need_trace
	policy <<<$'deny EACCES mkdir\ndeny ENOSYS getpgrp\nlimit memory 256M\ndefault allow'
	run "$pinfold" run --report r.json -p test.policy -- \
		sh -c 'mkdir /tmp/a; sleep 0.35; mkdir /tmp/b & wait'
	exits 0
	what_grows
	last_is_total
	says '.samples | length >= 3' true
	says '.samples[0] | .calls > 0 and .denied == 1 and .processes == 2' true
	says '.samples[-1].denied' 2
	says '.enforced.cgroup.limits.memory == null or (.samples | all(.memory != null))' true
}

@test "a run shorter than that has the last one only" {
	need_trace
	policy <<<'default allow'
	pen -- number 100000
	what_grows
	last_is_total
	says '.elapsed_ns >= 100000000 or (.samples | length == 1)' true
}

@test "numbers past the tables are in the samples before the last one, too" {
	need_trace
	policy <<<$'deny EACCES [100000]\ndefault allow'
	run "$pinfold" run --report r.json -p test.policy -r "$(dirname "$payload")" -- \
		sh -c "for i in 1 2 3 4; do '$payload' number 100000; done; sleep 0.25"
	what_grows
	last_is_total
	says '[.samples[-2:][].denied]' '[4,4]'
}

@test "what would have been denied counts as denied" {
	need_trace
	policy <<<$'deny EACCES mkdir\ndefault allow'
	run "$pinfold" check --report r.json -p test.policy -- \
		sh -c 'mkdir /tmp/a; sleep 0.25; mkdir /tmp/b'
	exits 123
	what_grows
	last_is_total
	says '[.samples[0].denied, .samples[-1].denied]' '[1,2]'
}

@test "without the tracer: denials by a listener, processes by the cgroup, the rest not known" {
	policy <<<$'deny EACCES mkdir\ndefault allow'
	run "$pinfold" run --trace notify --report r.json -p test.policy -- \
		sh -c 'mkdir /tmp/a; sleep 0.25'
	exits 0
	what_grows
	says '[.samples[] | .calls] | unique' '[null]'
	says '[.samples[] | .denied] | unique' '[1]'
	says '.enforced.cgroup.version == 0 or (.samples[0].processes >= 1 and .samples[-1].processes == 0)' true
	run "$pinfold" run --trace none --report r.json -p test.policy -- true
	what_grows
	says '.samples[-1] | [.calls, .denied]' '[null,null]'
}

@test "without a cgroup there are fewer numbers, not wrong ones" {
	for_others
	[ "$(id -u)" = 0 ] || skip "needs another user"
	as_ordinary
	mkdir -m 777 out
	run "${as[@]}" \
		"$pinfold" run --report out/r.json -- sleep 0.15
	exits 0
	mv out/r.json .
	what_grows
	says '.enforced.cgroup.version != 0 or
		([.samples[:-1][] | [.cpu_ns, .memory, .processes]] | unique | . == [[null,null,null]])' true
}

@test "what is already running: samples of it, and its end is still noticed" {
	need_trace
	mkfifo go told
	sh -c 'read -r _ <go; sleep 0.15' 3>&- 4>&- &
	target=$!
	"$pinfold" run --pid "$target" --report r.json --stream - >told 3>&- 4>&- &
	tracer=$!
	exec 4<told
	while read -r -t 30 line <&4 && [[ $line != *'"event":"found"'* ]]; do :; done
	echo >go
	cat <&4 >/dev/null
	exec 4<&-
	wait "$tracer"
	wait "$target"
	what_grows
	last_is_total
}

# timers FILE: how many timers pinfold makes for a report in FILE.
timers()
{
	strace -o log -e trace=timerfd_create "$pinfold" run --trace none --report "$1" -- true
	grep -c timerfd_create log
}

@test "no timer where no report shows samples" {
	need_program strace
	strace -o log -e trace=timerfd_create true 2>err || skip "$(cat err)"
	none=$(timers r.txt) || :
	one=$(timers r.json) || :
	[ "$((one - none))" = 1 ]
}
