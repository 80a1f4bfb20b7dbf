# SPDX-License-Identifier: GPL-2.0-or-later
# Who the command is inside the pen, by number and by name, and its rights to files outside.

load pen

# In the home of no user, and with no id that sudo left.
setup_file()
{
	unset SUDO_UID SUDO_GID
}

@test "as root, the id inside is small and the same in each run, and that outside is neither" {
	as_root
	pen -- sh -c 'id -u; id -g; id -G'
	exits 0
	first=$output
	[[ $first =~ ^([0-9]{5})$'\n'([0-9]{5})$'\n'([0-9]{5})$ ]]
	fails grep -qx "${BASH_REMATCH[1]}" <(cut -d : -f 3 /etc/passwd /etc/group)
	pen -- sh -c 'id -u; id -g; id -G'
	[ "$output" = "$first" ]
	pen -- awk -v "id=${BASH_REMATCH[1]}" '$1 == id { print $2 >= 0x70000000 }' /proc/self/uid_map
	says 1
}

@test "as root, what is outside the owner of the small id's files is another inside" {
	as_root
	pen -- id -u
	id=$output
	echo secret >theirs
	chown "$id:$id" theirs
	chmod 600 theirs
	pen -r "$PWD" -- sh -c "stat -c %u theirs; cat theirs"
	exits 1
	says 'Permission denied'
	[[ $output != "$id"* ]]
	mkdir w
	chown 1234:1235 w
	pen -w "$PWD/w" -- sh -c 'echo mine >w/mine; mkdir -p w/a; stat -c %u:%g w w/mine w/a'
	exits 0
	[ "$output" = "$id:$id"$'\n'"$id:$id"$'\n'"$id:$id" ]
	[ "$(stat -c %u:%g w/mine)" = 1234:1235 ]
	[ "$(stat -c %u:%g w/a)" = 1234:1235 ]
}

archives_are_alike()
{
	cat >archives <<-'END'
		set -e
		cd /tmp
		echo one >f && touch -d @1 f
		tar --format=ustar -cf ustar.tar f
		tar --format=v7 -cf v7.tar f
		ar rcU a.a f
		mkdir x && cd x
		tar -xf ../ustar.tar && cmp f ../f && tar -tf ../v7.tar && ar t ../a.a && ar x ../a.a
		cmp f ../f
		cd .. && sha256sum ustar.tar v7.tar a.a
	END
	chmod 644 archives
	pen -r "$PWD" -- sh "$PWD/archives"
	exits 0
	[[ $output != *arning* && $output != *range* ]]
	first=$output
	pen -r "$PWD" -- sh "$PWD/archives"
	[ "$output" = "$first" ]
}

@test "as root, old formats of archives take the id, and two archives are alike" {
	as_root
	command -v ar >/dev/null || skip "ar is not installed"
	archives_are_alike
}

@test "rootless, old formats of archives take the id, and two archives are alike" {
	as_rootless
	command -v ar >/dev/null || skip "ar is not installed"
	archives_are_alike
}

# Programs that give up where their user or host has no name. Each is run where it is installed.
names_are_known()
{
	local with_root=("$@")
	cat >names <<-'END'
		set -e
		[ "$(whoami)" = "$1" ]
		[ "$(id -un)" = "$1" ] && id >/dev/null
		[ "$(getent passwd "$(id -u)" | cut -d : -f 6)" = "$HOME" ]
		hostname -f >/dev/null
		getent hosts "$(hostname)" >/dev/null && getent hosts localhost >/dev/null
		command -v python3 >/dev/null && python3 -c '
		import getpass, os, pwd, socket, sys
		assert getpass.getuser() == sys.argv[1]
		assert os.path.expanduser("~") == pwd.getpwuid(os.getuid()).pw_dir == os.environ["HOME"]
		assert socket.gethostbyname(socket.gethostname()).startswith("127.")
		' "$1"
		! command -v ssh-keygen >/dev/null || ssh-keygen -q -t ed25519 -N '' -f /tmp/key
		! command -v perl >/dev/null || perl -e 'getpwuid($<) or die'
		cd /tmp
		! command -v git >/dev/null || {
			git init -q r && cd r && echo a >a && git add a && git commit -qm first &&
				git log -1 --format=%an:%ae
		}
	END
	sed -i 's/^\t//' names
	chmod 644 names
	pen "${with_root[@]}" -r "$PWD" -- sh "$PWD/names" "$name"
	exits 0
}

