# SPDX-License-Identifier: GPL-2.0-or-later
# net user: there is a network, the host's loopback is not in it, and pasta is killed with the pen.

load lib

# with_tun COMMAND...: with a /dev/net/tun for every user, as root in a mount namespace of its own
# where the machine's is not; as $as says.
with_tun()
{
	if [ "$(stat -c %a /dev/net/tun 2>/dev/null)" = 666 ]; then
		"${as[@]}" "$@"
		return
	fi
	unshare -m sh -c 'mount -t tmpfs tmpfs /dev/net && mknod -m 666 /dev/net/tun c 10 200 &&
		chmod 666 /dev/net/tun && exec "$@"' sh "${as[@]}" "$@"
}

as_root()
{
	[ "$(id -u)" = 0 ] || skip "needs root"
	as=()
	need_pasta
}

# From here on with_tun is an ordinary user.
as_rootless()
{
	need_pasta
	as_ordinary
	[ "$(id -u)" != 0 ] || for_others
}

need_pasta()
{
	need_program pasta
	need_program ip
	with_tun sh -c '>>/dev/net/tun' 2>/dev/null || skip "no /dev/net/tun, and no right to make one"
	[ -n "$(ip route show default)" ] || skip "the host has no default route for pasta"
}

connected()
{
	run with_tun "$@" "$pinfold" run --trace none --net user -- \
		sh -c 'ip -br -4 address; ip route show default'
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(grep -c '/' <<<"$output")" -ge 2 ]
	[[ $output == *default* ]]
}

@test "net user, as root: the pen has an interface, an address and a route" {
	as_root; connected
}

@test "net user, rootless: the pen has an interface, an address and a route" {
	as_rootless; connected
}

@test "net user for a caller that ignores SIGCHLD" {
	as_rootless
	need_program perl
	connected perl -e '$SIG{CHLD} = "IGNORE"; exec @ARGV'
}

