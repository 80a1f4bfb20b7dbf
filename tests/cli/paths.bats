# SPDX-License-Identifier: GPL-2.0-or-later
# record --paths: the directories and peers that a command used, as the tracer saw them, become
# statements that the same command runs with.

load lib

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	[ "$(id -u)" = 0 ] || skip "tracing needs root"
}

# record [OPTION...] -- COMMAND...: what is suggested for the pen is in the file suggested.
record()
{
	"$pinfold" record -q --paths -o app.policy "$@" >out
	sed -n '/^# == Suggested/,/^$/p' app.policy >suggested
}

# suggests LINE: it is one of the comments; suggests_not LINE: it is none.
suggests()
{
	grep -qxF "# $1" suggested || { echo "no '$1' in:"; cat suggested; return 1; }
}

suggests_not()
{
	fails grep -qxF "# $1" suggested
}

# run_suggested COMMAND...: from another directory, with the statements and nothing else.
run_suggested()
{
	sed -e 's/^# \(bind .*\)/\1/' app.policy >bound.policy
	(cd / && "$pinfold" run --trace ebpf --report "$OLDPWD/r.json" -p "$OLDPWD/bound.policy" -- "$@")
}

@test "what was read and written is suggested, and the command runs with that alone" {
	mkdir -p all/in all/out all/other
	echo one >all/in/a
	record -w all -- sh -c "cat $PWD/all/in/a; echo x >$PWD/all/out/b"
	suggests "bind $PWD/all/in"
	suggests "bind rw $PWD/all/out"
	suggests_not "bind rw $PWD/all"
	[ "$(run_suggested sh -c "cat $PWD/all/in/a; echo y >$PWD/all/out/b")" = one ]
	[ "$(cat all/out/b)" = y ]
	says .totals.denied 0
}

@test "a directory is suggested under its name on the host if the pen has another one" {
	mkdir -p "a b/in"
	echo one >"a b/in/f"
	printf 'default allow\nbind "%s" "/data"\n' "$PWD/a b" >own.policy
	record -p own.policy -- cat /data/in/f
	suggests "bind \"$PWD/a b/in\" /data/in"
	[ "$(run_suggested cat /data/in/f)" = one ]
}

@test "relative paths are resolved from the working directory, a descriptor, and upwards" {
	mkdir -p w/a/b w/c w/d
	echo one >w/c/f
	record -w w -- python3 -I -c 'import os
os.chdir("w/a/b")
os.listdir()
print(open("../../c/f").read(), end="")
d = os.open("../../d", os.O_PATH)
os.mkdir("new", dir_fd=d)'
	suggests "bind $PWD/w/c"
	suggests "bind rw $PWD/w/d"
	suggests "bind $PWD/w/a/b"
	fails grep -q 'Not resolved' suggested
}

@test "a directory that was entered is suggested, and one that got a file without a name" {
	mkdir -p w/a/b w/c
	record -w w -- sh -c "cd $PWD/w/a/b"
	suggests "bind $PWD/w/a/b"
	record -w w -- sh -c 'cd w/a && cd ./b && cd ..'
	suggests "bind $PWD/w/a"
	fails grep -q 'Not resolved' suggested
	record -w w -- python3 -c 'import os
os.open("w/c", os.O_TMPFILE | os.O_WRONLY)'
	suggests "bind rw $PWD/w/c"
	suggests_not "bind rw $PWD/w"
}

@test "an invalid descriptor is not taken for the working directory" {
	mkdir w
	record -w w -- python3 -c 'import os
try: os.stat("nowhere", dir_fd=77)
except OSError: pass
os.utime(os.open("w", os.O_RDONLY))'
	grep -qE '^# Not resolved: the paths of 1 calls' suggested
}

@test "both ends of a link are suggested; a path through .. after a name is not resolved, and counted" {
	mkdir -p link real
	echo one >real/f
	ln -s ../real/f link/f
	record -r link -r real -- sh -c "cat $PWD/link/f $PWD/nowhere/../link/f; :"
	suggests "bind $PWD/link"
	suggests "bind $PWD/real"
	grep -qE '^# Not resolved: the paths of 1 calls' suggested
	[ "$(run_suggested cat "$PWD/link/f")" = one ]
}

@test "names are made, changed and removed: each call of that kind asks for bind rw" {
	local name
	while read -r name command; do
		rm -rf w
		mkdir -p w/sub/directory
		echo >w/sub/file
		record -w w -- python3 -c "import os; os.chdir('w/sub'); os.$command" || {
			echo "$name"
			return 1
		}
		suggests "bind rw $PWD/w/sub" || { echo "$name"; return 1; }
	done <<-'ROWS'
	mkdir mkdir("x")
	rmdir rmdir("directory")
	unlink unlink("file")
	rename rename("file", "new")
	link link("file", "new")
	symlink symlink("anything", "new")
	mknod mknod("new")
	chmod chmod("file", 0o600)
	utimens utime("file")
	truncate truncate("file", 3)
	append open("file", os.O_WRONLY)
	create open("file", os.O_RDONLY | os.O_CREAT)
	ROWS
	mkdir -p w/from w/to
	echo >w/from/f
	record -w w -- mv "$PWD/w/from/f" "$PWD/w/to/f"
	suggests "bind rw $PWD/w/from"
	suggests "bind rw $PWD/w/to"
}