@test "as root, programs that look up their user and host find them" {
	as_root
	name=pinfold
	names_are_known
	says pinfold:pinfold@pinfold.localdomain
}

@test "rootless, with an id that nobody knows, programs find out who they are" {
	as_rootless
	"${identity[@]}" sh -c 'getent passwd "$(id -u)"' >/dev/null && skip "the caller's id is known here"
	name=pinfold
	names_are_known
}

# small_root: a root r that has the host's /usr and files of its own in /etc.
small_root()
{
	mkdir -p r/etc r/usr r/proc r/dev r/tmp r/"$PWD"
	local link
	for link in bin lib lib64; do
		ln -s "usr/$link" "r/$link"
	done
	echo 'root:x:0:0:root:/root:/bin/sh' >r/etc/passwd
	echo 'root:x:0:' >r/etc/group
	printf 'passwd: sss files\ngroup: files [NOTFOUND=return] ldap\nhosts: files dns\n' >r/etc/nsswitch.conf
	echo '10.1.2.3 elsewhere' >r/etc/hosts
}

another_root_has_names()
{
	small_root
	name=pinfold
	names_are_known --root "$PWD/r" -r /usr
	pen --root "$PWD/r" -r /usr -- sh -c 'cat /etc/passwd /etc/hosts /etc/nsswitch.conf; ls /etc'
	exits 0
	says 'root:x:0:0:root:/root:/bin/sh'
	says '10.1.2.3 elsewhere'
	says 'passwd: files'$'\n''group: files'$'\n''hosts: files dns'
	# with an id that it knows, the name is the root's
	pen --root "$PWD/r" -r /usr -- id -u
	echo "svc:x:$output:0:x:/srv/svc:/bin/false" >>r/etc/passwd
	pen --root "$PWD/r" -r /usr --env 'set HOME=/srv' -- sh -c 'whoami; getent passwd svc'
	exits 0
	says 'svc'$'\n'"svc:x:"
	says ':/srv:/bin/false'
	# nothing is made where it has no /etc
	rm -r r/etc
	pen --root "$PWD/r" -r /usr -- sh -c 'test ! -e /etc'
	exits 0
	[ ! -e r/etc ]
}

@test "as root, the names are known in another root, which keeps what it has" {
	as_root; another_root_has_names
}

@test "rootless, the names are known in another root, which keeps what it has" {
	as_rootless; another_root_has_names
}

another_root_is_hostile()
{
	small_root
	rm r/etc/passwd r/etc/group r/etc/hosts
	mkfifo r/etc/passwd
	mkdir r/etc/group
	ln -s /proc/self/environ r/etc/hosts
	pen --root "$PWD/r" -r /usr -- sh -c 'test -p /etc/passwd && test -d /etc/group'
	exits 0
	rm r/etc/passwd r/etc/hosts
	echo 'SECRET' >"$PWD/secret"
	ln -s "$PWD/secret" r/etc/passwd
	{ printf 'x:y:\0z\n::::\n'; head -c 100000 /dev/urandom; } >r/etc/hosts
	pen --root "$PWD/r" -r /usr -- sh -c 'cat /etc/passwd; cat /etc/hosts >/dev/null'
	exits 0
	[[ $output != *SECRET* ]]
	# nor does a copy show what the link's user could not reach
	mkdir -m 700 r/closed
	echo SECRET >r/closed/secret
	ln -sf ../closed/secret r/etc/passwd
	pen --root "$PWD/r" -r /usr -- sh -c 'cat /etc/passwd; readlink /etc/passwd'
	says ../closed/secret
	[ "$(id -u)" != 0 ] || [ "${#identity[@]}" != 0 ] || [[ $output != *SECRET* ]]
	rm -r r/etc
	mkdir elsewhere
	cp /etc/passwd elsewhere
	ln -s "$PWD/elsewhere" r/etc
	pen --root "$PWD/r" -r /usr -- true
	exits 0
	[ "$(ls elsewhere)" = passwd ]
}

@test "as root, the files of a hostile root lead nowhere" {
	as_root; another_root_is_hostile
}

@test "rootless, the files of a hostile root lead nowhere" {
	as_rootless; another_root_is_hostile
}

@test "mount(2) alone: the names are known, in another root too" {
	as_root
	lack open_tree move_mount fsopen fsconfig fsmount mount_setattr
	name=pinfold
	names_are_known
	small_root
	names_are_known --root "$PWD/r" -r /usr
}

