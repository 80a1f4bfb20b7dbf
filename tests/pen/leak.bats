# SPDX-License-Identifier: GPL-2.0-or-later
# What could leak into the pen, what rights it has, and how it ends.

load pen

# Rows 5 and 8: the filter.
under_filter()
{
	bare grep -E '^Seccomp:|^NoNewPrivs' /proc/self/status
	says $'Seccomp:\t0'
	pen -- grep -E '^Seccomp:|^NoNewPrivs' /proc/self/status
	says $'Seccomp:\t2'
	says $'NoNewPrivs:\t1'
	echo 'deny EPERM opneat' >open.policy
	pen -w "$PWD" -- touch ran
	exits 2
	[ ! -e ran ]
	bare touch ran
	exits 0
}

@test "5, as root: the filter is there first, and without one nothing runs" {
	as_root; under_filter
}

@test "5, rootless: the filter is there first, and without one nothing runs" {
	as_rootless; under_filter
}

later_execs()
{
	bare "$payload" exec /bin/true 0
	[ -z "$output" ] && exits 0
	pen --deny 'EPERM execve execveat' -- "$payload" exec /bin/true 0x123456789abcdef0
	says "execve -1 execveat -1"
}

@test "8, as root: under 'deny execve execveat' the command starts and executes nothing" {
	as_root; later_execs
}

@test "8, rootless: under 'deny execve execveat' the command starts and executes nothing" {
	as_rootless; later_execs
}

descriptors()
{
	local above=$BATS_RUN_TMPDIR/above.$BATS_TEST_NUMBER
	echo >"$above"
	ulimit -n 4096 # some machines have 1,024
	exec 7</ 63</ 2048</
	bare sh -c 'echo /proc/self/fd/*'
	[[ $output == *fd/7* && $output == *fd/63* && $output == *fd/2048* ]]
	pen -- sh -c 'echo /proc/self/fd/*'
	[[ $output == *fd/0* && $output != *fd/7* && $output != *fd/63* && $output != *fd/2048* ]]
	bare "$attempt" climb "$above"
	got_out
	pen -- "$attempt" climb "$above"
	is_shut
	pen --workdir /proc/self/fd/7 -- true
	exits 125
	bare sh -c 'cd /proc/self/fd/7'
	exits 0
	exec 7<&- 63<&- 2048<&-
}

@test "17, as root: the command has descriptors 0, 1 and 2 and no others" {
	as_root; descriptors
}

@test "17, rootless: the command has descriptors 0, 1 and 2 and no others" {
	as_rootless; descriptors
}

secrets()
{
	local all='cat /proc/*/environ /proc/*/cmdline 2>/dev/null | tr "\0" "\n"'
	SECRET=hunt''er2 bare sh -c "$all"
	says hunt''er2
	SECRET=hunt''er2 pen --env 'set OTHER=x' -- sh -c "$all"
	says OTHER=x
	[[ $output != *hunt''er2* ]]
	pen --env 'set TOKEN=hunt''er2' -- sh -c 'tr "\0" "\n" </proc/1/cmdline'
	[ "$output" = pinfold-init ]
}

@test "18, as root: a secret of the caller is in no environment and no command line" {
	as_root; secrets
}

@test "18, rootless: a secret of the caller is in no environment and no command line" {
	as_rootless; secrets
}

# own_file PROGRAM [ARG...]: whose /proc/PID/exe is looked at while it waits for a line.
own_file()
{
	local line
	coproc PEN { exec "${identity[@]}" "$@" sh -c 'echo started; read -r line'; }
	pid=$PEN_PID
	read -r line <&"${PEN[0]}"
	exe=$("${identity[@]}" readlink "/proc/$pid/exe") || exe=
	is_writable=no
	! "${identity[@]}" test -w "/proc/$pid/exe" || is_writable=yes
	echo >&"${PEN[1]}"
	wait "$pid"
}

launcher_file()
{
	# a hostile root can make it the command, and whoever owns the file could then change it
	cp "$(command -v timeout)" ./plain
	[ "${#identity[@]}" = 0 ] || chown "$rootless_id" plain
	own_file ./plain 60
	[[ $exe != "/memfd:"* && $is_writable == yes ]]
	own_file "$pinfold" run -q --trace none -p open.policy --
	[[ $exe == "/memfd:pinfold"* || $is_writable == no ]]
}