@test "paths of calls that no library makes yet are seen, too" {
	local name calls
	mkdir -p w/set w/tree w/handle
	for name in set tree handle; do
		echo >w/$name/f
	done
	# file_getattr, file_setattr, name_to_handle_at, open_tree
	calls='my ($set, $tree, $handle) = map { "w/$_/f" } "set", "tree", "handle";
		my ($attributes, $id, $bytes) = ("\0" x 24, "\0" x 4, pack("Ll", 128, 0) . "\0" x 128);
		syscall(468, -100, $set, $attributes, 24, 0) and exit 3;
		syscall(469, -100, $set, $attributes, 24, 0) and exit 4;
		syscall(303, -100, $handle, $bytes, $id, 0) and exit 5;
		syscall(428, -100, $tree, 0) < 0 and exit 6'
	perl -e "$calls" || skip "this kernel, or its file system, has not all of them"
	record -w w -- perl -e "$calls"
	suggests "bind rw $PWD/w/set"
	suggests "bind $PWD/w/tree"
	suggests "bind $PWD/w/handle"
	grep -qx 'allow open_tree if flags only 0' app.policy
}

@test "what was only read or looked at is not made writable" {
	mkdir -p w/sub
	echo one >w/sub/file
	record -w w -- sh -c "test -e $PWD/w/sub/file; cat $PWD/w/sub/file $PWD/w/nosuch/f; :"
	suggests "bind $PWD/w/sub"
	fails grep -q nosuch suggested
	fails grep -q 'bind rw' suggested
	record -w w -- test -e "$PWD/w/sub/file"
	suggests "bind $PWD/w/sub"
}

@test "what every pen has is not suggested; a bind of which nothing was used is named" {
	mkdir unused
	record -r unused -- sh -c 'cat /etc/passwd; echo x >/tmp/x; ls /usr /proc >/dev/null'
	fails grep -q '^# bind' suggested
	suggests "Nothing in it was used: bind $PWD/unused"
	suggests 'net none'
}

@test "what the pen hid or kept from being written is named with the statement that lifts it" {
	unset SUDO_UID SUDO_GID # who called sudo could not do all of it outside, either
	mkdir hidden
	echo one >hidden/f
	cd /
	run "$pinfold" record -q --paths -o "$OLDPWD/app.policy" -- sh -c \
		"cat $OLDPWD/hidden/f; cat $OLDPWD/hidden/nosuch; cat /dev/kmsg; echo x >/usr/pinfold-test"
	cd "$OLDPWD"
	sed -n '/^# == Suggested/,/^$/p' app.policy >suggested
	suggests "By the pen: openat failed with ENOENT, 1 time; lifted by: bind $PWD/hidden/f"
	suggests 'By the pen: openat failed with EROFS, 1 time; lifted by: bind rw /usr'
	[ ! -c /dev/kmsg ] || suggests 'By the pen: openat failed with ENOENT, 1 time; lifted by: device /dev/kmsg'
	fails grep -q nosuch suggested
}

@test "a name with a newline in it writes no line of the policy" {
	local name=$'a\nallow ptrace\n#' quoted='a "b\'
	mkdir -p "w/$name" "w/$quoted"
	echo one >"w/$name/f"
	echo two >"w/$quoted/f"
	record -w w -- cat "$PWD/w/$name/f" "$PWD/w/$quoted/f"
	fails grep -q '^allow.*ptrace' app.policy
	fails grep -q '^a$' app.policy
	grep -qF '# No statement can name' app.policy
	[ "$(run_suggested cat "$PWD/w/$quoted/f")" = two ]
	cd /
	"$pinfold" record -q --paths -o "$OLDPWD/app.policy" -- cat "$OLDPWD/w/$name/f" || true
	cd "$OLDPWD"
	fails grep -q '^allow.*ptrace' app.policy
	record -- python3 -c 'import socket
try: socket.socket(socket.AF_UNIX).connect("\0x\nallow ptrace\n")
except OSError: pass
try: socket.socket(socket.AF_UNIX).connect("y\nallow ptrace\n")
except OSError: pass'
	fails grep -q '^allow.*ptrace' app.policy
}

