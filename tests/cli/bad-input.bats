# SPDX-License-Identifier: GPL-2.0-or-later
# Bad input for the statements of the pen: the message, the status, and that nothing ran.

load lib

nothing_ran()
{
	[ ! -e w/ran ] || { echo "the command ran"; return 1; }
}

# refused STATUS TEXT [OPTION...]: also outside bats' run, so that the time is bounded.
refused()
{
	local code=$1 text=$2
	shift 2
	mkdir -p w
	run timeout 20 "$pinfold" run --trace none -w w "$@" -- sh -c '>w/ran'
	exits "$code"
	nothing_ran
	[[ $output == *"$text"* ]] || { echo "not '$text': $output"; return 1; }
}

# refused_rows: standard input has rows STATEMENT ~ STATUS ~ COLUMN ~ MESSAGE ~ HINT.
refused_rows()
{
	local line code column message hint n=0
	while IFS='~' read -r line code column message hint; do
		printf 'include <default>\nbind rw "%s/w"\n%s\n' "$PWD" "${line% }" >test.policy
		mkdir -p w
		run timeout 20 "$pinfold" run --trace none -p test.policy -- sh -c '>w/ran'
		exits "$code"
		nothing_ran
		message="test.policy:3:${column// /}: error: ${message# }"
		[[ $'\n'$output == *$'\n'"${message% }"$'\n'* ]] || { echo "not '$message': $output"; return 1; }
		[[ $output == *$'\n'"hint: ${hint# }" ]] || { echo "not 'hint:$hint': $output"; return 1; }
		n=$((n + 1))
	done
	[ "$n" -gt 0 ]
}

@test "files: what is not a path, or does not exist, is refused with its line" {
	refused_rows <<-'ROWS'
	bind /no/such ~ 125 ~ 1 ~ cannot bind '/no/such': No such file or directory ~ there is no such file on the host; 'bind try' skips what is not there
	bind rw /no/such ~ 125 ~ 1 ~ cannot bind '/no/such', writable: No such file or directory ~ there is no such file on the host; 'bind try' skips what is not there
	bind /etc /usr/no/such ~ 125 ~ 1 ~ cannot bind '/etc' on '/usr/no/such': the target does not exist in the pen ~ mount points are created only in the pen's own directories: make a missing one in the directory that is bound there
	bind /etc /proc/self ~ 125 ~ 1 ~ cannot mount on '/proc/self' ~ nothing can be mounted on or below /proc
	bind /etc there ~ 2 ~ 11 ~ 'there' is not a path inside the pen, which starts with '/' ~ bind [rw] [try] SRC [DST]
	bind ~ 2 ~ 5 ~ too few words ~ bind [rw] [try] SRC [DST]
	root /no/such ~ 125 ~ 1 ~ cannot make '/no/such' the root, read-only: No such file or directory ~ the root must be a directory on the host with everything that the command needs
	root /etc/passwd ~ 125 ~ 1 ~ cannot make '/etc/passwd' the root, read-only: Not a directory ~ the root must be a directory on the host with everything that the command needs
	tmpfs /usr/no/such 64M ~ 125 ~ 1 ~ cannot mount a private '/usr/no/such' of 65536 KiB in memory: No such file or directory ~ mount points are created only in the pen's own directories: make a missing one in the directory that is bound there
	tmpfs /etc/passwd 64M ~ 125 ~ 1 ~ cannot mount a private '/etc/passwd' of 65536 KiB in memory: Not a directory ~ mount points are created only in the pen's own directories: make a missing one in the directory that is bound there
	tmpfs /t 10q ~ 2 ~ 10 ~ '10q' is not a size, like 64M, or mode=OCTAL ~ tmpfs DST [SIZE] [mode=OCTAL]
	tmpfs there ~ 2 ~ 7 ~ 'there' is not a path inside the pen, which starts with '/' ~ tmpfs DST [SIZE] [mode=OCTAL]
	hide /no/such ~ 125 ~ 1 ~ cannot hide '/no/such': No such file or directory ~ what is hidden must exist in the pen when it is set up
	hide / ~ 125 ~ 1 ~ cannot hide '/' ~ name what is below it, without '..'
	hide there ~ 2 ~ 6 ~ 'there' is not a path inside the pen, which starts with '/' ~ hide PATH...
	workdir /no/such ~ 125 ~ 1 ~ cannot start in '/no/such': No such file or directory ~ it must be a directory inside the pen that the child's user may enter, and not a link of /proc
	workdir /etc/passwd ~ 125 ~ 1 ~ cannot start in '/etc/passwd': Not a directory ~ it must be a directory inside the pen that the child's user may enter, and not a link of /proc
	ROWS
}

