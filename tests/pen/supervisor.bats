# SPDX-License-Identifier: GPL-2.0-or-later
# Row 29 of the list of ways out: pinfold itself, which reads what a hostile command makes, has
# given up what it does not need.

load pen

# held PID CAPABILITIES: pinfold has its filter, no way to gain anything, and these alone.
held()
{
	grep -q 'Seccomp:.2' "/proc/$1/status" && grep -q 'NoNewPrivs:.1' "/proc/$1/status" &&
		grep -q "CapPrm:.$2" "/proc/$1/status" && grep -q "CapEff:.$2" "/proc/$1/status"
}

# held_while_waiting CAPABILITIES OPTION...: while a command waits; then all goes its way.
held_while_waiting()
{
	local caps=$1 pid
	shift
	mkfifo in
	exec 7<>in
	"${identity[@]}" "$pinfold" run -p open.policy "$@" -- sh -c 'read -r word; exit "$word"' \
		<in >out 2>&1 3>&- &
	pid=$!
	note "$pid"
	await held "$pid" "$caps"
	echo 9 >&7
	status=0
	wait "$pid" || status=$?
	output=$(cat out)
	exits 9
	[ -z "$(left_cgroups)" ]
}

@test "29, as root: without a trace and a report, nothing is left" {
	as_root; held_while_waiting 0000000000000000 --trace none
}

@test "29, as root: with a trace and a report, what maps, names and files take is left, too" {
	as_root; held_while_waiting 00000080000000cf --trace ebpf --report r.json
	[ -s r.json ]
}

@test "29, rootless: nothing is left" {
	as_rootless; held_while_waiting 0000000000000000 --report r.json
	[ -s r.json ]
}

@test "29, as root: a report goes into a folder of another user, and under sudo to the caller" {
	as_root
	mkdir -m 700 theirs
	chown 4321:4321 theirs
	SUDO_UID=4321 SUDO_GID=4321 "$pinfold" run --report theirs/r.json -p open.policy -- true
	[ "$(stat -c %u:%g theirs/r.json)" = 4321:4321 ]
}

@test "pinfold does not spin while a pen full of processes ends" {
	# What looks for leaks traces the process itself.
	ASAN_OPTIONS=detect_leaks=0 strace -e trace=poll -o polls "$pinfold" run -q --trace none \
		-p open.policy -- sh -c 'for i in $(seq 100); do sleep 60 & done'
	[ "$(grep -c '^poll(' polls)" -lt 10 ]
}

# first_word OPTION...: whether the word to start (102) goes to pid 1, or the one that it is
# ready (101) comes from it, first.
first_word()
{
	strace -e trace=sendto,recvfrom -o words "$pinfold" run -q --trace none -p open.policy "$@" -- true
	grep -o '"[ef]"' words | head -n 1
}

@test "pid 1 finds the word to start there when it is ready, unless a time runs from then on" {
	[ "$(first_word)" = '"f"' ]
	[ "$(first_word --limit 'time 10s')" = '"e"' ]
	[ "$(first_word --limit 'cputime 10s')" = '"e"' ]
}
