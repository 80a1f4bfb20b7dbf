# SPDX-License-Identifier: GPL-2.0-or-later
# Rows 31, 35 and 45 of the list of ways out: a command that takes the CPU from what should kill the
# pen does not outlive its limits, the signals for pinfold, or pinfold; and a set-up that hangs ends.

load pen

# The command is done for by then, on a machine that others use, too: without the keeper it takes
# tens of seconds, or has no end.
patience=15

teardown()
{
	[ -z "$pid" ] || kill -KILL "$pid" 2>/dev/null || :
}

# crowd_begins KIND [OPTION...]: a pen whose pid 1 has been taken the CPU from, as far as that is
# let, and which is full of processes that end by nothing but SIGKILL. $pid is pinfold, $mark what
# its processes are called.
crowd_begins()
{
	local kind=$1
	shift
	mark=outlive$RANDOM
	cp attempt "$mark"
	# an ordinary user has no limit pids here
	printf 'rlimit nproc 200\ndefault allow\nunknown allow\n' >open.policy
	env --default-signal=INT "${identity[@]}" "$pinfold" run -q --trace none -p open.policy \
		-r "$PWD" "$@" -- "$PWD/$mark" outlive 1 30 "$kind" >out 2>err 3>&- &
	pid=$!
	note "$pid"
	await grep -q started out
}

has_none()
{
	! pgrep -x "$mark" >/dev/null
}

# ends_in_time STATUS...: pinfold with one of these, and all that was in the pen.
ends_in_time()
{
	local end=$((SECONDS + patience))
	status=0
	wait "$pid" 2>/dev/null || status=$?
	[[ " $* " == *" $status "* ]] || { echo "status $status, not $*"; return 1; }
	await has_none
	[ $SECONDS -le $end ] || { echo "it took too long"; return 1; }
	await eval '[ -z "$(left_cgroups)" ]'
}

by_limit()
{
	local kind
	for kind in spin storm hop low; do
		crowd_begins "$kind" --limit 'time 2s grace 200ms'
		ends_in_time 124
	done
}

by_cputime()
{
	local kind
	for kind in spin storm; do
		crowd_begins "$kind" --limit 'cputime 2s' --limit 'cpu 90%'
		ends_in_time 124
	done
}

by_signal()
{
	local kind
	for kind in spin storm hop low; do
		crowd_begins "$kind"
		kill -INT "$pid"
		kill -TERM "$pid" 2>/dev/null || true # it may have gone of the first
		# of one of the two, or as one that pid 1 could not pass on
		ends_in_time 130 143 125
	done
}

by_kill()
{
	local kind
	for kind in spin storm hop low; do
		crowd_begins "$kind"
		kill -KILL "$pid"
		ends_in_time 137
	done
}

# Nor does it help pinfold's process group to be killed as a whole, as a shell does with its job.
by_kill_of_the_group()
{
	mark=outlive$RANDOM
	cp attempt "$mark"
	setsid "${identity[@]}" "$pinfold" run -q --trace none -p open.policy -r "$PWD" -- \
		"$PWD/$mark" outlive 1 20 storm >out 2>err 3>&- &
	pid=$! # setsid(1) becomes it: it leads no group yet
	note "$pid"
	await grep -q started out
	kill -KILL -- "-$pid"
	wait "$pid" 2>/dev/null || :
	await has_none
	await eval '[ -z "$(left_cgroups)" ]'
}

# Of a user who has no other process: some of the ways are taken to all of a user at once, and may
# change nothing that this test did not start.
bare_has_ways()
{
	local id=$((61000 + BASHPID % 1000)) identity
	identity=(setpriv "--reuid=$id" "--regid=$id" --clear-groups)
	bare "$attempt" outlive 0 0 spin
	got_out
	[ "${output%% *}" -ge 5 ]
}

@test "31: bare, a process takes the CPU from one of its user" { as_root; bare_has_ways; }
@test "31, as root: a crowd is killed by limit time" { as_root; by_limit; }
@test "31, rootless: a crowd is killed by limit time" { as_rootless; by_limit; }
@test "31, as root: a crowd is killed by limit cputime" { as_root; need_cgroup; by_cputime; }
@test "31, as root: a crowd is killed by signals" { as_root; by_signal; }
@test "31, rootless: a crowd is killed by signals" { as_rootless; by_signal; }
@test "31, as root: a crowd is killed with pinfold" { as_root; by_kill; }
@test "31, rootless: a crowd is killed with pinfold" { as_rootless; by_kill; }
@test "31, as root: a crowd is killed with pinfold's process group" { as_root; by_kill_of_the_group; }
@test "31, rootless: a crowd is killed with pinfold's process group" { as_rootless; by_kill_of_the_group; }

# The command cannot even find out whether it could.
@test "31, as root: pid 1 has an id that the command does not have, and one right" {
	as_root
	pen -- sh -c 'grep -E "^(Uid|CapEff)" /proc/1/status; id -u'
	exits 0
	says $'CapEff:\t0000000000000020'
	[ "$(awk '$1 == "Uid:" { print $2 }' <<<"$output")" != "${output##*$'\n'}" ]
}

# The next run cleans every hierarchy that has something of one whose keeper was killed, too.
@test "31, as root: what is left where the keeper is killed is removed by the next run" {
	as_root
	need_cgroup
	local left
	crowd_begins spin --limit 'cpu 90%' --limit 'memory 64M'
	pgrep -P "$pid" >children
	kill -KILL "$pid" $(cat children)
	wait "$pid" 2>/dev/null || :
	await has_none
	for left in 1 2 3 4 5 6 7 8 9 10; do
		pen -- true
		exits 0
		[ -n "$(left_cgroups)" ] || return 0
	done
	left_cgroups
	return 1
}

