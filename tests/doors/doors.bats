# SPDX-License-Identifier: GPL-2.0-or-later
# Callers, directories, limits and environments as users have them. Each is tried as root and as an
# ordinary user; what needs a machine of its own is in doors/run.

load ../pen/pen

# door COMMAND...: a start under what surrounds it, as each caller in turn; $output of the last.
each_caller()
{
	local identity=() who
	for who in root rootless; do
		[ "$who" = root ] || as_rootless
		echo "as $who"
		"$@"
	done
}

# starts SCRIPT [STATUS]: with $p as pinfold.
starts()
{
	status=0
	output=$(noted "${identity[@]}" env p="$pinfold" bash -c "$1" 2>&1) || status=$?
	exits "${2-0}"
}

# is TEXT: the output of the last run.
is()
{
	[ "$output" = "$1" ] || {
		echo "not '$1': $output"
		return 1
	}
}

limits()
{
	starts 'ulimit -c 0; $p run -- true'
	starts 'ulimit -n 64; $p run -- true'
	starts 'ulimit -u 500; $p run -- true'
	starts 'ulimit -l 0; ulimit -i 100; ulimit -q 0; ulimit -x 100; $p run -- true'
	starts 'ulimit -s 256; $p run -- true'
}

@test "a caller with low limits, on core files too" {
	as_root
	each_caller limits
}

environment()
{
	starts 'unset PATH; $p run -- ls /usr'
	starts 'unset HOME; $p run -- sh -c "echo \$HOME"'
	[ "$output" = /tmp ]
	starts 'LANG=tr_TR.UTF-8 LC_ALL=tr_TR.UTF-8 $p run --limit "TIME 5s" -- true' 2
	starts 'LANG=tr_TR.UTF-8 LC_ALL=tr_TR.UTF-8 $p run --limit "time 50s" -d "EPERM ioperm" -- ls /usr'
	starts 'env -i $p run -- true'
	starts 'umask 077; $p run -- sh -c "umask; : >/tmp/x"'
	[ "$output" = 0077 ]
}

@test "an environment without PATH, HOME or anything, in Turkish, with a umask of 077" {
	as_root
	each_caller environment
}

descriptors()
{
	starts '$p run -- true <&-'
	starts '$p run -- true >&-'
	starts '$p run -- true 2>&-'
	starts '$p run -- true <&- >&- 2>&-'
	starts 'exec 9</etc/passwd; $p run -- sh -c "[ ! -e /proc/self/fd/9 ]"'
}

@test "closed descriptors, and some more" {
	as_root
	each_caller descriptors
}