@test "limits: what is not an amount is refused with its column" {
	refused_rows <<-'ROWS'
	limit memory 0 ~ 2 ~ 14 ~ '0' is not a size above 0, like 256M ~ limit memory|swap|pids|cpu|time|cputime VALUE
	limit memory 18446744073709551616 ~ 2 ~ 14 ~ '18446744073709551616' is not a size above 0, like 256M ~ limit memory|swap|pids|cpu|time|cputime VALUE
	limit memory -1 ~ 2 ~ 14 ~ '-1' is not a size above 0, like 256M ~ limit memory|swap|pids|cpu|time|cputime VALUE
	limit swap -1 ~ 2 ~ 12 ~ '-1' is not a size, like 64M or 0 ~ limit memory|swap|pids|cpu|time|cputime VALUE
	limit memory ~ 2 ~ 13 ~ too few words ~ limit memory|swap|pids|cpu|time|cputime VALUE
	limit swap x ~ 2 ~ 12 ~ 'x' is not a size, like 64M or 0 ~ limit memory|swap|pids|cpu|time|cputime VALUE
	limit swap 18446744073709551615 ~ 2 ~ 12 ~ '18446744073709551615' is not a size, like 64M or 0 ~ limit memory|swap|pids|cpu|time|cputime VALUE
	limit swap ~ 2 ~ 11 ~ too few words ~ limit memory|swap|pids|cpu|time|cputime VALUE
	limit pids x ~ 2 ~ 12 ~ 'x' is not a number of processes, 1 to 4194304 ~ limit memory|swap|pids|cpu|time|cputime VALUE
	limit pids 0 ~ 2 ~ 12 ~ '0' is not a number of processes, 1 to 4194304 ~ limit memory|swap|pids|cpu|time|cputime VALUE
	limit pids 4194305 ~ 2 ~ 12 ~ '4194305' is not a number of processes, 1 to 4194304 ~ limit memory|swap|pids|cpu|time|cputime VALUE
	limit cpu -1% ~ 2 ~ 11 ~ '-1%' is not a share of one CPU, like 50% or 150%, 1% to 1000000% ~ limit memory|swap|pids|cpu|time|cputime VALUE
	limit cpu 50 ~ 2 ~ 11 ~ '50' is not a share of one CPU, like 50% or 150%, 1% to 1000000% ~ limit memory|swap|pids|cpu|time|cputime VALUE
	limit cpu 0% ~ 2 ~ 11 ~ '0%' is not a share of one CPU, like 50% or 150%, 1% to 1000000% ~ limit memory|swap|pids|cpu|time|cputime VALUE
	limit cpu 1000001% ~ 2 ~ 11 ~ '1000001%' is not a share of one CPU, like 50% or 150%, 1% to 1000000% ~ limit memory|swap|pids|cpu|time|cputime VALUE
	limit cpu ~ 2 ~ 10 ~ too few words ~ limit memory|swap|pids|cpu|time|cputime VALUE
	limit time 0 ~ 2 ~ 12 ~ '0' is not a time above 0, like 30s or 5m ~ limit memory|swap|pids|cpu|time|cputime VALUE
	limit time 1s grace ~ 2 ~ 20 ~ expected the time of 'grace' ~ limit memory|swap|pids|cpu|time|cputime VALUE
	limit cputime x ~ 2 ~ 15 ~ 'x' is not a time above 0, like 30s or 5m ~ limit memory|swap|pids|cpu|time|cputime VALUE
	limit cputime 0 ~ 2 ~ 15 ~ '0' is not a time above 0, like 30s or 5m ~ limit memory|swap|pids|cpu|time|cputime VALUE
	limit cputime ~ 2 ~ 14 ~ too few words ~ limit memory|swap|pids|cpu|time|cputime VALUE
	limit cputime 1s grace 1s ~ 2 ~ 18 ~ unexpected word ~ limit memory|swap|pids|cpu|time|cputime VALUE
	limit disk 5 ~ 2 ~ 7 ~ 'disk' is not a limit: memory, swap, pids, cpu, time or cputime ~ limit memory|swap|pids|cpu|time|cputime VALUE
	rlimit nofile x ~ 2 ~ 15 ~ 'x' is not SOFT or SOFT:HARD, numbers or 'unlimited' ~ rlimit NAME SOFT[:HARD]
	rlimit nofile 5:4 ~ 2 ~ 15 ~ the soft limit is above the hard one ~ rlimit NAME SOFT[:HARD]
	rlimit nofiles 5 ~ 2 ~ 8 ~ 'nofiles' is not a resource limit ~ did you mean 'nofile'?
	rlimit nofile 1:99999999999 ~ 125 ~ 1 ~ cannot set rlimit nofile to 1:99999999999: Operation not permitted ~ limits can only be lowered: compare with ulimit -H -a; see 'pinfold doctor', row rlimits
	ROWS
}

