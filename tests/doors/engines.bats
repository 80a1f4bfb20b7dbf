# SPDX-License-Identifier: GPL-2.0-or-later
# Where pinfold runs in a container: under Docker's default filter, as our own convert makes it, with
# its capabilities and its masked /proc; and as root of an ordinary user's Podman. It works, or names
# the engine's option with which it does.

load ../pen/pen

# bundle FILTER MASKED: a container of the host's /usr as Docker makes it, that runs pinfold.
bundle()
{
	mkdir -p bundle/rootfs/{usr,etc,proc,tmp,dev,sys,pen} program
	cp "$pinfold" program/pinfold
	local name
	for name in bin lib lib64 sbin; do
		[ -L "bundle/rootfs/$name" ] || ln -s "usr/$name" "bundle/rootfs/$name"
	done
	rm -f bundle/config.json
	crun spec -b bundle
	# Not jq: it rounds numbers of 64 bits.
	python3 - "$PWD/program" "$@" <<-'PYTHON'
	import json, sys
	here, filter, masked = sys.argv[1:]
	spec = json.load(open("bundle/config.json"))
	spec["root"] = {"path": "rootfs", "readonly": True}
	spec["process"].update(terminal=False, rlimits=[], args=["/pen/pinfold", "run", "--trace", "none", "--", "id", "-un"])
	kept = ["CAP_" + name for name in """CHOWN DAC_OVERRIDE FOWNER FSETID KILL SETGID SETUID SETPCAP
		NET_BIND_SERVICE NET_RAW SYS_CHROOT MKNOD AUDIT_WRITE SETFCAP""".split()]
	spec["process"]["capabilities"] = {name: kept for name in ("bounding", "effective", "permitted")}
	bind = lambda src, dst: {"destination": dst, "type": "bind", "source": src, "options": ["rbind", "ro"]}
	spec["mounts"] = [m for m in spec["mounts"] if m["type"] != "cgroup"] + [
		bind("/usr", "/usr"), bind("/etc", "/etc"), bind(here, "/pen"),
		{"destination": "/tmp", "type": "tmpfs", "source": "tmpfs"}]
	spec["linux"]["namespaces"] = [n for n in spec["linux"]["namespaces"] if n["type"] != "cgroup"]
	if filter == "filtered":
	    spec["linux"]["seccomp"] = json.load(open("docker.json"))
	if masked != "masked":
	    spec["linux"].update(maskedPaths=[], readonlyPaths=[])
	json.dump(spec, open("bundle/config.json", "w"))
	PYTHON
}

# contained FILTER MASKED: pinfold in such a container; crun refuses a mixed kind of cgroups.
contained()
{
	bundle "$@"
	run unshare -m --propagation private sh -c 'mount -t cgroup2 none /sys/fs/cgroup &&
		exec timeout 30 crun --root "$PWD/state" --cgroup-manager=disabled run -b bundle "pinfold-door-$$"'
}

@test "in a container under Docker's default filter the options are named with which it works" {
	as_root
	local profile=$top_srcdir/../shared/data/moby/default.json
	[ -e "$profile" ] || profile=$top_builddir/../../shared/data/moby/default.json
	[ -e "$profile" ] || skip "no profile of Docker's at $profile"
	command -v crun >/dev/null && command -v python3 >/dev/null || skip "crun or python3 is not installed"
	"$pinfold" convert --lossy --to policy "$profile" >docker.policy 2>/dev/null
	# The ABIs differ in which newer calls get ENOSYS.
	"$pinfold" convert --accept other --to oci docker.policy >docker.json 2>/dev/null
	contained unfiltered open
	[ "$status" = 0 ] && [ "$output" = pinfold ] || {
		[[ $output == *pinfold:* ]] || skip "crun cannot start here: $output"
		exits 0
	}
	contained filtered masked
	exits 125
	says "hint: "
	says "--security-opt seccomp=unconfined"
	contained unfiltered masked
	exits 0
	says "/proc shows no processes"
}

# Podman keeps a process that holds its namespaces for the next command.
teardown()
{
	[ ! -s home/libpod/tmp/pause.pid ] || kill "$(cat home/libpod/tmp/pause.pid)" 2>/dev/null || :
}

# in_podman COMMAND...: as root of an ordinary user's Podman, with subordinate ids.
in_podman()
{
	run noted unshare -m --propagation private sh -c 'mount --bind passwd /etc/passwd &&
		mount --bind ids /etc/subuid && mount --bind ids /etc/subgid &&
		exec "$@"' sh "${identity[@]}" env HOME="$PWD/home" XDG_RUNTIME_DIR="$PWD/home" podman unshare "$@"
}

@test "as root of an ordinary user's Podman" {
	as_root
	command -v podman >/dev/null && command -v newuidmap >/dev/null || skip "podman or newuidmap is not installed"
	[ -e /etc/subuid ] && [ -e /etc/subgid ] || skip "no /etc/subuid and /etc/subgid to lay files over"
	as_rootless
	printf 'root:x:0:0::/root:/bin/sh\ntester:x:%d:%d::%s:/bin/sh\n' "$rootless_id" "$rootless_id" "$PWD/home" >passwd
	echo tester:300000:65536 >ids
	mkdir home work
	chown "$rootless_id:$rootless_id" home work
	in_podman true
	[ "$status" = 0 ] || skip "podman unshare cannot start here: $output"
	in_podman "$pinfold" run -q --trace none -- id -un
	exits 0
	says pinfold
	in_podman "$pinfold" run -q --trace none -w work -- touch work/a
	[ "$status" = 0 ] || {
		exits 125
		says "hint: its file system may not know id-mapped mounts; run as the directory's owner instead: user 0:0"
		in_podman "$pinfold" run -q --trace none -w work --user 0:0 -- touch work/a
		exits 0
	}
	[ "$(stat -c %u work/a)" = "$rootless_id" ]
}
