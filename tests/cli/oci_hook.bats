# SPDX-License-Identifier: GPL-2.0-or-later
# A container that its runtime starts with pinfold's hook is recorded from its command's first call
# on, its runtime's own calls aside; annotations choose names below the administrator's directory.

load lib

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	store=$PWD/store
	bystander=
}

teardown()
{
	[ -z "$bystander" ] || kill "$bystander" 2>/dev/null || true
	[ ! -d podman ] || {
		contain rm -f -a >/dev/null 2>&1 || true
		# What podman made and leaves, if it made it.
		[ -n "${had_parent-}" ] || find /sys/fs/cgroup -depth -type d \
			-path '*/libpod_parent*' -exec rmdir {} + 2>/dev/null || true
	}
}

need_root()
{
	[ "$(id -u)" = 0 ] || skip "only root can record a container"
}

# of FILE: the report that "says" asks.
of()
{
	cp "store/$1" r.json
}

# created ANNOTATIONS: the state of a container that has been created, whose first process waits.
created()
{
	[ -n "$bystander" ] || {
		mkfifo made
		unshare -m sh -c 'echo >made; exec sleep 60' 3>&- >/dev/null 2>&1 &
		bystander=$!
		read -r _ <made
	}
	echo "{\"ociVersion\":\"1.0.2\",\"id\":\"box\",\"status\":\"creating\",\"pid\":$bystander,
		\"bundle\":\"/b\",\"annotations\":{$1}}" >state.json
}

# hook OPTION...: as a runtime would start it.
hook()
{
	run "$pinfold" oci-hook --directory "$store" "$@" <state.json
}

# awaits FILE...: the recorder has written them.
awaits()
{
	for file; do
		for _ in $(seq 100); do
			[ ! -e "$file" ] || continue 2
			sleep 0.1
		done
		cat "$store/oci-hook.log"
		return 1
	done
}

@test "without an annotation of ours nothing happens" {
	created '"other":"x"'
	hook
	exits 0
	[ -z "$output" ]
	[ ! -e "$store" ]
}

@test "annotations that lead out of the directory, or are wrong, are refused and start nothing" {
	need_root
	mkdir -m 700 store
	while IFS='|' read -r annotations message; do
		created "$annotations"
		hook
		exits 2
		[[ $output == *"$message"* ]] || { echo "$annotations: $output"; return 1; }
	done <<-'ROWS'
	"io.pinfold.record":"../x"|annotation 'io.pinfold.record' contains '.' or '..': '../x'
	"io.pinfold.policy":"/etc/x"|annotation 'io.pinfold.policy' is not below
	"io.pinfold.report":"/proc/self/fd/1"|annotation 'io.pinfold.report' is not below
	"io.pinfold.report":".r.json"|has a part that begins with '.'
	"io.pinfold.report":"r.pdf"|no report format for the extension
	"io.pinfold.rcord":"x"|unknown annotation 'io.pinfold.rcord'
	"io.pinfold.record":"x","io.pinfold.required":"yes"|is neither 'true' nor 'false'
	ROWS
	[ "$(ls -A store)" = oci-hook.log ]
	[ ! -e x ]
}

@test "a file that is there, and a link, are left; the container starts, unless a recording is required" {
	need_root
	mkdir -m 700 store
	echo mine >store/old.json
	ln -s /tmp store/link
	while IFS='|' read -r name message; do
		created "\"io.pinfold.record\":\"$name\""
		hook
		exits 0
		[[ $output == *"$message"*"warning: the container starts, but is not recorded"* ]]
		created "\"io.pinfold.record\":\"$name\",\"io.pinfold.required\":\"true\""
		hook
		exits 125
		[[ $output == *"$message"*"the container does not start, because it is not recorded"* ]]
	done <<-'ROWS'
	old.json|old.json': File exists
	link/x.json|Too many levels of symbolic links
	none/x.json|No such file or directory
	ROWS
	[ "$(cat store/old.json)" = mine ]
	grep -q "box" store/oci-hook.log
	grep -q "cannot write '$store/old.json': File exists" store/oci-hook.log
	chmod 770 store
	created '"io.pinfold.record":"x.json"'
	hook
	exits 0
	[[ $output == *"'$store' is not only this user's to write to"*"hint: chown"* ]]
}