@test "rights, network, names: what does not exist is refused with its column" {
	refused_rows <<-'ROWS'
	net wifi ~ 2 ~ 5 ~ 'wifi' is not a network: none, host, user or relay ~ net none|host|user|relay
	net ~ 2 ~ 4 ~ too few words ~ net none|host|user|relay
	net user host ~ 2 ~ 10 ~ unexpected word ~ net none|host|user|relay
	connect ~ 2 ~ 8 ~ too few words ~ connect [plain] HOST[:PORT[,PORT]] [in PREFIX]...
	connect plain ~ 2 ~ 14 ~ no host ~ connect [plain] HOST[:PORT[,PORT]] [in PREFIX]...
	connect a.b https://a.b ~ 2 ~ 13 ~ 'https://a.b' is not a host ~ write the host alone: example.org or example.org:443
	connect a*.b ~ 2 ~ 9 ~ 'a*.b' is not the name or the address of a host ~ a pattern is *.example.org, which is each name below that, or *
	connect 10.0.0.1/8 ~ 2 ~ 9 ~ '10.0.0.1/8' has bits after the prefix ~ connect [plain] HOST[:PORT[,PORT]] [in PREFIX]...
	connect 0.0.0.0/0 ~ 2 ~ 9 ~ '0.0.0.0/0' is not a prefix of the addresses of hosts ~ connect [plain] HOST[:PORT[,PORT]] [in PREFIX]...
	connect 198.18.0.5:80 ~ 2 ~ 9 ~ '198.18.0.5:80' is among the addresses that names have in the pen ~ connect [plain] HOST[:PORT[,PORT]] [in PREFIX]...
	connect localhost ~ 2 ~ 9 ~ 'localhost' has no port ~ name the port: localhost:5432
	connect 127.0.0.1:80 ~ 2 ~ 9 ~ '127.0.0.1:80' is an address of the pen's own loopback ~ a port of the host's loopback is localhost:PORT
	connect plain a.b:80 ~ 2 ~ 15 ~ 'plain' is for port 443 ~ only there must the first bytes be TLS
	connect a.b:0 ~ 2 ~ 9 ~ 'a.b:0' does not end in ports ~ ports are numbers from 1 to 65535, at most 16: example.org:443,8443
	connect a.b in ~ 2 ~ 15 ~ no prefix ~ connect [plain] HOST[:PORT[,PORT]] [in PREFIX]...
	connect a.b in 127.0.0.0/8 ~ 2 ~ 16 ~ '127.0.0.0/8' is not a prefix of the addresses of hosts ~ connect git.corp.example in 10.0.0.0/8
	connect 10.0.0.1 in 10.0.0.0/8 ~ 2 ~ 21 ~ 'in' is for a name: an address is where it is ~ connect [plain] HOST[:PORT[,PORT]] [in PREFIX]...
	share ~ 2 ~ 6 ~ too few words ~ share net|ipc|uts|cgroup...
	share pid ~ 2 ~ 7 ~ this namespace cannot be shared ~ the pen ends with its pid namespace: without one a process could outlive it, and see and signal those of the host
	share wifi ~ 2 ~ 7 ~ 'wifi' is not a namespace to share: net, ipc, uts or cgroup ~ share net|ipc|uts|cgroup...
	share user ~ 2 ~ 7 ~ this namespace cannot be shared ~ the pen's own user namespace limits the privileges of its set-up, and keeps the command from creating others
	share mount ~ 2 ~ 7 ~ this namespace cannot be shared ~ the pen's root is set up in its mount namespace: without one the host's mounts would change
	user no/name ~ 2 ~ 6 ~ 'no/name' is not a user: UID or NAME, and after a colon GID or GROUP ~ user UID[:GID] or NAME[:GROUP]
	user root: ~ 2 ~ 6 ~ 'root:' is not a user: UID or NAME, and after a colon GID or GROUP ~ user UID[:GID] or NAME[:GROUP]
	user no.such ~ 125 ~ 1 ~ there is no user 'no.such' in /etc/passwd ~ names are looked up only there; for others write the numbers: user UID:GID
	user 7:no.such ~ 125 ~ 1 ~ there is no group 'no.such' in /etc/group ~ names are looked up only there; for others write the numbers: user UID:GID
	user 4294967295 ~ 2 ~ 6 ~ '4294967295' is not a user: UID or NAME, and after a colon GID or GROUP ~ user UID[:GID] or NAME[:GROUP]
	user 1:4294967295 ~ 2 ~ 6 ~ '1:4294967295' is not a user: UID or NAME, and after a colon GID or GROUP ~ user UID[:GID] or NAME[:GROUP]
	user -1 ~ 2 ~ 6 ~ '-1' is not a user: UID or NAME, and after a colon GID or GROUP ~ user UID[:GID] or NAME[:GROUP]
	hostname a_b.. ~ 2 ~ 10 ~ 'a_b..' is not a host name ~ hostname NAME
	capability ~ 2 ~ 11 ~ too few words ~ capability NAME...
	capability nothing ~ 2 ~ 12 ~ 'nothing' is not a capability ~ the names are those of capabilities(7), like net_bind_service
	capability 12 ~ 2 ~ 12 ~ '12' is not a capability ~ the names are those of capabilities(7), like net_bind_service
	tty old ~ 2 ~ 5 ~ 'old' is not keep or new ~ tty new|keep
	tty ~ 2 ~ 4 ~ too few words ~ tty new|keep
	tty new keep ~ 2 ~ 9 ~ unexpected word ~ tty new|keep
	env keep 1A ~ 2 ~ 10 ~ '1A' is not the name of a variable ~ env keep NAME..., env set NAME=VALUE or env file PATH
	env set =x ~ 2 ~ 9 ~ '=x' is not NAME=VALUE ~ env keep NAME..., env set NAME=VALUE or env file PATH
	env drop A ~ 2 ~ 5 ~ 'drop' is not keep, set or file ~ env keep NAME..., env set NAME=VALUE or env file PATH
	env file /no/such ~ 2 ~ 10 ~ cannot read '/no/such': No such file or directory ~ a file with lines NAME=VALUE
	env file ~ 2 ~ 9 ~ too few words ~ env keep NAME..., env set NAME=VALUE or env file PATH
	env file /a /b ~ 2 ~ 13 ~ one file on each line ~ env keep NAME..., env set NAME=VALUE or env file PATH
	env file /dev/zero ~ 2 ~ 10 ~ cannot read '/dev/zero': neither a regular file nor a pipe ~ a file with lines NAME=VALUE
	env file /etc ~ 2 ~ 10 ~ cannot read '/etc': Is a directory ~ a file with lines NAME=VALUE
	ROWS
}

