# SPDX-License-Identifier: GPL-2.0-or-later
# What is recorded and converted runs under container runtimes, whose own calls under the filter are
# added, marked and reported: with --runtime, and not otherwise.

load lib
load oci

# bundle PROFILE NO_NEW_PRIVS COMMAND...: a bundle of the host's /usr that runs COMMAND.
bundle()
{
	mkdir -p bundle/rootfs/{usr,etc,proc,tmp,dev}
	for name in bin lib lib64 sbin; do
		[ -L "bundle/rootfs/$name" ] || ln -s "usr/$name" "bundle/rootfs/$name"
	done
	# Not jq: it rounds 64-bit numbers.
	python3 - "$@" >bundle/config.json <<-'PYTHON'
	import json, sys
	bind = lambda d: {"destination": d, "type": "bind", "source": d, "options": ["rbind", "ro"]}
	print(json.dumps({
		"ociVersion": "1.0.2", "root": {"path": "rootfs", "readonly": True},
		"process": {"terminal": False, "user": {"uid": 0, "gid": 0}, "args": sys.argv[3:],
			"env": ["PATH=/usr/bin:/bin"], "cwd": "/", "noNewPrivileges": sys.argv[2] == "yes"},
		"mounts": [{"destination": "/proc", "type": "proc", "source": "proc"},
			bind("/usr"), bind("/etc"),
			{"destination": "/tmp", "type": "tmpfs", "source": "tmpfs"}],
		"linux": {"namespaces": [{"type": t} for t in ("pid", "mount", "ipc", "uts", "network")],
			"seccomp": json.load(open(sys.argv[1]))}}))
	PYTHON
}

# contain RUNTIME: runs the bundle, with a cgroup file system of its own, since crun refuses the
# mixed kind, and leaves no container.
contain()
{
	local flags=()
	[ "$1" != crun ] || flags=(--cgroup-manager=disabled)
	unshare -m --propagation private sh -c '
		mount -t cgroup2 none /sys/fs/cgroup || exit
		timeout -s KILL 20 "$@" run -b bundle "pinfold-test-$$" </dev/null
		status=$?
		"$@" delete -f "pinfold-test-$$" >/dev/null 2>&1
		exit $status' sh "$1" --root "$PWD/state" "${flags[@]}"
}

# need_runtime RUNTIME: it is here, and can start a container.
need_runtime()
{
	need_program "$1"
	need_program python3
	echo '{"defaultAction": "SCMP_ACT_ALLOW"}' >all.json
	bundle all.json no /usr/bin/true
	contain "$1" || skip "$1 cannot start here"
}

# ten RUNTIME: ten recorded programs say under it what they said in the pen.
ten()
{
	need_trace
	need_runtime "$1"
	local command i=0
	while read -r command; do
		# shellcheck disable=SC2086
		"$pinfold" record -q -o app.policy -- $command >expected </dev/null
		# As podman and docker start one by default, and as with their no-new-privileges.
		local privs=no option=()
		[ $((i++ % 2)) = 0 ] || privs=yes option=(--no-new-privileges)
		"$pinfold" convert --to oci --runtime "$1" "${option[@]}" \
			-o app.json app.policy 2>err
		grep -q 'note: allowed for the runtime, .*execve' err
		# shellcheck disable=SC2086
		bundle app.json $privs $command
		contain "$1" >got 2>err || { echo "$command"; cat got err; return 1; }
		cmp expected got
	done <<-'COMMANDS'
	sh -c echo
	ls /etc/pam.d
	python3 -c print(6*7)
	perl -e print(6*7)
	git --version
	tar -cf /dev/null /etc/pam.d
	grep tcp /etc/protocols
	awk {n++}END{print(n)} /etc/protocols
	find /etc/pam.d -name login
	gzip -c /etc/protocols
	COMMANDS
	# Its filter is on: another program needs more.
	bundle app.json no find /etc
	run contain "$1"
	[ "$status" -ne 0 ]
}

@test "ten recorded programs run under runc" {
	ten runc
}

@test "ten recorded programs run under crun" {
	ten crun
}