# sealed OPTION...: pinfold runs from a file that not even root can write.
sealed()
{
	own_file "$pinfold" run -q --trace none -p open.policy "$@" --
	[[ $exe == "/memfd:"* || $is_writable == no ]]
}

@test "19, as root: /proc/self/exe of the process that becomes the command is not a file that it can write" {
	as_root
	pen -- id -u
	exits 0
	fails setpriv "--reuid=$output" "--regid=$output" --clear-groups test -w "$pinfold"
	# Where it could, the file is another.
	sealed --capability CAP_DAC_OVERRIDE
	sealed --user 0
	chmod g+w "$pinfold"
	sealed
	chmod g-w "$pinfold"
	chown "$rootless_id" "$pinfold"
	sealed --user "$rootless_id"
	SUDO_UID=$rootless_id SUDO_GID=$rootless_id sealed
	fails sealed
}

@test "19, rootless: /proc/self/exe of the process that becomes the command is not a file that it can write" {
	as_rootless; launcher_file
}

folder_as_descriptor()
{
	local n
	bare sh -c 'ls -d /proc/self/fd/0/../var' </usr
	exits 0
	for n in 0 1 2; do
		eval 'status=0; "${identity[@]}" "$pinfold" run --trace none -p open.policy -- \
			sh -c ">ran" '"$n"'</usr 9>out || status=$?'
		exits 125
	done
	pen -w "$PWD" -- sh -c '>ran' </usr
	exits 125
	says "hint: "
	[ ! -e ran ]
}

@test "20, as root: a directory as descriptor 0, 1 or 2 is refused" {
	as_root; folder_as_descriptor
}

@test "20, rootless: a directory as descriptor 0, 1 or 2 is refused" {
	as_rootless; folder_as_descriptor
}

closed_descriptors()
{
	local closed
	printf '#!/bin/sh\n[ "$(readlink /proc/$$/fd/$1)" = /dev/null ]\n' >look
	chmod +x look
	for closed in 0 1 2; do
		status=0
		eval '"${identity[@]}" ./look $closed '"$closed<&-" || status=$?
		[ "$status" -ne 0 ]
		status=0
		eval '"${identity[@]}" "$pinfold" run -q --trace none -p open.policy --report r.json -- \
			./look $closed '"$closed<&-" || status=$?
		exits 0
	done
	[ -s r.json ]
}

@test "20, as root: those of 0, 1 and 2 that the caller closed are /dev/null, not a file of pinfold's" {
	as_root; closed_descriptors
}

@test "20, rootless: those of 0, 1 and 2 that the caller closed are /dev/null, not a file of pinfold's" {
	as_rootless; closed_descriptors
}

