# SPDX-License-Identifier: GPL-2.0-or-later
# Row 22 of the list of ways out, and what it is about: a key on the terminal that interrupts stops
# the script that called pinfold, as it does with the command alone; nothing else that the command
# does stops it. Callers must do with pinfold what they do without.

load pen

# called CALLER COMMAND...: sets $call to what runs the command so and says if it goes on.
called()
{
	local caller=$1 go_on='"$@"; echo "went on $?"'
	shift
	case $caller in
	sh|bash) call=("$caller" -c "$go_on" - "$@") ;;
	trap) call=(bash -c "trap : INT QUIT; $go_on" - "$@") ;;
	timeout) call=(bash -c "$go_on" - timeout --foreground 60 "$@") ;;
	xargs) call=(sh -c "echo | xargs -o $go_on" - "$@") ;;
	python3) call=(python3 -c 'import subprocess, sys
subprocess.call(sys.argv[1:]); print("went on")' "$@") ;;
	make)
		unset MAKEFLAGS MAKELEVEL
		printf 'all:\n\t%s\n\t@echo went on\n' "$*" >Makefile
		call=(make -s) ;;
	esac
}

# ends KEY CALLER COMMAND...: how that ends when the key is typed, in $end.
ends()
{
	local key=$1
	shift
	called "$@"
	bare "$attempt" press "$key" "${call[@]}"
	end="$status $(grep -o 'went on.*' <<<"${output//$'\r'/}" || :)"
}

# same KEY HOW CALLER...: each of them ends with pinfold as without.
same()
{
	local key=$1 how=$2 caller expected
	shift 2
	for caller; do
		command -v "${caller/trap/bash}" >/dev/null || continue
		ends "$key" "$caller" "$attempt" take "$how"
		expected=$end
		ends "$key" "$caller" "${run[@]}" -- "$attempt" take "$how"
		# Of a key that only the command hears, its caller is told by a status, as ever; and
		# make dies of the key, or exits for what its command did, whatever comes first.
		[ "$how" != own ] || end=${end% *} expected=${expected% *}
		[ "$caller" != make ] || end=${end#* } expected=${expected#* }
		# timeout sends its child the signal that the child has from the key already: which of
		# the two comes first is its own race, with the command alone as well.
		[[ $caller != timeout || $end != "130 " && $end != 0\ went\ on\ * ]] || end=$expected
		[ "$end" = "$expected" ] || {
			echo "$caller, $how: '$end', not '$expected': $output"
			return 1
		}
		[ "$how $caller" != "die bash" ] || [ "$end" = "130 " ] || [ "$key" != "$interrupt" ]
	done
}

interrupt=$'\003' quit=$'\034'
all=(sh bash trap timeout xargs python3 make)

run_is()
{
	run=("$pinfold" "$1" -q --trace none -p open.policy "${@:2}")
}

stops()
{
	local how
	for how in die 130 0; do
		same "$interrupt" "$how" "$@"
	done
}

@test "22, as root: the key stops the caller, on the caller's terminal" {
	as_root; run_is run; stops "${all[@]}"; same "$interrupt" own "${all[@]}"
}

@test "22, rootless: the key stops the caller, on the caller's terminal" {
	as_rootless; run_is run; stops sh bash trap; same "$interrupt" own sh bash trap
}

@test "22, as root: the key stops the caller, without a terminal" {
	as_root; run_is run --tty new; stops sh bash trap
	same "$interrupt" die "${all[@]}"
}

@test "22, rootless: the key stops the caller, without a terminal" {
	as_rootless; run_is run --tty new; same "$interrupt" die sh bash trap
}

@test "22, as root: so does the quit key, and leaves no core" {
	as_root
	run_is run
	same "$quit" die sh bash trap
	ulimit -c unlimited 2>/dev/null || skip "the limit on cores is the caller's"
	bare "$attempt" press "$quit" "${run[@]}" -- "$attempt" take die
	exits 131
	[[ $output != *core* ]]
	[ -z "$(find . -name 'core*')" ]
}

@test "22, as root: check and record stop the caller, when all is written" {
	as_root
	printf 'default allow\nunknown allow\ndeny EPERM pause\n' >no-pause.policy
	run=("$pinfold" check -p no-pause.policy --report seen.json)
	same "$interrupt" die bash
	jq -e '.exit.by == "signal" and .exit.status == 130 and .exit.signal == "SIGINT"' seen.json
	run=("$pinfold" record -q -o made.policy)
	same "$interrupt" die bash
	grep -q '^allow' made.policy
	run=("$pinfold" record -q --runs 3 -o none.policy)
	same "$interrupt" die bash
	[ ! -e none.policy ]
}

# The outer one hears what the inner one's terminal is sent only where that has none of its own.
nested()
{
	local outer=("$pinfold" run -q --trace none -p open.policy -r "$PWD" "$@")
	ends "$interrupt" bash "${outer[@]}" -- bash -c '"$@"; echo "went on $?"' - "$attempt" take die
	[ "$end" = "130 " ]
}

# As a script of a user that calls doas: root pinfold is in a group of others.
@test "22, as root: the key reaches processes of other users in the caller's group" {
	as_root
	run_is run
	local user=(env --default-signal=INT setpriv "--reuid=$rootless_id" "--regid=$rootless_id"
		--clear-groups "$attempt" take 7)
	bare "$attempt" press "$interrupt" bash -c 'trap : INT; n=$1; shift
		"${@:1:n}" >mark & bystander=$!
		until grep -q ready mark; do :; done
		"${@:n+1}"; wait "$bystander"; echo "bystander $?"' - \
		"${#user[@]}" "${user[@]}" "${run[@]}" -- "$attempt" take die
	says "bystander 7"
}

@test "22, as root: a script in the pen stops, and its caller" {
	as_root; nested; nested --tty new
}

@test "22, rootless: a script in the pen stops, and its caller" {
	as_rootless; nested; nested --tty new
}

forging()
{
	ends "$interrupt" bash "$attempt" take forge
	[ "$end" = "130 " ] # bare, the caller is in the group that is signalled
	run_is run
	for caller in "$@"; do
		called "$caller" "${run[@]}" -- "$attempt" take forge
		bare "$attempt" press x "${call[@]}"
		says "went on"
		exits 0
	done
}

@test "22, as root: no signal of the command's own stops the caller" {
	as_root; forging bash sh python3
}

@test "22, rootless: no signal of the command's own stops the caller" {
	as_rootless; forging bash sh
}

@test "22, as root: a signal that a process sends to pinfold makes it exit with a status, as ever" {
	as_root
	local sig pid
	for sig in INT TERM; do
		env --default-signal=INT "$pinfold" run -q --trace none -p open.policy \
			-- "$attempt" take die >out 3>&- &
		pid=$!
		await grep -q ready out
		kill -$sig "$pid"
		status=0
		wait "$pid" || status=$?
		exits $((128 + $(kill -l $sig)))
	done
}