@test "rootless, all groups of the caller have names" {
	as_root
	as_rootless
	identity=(setpriv --reuid=65533 --regid=65533 --groups=0,65533,65500,65501)
	pen -- id
	exits 0
	says "uid=65533(pinfold) gid=65533(pinfold) groups=65533(pinfold),65534("
}

@test "under sudo, the caller keeps the name" {
	as_root
	export SUDO_UID=$(id -u mail) SUDO_GID=$(id -g mail)
	name=mail
	names_are_known
	export SUDO_UID=65533 SUDO_GID=65533
	name=pinfold
	names_are_known
}

# host COMMAND...: in a mount namespace in which /etc is the directory etc, a copy.
host()
{
	[ -e etc ] || cp -a /etc etc
	"${stack[@]}" unshare -m --propagation private sh -c 'mount --bind etc /etc && exec "$@"' sh "$@"
}

@test "a rename on the host undoes no name" {
	as_root
	mkfifo word
	pen=$PWD/pen
	printf '%s\n' 'for f in passwd group hosts; do echo new >etc/new && mv etc/new etc/$f; done' \
		'echo >word' >rename
	run host timeout 60 sh -c 'sh rename & exec "$@"' sh \
		"$pinfold" run -q --trace none -p open.policy -r "$PWD" -- \
		sh -c 'read x <word; cat /etc/passwd | tail -n 1; whoami; hostname -f; id -gn'
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *$'\n'pinfold$'\n'pinfold.localdomain$'\n'pinfold ]]
	[ "$(cat etc/passwd)" = new ]
}

@test "what a policy puts in /etc goes on top" {
	as_root
	mkdir mine
	echo 'theirs:x:0:0::/:/bin/sh' >mine/passwd
	pen --bind "$PWD/mine /etc" -- sh -c 'cat /etc/passwd; ls /etc'
	[ "$output" = 'theirs:x:0:0::/:/bin/sh'$'\n'passwd ]
	echo "bind $PWD/mine/passwd /etc/passwd" >>open.policy
	pen -- cat /etc/passwd
	[ "$output" = 'theirs:x:0:0::/:/bin/sh' ]
	echo 'hide /etc/hosts' >>open.policy
	pen -- cat /etc/hosts
	says 'Permission denied'
	printf 'default allow\nunknown allow\ntmpfs /etc\n' >open.policy
	pen -- ls -a /etc
	[ "$output" = .$'\n'.. ]
	# the host's own, bound by name, is no other directory
	printf 'default allow\nunknown allow\nbind /etc\n' >open.policy
	pen -- whoami
	[ "$output" = pinfold ]
}

@test "the host name that is set has an address, and the host's with share uts" {
	as_root
	pen --hostname box.example.org -- sh -c 'hostname; hostname -f; getent hosts box'
	[[ $output == box.example.org$'\n'box.example.org$'\n'127.0.1.1* ]]
	pen --share uts -- sh -c 'getent hosts "$(hostname)"'
	exits 0
}

@test "a name that the host's files have for somebody else is not in the pen twice" {
	as_root
	cp -a /etc etc
	echo 'pinfold:x:4321:4322:other:/home/other:/bin/sh' >>etc/passwd
	echo 'pinfold:x:4322:' >>etc/group
	echo 'taken:x:61000:61001::/:/bin/sh' >>etc/passwd
	run host "$pinfold" run -q --trace none -p open.policy -- \
		sh -c 'id -u; whoami; getent passwd | grep -c ^pinfold:; getent group | grep -c ^pinfold:; id -gn 2>&1'
	echo "$output"
	[ "$output" = 61002$'\n'pinfold$'\n'1$'\n'1$'\n'pinfold ]
}

@test "without an overlay the files are bound one by one" {
	as_root
	# overlays stand on each other twice, no more (FILESYSTEM_MAX_STACK_DEPTH)
	cp -a /etc etc
	mkdir a b c
	run timeout 60 unshare -m --propagation private sh -c '
		mount -t overlay o -o lowerdir=a:etc b && mount -t overlay o -o lowerdir=a:b c &&
		mount --bind c /etc && exec "$@"' sh "$pinfold" run -v --trace none -p open.policy -- \
		sh -c 'whoami; hostname -f; test ! -r /etc/shadow'
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *pinfold$'\n'pinfold.localdomain* ]]
	says "no overlay holds the pen's own files in /etc"
}