first_process()
{
	local victim way
	"${identity[@]}" sleep 60 3>&- &
	victim=$!
	await grep -qx sleep "/proc/$victim/comm"
	bare "$attempt" look "$victim"
	got_out
	for way in pidfd_getfd kcmp ns/mnt fd/0 process_vm_writev ptrace; do
		says "$way"
	done
	pen -- "$attempt" look "$victim" # no such process in there
	is_shut
	kill "$victim"
	[[ $output != *ptrace* ]]
	pen "$@" -- "$attempt" look 1
	is_shut
	[ $# = 0 ] || return 0 # uid 0 sees the numbers of its descriptors, and no more
	pen -- sh -c 'for f in environ maps mem fd exe root cwd ns/mnt syscall stack; do
		! cat /proc/1/$f >/dev/null || exit 1
		! ls /proc/1/$f/ >/dev/null || exit 1
	done' 2>/dev/null
	exits 0
}

@test "20, as root: pid 1 and processes outside cannot be inspected, traced or written" {
	as_root
	first_process
	first_process --user 0:0
}

@test "20, rootless: pid 1 and processes outside cannot be inspected, traced or written" {
	as_rootless; first_process
}

# What has a name, but is not in the file system: sockets, memory, semaphores and queues.
named_objects()
{
	local name=pinfold-$$-$BATS_TEST_NUMBER line
	coproc OFFER { exec "${identity[@]}" "$attempt" offer "$name"; }
	local pid=$OFFER_PID
	read -r line <&"${OFFER[0]}"
	[ "$line" = offered ]
	bare "$attempt" reach "$name"
	got_out
	[ "$(wc -l <<<"$output")" = 5 ]
	pen "$@" -- "$attempt" reach "$name"
	is_shut
	# with one wall removed what is behind it is accessible
	pen "$@" --net host -- "$attempt" reach "$name"
	[ "$output" = "an abstract socket" ]
	pen "$@" --share ipc -- "$attempt" reach "$name"
	[[ $output == *"shared memory"*"a queue of POSIX"* && $output != *socket* ]]
	eval "exec ${OFFER[1]}>&-"
	wait "$pid"
}

@test "20, as root: objects of the host that only have a name are out of reach" {
	as_root
	named_objects
	named_objects --user 0:0
}

@test "20, rootless: objects of the host that only have a name are out of reach" {
	as_rootless; named_objects
}

powerful_calls()
{
	bare unshare -rmniu "$attempt" calls
	got_out
	says 'fsopen("tmpfs", 0)'
	says 'socket(AF_PACKET, SOCK_RAW, 0)'
	pen "$@" -- "$attempt" calls
	is_shut
	[ -z "$output" ]
}

@test "21, as root: no call that needs a right over the machine or a namespace succeeds" {
	as_root
	bare "$attempt" calls
	got_out
	says 'list_bpf(BPF_PROG_GET_NEXT_ID)'
	powerful_calls
	powerful_calls --user 0:0
}

@test "21, rootless: no call that needs a right over the machine or a namespace succeeds" {
	as_rootless; powerful_calls
}

rights()
{
	bare "$attempt" rights
	got_out
	says "bounding set"
	says "securebits are not locked"
	pen "$@" -- "$attempt" rights
	is_shut
}

@test "21: what a program does to drop its own rights succeeds" {
	command -v perl >/dev/null || skip "perl is not installed"
	# PR_SET_KEEPCAPS on and off, setuid to its own id, capset to nothing
	pen -- perl -e 'my $h = pack("LL", 0x20080522, 0); my $none = "\0" x 24;
		exit(syscall(157, 8, 1, 0, 0, 0) || syscall(105, $< + 0) || syscall(157, 8, 0, 0, 0, 0) || syscall(126, $h, $none))'
	exits 0
}

@test "21, as root: no capability in any set, securebits locked, no new privileges" {
	as_root
	rights
	rights --user 0:0
}

@test "21, rootless: no capability in any set, securebits locked, no new privileges" {
	as_rootless; rights
}

@test "21, rootless: a set-user-ID pinfold refuses to run" {
	need_root # makes the file root's
	as_rootless
	cp "$(command -v id)" suid-id
	chown 0:0 suid-id pinfold
	chmod 4755 suid-id pinfold
	bare ./suid-id -u
	[ "$output" = 0 ] || skip "this file system is mounted nosuid"
	pen -- true
	exits 125
	says set-user-ID
}

typing()
{
	bare "$attempt" terminal "$attempt" push
	[ "$status" = 0 ] || skip "this kernel lets nobody type for others"
	says "bytes typed"
	bare "$attempt" terminal "$pinfold" run -q --trace none -p open.policy -- "$attempt" push
	is_shut
	[ -z "$output" ]
}

@test "22, as root: nothing that the command types reaches the caller's shell" {
	as_root; typing
}

@test "22, rootless: nothing that the command types reaches the caller's shell" {
	as_rootless; typing
}

# What a command does to its terminal, as its input and in the background of a pipeline.
spoiling()
{
	local option run=("$pinfold" run -q --trace none -p open.policy)
	local pipeline='true | "$@"'
	bare "$attempt" terminal "$attempt" spoil
	got_out
	says "nobody else may open it"
	says "another line discipline"
	says "another foreground group"
	says "reads do not wait"
	says "output is stopped"
	for option in keep new; do
		bare "$attempt" terminal "${run[@]}" --tty "$option" -- "$attempt" spoil
		is_shut
		[ -z "$output" ]
	done
	bare "$attempt" terminal sh -c "$pipeline" - "$attempt" spoil
	got_out
	bare "$attempt" terminal sh -c "$pipeline" - "${run[@]}" -- "$attempt" spoil
	is_shut
	[ -z "$output" ]
}

@test "22, as root: the command leaves the terminal as it was" {
	as_root; spoiling
}

@test "22, rootless: the command leaves the terminal as it was" {
	as_rootless; spoiling
}

# A daemon in a session of its own: out of a pen it lives on.
daemons()
{
	local long=1000.$BATS_TEST_NUMBER$RANDOM script='setsid sleep $1 & (sleep $1 &)
		while ! pgrep -c . >/dev/null; do :; done'
	"${identity[@]}" sh -c "$script" - "$long" >/dev/null 2>&1 3>&-
	await bash -c "[ \$(pgrep -fc '^sleep $long\$') = 2 ]"
	kill $(pgrep -f "^sleep $long\$")
	await bash -c "! pgrep -f '^sleep $long\$'"
	pen --limit 'time 300ms grace 100ms' -- \
		sh -c 'trap "" TERM; setsid sleep $1 & (sleep $1 &); while :; do sleep $1; done' - "$long"
	exits 124
	fails pgrep -f "^sleep $long\$"
	pen -- sh -c "$script; exit 3" - "$long"
	exits 3
	fails pgrep -f "^sleep $long\$"
}

@test "23, as root: daemons and a command that ignores signals are killed with the pen" {
	as_root; daemons
}

@test "23, rootless: daemons and a command that ignores signals are killed with the pen" {
	as_rootless; daemons
}

# On a terminal pinfold stops with a command that stops itself; the rest of the pen goes on.
supervisor_stopped()
{
	local seconds=1000.$BATS_TEST_NUMBER$RANDOM pid
	"${identity[@]}" "$pinfold" run -q --trace none -p open.policy --limit 'time 1s grace 100ms' -- \
		sh -c 'trap "" TERM; echo started; sleep $1 & setsid sleep $1 & wait; sleep $1' - "$seconds" >out 2>err 3>&- &
	pid=$!
	await grep -q started out
	kill -STOP "$pid"
	await bash -c "! pgrep -f '^sleep $seconds\$' >/dev/null"
	kill -CONT "$pid"
	status=0
	wait "$pid" || status=$?
	output=$(<err)
	exits 124
}

@test "23, as root: limit time kills the pen of a stopped pinfold" {
	as_root; supervisor_stopped
}

@test "23, rootless: limit time kills the pen of a stopped pinfold" {
	as_rootless; supervisor_stopped
}

# Signals that kill a program by default, sent to pinfold itself.
ended_by_signals()
{
	local seconds=1000.$BATS_TEST_NUMBER$RANDOM name pid
	for name in ALRM VTALRM PROF XCPU IO PWR STKFLT RTMIN RTMAX; do
		"${identity[@]}" "$pinfold" run -q --trace none -p open.policy -- \
			sh -c "echo started; exec sleep $seconds" >out 2>err &
		pid=$!
		await grep -q started out
		kill "-$name" "$pid"
		status=0
		wait "$pid" || status=$?
		output=$(<err)
		exits 125
		says "ended by signal"
		[ -z "$(find /sys/fs/cgroup -maxdepth 5 -type d -name "pinfold-$pid-*" 2>/dev/null)" ]
		fails pgrep -f "^sleep $seconds\$"
		rm out err
	done
	bare timeout -s ALRM 0.01 sleep 1000
	exits 124
}

@test "23, as root: a deadly signal to pinfold itself kills the pen and leaves no cgroup" {
	as_root; ended_by_signals
}

@test "23, rootless: a deadly signal to pinfold itself kills the pen" {
	as_rootless; ended_by_signals
}

@test "23, as root: a fork bomb is held by limit pids and killed by limit time" {
	as_root
	bare "$payload" forks 60
	exits 0
	# limit pids first shown to hold, with a number of processes that is harmless without it
	pen --limit 'pids 20' --limit 'time 10s' -- "$payload" forks 60
	[ "$status" -ne 0 ]
	pen --limit 'pids 20' --limit 'time 1s grace 100ms' -- \
		sh -c 'trap "" TERM; f() { f | f & }; f; while :; do sleep 100; done'
	[ "$status" -ne 0 ]
}

@test "23, rootless: a fork bomb is held by limit pids, or is not started" {
	as_rootless
	bare "$payload" forks 60
	exits 0
	pen --limit 'pids 20' -w "$PWD" -- sh -c '>ran; exec "$@"' - "$payload" forks 60
	if [ -e ran ]; then
		exits 1
	else
		exits 125
		says "hint: "
	fi
}

@test "24, as root: every process is in the cgroup from the start" {
	as_root
	bare cat /proc/self/cgroup
	[[ $output != *pinfold-* ]]
	pen --limit 'memory 64M' -- sh -c 'cat /proc/1/cgroup /proc/self/cgroup | sort | uniq -c |
		awk "\$1 != 2"'
	exits 0
	[ -z "$output" ]
	bare dd if=/dev/zero of=/dev/null bs=300M count=1
	exits 0
	pen --limit 'memory 32M' -- dd if=/dev/zero of=/dev/null bs=300M count=1
	exits 137
}

@test "24, rootless: every process is in the cgroup from the start, or nothing runs" {
	as_rootless
	pen --limit 'memory 32M' -w "$PWD" -- sh -c '>ran; exec dd if=/dev/zero of=/dev/null bs=300M count=1'
	if [ -e ran ]; then
		exits 137
	else
		exits 125
		says "hint: "
	fi
}

exact_status()
{
	local n
	for n in 0 1 2 77 123 124 125 126 127 128 255; do
		pen -- sh -c "exit $n"
		exits "$n"
	done
	# those that end a program, and do not only stop it
	for n in {1..16} {24..27} {29..31}; do
		pen -- sh -c "kill -$n \$\$"
		exits $((128 + n))
	done
	pen -- no-such-command
	exits 127
	pen -- /etc/passwd
	exits 126
	echo 'exit 0' >script
	chmod +x script
	pen -- ./script
	exits 126
	printf '#!/no/such/interpreter\n' >script
	pen -- ./script
	exits 126
	printf '#!/bin/sh\nexit 9\n' >script
	pen -- ./script
	exits 9
}

@test "25, as root: the status says how it ended" {
	as_root; exact_status
}

@test "25, rootless: the status says how it ended" {
	as_rootless; exact_status
}

# told BY STATUS [OPTION...] -- COMMAND...: what the report says of the end.
told()
{
	local by=$1 code=$2
	shift 2
	rm -f r.json
	pen --report r.json "$@"
	exits "$code"
	output=$(jq -c '.exit | [.by, .status]' r.json)
	[ "$output" = "[\"$by\",$code]" ] || { echo "not $by $code: $output"; return 1; }
}

told_apart()
{
	command -v jq >/dev/null || skip "jq is not installed"
	local n
	for n in 2 124 125 126 127 137 159; do
		told child "$n" -- sh -c "exit $n"
	done
	told signal 137 -- sh -c 'kill -9 $$'
	told signal 159 -- sh -c 'kill -31 $$'
	told limit 124 --limit 'time 50ms grace 10ms' -- sleep 100
	told pinfold 127 -- no-such-command
	told pinfold 126 -- /etc/passwd
	told pinfold 125 --workdir /no/such -- true
}

@test "25, as root: the report says what killed it, where the status is the same" {
	as_root
	told_apart
	told limit 137 --limit 'memory 16M' -- dd if=/dev/zero of=/dev/null bs=300M count=1
	# by the filter is what the trace saw, and no other SIGSYS
	printf 'kill getppid\ndefault allow\nunknown allow\n' >kill.policy
	status=0
	"$pinfold" run -q --trace ebpf -p kill.policy -r "$payload" --report r.json -- \
		"$payload" getppid x86_64 1 || status=$?
	exits 159
	[ "$(jq -r .exit.by r.json)" = filter ]
}

@test "25, rootless: the report says what killed it, where the status is the same" {
	as_rootless; told_apart
}

reader_gone()
{
	printf 'default allow\ndeny EPERM chroot\n' >deny.policy
	mkfifo fifo
	# both ends at once, then the reader closes its own: nobody can read any more
	exec 8<>fifo 9>fifo 8<&-
	status=0
	noted "${identity[@]}" "$pinfold" run -v --trace none -p deny.policy -- sh -c 'exit 7' 2>&9 || status=$?
	exits 7
	status=0
	output=$(noted "${identity[@]}" "$pinfold" run -q --trace none -p deny.policy --status-fd 9 -- true 2>&1) || status=$?
	exec 9>&-
	exits 125
	[[ $output == *"cannot write the status"* ]]
	status=0
	(ulimit -f 1 && noted "${identity[@]}" "$pinfold" run -q --trace none -p deny.policy --report r.json -- \
		true "$(printf 'x%.0s' {1..2000})") 2>/dev/null || status=$?
	[ "$status" -lt 128 ]
	[ -z "$(ls -A | grep '^\.r')" ]
	[ -z "$(left_cgroups)" ]
}

@test "25, as root: a reader of reports that is gone changes no status and leaves no cgroup" {
	as_root; reader_gone
}

@test "25, rootless: a reader of reports that is gone changes no status and leaves no cgroup" {
	as_rootless; reader_gone
}

full_disk()
{
	need_root # mounts the disk that is full
	mkdir -p disk
	local start=(timeout 60 unshare -m sh -c 'mount -t tmpfs -o mode=777,size=4k t disk &&
		head -c 4096 /dev/zero >disk/full; "$@"; code=$?; ls -A disk; exit $code' - "${identity[@]}")
	run "${start[@]}" sh -c 'head -c 1000 /dev/zero >disk/half'
	says half
	run "${start[@]}" "$pinfold" run -q --trace none -p open.policy --report disk/r.json -- true
	exits 125
	[[ $output != *r.json && $output != *.r* && $output == *full ]]
}

@test "30, as root: a report is written whole or not at all, on a full disk too" {
	as_root; full_disk
}

@test "30, rootless: a report is written whole or not at all, on a full disk too" {
	as_rootless; full_disk
}

# most KIND: how much of it the attempt got.
most()
{
	awk -v kind="$1" '$1 == kind { print $2 }' <<<"$output"
}

own()
{
	cat "/proc/sys/user/max_$1"
}

budgets()
{
	local bare_queues
	bare "$attempt" budget # the whole, but for what others hold
	[ "$(most inotify)" -gt $(($(own inotify_instances) / 4)) ]
	[ "$(most ptys)" -gt 256 ]
	bare_queues=$(most queues)
	pen --tmpfs '/tmp 256M' "$@" -- "$attempt" budget
	echo "$output"
	[ "$(most inotify)" -gt 0 ] && [ "$(most inotify)" -le $(($(own inotify_instances) / 4)) ]
	[ "$(most fanotify)" -le $(($(own fanotify_groups) / 4)) ]
	[ "$(most ptys)" -gt 0 ] && [ "$(most ptys)" -le 256 ]
	[ "$(most signals)" -gt 0 ] && [ "$(most signals)" -le $(($(ulimit -H -i) / 4)) ]
	[ "$(most queues)" -gt 0 ] && [ "$(most queues)" -lt "$bare_queues" ]
	[ "$(most watches)" -gt 0 ] && [ "$(most watches)" -le $(($(own inotify_watches) / 2)) ]
	# a caller who has less keeps less
	identity+=(prlimit --sigpending=20:40)
	pen "$@" -- "$attempt" budget signals
	[ "$(most signals)" -le 10 ]
	pen --dry-run --rlimit 'sigpending 7' -- true
	says "set rlimit sigpending to 7:7"
}

@test "35, as root: a pen gets a share of what is counted for the caller" {
	as_root; budgets
}

@test "35, rootless: a pen gets a share of what is counted for the caller" {
	as_rootless; budgets
}