# listen ADDRESS: starts a listener of the host, whose port is $port, until unlisten. What connects
# is told where it is.
listen()
{
	need_program python3
	coproc LISTENER { exec python3 -c '
import select, socket, sys
s = socket.create_server((sys.argv[1], 0))
print(s.getsockname()[1], flush=True)
while s in select.select([s, sys.stdin], [], [])[0]:
    s.accept()[0].send(b"host\n")' "$1"; }
	read -r port <&"${LISTENER[0]}"
}

unlisten()
{
	local pid=$LISTENER_PID
	eval "exec ${LISTENER[1]}>&-"
	wait "$pid"
}

# Prints each of the addresses that it reaches.
try='port=$1; shift
	for a; do timeout 5 bash -c "read -r line </dev/tcp/$a/$port && echo \"reached \$line by $a\"" \
		2>/dev/null; done; exit 0'

no_loopback()
{
	listen 127.0.0.1
	local addresses="127.0.0.1 127.0.0.2 $(ip route show default | cut -d ' ' -f 3)"
	# The attempt is a real one: from the host it succeeds.
	bash -c "$try" - "$port" $addresses | grep -q 'reached host by 127.0.0.1'
	run with_tun "$pinfold" run --trace none --net user -- bash -c "$try" - "$port" $addresses
	unlisten
	[ "$status" -eq 0 ]
	[ -z "$output" ]
}

@test "net user, as root: what listens on the host's loopback is not reached" {
	as_root; no_loopback
}

@test "net user, rootless: what listens on the host's loopback is not reached" {
	as_rootless; no_loopback
}

# pastas PARENT: the processes of the keeper of the pinfold PARENT, and of pasta below it.
pastas()
{
	local child
	for child in $(pgrep -P "$1"); do
		[ "$(cat "/proc/$child/comm" 2>/dev/null)" = pinfold-init ] && continue
		echo "$child"
		pastas "$child"
	done
}

pasta_ends()
{
	local found pid word pinfold_pid
	mkfifo ready
	with_tun "$pinfold" run -q --trace none --net user -- sh -c 'echo ready; exec sleep 1000' >ready 2>/dev/null 3>&- &
	pinfold_pid=$!
	read -r word <ready
	[ "$word" = ready ]
	# with_tun is a shell function: it, or what it started, is the parent.
	found=$(pastas "$pinfold_pid")
	[ "$(wc -w <<<"$found")" -ge 3 ]
	ps -o comm= -p "$(tr '\n' ',' <<<"$found" | sed 's/,$//')" | grep -q '^pas'
	for pid in $(pgrep -x pinfold -P "$pinfold_pid") "$pinfold_pid"; do
		[ "$(cat "/proc/$pid/comm" 2>/dev/null)" = pinfold ] && kill -9 "$pid"
	done
	for pid in $found; do
		timeout 20 tail --pid="$pid" -f /dev/null
	done
}

@test "net user, as root: pasta is killed when pinfold is" {
	as_root; pasta_ends
}

@test "net user, rootless: pasta is killed when pinfold is" {
	as_rootless; pasta_ends
}

@test "net user without pasta, or without its device, is an error that says so" {
	as_root
	run unshare -m sh -c 'mount -t tmpfs tmpfs /dev/net && exec "$@"' sh \
		"$pinfold" run --net user -- true
	exits 125
	[[ $output == *"pasta cannot make the pen's network"*/dev/net/tun* ]]
	run unshare -m sh -c 'mount --bind /dev/null /usr/bin/pasta && exec "$@"' sh \
		"$pinfold" run --net user -- true
	exits 125
	[[ $output == *"not installed"*passt* ]]
}

# on_host SCRIPT [ARG...]: in a network that plays the host, with two addresses, where $1 is pinfold
# as with_tun starts it; SCRIPT starts the host's programs and the pen. The second address is not on
# the device with the default route: newer pastas give the pen all that are.
on_host()
{
	need_program python3
	cat >host.sh <<-'END'
		ip link set lo up && ip link add d0 type veth peer name d1 &&
			ip link set d0 up && ip link set d1 up &&
			ip addr add 192.0.2.9/24 dev d0 && ip addr add 192.0.2.10/32 dev d1 &&
			ip -6 addr add fd00::9/64 dev d0 nodad &&
			ip route add default via 192.0.2.1 && ip -6 route add default via fd00::1 || exit 99
		exec "$@"
	END
	chmod 755 .
	with_host_tun python3 "$@"
}

# As with_tun, but pinfold's identity is taken on below the network's set-up.
with_host_tun()
{
	unshare -n -m sh -c 'mount -t tmpfs tmpfs /dev/net && mknod -m 666 /dev/net/tun c 10 200 &&
		chmod 666 /dev/net/tun && . ./host.sh' sh "$@"
}

# What a command without any right sends by the interface to loopback addresses, on either side of
# IPv4 and IPv6; prints what can be seen of it.
cat_attack()
{
	cat <<-'END'
	import socket, struct, sys
	port = int(sys.argv[1])
	dev = [n for _, n in socket.if_nameindex() if n != 'lo'][0]
	index = socket.if_nametoindex(dev)
	device = (socket.SOL_SOCKET, 25, dev.encode())
	ways4 = [device, (socket.SOL_SOCKET, 62, struct.pack('i', index)),
	         (socket.IPPROTO_IP, 50, struct.pack('!I', index))]
	ways6 = [device, (socket.IPPROTO_IPV6, 76, struct.pack('!I', index)),
	         # a routing header of type 2, whose address is where it goes first
	         (socket.IPPROTO_IPV6, 57, bytes([0, 2, 2, 1, 0, 0, 0, 0]) + b'\0' * 15 + b'\1')]
	def attempt(what):
	    try: what()
	    except OSError: pass
	for family, ways, addresses in (
	        (socket.AF_INET, ways4, ('127.0.0.1', '127.9.9.9', '0.0.0.0')),
	        (socket.AF_INET6, ways6, ('::1', '::', '::ffff:127.0.0.1', '::127.0.0.1', 'fd00::1'))):
	    for way in ways:
	        for address in addresses:
	            def datagram():
	                s = socket.socket(family, socket.SOCK_DGRAM)
	                s.setsockopt(*device) if address == 'fd00::1' else None
	                s.setsockopt(*way)
	                s.sendto(b'datagram to ' + address.encode(), (address, port))
	            def stream():
	                s = socket.socket(family, socket.SOCK_STREAM)
	                s.setsockopt(*way)
	                s.settimeout(0.3)
	                s.connect((address, port))
	            attempt(datagram)
	            if way == device: attempt(stream)
	    def by_message():
	        s = socket.socket(family, socket.SOCK_DGRAM)
	        if family == socket.AF_INET:
	            s.sendmsg([b'datagram'], [(0, 8, struct.pack('iII', index, 0, 0))], 0, ('127.0.0.1', port))
	        else:
	            s.sendmsg([b'datagram'], [(41, 50, b'\0' * 16 + struct.pack('i', index))], 0, ('::1', port))
	    attempt(by_message)
	END
}

# The host's part: listens on its loopback, then runs the rest as a command; prints what came.
cat_listener()
{
	cat <<-'END'
	import select, socket, subprocess, sys
	listeners = []
	for family, address in ((socket.AF_INET, '127.0.0.1'), (socket.AF_INET, '127.9.9.9'), (socket.AF_INET6, '::1')):
	    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
	        s = socket.socket(family, kind)
	        s.bind((address, 4545))
	        if kind == socket.SOCK_STREAM: s.listen()
	        listeners.append(s)
	status = subprocess.call(sys.argv[1:])
	for s in select.select(listeners, [], [], 0.2)[0]:
	    print('reached', s.type, s.getsockname())
	sys.exit(status)
	END
}

by_interface()
{
	cat_attack >attack.py
	cat_listener >listener.py
	run on_host listener.py "${as[@]}" "$pinfold" run -q --trace none --net user -r "$PWD" -- \
		python3 "$PWD/attack.py" 4545
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output != *reached* ]]
	# its own loopback is as ever
	run on_host listener.py "${as[@]}" "$pinfold" run -q --trace none --net user -- python3 -c '