@test "where there is no tracer, the container starts, and the hook says so" {
	need_root
	need_program setpriv
	chmod 755 .
	mkdir store
	chown 65533:65533 store
	chmod 700 store
	created '"io.pinfold.report":"r.json"'
	by=(setpriv --reuid=65533 --regid=65533 --clear-groups)
	run "${by[@]}" "$pinfold" oci-hook --directory "$store" <state.json
	exits 0
	[[ $output == *"the container starts, but is not recorded"* ]]
	[ ! -e store/r.json ]
	created '"io.pinfold.report":"r.json","io.pinfold.required":"true"'
	run "${by[@]}" "$pinfold" oci-hook --directory "$store" <state.json
	exits 125
}

@test "the hook must run outside the container's namespaces" {
	need_root
	created '"io.pinfold.record":"x.json"'
	sed -i "s/\"pid\":$bystander/\"pid\":$$/" state.json
	hook
	exits 0
	[[ $output == *"the hook runs in the container's namespaces"*"hint: its stage must be createRuntime"* ]]
}

@test "a container that never starts its command has a report, and no profile that would let none start" {
	need_trace
	created '"io.pinfold.record":"p.json","io.pinfold.policy":"p","io.pinfold.report":"%i-50%.json"'
	hook
	exits 0
	[ -z "$output" ]
	kill "$bystander"
	wait "$bystander" || true
	bystander=
	awaits store/box-50%.json
	of box-50%.json
	says '[.totals.allowed, .processes]' '[0,[]]'
	[ "$(stat -c %a store store/box-50%.json | paste -sd' ')" = '700 600' ]
	for _ in $(seq 50); do
		! grep -q "ended before its command started" store/oci-hook.log || break
		sleep 0.1
	done
	grep -q "ended before its command started" store/oci-hook.log
	[ ! -e store/p.json ]
	[ ! -e store/p ]
}

# contain WORD...: podman with a state of its own.
contain()
{
	podman --root "$PWD/podman/root" --runroot "$PWD/podman/run" --hooks-dir "$PWD/hooks" "$@"
}

# start NAME OPTION... -- COMMAND...: runs a container of the host's /usr.
start()
{
	timeout -s KILL 60 podman --root "$PWD/podman/root" --runroot "$PWD/podman/run" \
		--hooks-dir "$PWD/hooks" run --rm --runtime runc --ulimit nofile=1024:1024 \
		--ulimit nproc=4096:4096 --network none -v /usr:/usr:ro "$@" </dev/null
}

need_podman()
{
	need_trace
	need_program podman
	need_program runc
	need_program conmon
	need_program python3
	had_parent=$(find /sys/fs/cgroup -maxdepth 2 -name libpod_parent -print -quit)
	mkdir -p podman hooks rootfs/{usr,etc,proc,tmp,dev,sys,run}
	for name in bin lib lib64 sbin; do
		ln -s "usr/$name" "rootfs/$name"
	done
	cat >rootfs/server.py <<-'PYTHON'
	import os, socket, sys
	server = socket.create_server(("127.0.0.1", 8080))
	if os.fork() == 0:
	    for _ in range(20):
	        with socket.create_connection(("127.0.0.1", 8080)) as s:
	            s.sendall(b"hello"); s.recv(100)
	    os._exit(0)
	for _ in range(20):
	    peer, _ = server.accept()
	    peer.sendall(peer.recv(100).upper()); peer.close()
	    for call in (lambda: os.getsid(0), lambda: os.getpgid(0), os.times,
	            lambda: os.getpriority(0, 0), lambda: os.sched_getaffinity(0)):
	        try: call()
	        except OSError: pass
	os.wait(); print("served")
	PYTHON
	sed "s|@bindir@/pinfold|$pinfold|; s|\"oci-hook\"|&, \"--directory\", \"$store\"|" \
		"$top_srcdir/contrib/oci/pinfold.json.in" >hooks/pinfold.json
	run start --rootfs "$PWD/rootfs" /usr/bin/true
	[ "$status" = 0 ] || skip "podman cannot start a container with runc here: $output"
}

