# SPDX-License-Identifier: GPL-2.0-or-later
# What could leak into the pen, what rights it has, and how it ends.

load pen

@test "17: the command has descriptors 0, 1 and 2 and no other" {
	exec 7</ 63</
	pen -- sh -c 'echo /proc/self/fd/*'
	exec 7<&- 63<&-
	[[ $output != *fd/7* && $output != *fd/63* ]]
	pen --workdir /proc/self/fd/7 -- true 7</
	exits 125
}

@test "18: a secret of the caller is in no environment and no command line" {
	SECRET=hunt''er2 run "$pinfold" run -q --trace none -p open.policy --env 'set OTHER=x' -- \
		sh -c 'cat /proc/*/environ /proc/*/cmdline | tr "\0" "\n"'
	[[ $output == *OTHER=x* ]]
	[[ $output != *hunt''er2* ]]
	run "$pinfold" run -q --trace none -p open.policy --env 'set TOKEN=hunt''er2' -- \
		sh -c 'tr "\0" "\n" </proc/1/cmdline'
	[ "$output" = pinfold-init ]
}

@test "19: /proc/self/exe of the process that becomes the command is not pinfold's file" {
	# a hostile root can make it the command, and whoever owns the file could then change it
	users=("")
	if [ "$(id -u)" = 0 ]; then
		users+=("setpriv --reuid 1234 --regid 1234 --clear-groups")
		chmod 755 "$BATS_RUN_TMPDIR"
	fi
	cp "$pinfold" own
	for user in "${users[@]}"; do
		[ -z "$user" ] || chown 1234 own
		coproc PEN { exec $user ./own run -q --trace none -p open.policy -- \
			sh -c 'echo started; read -r line'; }
		read -r line <&"${PEN[0]}"
		[ "$line" = started ]
		pid=$PEN_PID
		exe=$(readlink "/proc/$pid/exe")
		is_writable=yes
		[ -w "/proc/$pid/exe" ] || is_writable=no
		echo >&"${PEN[1]}"
		wait "$pid"
		[[ $exe == "/memfd:pinfold"* || $is_writable == no ]]
	done
}

@test "20: a folder as descriptor 0, 1 or 2 is refused" {
	run "$pinfold" run --trace none -p open.policy -- true </
	exits 125
	[[ $output == *"hint: "* ]]
}

@test "20: what the caller closed of 0, 1 and 2 is /dev/null, not a file of pinfold's" {
	printf '#!/bin/sh\n[ "$(readlink /proc/$$/fd/$1)" = /dev/null ]\n' >closed
	chmod +x closed
	for closed in 0 1 2; do
		status=0
		eval '"$pinfold" run -q --trace none -p open.policy --report r.json -- \
			./closed $closed '"$closed<&-" || status=$?
		exits 0
	done
	[ -s r.json ]
}

@test "20: pid 1 cannot be looked into" {
	pen -- sh -c 'for f in environ maps mem fd exe root cwd ns/mnt syscall stack; do
		! cat /proc/1/$f >/dev/null || exit 1
		! ls /proc/1/$f/ >/dev/null || exit 1
	done' 2>/dev/null
	exits 0
}

@test "21: all five capability sets are empty" {
	pen -- grep -E '^Cap|^NoNewPrivs' /proc/self/status
	[ "$(grep -c 0000000000000000 <<<"$output")" = 5 ]
	[[ $output == *NoNewPrivs:*1* ]]
}

@test "21: a set-user-ID pinfold refuses to run" {
	need_root
	command -v setpriv >/dev/null || skip "setpriv is not installed"
	chmod 755 "$BATS_RUN_TMPDIR"
	cp "$pinfold" suid
	cp "$(command -v id)" suid-id
	chmod 4755 suid suid-id
	other=(setpriv --reuid 1234 --regid 1234 --clear-groups)
	[ "$("${other[@]}" ./suid-id -u)" = 0 ] || skip "this file system is mounted nosuid"
	run "${other[@]}" ./suid run --trace none -- true
	exits 125
	[[ $output == *set-user-ID* ]]
}

@test "23: fork bomb, daemons and a deaf command end by limits" {
	need_root
	# limit pids first shown to hold, with a number of processes that is harmless without it
	pen --limit 'pids 20' --limit 'time 10s' -- sh -c 'for i in $(seq 60); do sleep 100 & done'
	[ "$status" -ne 0 ]
	pen --limit 'pids 20' --limit 'time 1s grace 100ms' -- \
		sh -c 'trap "" TERM; f() { f | f & }; f; while :; do sleep 100; done'
	[ "$status" -ne 0 ]
	long=1000.$$
	pen --limit 'time 300ms grace 100ms' -- \
		sh -c 'trap "" TERM; setsid sleep $1 & (sleep $1 &); while :; do sleep $1; done' - $long
	exits 124
	! pgrep -f "^sleep $long\$"
}

@test "24: every process is in the cgroup from the first" {
	need_root
	pen --limit 'memory 64M' -- sh -c 'cat /proc/1/cgroup /proc/self/cgroup | sort | uniq -c |
		awk "\$1 != 2"'
	exits 0
	[ -z "$output" ]
	pen --limit 'memory 32M' -- dd if=/dev/zero of=/dev/null bs=300M count=1
	exits 137
}

@test "25: the status says how it ended" {
	for n in 0 1 2 77 123 124 125 126 127 128 255; do
		pen -- sh -c "exit $n"
		exits "$n"
	done
	for n in 1 2 3 6 9 11 14 15 31; do
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

@test "25: a reader of reports that has gone changes no status and leaves no cgroup" {
	printf 'default allow\ndeny EPERM chroot\n' >deny.policy
	mkfifo fifo
	# both ends at once, then the reader closes its own: nobody can read any more
	exec 8<>fifo 9>fifo 8<&-
	status=0
	"$pinfold" run -v --trace none -p deny.policy -- sh -c 'exit 7' 2>&9 || status=$?
	exits 7
	status=0
	output=$("$pinfold" run -q --trace none -p deny.policy --status-fd 9 -- true 2>&1) || status=$?
	exec 9>&-
	exits 125
	[[ $output == *"cannot write the status"* ]]
	status=0
	(ulimit -f 1 && "$pinfold" run -q --trace none -p deny.policy --report r.json -- \
		true "$(printf 'x%.0s' {1..2000})") 2>/dev/null || status=$?
	[ "$status" -lt 128 ]
	! ls -A | grep '^\.r'
	! find /sys/fs/cgroup -maxdepth 4 -name "pinfold-*" 2>/dev/null | while read -r left; do
		name=${left##*/pinfold-}
		[ -d "/proc/${name%%-*}" ] || echo "$left"
	done | grep .
}