# starts DEFAULT RUNTIME [OPTION...]: a program that only ends is started under that default.
starts()
{
	local privs=no
	[ "${3-}" != --no-new-privileges ] || privs=yes
	policy <<<"default $1"$'\nunknown deny ENOSYS\nallow exit_group'
	"$pinfold" convert --to oci --accept narrower --runtime "${@:2}" -o app.json test.policy 2>err
	bundle app.json "$privs" /tiny
	run contain "${2%-*}"
	exits 42
}

@test "a program whose only call is its last is started, even where other calls kill" {
	need_program gcc
	need_runtime runc
	echo '.globl _start; _start: mov $231, %eax; mov $42, %edi; syscall' >tiny.S
	gcc -nostdlib -static -o bundle/rootfs/tiny tiny.S || skip "gcc cannot assemble for x86_64"
	local runtime
	for runtime in runc $(command -v crun); do
		starts 'deny EPERM' "${runtime##*/}"
		starts 'deny EPERM' "${runtime##*/}" --no-new-privileges
		starts kill "${runtime##*/}"
		starts kill "${runtime##*/}" --no-new-privileges
	done
	# Without what is added it is not.
	"$pinfold" convert --to oci --accept wider,narrower -o app.json test.policy 2>/dev/null
	bundle app.json yes /tiny
	run contain runc
	[ "$status" -ne 42 ]
}

@test "what is added for a runtime is marked, fits the schema, and is nothing else" {
	policy <<-'POLICY'
	allow write if fd == 1
	deny EACCES fstatfs
	log getdents64
	allow exit_group
	POLICY
	run "$pinfold" convert --to oci --runtime runc-1.1 --no-new-privileges -o app.json test.policy
	exits 0
	[[ $output == *"test.policy:2:1: note: the runtime needs what 'deny EACCES fstatfs' denies"*"fstatfs"*": deny EACCES -> allow"* ]]
	[[ $output == *"note: allowed for the runtime, which calls it before the command: execve, close, openat if flags only"*"write, fstatfs, futex"* ]]
	[[ $output != *getdents64* && $output != *capset* && $output != *getpid* ]]
	[ "$(jq -c '[.syscalls[] | select(.comment) | .names[]] | sort' app.json)" = \
		'["close","epoll_pwait","execve","fstatfs","futex","mmap","openat","rt_sigreturn","write"]' ]
	[ "$(jq -c '.syscalls[] | select(.comment or .errnoRet | not) | [.action, .names]' app.json | sort)" = \
		"$(printf '%s\n' '["SCMP_ACT_ALLOW",["exit_group"]]' '["SCMP_ACT_LOG",["getdents64"]]')" ]
	# Nothing of it is needed where all is allowed.
	policy <<<'default allow'
	run "$pinfold" convert --to oci --runtime runc,crun -o app.json test.policy
	exits 0
	[[ $output != *"note: allowed for the runtime"* ]]
	[ "$(jq '[.syscalls[] | select(.comment)] | length' app.json)" = 0 ]
	# A call whose arguments another ABI has behind a pointer is added whole.
	policy <<<$'arch x86_64 x86\nallow exit_group'
	run "$pinfold" convert --to oci --runtime runc -o app.json test.policy
	exits 0
	[[ $output == *" mmap, "* ]]
	if python3 -c 'import jsonschema' 2>/dev/null && [ -d "$schema" ]; then
		fits_schema app.json
	fi
}

@test "a profile under which a runtime cannot start anything says so, with the option" {
	policy <<<'allow execve exit_group'
	run "$pinfold" convert --to oci -o app.json test.policy
	exits 0
	[[ $output == *"note: runc cannot start a container under this profile: the runtime itself calls close, "*"hint: --runtime runc adds that"* ]]
	[[ $output == *"note: crun cannot start a container under this profile: the runtime itself calls read, prctl if option in "*"hint: --runtime crun adds that"* ]]
	while IFS='~' read -r message arguments; do
		eval "run '$pinfold' convert $arguments test.policy"
		exits 2
		[[ $output == *"$message"* ]] || { echo "$output"; return 1; }
	done <<-'ROWS'
	unknown runtime 'lxc'~--to oci --runtime lxc
	hint: runtimes: runc, runc-1.1, crun, with commas between~--to oci --runtime runc,
	--runtime is for --to oci~--to systemd --runtime runc
	--no-new-privileges needs --runtime~--to oci --no-new-privileges
	ROWS
}