@test "a policy that is a directory, a FIFO that nobody writes, or missing: 2, with its name" {
	mkdir directory
	mkfifo fifo
	refused 2 "cannot read the policy 'directory': " -p directory
	refused 2 "cannot read the policy 'fifo': " -p fifo
	refused 2 "cannot read the policy 'none': No such file or directory" -p none
}

@test "a missing directory, for every statement that takes one: 125, with its name" {
	local option
	for option in --bind --bind-rw --root --workdir; do
		refused 125 /no/such/directory $option /no/such/directory
	done
}

@test "a file where a directory is needed: 125, with its name" {
	echo text >file
	refused 125 file --root file
	refused 125 /etc/passwd --workdir /etc/passwd
	refused 125 passwd --tmpfs /etc/passwd
}

@test "a link out of the root leads to nothing of the host" {
	mkdir -p r/usr r/bin r/lib r/lib64 r/dev r/proc r/tmp victim
	ln -s ../../../../../../victim r/out
	refused 125 out --root "$PWD/r" --bind "$PWD/victim /out/deep"
	[ -z "$(ls -A victim)" ]
}

@test "a policy of 1 GB is refused at once" {
	truncate -s 1G large.policy
	refused 2 large.policy -p large.policy
}

@test "a policy that may not be read: 2, with its name" {
	policy <<<"default allow"
	chmod 000 test.policy
	as_ordinary
	for_others
	run timeout 20 "${as[@]}" "$pinfold" run -p test.policy -- echo it ran
	exits 2
	[[ $output == *test.policy* && $output != *"it ran"* ]]
}

