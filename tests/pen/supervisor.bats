# SPDX-License-Identifier: GPL-2.0-or-later
# Row 29 of the list of ways out: pinfold itself, which reads what a hostile command makes, has
# given up what it does not need.

load pen

# What a test that failed has left running, as long as it is this one's child.
teardown()
{
	local left
	for left in $(cat "$BATS_RUN_TMPDIR/pids.$BATS_TEST_NUMBER" 2>/dev/null); do
		[ "$(awk '/^PPid:/ { print $2 }' "/proc/$left/status" 2>/dev/null)" != "$BASHPID" ] ||
			kill -TERM "$left" || :
	done
}

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

@test "29, as root: with a trace, a stream and reports, nothing is left" {
	as_root
	held_while_waiting 0000000000000000 --trace ebpf --stream s.jsonl --report r.json --report r2.json
	[ -s r.json ] && [ -s r2.json ] && [ -s s.jsonl ]
}

@test "29, as root: with the filter's listener and a report, nothing is left" {
	as_root; held_while_waiting 0000000000000000 --trace notify --report r.json
	[ -s r.json ]
}

# rights NAME: the rights of our own process of that name.
rights()
{
	local status
	for status in /proc/[0-9]*/status; do
		awk -v name="$1" -v parent="$pid" '$1 == "Name:" { is = $2 == name }
			$1 == "PPid:" { is = is && $2 == parent }
			$1 == "CapPrm:" { rights = $2 }
			$1 == "NoNewPrivs:" && is { print rights, $2 }' "$status" 2>/dev/null
	done
}

# has_rights NAME RIGHTS: of our own process of that name, which may have just begun.
has_rights()
{
	[ "$(rights "$1")" = "$2 1" ]
}

@test "29, as root: what needs rights is done by separate processes, each with only those" {
	as_root
	unset SUDO_UID SUDO_GID
	mkfifo in
	exec 7<>in
	"$pinfold" run -q --trace ebpf --report r.json -p open.policy -- sh -c 'read -r word' <in 3>&- &
	pid=$!
	note "$pid"
	await held "$pid" 0000000000000000
	# DAC_OVERRIDE, CHOWN, FOWNER; DAC_READ_SEARCH, SETUID, SETGID; DAC_OVERRIDE; those two over files
	[ "$(rights pinfold-clerk)" = '000000000000000b 1' ]
	[ "$(rights pinfold-symbols)" = '00000000000000c4 1' ]
	[ "$(rights pinfold-keeper)" = '0000000000000002 1' ]
	await has_rights pinfold-asker 0000000000000006
	echo >&7
	wait "$pid"
	[ -s r.json ]
}

@test "29, as root: under sudo, who asks the host has no rights but the caller's" {
	as_root
	mkfifo in
	exec 7<>in
	SUDO_UID=$rootless_id SUDO_GID=$rootless_id "$pinfold" run --trace ebpf -p open.policy -- \
		sh -c 'read -r word' <in 3>&- &
	pid=$!
	note "$pid"
	await held "$pid" 0000000000000000
	await has_rights pinfold-asker 0000000000000000
	asker=$(pgrep -P "$pid" -x pinfold-asker)
	[ "$(awk '/^[UG]id:/ { printf "%s %s %s %s ", $2, $3, $4, $5 }' "/proc/$asker/status")" = \
		"$(printf "$rootless_id %.0s" 1 2 3 4 5 6 7 8)" ]
	echo >&7
	wait "$pid"
}

@test "29, as root: with nothing to write or to name, the keeper is the only other process" {
	as_root
	mkfifo in
	exec 7<>in
	"$pinfold" run -q --trace none -p open.policy -- sh -c 'read -r word' <in 3>&- &
	pid=$!
	note "$pid"
	await held "$pid" 0000000000000000
	[ -z "$(rights pinfold-clerk)$(rights pinfold-symbols)$(rights pinfold-asker)" ]
	[ -n "$(rights pinfold-keeper)" ]
	echo >&7
	wait "$pid"
	# nor does a trace of which nobody reads anything need names, or ask the host
	"$pinfold" run -q --trace ebpf -p open.policy -- sh -c 'read -r word' <in 3>&- &
	pid=$!
	note "$pid"
	await has_rights pinfold-clerk 0000000000000002
	[ -z "$(rights pinfold-symbols)$(rights pinfold-asker)" ]
	echo >&7
	wait "$pid"
}

# Where there is no room for the file, and where there is none for what is in it.
@test "a report that cannot be written is an error, and leaves nothing behind" {
	local room
	as_root
	mkdir full
	for room in nr_inodes=1 size=4k; do
		mount -t tmpfs -o "$room" tmpfs full
		status=0
		"$pinfold" run -q --trace none --report full/r.json -p open.policy -- \
			true $(seq 2000) 2>err || status=$?
		ls -A full >left
		umount full
		[ "$status" = 125 ]
		grep -F "cannot write 'full/r.json': No space left on device" err
		[ ! -s left ]
	done
}

@test "29, rootless: nothing is left" {
	as_rootless; held_while_waiting 0000000000000000 --report r.json
	[ -s r.json ]
}

@test "29, as root: a report goes into a directory of another user, and under sudo to the caller" {
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

@test "pid 1 finds the word to start when it gets ready, unless a time runs from then on" {
	[ "$(first_word)" = '"f"' ]
	[ "$(first_word --limit 'time 10s')" = '"e"' ]
	[ "$(first_word --limit 'cputime 10s')" = '"e"' ]
}