import socket
for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
    s = socket.create_server((address, 4546), family=family)
    socket.create_connection((address, 4546)).send(b"x")
    print(s.accept()[0].recv(1))'
	[ "$output" = "b'x'"$'\n'"b'x'" ]
}

@test "43, as root: net user: nothing sent through the interface reaches the host's loopback" {
	as_root; by_interface
}

@test "43, rootless: net user: nothing sent through the interface reaches the host's loopback" {
	as_rootless; by_interface
}

@test "43: net user with a capability to send raw frames or remove the fence is an error" {
	as_root
	for name in net_raw net_admin 'sys_time net_raw'; do
		run "$pinfold" run -q --trace none --net user --capability "$name" -- true
		exits 125
		[[ $output == *"error: 'net user' does not go with cap_net_"* && $output == *"hint: "* ]]
	done
	run with_tun "$pinfold" run -q --trace none --net user --capability sys_time -- true
	exits 0
}

# The host answers a datagram of the pen's, and then a stranger sends to the same port.
strangers()
{
	cat >strangers.py <<-'END'
	import socket, subprocess, sys
	echo = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	echo.bind(('192.0.2.10', 4545))
	echo.settimeout(20)
	pen = subprocess.Popen(sys.argv[1:])
	text, sender = echo.recvfrom(100)
	for address in ('192.0.2.10', '127.0.0.1', '192.0.2.9'):
	    stranger = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	    stranger.bind((address, 0))
	    for to in ('192.0.2.9', '127.0.0.1'):
	        stranger.sendto(b'stranger', (to, sender[1]))
	echo.sendto(b'answer', sender)
	sys.exit(pen.wait())
	END
	run on_host strangers.py "${as[@]}" "$pinfold" run -q --trace none --net user -- python3 -c '
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("0.0.0.0", 40404))
s.settimeout(20)
s.sendto(b"question", ("192.0.2.10", 4545))
print(s.recv(100))
s.settimeout(0.3)
try: print(s.recv(100))
except OSError: print("no more")'
	echo "$output"
	[ "$output" = "b'answer'"$'\n'"no more" ]
}

@test "43, as root: net user: the answer to a datagram comes in, what strangers send does not" {
	as_root; strangers
}

@test "43, rootless: net user: the answer to a datagram comes in, what strangers send does not" {
	as_rootless; strangers
}

@test "ss works under the default policy, and sees the sockets of the pen's network only" {
	need_program ss
	cat >diag.py <<-'END'
	import errno, socket, struct, subprocess, sys
	def ask(kind, flags):  # inet_diag_req_v2 for TCP over IPv4, port 4546
	    s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 4)
	    body = struct.pack('=BBBxI', 2, 6, 0, ~0 & 0xffffffff) + struct.pack('>HH', 4546, 0) + \
	        bytes([127, 0, 0, 1]) + b'\0' * 28 + struct.pack('=III', 0, 0xffffffff, 0xffffffff)
	    s.send(struct.pack('=IHHII', 16 + len(body), kind, flags, 1, 0) + body)
	    return s.recv(65536)
	mine = socket.socket()
	mine.bind(('127.0.0.1', 4546))
	mine.listen()
	out = subprocess.run(['ss', '-tanx'], capture_output=True, text=True)
	print(out.stdout, out.stderr)
	# SOCK_DESTROY: a right in the network is wanted.
	answer = ask(21, 5)
	print('destroy', errno.errorcode[-struct.unpack_from('=i', answer, 16)[0]])
	END
	python3 - "$pinfold" run -r "$PWD" -- python3 "$PWD/diag.py" >out.txt 2>err.txt <<-'END'
	import socket, subprocess, sys
	s = socket.socket()
	s.bind(('127.0.0.1', 4547))
	s.listen()
	u = socket.socket(socket.AF_UNIX)
	u.bind('\0pinfold-of-the-host')
	u.listen()
	sys.exit(subprocess.call(sys.argv[1:], stdin=subprocess.DEVNULL))
	END
	cat out.txt err.txt
	[ ! -s err.txt ]
	grep -q '127.0.0.1:4546 ' out.txt
	[ "$(grep -c -e ':4547' -e pinfold-of-the-host out.txt)" = 0 ]
	grep -q '^destroy E' out.txt
}