@test "many directories are replaced by their parents, but not by one above the bind" {
	mkdir -p w/deep/{1..3000} w/flat
	for directory in w/deep/* w/flat; do
		echo >"$directory/f"
	done
	record -r w -- cat "$PWD"/w/deep/*/f "$PWD/w/flat/f"
	[ "$(grep -c '^# bind' suggested)" -le 16 ]
	suggests "bind $PWD/w/deep"
	suggests_not "bind $PWD"
	[ "$(run_suggested cat "$PWD"/w/deep/*/f | wc -l)" = 3000 ]
	local binds=()
	mkdir {1..20}
	for directory in {1..20}; do
		echo >"$directory/f"
		binds+=(-r "$directory")
	done
	record "${binds[@]}" -- cat "$PWD"/{1..20}/f
	[ "$(grep -cx "# bind $PWD/[0-9]*" suggested)" = 20 ]
}

@test "peers are named with their call and its result, and the network that they need" {
	record -- python3 -c 'import socket
def attempt(call, *args):
    try: call(*args)
    except OSError: pass
attempt(socket.socket().connect, ("127.0.0.1", 9))
attempt(socket.socket(type=socket.SOCK_DGRAM).sendto, b"x", ("127.0.0.1", 5353))
attempt(socket.socket(socket.AF_INET6).bind, ("::1", 8125))
attempt(socket.socket(socket.AF_UNIX).connect, "\0name")'
	suggests 'Network families: AF_UNIX AF_INET AF_INET6'
	suggests 'Peer: connect AF_INET 127.0.0.1:9, 1 time, ECONNREFUSED'
	grep -qE '^# Peer: sendto AF_INET 127.0.0.1:5353, 1 time' suggested
	grep -qE '^# Peer: bind AF_INET6 \[::1\]:8125, 1 time' suggested
	suggests 'Peer: connect AF_UNIX @"name", 1 time, ECONNREFUSED'
	suggests 'net none'
	record -- python3 -c 'import socket
try: socket.socket().connect(("192.0.2.1", 80))
except OSError: pass'
	suggests 'Peer: connect AF_INET 192.0.2.1:80, 1 time, ENETUNREACH'
	suggests 'net user'
}

@test "the directory of a socket's file is suggested, writable where the socket is created" {
	mkdir w
	record -w w -- python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("w/s")'
	suggests "bind rw $PWD/w"
	suggests 'Peer: bind AF_UNIX "w/s", 1 time'
	record -w w -- python3 -c "import socket
try: socket.socket(socket.AF_UNIX).connect('$PWD/w/s')
except OSError: pass"
	fails grep -q "bind rw" suggested
}

@test "paths that do not fit are counted, and the policy says so" {
	run "$pinfold" record -q --paths --strict -o app.policy -- python3 -c 'import os
for i in range(20000): os.access("/nowhere/%d" % i, 0)'
	exits 1
	[[ $output == *"the recording lost something: the policy may lack suggestions, as its header says" ]]
	sed -n '/^# == Suggested/,/^$/p' app.policy >suggested
	lost=$(sed -n 's/^# Lost: the paths of \([0-9]*\) calls: more may be needed$/\1/p' suggested)
	# 4096 fit, including those that Python itself needed.
	[ "$lost" -ge 15904 ]
	[ "$lost" -lt 16500 ]
}

@test "directories that do not fit are counted, and the policy says so" {
	mkdir w w/{1..5000}
	run "$pinfold" record -q --paths -o app.policy -r w -- ls -R w
	[[ $output == *"may lack suggestions, as its header says" ]]
	lost=$(sed -n 's/^# Lost: the paths of \([0-9]*\) calls: more may be needed$/\1/p' app.policy)
	[ "$lost" -ge 904 ] # 4096 find room
	fails grep -q '^# Not resolved' app.policy
}

@test "a 32-bit program's paths are seen, too" {
	mkdir w
	cat >p.c <<-'C'
	#include <stdio.h>
	int main(void) { FILE *f = fopen("w/f", "w"); return !f; }
	C
	gcc -m32 -o p p.c 2>/dev/null || skip "gcc builds no 32-bit programs"
	record -w w -- ./p
	suggests "bind rw $PWD/w"
	suggests "bind $PWD"
}

@test "a process that was already running: what no pen has is suggested" {
	mkdir w
	echo one >w/f
	mkfifo go
	(cat go; cat w/f; ls /etc; made=$(mktemp -d); echo >"$made/f"; rm -r "$made") >/dev/null &
	"$pinfold" record -q --paths -o app.policy --stream told --pid $! &
	until grep -q found told 2>/dev/null; do :; done
	: >go
	wait
	sed -n '/^# == Suggested/,/^$/p' app.policy >suggested
	suggests "bind $PWD/w"
	[ "$(grep -c '^# bind' suggested)" = 1 ]
}

@test "--paths needs the tracer" {
	run "$pinfold" record --paths -o x --trace none -- true
	exits 2
	[[ $output == *"--paths and --trace none contradict each other"* ]]
}