directories()
{
	starts 'cd /proc/self && $p run -- pwd'
	is /
	starts 'mkdir -p gone && cd gone && rmdir ../gone && $p run -- pwd'
	is /
	starts 'mkdir -p deep && cd deep; x=$(printf "x%.0s" {1..99}); for i in {1..39}; do mkdir -p $x && cd $x; done
		[ ${#PWD} -gt 3900 ] && $p run -- true && $p run -r . -- true && $p run -w . -- touch here && [ -e here ]'
	rm -rf deep gone
}

@test "a working directory that cannot be written, is gone, or has a name of 4,000 bytes" {
	as_root
	each_caller directories
}

mounts()
{
	status=0
	output=$(noted unshare -m --propagation private sh -c "mount -t tmpfs t /mnt && cp '$pinfold' /mnt && $1; exec \"\$@\"" - \
		"${identity[@]}" /mnt/pinfold run -- cat /proc/self/comm 2>&1) || status=$?
	exits 0
	[ "$output" = cat ]
}

@test "a /proc with hidepid, a /tmp that executes nothing" {
	as_root
	each_caller mounts 'mount -t proc -o hidepid=2 proc /proc'
	each_caller mounts 'mount -t tmpfs -o noexec,nosuid,nodev t /tmp'
}

@test "a caller with 300 groups" {
	as_root
	local groups=(setpriv --reuid=65533 --regid=65533 "--groups=$(seq -s, 70000 70299)")
	chown 65533:65533 .
	run noted "${groups[@]}" "$pinfold" run -- true
	exits 0
}

@test "sudo, which sets the limit on core files to 0, and tells who called" {
	as_root
	command -v sudo >/dev/null || skip "sudo is not installed"
	run noted sudo "$pinfold" run -- sh -c 'grep "core file" /proc/self/limits'
	exits 0
	run noted env SUDO_UID=65533 SUDO_GID=65533 "$pinfold" run -- id -u
	exits 0
	says 65533
}

@test "what is in the environment of sudo's and is no ID is refused" {
	local words message
	while IFS='~' read -r words message; do
		# shellcheck disable=SC2086
		run noted env -u SUDO_UID -u SUDO_GID $words "$pinfold" run --trace none -- true
		exits 2
		says "$message"
		says 'hint: sudo sets both'
	done <<-'ROWS'
	SUDO_UID=abc SUDO_GID=1~SUDO_UID is 'abc', which is not the ID of a user
	SUDO_UID=1 SUDO_GID=~SUDO_GID is '', which is not the ID of a group
	SUDO_UID=-1 SUDO_GID=1~SUDO_UID is '-1', which is not
	SUDO_UID=4294967295 SUDO_GID=1~SUDO_UID is '4294967295', which is not
	SUDO_UID=1 SUDO_GID=0x1~SUDO_GID is '0x1', which is not
	SUDO_UID=1~SUDO_UID is set, but not SUDO_GID
	SUDO_GID=1~SUDO_GID is set, but not SUDO_UID
	ROWS
	run noted env SUDO_UID=abc "$pinfold" run --help
	exits 0
}

# root of a user namespace that was made without privilege: no other id, and no setgroups.
namespace_root()
{
	run noted "${identity[@]}" unshare -r "$pinfold" run -- sh -c 'id -u; grep CapEff /proc/self/status; : >/tmp/x'
	exits 0
	[ "$output" = $'0\nCapEff:\t0000000000000000' ]
	run noted "${identity[@]}" unshare -r "$pinfold" run -v -w "$PWD" -- touch made
	exits 0
	[ -e made ]
	says "the command has the caller's id 0"
	rm made
}

@test "root in a user namespace of one id" {
	as_root
	each_caller namespace_root
}

@test "root in a user namespace of many ids gets one of them" {
	as_root
	command -v perl >/dev/null || skip "perl is not installed"
	printf '0 100000 1000\n' >map
	printf '%s\n' 'id -u' 'while read -r inner outer count; do' \
		'[ "$inner" != "$(id -u)" ] || echo "$outer"' 'done </proc/self/uid_map' >ids
	chmod 755 .
	# unshare(CLONE_NEWUSER); the maps are written from outside, as newuidmap would; then its root:
	# setresgid, setgroups, setresuid
	run timeout 60 env -u SUDO_UID -u SUDO_GID bash -c 'coproc perl -e "syscall(272, 0x10000000) and die; <STDIN>;
			syscall(119, 0, 0, 0) or syscall(116, 0, 0) or syscall(117, 0, 0, 0) or exec @ARGV; die" \
			"$0" run --trace none -- sh ids
		until [ "$(readlink /proc/$COPROC_PID/ns/user)" != "$(readlink /proc/self/ns/user)" ]; do :; done
		cat map >/proc/$COPROC_PID/uid_map && cat map >/proc/$COPROC_PID/gid_map && echo >&"${COPROC[1]}"
		cat <&"${COPROC[0]}"' "$pinfold"
	exits 0
	[ "$output" = $'61000\n999' ]
}

@test "root without capabilities reads what is missing" {
	as_root
	run noted setpriv --bounding-set=-all --inh-caps=-all "$pinfold" run -- true
	[ "$status" -eq 0 ] || {
		exits 125
		says hint:
	}
}

memory_folders()
{
	local directories=()
	for n in {1..60}; do
		directories+=(--tmpfs "/d$n 1M")
	done
	run noted "${identity[@]}" "$pinfold" run -q "${directories[@]}" --tmpfs '/tmp 2M' --tmpfs '/dev/shm 3M' \
		--tmpfs '/private mode=0700' -- sh -c ': >/d1/x && : >/d60/x && : >/private/x && df -k /tmp /dev/shm | awk "NR > 1 { print \$2 }"'
	exits 0
	is $'2048\n3072'
}

@test "directories in memory can be written, are as large as is said, and there can be many" {
	as_root
	each_caller memory_folders
}

package_data()
{
	starts '$p run -- dpkg-query -W -f "\${Status}" dpkg'
	is 'install ok installed'
	starts '$p run -- sh -c "! [ -e /var/log ] && ! [ -e /var/spool ] && ! touch /var/lib/dpkg/x 2>/dev/null"'
	starts '$p run --tmpfs /var -- ls -A /var'
	is ''
}

@test "what packages keep in /var is there, unless something else is" {
	as_root
	command -v dpkg-query >/dev/null || skip "dpkg is not installed"
	each_caller package_data
}

fake_root()
{
	starts '$p run -- fakeroot sh -c ": >/tmp/x && chown 0:0 /tmp/x && stat -c %u:%g /tmp/x"'
	is 0:0
	starts '$p run --env "set FAKEROOTDONTTRYCHOWN=no" -- sh -c "echo \$FAKEROOTDONTTRYCHOWN"'
	is no
}

@test "fakeroot owns what it likes" {
	as_root
	command -v fakeroot >/dev/null || skip "fakeroot is not installed"
	each_caller fake_root
}

no_further_namespace()
{
	starts '$p run -- unshare -r true' 1
	says "fix: none, because user namespaces are off in a pen"
	starts '$p run --allow "unshare" -- unshare -r true' 1
}

@test "whoever would make a user namespace reads that no rule helps" {
	as_root
	each_caller no_further_namespace
}

process_list()
{
	starts '$p run -- ps -e -o comm='
	is $'pinfold-init\nps'
}

@test "ps lists the processes, and what its libraries try is not reported" {
	as_root
	command -v ps >/dev/null || skip "ps is not installed"
	each_caller process_list
}