users_have_names()
{
	pen --user "$1" -- sh -c 'id -u; id -g; whoami'
	[ "$output" = "$2" ] || {
		echo "not '$2': $output"
		return 1
	}
}

@test "as root, user takes names of the host's files, with the user's own group or another" {
	as_root
	mail=$(id -u mail) group=$(id -g mail) games=$(getent group games | cut -d : -f 3)
	users_have_names mail "$mail"$'\n'"$group"$'\n'mail
	users_have_names mail:games "$mail"$'\n'"$games"$'\n'mail
	users_have_names "mail:77" "$mail"$'\n'77$'\n'mail
	users_have_names "$mail:games" "$mail"$'\n'"$games"$'\n'mail
	users_have_names 12345 12345$'\n'12345$'\n'pinfold
	"$pinfold" run --dry-run --user mail:games -- true >plan
	grep -q "become user $mail:$games" plan
}

@test "as root, a name that only the root knows is taken from there, unless its id is the host's" {
	as_root
	small_root
	chmod 755 r r/etc
	printf 'svc:x:54321:54322:x:/srv/svc:/bin/sh\nroot2:x:0:54322::/:/bin/sh\nthief:x:%s:54322::/:/bin/sh\n' \
		"$(id -u mail)" >>r/etc/passwd
	printf 'own:x:54323:\nsteal:x:0:\n' >>r/etc/group
	pen --root "$PWD/r" -r /usr --user svc -- sh -c 'id -u; id -g; whoami'
	[ "$output" = 54321$'\n'54322$'\n'svc ]
	pen --root "$PWD/r" -r /usr --user svc:own -- id -gn
	[ "$output" = own ]
	for user in root2 thief svc:steal; do
		pen --root "$PWD/r" -r /usr --user "$user" -- id
		exits 125
		says "which is that of '"
		says "hint: if the command may have that user's rights to files, write the numbers"
	done
	pen --root "$PWD/r" -r /usr --user none -- id
	exits 125
	says "there is no user 'none' in /etc/passwd, nor in that of the root"
}

@test "rootless, user takes only the caller's name" {
	as_rootless
	pen --user mail -- id
	exits 125
	says "cannot run the command as user $(id -u mail)"
}

