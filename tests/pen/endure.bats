# SPDX-License-Identifier: GPL-2.0-or-later
# Many runs: killed at any moment, one after the other, in parallel. The suite makes a few, and
# "make endure" (PINFOLD_ENDURE=1) many, which also prints how long they took.

load pen

setup_file()
{
	export kills=50 in_a_row=100 side_by_side=20
	[ -z "$PINFOLD_ENDURE" ] || export kills=1000 in_a_row=1000 side_by_side=50
}

# How many processes a mark finds: the command's and, by its group, those of pinfold itself.
has_none()
{
	! pgrep -f "$1" >/dev/null
}

# Nothing of the runs that carry MARK is left: processes, mounts, files, and once there was another
# run, cgroups.
nothing_left()
{
	await has_none "$1"
	pen -- true
	exits 0
	host_state >after
	diff before after
	[ -z "$(left_cgroups)" ]
	diff files-before <(ls -A w)
}

# Killed somewhere between its first instruction and well after the command has started.
killed_at_random()
{
	local mark=1000.$BATS_TEST_NUMBER$RANDOM pid n started=0
	mkdir w
	mkfifo never
	[ "${#identity[@]}" = 0 ] || chown "$rootless_id" w
	ls -A w >files-before
	host_state >before
	for ((n = 0; n < kills; n++)); do
		"${identity[@]}" "$pinfold" run -q --trace none -p open.policy -w "$PWD/w" \
			--report r.json -- sh -c 'echo >&2; sleep $1 & setsid sleep $1 & wait' - "$mark" \
			2>>begun >/dev/null 3>&- &
		pid=$!
		note "$pid"
		# a moment between now and 50 ms from now: nothing ever comes through the pipe
		read -r -t "0.0$((RANDOM % 5))$((RANDOM % 10))" <>never || :
		kill -9 "$pid"
		wait "$pid" 2>/dev/null || :
	done
	started=$(wc -l <begun)
	echo "# $started of $kills were killed after their command had started" >&3
	[ "$started" -gt 0 ] && [ "$started" -lt "$kills" ]
	nothing_left "$mark"
	[ -z "$(ls -A | grep '^\.r')" ]
}

@test "23, as root: nothing is left by pinfolds killed at random moments" {
	as_root; killed_at_random
}

@test "23, rootless: nothing is left by pinfolds killed at random moments" {
	as_rootless; killed_at_random
}

# timed FILE: one run, whose microseconds are a line of FILE. Fails as the run does.
timed()
{
	local start=${EPOCHREALTIME/./} code=0
	"${identity[@]}" "$pinfold" run -q --trace none -p open.policy -- true &
	wait $! || code=$?
	note $!
	echo "$code $((${EPOCHREALTIME/./} - start))" >>"$1"
}

tell_times()
{
	[ -n "$PINFOLD_ENDURE" ] || return 0
	sort -n -k 2 "$1" | awk '{ us[NR] = $2 } END { printf "# %d runs: median %d us, 99th " \
		"percentile %d us, ratio %.1f\n", NR, us[int((NR + 1) / 2)], us[int(NR * 0.99)],
		us[int(NR * 0.99)] / us[int((NR + 1) / 2)] }' >&3
}

all_end_well()
{
	local n pids=()
	mkdir w
	ls -A w >files-before
	host_state >before
	for ((n = 0; n < in_a_row; n++)); do
		timed in-a-row
	done
	for ((n = 0; n < side_by_side; n++)); do
		timed side-by-side 3>&- &
		pids+=($!)
	done
	wait "${pids[@]}"
	[ "$(grep -c '^0 ' in-a-row)" = "$in_a_row" ]
	[ "$(grep -c '^0 ' side-by-side)" = "$side_by_side" ]
	nothing_left "^$pinfold run"
	tell_times in-a-row
	tell_times side-by-side
}

@test "25, as root: runs in a row and in parallel all end with 0 and leave nothing" {
	as_root; all_end_well
}

@test "25, rootless: runs in a row and in parallel all end with 0 and leave nothing" {
	as_rootless; all_end_well
}
