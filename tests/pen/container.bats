# SPDX-License-Identifier: GPL-2.0-or-later
# A pen in a container: where the engine masks parts of /proc no new one can be mounted, and the pen
# gets one without processes; it shows and reaches nothing outside, and user namespaces stay shut.

load pen

# shown: what a command in the pen finds, a line each; of the caller's processes, nothing. The process
# ids are the pen's own, so a signal to any of them reaches no one else.
shown='
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
numbers = [name for name in os.listdir("/proc") if name.isdigit() or name in ("self", "thread-self", "1")]
print("processes:", *numbers)
def attempt(name, call):
    pid = os.fork()
    if pid == 0:
        os._exit(0 if call() == 0 else 1)
    print(name, "made" if os.waitpid(pid, 0)[1] == 0 else "refused")
attempt("unshare", lambda: libc.unshare(0x10000000))
# clone(flags, ...) as fork does
attempt("clone", lambda: -1 if libc.syscall(56, 0x10000011, 0, 0, 0, 0) < 0 else 0)
args = (ctypes.c_uint64 * 8)(0x10000000, 0, 0, 0, 17, 0, 0, 0)
attempt("clone3", lambda: -1 if libc.syscall(435, ctypes.byref(args), 64) < 0 else 0)
def write(path):
    try:
        open(path, "w").write("1")
        return 0
    except OSError:
        return 1
attempt("file", lambda: write("/proc/x"))
attempt("sysctl", lambda: write("/proc/sys/kernel/core_pattern"))
others = 0
for pid in range(2, 400):
    try:
        os.kill(pid, 0)
        others += pid not in (os.getpid(), os.getppid())
    except OSError:
        pass
print("others:", others)
'

# masked COMMAND...: where something on /proc is covered, as engines do.
masked()
{
	noted unshare -m --propagation private sh -c 'mount --bind /dev/null /proc/version; exec "$@"' \
		sh "${identity[@]}" "$@"
}

# finds_nothing COMMAND...: the pinfold that COMMAND starts in such a place.
finds_nothing()
{
	printf '%s' "$shown" >shown.py
	run "$@" run -q --trace none -p open.policy -r . --report bare.json -- python3 shown.py
	exits 0
	[ "$output" = "processes:
unshare refused
clone refused
clone3 refused
file refused
sysctl refused
others: 0" ] || { echo "$output"; return 1; }
	jq -e '.enforced.missing[0] | startswith("/proc shows no processes")' bare.json
	# What is missing is said, on one line.
	run "$@" run --trace none -p open.policy -- cat /proc/uptime /proc/self/status
	exits 1
	says "pinfold: this pen lacks what a container's engine refuses: /proc shows no processes"
	says "cat: /proc/self/status: No such file or directory"
	# A policy that can be held otherwise has the command's own /proc.
	run "$@" run -q --trace none -p open.policy --pen auto -- cat /proc/self/comm
	exits 0
	[ "$output" = cat ]
	run "$@" run -q --trace none -p open.policy --pen auto --tmpfs /t -- sh -c 'touch /t/x && ls -d /proc/self'
	exits 2
}

@test "no new /proc, as root: the pen's has no processes" {
	as_root
	finds_nothing masked "$pinfold"
}

@test "no new /proc, rootless: the pen's has no processes" {
	need_root
	as_rootless
	finds_nothing masked "$pinfold"
}

# in_podman USER COMMAND...: in a container with its engine's filter, capabilities and masked /proc.
in_podman()
{
	local name user=$1
	shift
	cd "$BATS_TEST_TMPDIR" || return
	mkdir -p rootfs/{usr,etc,proc,tmp,dev,sys}
	chmod 1777 rootfs/tmp
	for name in bin lib lib64 sbin; do
		[ -L "rootfs/$name" ] || ln -s "usr/$name" "rootfs/$name"
	done
	echo 'root:x:0:0::/:/bin/sh' >rootfs/etc/passwd
	# The root is not below what is shared: it would be seen there before parts of its /proc are masked.
	podman run --runtime runc --ulimit nofile=1024:1024 --ulimit nproc=4096:4096 --rm --network none \
		--volume /usr:/usr:ro --volume "$PWD/in:/in" --workdir /in --user "$user" --rootfs "$PWD/rootfs" "$@"
}

contained()
{
	as_root
	command -v podman >/dev/null && command -v runc >/dev/null || skip "podman or runc is not installed"
	mkdir -m 777 in && cp "$pinfold" open.policy in
	in_podman "$1" true || skip "podman cannot start here"
	cd in && finds_nothing in_podman "$1" ./pinfold
}

@test "in Podman's container, as root: the pen's /proc has no processes" {
	contained 0
}

@test "in Podman's container, as a user: the pen's /proc has no processes" {
	contained "$rootless_id"
}