@test "podman and runc: a server runs under its recorded profile, and what is removed from it is reported" {
	need_podman
	run start --annotation io.pinfold.record=web.json --annotation io.pinfold.policy=web.policy \
		--annotation io.pinfold.report=first.json --annotation io.pinfold.required=true \
		--rootfs "$PWD/rootfs" /usr/bin/python3 /server.py
	exits 0
	[ "$output" = served ]
	awaits store/first.json store/web.policy store/web.json
	of first.json
	says '[.trace.complete, .totals.denied]' '[true,0]'
	says '.syscalls[] | select(.name == "accept4") | .allowed' 20
	says '.syscalls[] | select(.name == "getsid") | .allowed' 20
	# What the runtime called to make the container is not the command's.
	says '[.syscalls[].name | select(IN("pivot_root", "mount", "seccomp", "setns"))]' '[]'
	says '.processes[0].exe' '"/usr/bin/python3"'
	run "$pinfold" explain store/web.policy accept4
	[[ $output == *": allow"* ]]

	run start --annotation io.pinfold.report=second.json --security-opt seccomp=store/web.json \
		--rootfs "$PWD/rootfs" /usr/bin/python3 /server.py
	exits 0
	[ "$output" = served ]
	awaits store/second.json
	of second.json
	says '[.trace.complete, .totals.denied]' '[true,0]'
	says '.syscalls[] | select(.name == "accept4") | .allowed' 20

	# Not jq: it rounds 64-bit numbers.
	python3 - <<-'PYTHON'
	import json
	gone = {"getsid", "getpgid", "times", "getpriority", "sched_getaffinity"}
	profile = json.load(open("store/web.json"))
	for entry in profile["syscalls"]:
	    entry["names"] = [n for n in entry["names"] if n not in gone]
	profile["syscalls"] = [e for e in profile["syscalls"] if e["names"]]
	json.dump(profile, open("fewer.json", "w"))
	PYTHON
	run start --annotation io.pinfold.report=third.json --security-opt seccomp=fewer.json \
		--rootfs "$PWD/rootfs" /usr/bin/python3 /server.py
	exits 0
	awaits store/third.json
	of third.json
	says '[.denials[] | [.name, .count, .by]] | sort' \
		'[["getpgid",20,"other-filter"],["getpriority",20,"other-filter"],["getsid",20,"other-filter"],["sched_getaffinity",20,"other-filter"],["times",20,"other-filter"]]'
	says '[.trace.complete, .totals.denied]' '[true,100]'
}

@test "podman exec: what enters the container later is recorded from its own first call on" {
	need_podman
	mkfifo rootfs/go
	contain run -d --name box --runtime runc --ulimit nofile=1024:1024 --ulimit nproc=4096:4096 \
		--network none -v /usr:/usr:ro --annotation io.pinfold.report=r.json \
		--rootfs "$PWD/rootfs" /usr/bin/sh -c 'read -r _ </go' </dev/null >/dev/null 3>&-
	contain exec box /usr/bin/mkdir /made </dev/null
	echo >rootfs/go
	contain wait box >/dev/null
	awaits store/r.json
	of r.json
	says '.trace.complete' true
	says '[.processes[].exe]' '["/usr/bin/sh","/usr/bin/mkdir"]'
	says '.syscalls[] | select(.name == "mkdir") | .allowed' 1
	says '[.syscalls[].name | select(IN("setns", "mount", "seccomp", "capset"))]' '[]'
}