@test "an invalid file of variables: 2, with the location in it" {
	printf 'A=1\nexport B=2\n' >exported
	printf 'A=1\n2B=3\n' >digit
	printf 'A=\0\n' >nul
	truncate -s 1G large
	mkfifo fifo
	refused 2 "$PWD/exported:2:1: error: this line is not NAME=VALUE" --env 'file exported'
	refused 2 "$PWD/digit:2:1: error: this line is not NAME=VALUE" --env 'file digit'
	refused 2 "$PWD/nul:1:3: error: a NUL byte (0x00)" --env 'file nul'
	refused 2 "cannot read '$PWD/large': larger than 1 MiB" --env 'file large'
	refused 2 "cannot read '$PWD/fifo': a FIFO that nobody wrote to" --env 'file fifo'
}

@test "a limit that cannot be set, or is too low for the set-up: 125, with its line" {
	[ "$(id -u)" = 0 ] || skip "cgroup limits need root here"
	refused_rows <<-'ROWS'
	limit memory 1 ~ 125 ~ 1 ~ cannot set up the pen: its first process was killed ~ limit memory also counts the set-up: it may be too low
	limit pids 1 ~ 125 ~ 1 ~ cannot make a process for the command: Resource temporarily unavailable ~ limit pids also counts the two processes of the launch
	ROWS
	! grep -qE ' - cgroup .*[ ,]memory[ ,]*' /proc/self/mountinfo || refused_rows <<-'ROWS'
	limit swap 5M ~ 125 ~ 1 ~ cannot set limit swap: Invalid argument ~ with cgroup version 1 it needs 'limit memory' as well; see 'pinfold doctor', row limit-swap
	ROWS
	[ -z "$(find /sys/fs/cgroup -maxdepth 5 -type d -name "pinfold-$$-*")" ]
}

@test "a user that the caller cannot become: 125, with its line" {
	[ "$(id -u)" = 0 ] || skip "needs root to become another user"
	as_ordinary
	mkdir w
	printf 'include <default>\nuser 4:5\n' >test.policy
	for_others
	run "${as[@]}" "$pinfold" run --trace none -p test.policy -- echo it ran
	exits 125
	[[ $output == *"test.policy:2:1: error: cannot run the command as user 4:5"*"hint: without privilege "* && $output != *"it ran"* ]]
}

@test "--status-fd is no descriptor of the command's" {
	run "$pinfold" run --status-fd 1 -- true
	exits 2
	[[ $output == *"standard output is the command's own"*"hint: --status-fd 3 3>FILE"* ]]
	run bash -c '"$0" run --status-fd 3 -- true 3>status' "$pinfold"
	exits 0
	[ -s status ]
}
