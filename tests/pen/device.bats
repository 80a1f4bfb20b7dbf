# SPDX-License-Identifier: GPL-2.0-or-later
# Device nodes of the host: opened where the policy says so and the node's mode lets the command,
# and nowhere else.

load pen

# node NAME MODE [MAJOR MINOR]: a device for this test, by default like /dev/zero.
node()
{
	need_root
	mknod -m "$2" "$1" c "${3:-1}" "${4:-5}" 2>/dev/null || skip "no device nodes can be made here"
	(: <"$1") 2>/dev/null || skip "no device can be opened below $PWD"
}

# remedy: the statement that the last hint ends with, as an option.
remedy()
{
	local statement=${output##*$'\n'hint: }
	statement=${statement##*: }
	echo "--${statement%% *}" "${statement#* }"
}

used()
{
	node zero 666
	bare head -c 3 zero
	exits 0
	# as any other file it can be seen, but not opened
	pen -w "$PWD" -- head -c 3 zero
	exits 1
	says "Permission denied"
	pen --device "$PWD/zero" -w "$PWD" -- sh -c 'head -c 3 zero | od -An -tx1; echo >zero && echo written'
	exits 0
	says " 00 00 00"
	says written
	pen --device "$PWD/zero" -- sh -c "head -c 3 '$PWD/zero' | od -An -tx1"
	says " 00 00 00"
	# read-only, but for the device itself, and the others stay shut
	node other 666 1 8
	pen --device "$PWD/zero" -w "$PWD" -- sh -c 'head -c 1 other || chmod 777 zero || chown 1 zero || rm zero'
	exits 1
	[ "$(stat -c '%a %u %t:%T' zero)" = "666 0 1:5" ]
	# in a read-only bind, and one with something hidden
	touch hidden
	pen --device "$PWD/zero" -r "$PWD" --hide "$PWD/hidden" -- sh -c 'cat hidden; head -c 3 zero | od -An -tx1'
	says " 00 00 00"
}

@test "a device is opened and used, as root" {
	as_root
	used
}

@test "a device is opened and used, rootless" {
	as_rootless
	used
}

@test "a device is opened and used, with mount(2) alone" {
	lack open_tree move_mount fsopen mount_setattr
	as_rootless
	used
}

@test "a device that the command's user may not open is an error, and the remedy works, as root" {
	as_root
	node grouped 660
	chgrp 44 grouped
	pen --device "$PWD/grouped" -w "$PWD" -- sh -c '>ran'
	exits 125
	says "may not open the device '$PWD/grouped': Permission denied"
	[ ! -e ran ]
	# shellcheck disable=SC2046 # two words
	pen --device "$PWD/grouped" $(remedy) -- head -c 3 "$PWD/grouped"
	exits 0
	node owned 600
	chown 33:33 owned
	pen --device "$PWD/owned" -- true
	exits 125
	says "hint: its owner may: user 33:33"
	pen --device "$PWD/owned" --user 33:33 -- head -c 3 "$PWD/owned"
	exits 0
	node roots 600
	pen --device "$PWD/roots" -- true
	exits 125
	says "user 0:0"
	# shellcheck disable=SC2046
	pen --device "$PWD/roots" $(remedy) -- head -c 3 "$PWD/roots"
	exits 0
}

@test "a device that the caller may not open is an error, rootless" {
	as_rootless
	node grouped 660
	chgrp 44 grouped
	pen --device "$PWD/grouped" -- true
	exits 125
	says "its group 44 may"
	# the remedy
	[ "$(id -u)" = 0 ] || skip "needs root for another group"
	identity=(setpriv "--reuid=$rootless_id" "--regid=$rootless_id" --groups=44)
	pen --device "$PWD/grouped" -- head -c 3 "$PWD/grouped"
	exits 0
}

@test "only the device nodes below a directory are bound" {
	mkdir -p tree/below tree/empty
	node tree/zero 666
	node tree/below/random 666 1 8
	node tree/shut 600
	echo text >tree/file
	ln -s zero tree/link
	local here=$PWD
	mkdir aside
	cp open.policy aside
	cd aside
	pen --device "$here/tree" -- sh -c "cd '$here/tree'; find . | sort; head -c 3 zero below/random | wc -c"
	exits 0
	[[ $output == ".
./below
./below/random
./shut
./zero
"* ]] || { echo "$output"; false; }
	cd "$here"
	# none of them can be opened
	mkdir closed
	node closed/shut 600
	pen --device "$PWD/closed" --user 65000:65000 -- true
	exits 125
	says "may not open the device '$PWD/closed/shut'"
	pen --device "$PWD/tree/empty" -- true
	exits 125
	says "there is no device node below '$PWD/tree/empty'"
	says "bind $PWD/tree/empty"
	pen --device "$PWD/tree/empty/missing" -- true
	exits 125
	says "no such device"
	pen --device "try $PWD/tree/empty/missing" -- true
	exits 0
}

@test "bind of a device says device, device of anything else says bind" {
	mkdir nodes empty
	node nodes/zero 666
	for option in -r -w; do
		pen "$option" "$PWD/nodes/zero" -- true
		exits 125
		says "hint: device $PWD/nodes/zero"
	done
	pen -r "try $PWD/nodes/zero /zero" -- true
	exits 125
	# a mask, as others know it
	pen -r "/dev/null /etc/hosts" -- true
	exits 125
	says "every pen has it; to make '/etc/hosts' unreadable: hide /etc/hosts"
	pen --hide /etc/hosts -- cat /etc/hosts
	says "Permission denied"
	pen -r /dev -- true
	exits 125
	says "hint: the pen has its own /dev"
	pen -r /dev/shm -- true
	exits 0
	for path in open.policy empty; do
		pen --device "$path" -- true
		exits 125
		says "bind $PWD"
	done
	pen --device / -- true
	exits 125
	pen --device /dev -- true
	exits 125
	# what every pen has
	pen --device /dev/null --device /dev/tty -- true
	exits 0
	for path in pts pts/0 ptmx shm stdin fd/0; do
		pen --device "/dev/$path" -- true
		exits 125
		says "the pen has its own"
	done
}

@test "no link that an earlier run could have created leads to a device" {
	node zero 666
	ln -s zero link
	mkdir directory
	ln -s ../.. directory/up
	for path in link directory/up/zero; do
		pen --device "$path" -- true
		exits 125
		says "is a symbolic link"
	done
	# the system's own are followed
	[ -L /var/run ] || return 0
	pen --device /var/run -- true
	exits 125
	says "there is no device node below '/run'"
}

@test "/dev/net/tun with its capability makes an interface only in the pen's network" {
	as_root
	[ -c /dev/net/tun ] && command -v ip >/dev/null || skip "no /dev/net/tun, or no ip"
	(exec 3<>/dev/net/tun) 2>/dev/null || skip "/dev/net/tun cannot be opened"
	ip link >before
	pen --user 0:0 --device /dev/net/tun --capability net_admin -- \
		sh -c 'ip tuntap add dev pf0 mode tap && ip link show pf0'
	exits 0
	says pf0
	ip link | diff before -
	pen --user 0:0 --device /dev/net -- ip tuntap add dev pf0 mode tap
	exits 1
}