# network COMMAND...: with a network of the test's own, whose name server is on its loopback as
# $servers says, and to which /etc/resolv.conf, a link into /run, leads.
network()
{
	cat >dns.py <<-'END'
		import socket, struct, sys
		s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		s.bind((sys.argv[1], 53))
		print("up", flush=True)
		while True:
		    d, a = s.recvfrom(4096)
		    e = d.index(0, 12) + 5
		    v4 = struct.unpack(">H", d[e - 4:e - 2])[0] == 1
		    s.sendto(d[:2] + b"\x81\x80\0\1" + struct.pack(">H", v4) + bytes(4) + d[12:e] +
		             v4 * b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\x0a\x4d\x4d\x4d", a)
	END
	cat >network.sh <<-'END'
		set -e
		ip link set lo up
		ip link add d0 type veth peer name d1
		ip address add 10.9.9.2/24 dev d0
		ip link set d1 up
		ip link set d0 up
		ip route add default via 10.9.9.1
		if [ -e /dev/net ]; then
			mount -t tmpfs tmpfs /dev/net
			mknod -m 666 /dev/net/tun c 10 200
			chmod 666 /dev/net/tun
		fi
		[ -e etc ] || cp -a /etc etc
		ln -sf ../run/systemd/resolve/stub-resolv.conf etc/resolv.conf
		mount --bind etc /etc
		mount -t tmpfs tmpfs /run
		mkdir -p /run/systemd/resolve
		echo "nameserver 127.0.0.53" >/run/systemd/resolve/stub-resolv.conf
		[ -z "$upstream" ] || echo "nameserver $upstream" >/run/systemd/resolve/resolv.conf
		coproc DNS { exec python3 dns.py 127.0.0.53; }
		read -r up <&"${DNS[0]}"
		"$@" || status=$?
		kill "$DNS_PID"
		exit "${status:-0}"
	END
	status=0
	output=$(noted env "upstream=$upstream" unshare -mn --propagation private bash network.sh "$@" 2>&1) || status=$?
}

need_network()
{
	local program
	for program in ip python3 unshare; do
		command -v "$program" >/dev/null || skip "$program is not installed"
	done
	unshare -mn ip link add d0 type veth peer name d1 2>/dev/null || skip "no veth can be made here"
}

resolve=(sh -c 'cat /etc/resolv.conf; getent ahostsv4 name.example | head -n 1')

resolver_by_host()
{
	need_root
	need_network
	upstream=
	network "${identity[@]}" "$pinfold" run -q --trace none -p open.policy --net host -- "${resolve[@]}"
	exits 0
	[[ $output == 'nameserver 127.0.0.53'$'\n''10.77.77.77 '* ]]
	# without a network there is nobody to ask
	network "${identity[@]}" "$pinfold" run -q --trace none -p open.policy -- sh -c 'test ! -e /etc/resolv.conf'
	exits 0
	# another root that does not say whom to ask, and one that does
	small_root
	network "${identity[@]}" "$pinfold" run -q --trace none -p open.policy --net host --root "$PWD/r" \
		-r /usr -- "${resolve[@]}"
	exits 0
	[[ $output == 'nameserver 127.0.0.53'$'\n''10.77.77.77 '* ]]
	ln -s ../run/systemd/resolve/stub-resolv.conf r/etc/resolv.conf
	network "${identity[@]}" "$pinfold" run -q --trace none -p open.policy --net host --root "$PWD/r" \
		-r /usr -- cat /etc/resolv.conf
	[ "$output" = 'nameserver 127.0.0.53' ]
	rm r/etc/resolv.conf
	echo 'nameserver 127.0.0.77' >r/etc/resolv.conf
	network "${identity[@]}" "$pinfold" run -q --trace none -p open.policy --net host --root "$PWD/r" \
		-r /usr -- cat /etc/resolv.conf
	[ "$output" = 'nameserver 127.0.0.77' ]
}

@test "as root, with the host's network names resolve where resolv.conf leads into /run" {
	as_root; resolver_by_host
}

@test "rootless, with the host's network names resolve where resolv.conf leads into /run" {
	as_rootless; resolver_by_host
}

resolver_by_pasta()
{
	need_root
	need_network
	command -v pasta >/dev/null || skip "pasta is not installed"
	[ -e /dev/net ] || skip "no /dev/net"
	upstream=
	network "${identity[@]}" "$pinfold" run -q --trace none -p open.policy --net user -- "${resolve[@]}"
	exits 0
	[[ $output == 'nameserver 169.254.1.1'$'\n''10.77.77.77 '* ]]
	# what else is on the loopback stays out of reach, at that address as at any
	network "${identity[@]}" "$pinfold" run -q --trace none -p open.policy --net user -- \
		python3 -c '
import socket
for a in ("127.0.0.53", "10.9.9.1", "10.9.9.2"):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.settimeout(0.3)
    try:
        s.sendto(bytes.fromhex("000101000001000000000000016100000100 01".replace(" ", "")), (a, 53))
        print(a, s.recv(100))
    except OSError as e:
        pass
print("none")'
	[ "$output" = none ]
	# where systemd knows the servers that its stub asks, these are asked
	upstream=10.9.9.9
	network "${identity[@]}" "$pinfold" run -q --trace none -p open.policy --net user -- cat /etc/resolv.conf
	exits 0
	[ "$output" = 'nameserver 10.9.9.9' ]
}

@test "as root, with net user names resolve if the host's name server is on its loopback" {
	as_root; resolver_by_pasta
}

@test "rootless, with net user names resolve if the host's name server is on its loopback" {
	as_rootless; resolver_by_pasta
}

size_limits()
{
	local name=pinfold
	[ "$(id -u)" = 0 ] || name=$(id -un 2>/dev/null) || name=pinfold
	run noted "${identity[@]}" bash -c 'ulimit -Sf 0; exec "$0" run -q -- sh -c "whoami; ulimit -Sf"' "$pinfold"
	exits 0
	[ "$output" = "$name"$'\n0' ]
}

@test "as root, if that limit cannot be raised the host's files are shown" {
	as_root
	run noted bash -c 'ulimit -f 0; exec "$0" run -q -- cat /etc/passwd' "$pinfold"
	exits 0
	[ "$output" = "$(cat /etc/passwd)" ]
}

@test "as root, the caller's file size limit is only for the command" { as_root; size_limits; }
@test "rootless, the caller's file size limit is only for the command" { as_rootless; size_limits; }