# helper_killed NAME [OPTION...]: a pen with a report, one of whose processes outside is killed while
# the command waits for a line from the FIFO "go".
helper_killed()
{
	local name=$1
	shift
	printf 'default allow\nunknown allow\n' >open.policy
	mkfifo go
	chmod 666 go
	"${identity[@]}" "$pinfold" run -q --trace none -p open.policy --report r.json "$@" -- \
		sh -c 'echo started; read -r line' <>go >out 2>err 3>&- &
	pid=$!
	mark=$name-$pid
	note "$pid"
	await grep -q started out
	kill -KILL $(pgrep -P "$pid" -x "$name")
}

by_death_of_the_keeper()
{
	helper_killed pinfold-keeper "$@"
	ends_in_time 125
	grep -q 'the process that keeps the pen was killed' err
	grep -q '"by": *"pinfold"' r.json
}

by_death_of_the_clerk()
{
	helper_killed pinfold-clerk "$@"
	echo >go
	ends_in_time 125
	grep -q "cannot write 'r.json': the process that writes it is gone" err
	[ -z "$(find . -name '*r.json*')" ]
}

@test "31, as root: killing the keeper kills the pen, and the clerk removes its cgroups" {
	as_root
	need_cgroup
	by_death_of_the_keeper --limit 'memory 64M'
}

@test "31, rootless: killing the keeper kills the pen" {
	as_rootless
	by_death_of_the_keeper
}

@test "31, as root: a clerk that is killed is reported, and leaves nothing" { as_root; by_death_of_the_clerk; }
@test "31, rootless: a clerk that is killed is reported, and leaves nothing" { as_rootless; by_death_of_the_clerk; }

@test "35, as root: bare, datagrams hold more than limit memory; in the pen they do not" {
	as_root
	need_cgroup
	bare "$attempt" buffers 64
	got_out
	pen --limit 'memory 64M' -r "$PWD" -- "$attempt" buffers 64
	is_shut
}

# hung_begins OPTION...: pinfold, told of the directory "hung", which never answers. $pid gets its
# signals; what a shell starts in the background would ignore SIGINT.
hung_begins()
{
	mkdir -p hung
	env --default-signal=INT "$attempt" hang "$PWD/hung" "${identity[@]}" "$pinfold" run --trace none -p open.policy "$@" \
		-- true >out 2>err 3>&- &
	pid=$!
}

# A process of pinfold's has begun to wait for what hangs.
is_waiting()
{
	local process
	for process in $(pgrep -f "^$pinfold run|^pinfold-init"); do
		grep -q request_wait_answer "/proc/$process/wchan" 2>/dev/null && return 0
		grep -q fuse "/proc/$process/wchan" 2>/dev/null && return 0
	done
	return 1
}

nothing_hangs()
{
	! pgrep -f "^$pinfold run" >/dev/null && [ -z "$(left_cgroups)" ]
}

set_up_ends()
{
	local option sig
	[ -w /dev/fuse ] || skip "no FUSE here"
	for option in "--bind $PWD/hung" "--bind-rw $PWD/hung" "--root $PWD/hung"; do
		hung_begins $option --limit 'time 1s'
		status=0
		wait "$pid" || status=$?
		output=$(cat err)
		exits 124
		says "no answer within 1 s"
		for sig in HUP INT TERM; do
			hung_begins $option
			await is_waiting
			note "$(pgrep -P "$pid")"
			kill -"$sig" "$pid"
			status=0
			wait "$pid" || status=$?
			# By it, or told of it where pinfold held it back by then.
			[ "$status" -eq $((128 + $(kill -l $sig))) ] ||
				grep -q "ended by signal $(kill -l $sig) before the start" err ||
				{ echo "$option $sig: $status $(cat err)"; return 1; }
			await nothing_hangs
		done
	done
}

@test "45, as root: the set-up ends by limit time and signals, though a file system hangs" {
	as_root; set_up_ends
}

@test "45, rootless: the set-up ends by limit time and signals, though a file system hangs" {
	as_rootless; need_root; set_up_ends
}

@test "45, as root: a set-up that hangs ends after half a minute" {
	[ -n "${PINFOLD_HEAVY-}" ] || skip "heavy: ./bootstrap check --all runs it"
	as_root
	[ -w /dev/fuse ] || skip "no FUSE here"
	hung_begins --bind "$PWD/hung"
	status=0
	wait "$pid" || status=$?
	output=$(cat err)
	exits 125
	says "no answer within 30 s"
	await nothing_hangs
}

# By a cgroup, or else by the limit that the kernel counts for the pen's user namespace.
@test "23, rootless: 512 processes are the most, even if no cgroup limits them" {
	command -v perl >/dev/null || skip "perl is not installed"
	as_rootless
	local forks='while (@p < 700 && defined($p = fork)) { $p ? push @p, $p : sleep 60 && exit }
		print scalar(@p), "\n"; kill "KILL", @p'
	run "${identity[@]}" perl -e "$forks" # bare
	[ "$output" = 700 ]
	pen -- perl -e "$forks"
	exits 0
	[ "$output" -gt 400 ] && [ "$output" -lt 512 ]
	pen --rlimit 'nproc 1000' --limit 'time 20s' -- perl -e "$forks"
	[ "$output" -gt 400 ]
}
