# SPDX-License-Identifier: GPL-2.0-or-later
# net user: there is a network, the host's loopback is not in it, and pasta ends with the pen.

load lib

rootless_id=65533

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
	as=()
	need_pasta
	[ "$(id -u)" = 0 ] || return 0
	need_program setpriv
	chmod 755 . "$BATS_RUN_TMPDIR"
	cp "$pinfold" pinfold # the build's folder need not be one that another user may enter
	pinfold=$PWD/pinfold
	as=(setpriv "--reuid=$rootless_id" "--regid=$rootless_id" --clear-groups)
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
	# The attempt is one: from the host it has success.
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

@test "net user, as root: pasta ends when pinfold is killed" {
	as_root; pasta_ends
}

@test "net user, rootless: pasta ends when pinfold is killed" {
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
