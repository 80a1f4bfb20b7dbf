# SPDX-License-Identifier: GPL-2.0-or-later
# net user: there is a network, the host's loopback is not in it, and pasta ends with the pen.

load lib

# with_tun COMMAND...: with a /dev/net/tun for every user, as root in a mount namespace of its own
# where the machine's is not.
with_tun()
{
	if [ "$(stat -c %a /dev/net/tun 2>/dev/null)" = 666 ]; then
		"$@"
		return
	fi
	unshare -m sh -c 'mount -t tmpfs tmpfs /dev/net && mknod -m 666 /dev/net/tun c 10 200 &&
		chmod 666 /dev/net/tun && exec "$@"' sh "$@"
}

need_pasta()
{
	need_program pasta
	need_program ip
	with_tun test -w /dev/net/tun 2>/dev/null || skip "no /dev/net/tun, and no right to make one"
	[ -n "$(ip route show default)" ] || skip "the host has no default route for pasta"
}

@test "net user gives the pen an interface, an address and a route" {
	need_pasta
	run with_tun "$pinfold" run --net user -- sh -c 'ip -br -4 address; ip route show default'
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(grep -c '/' <<<"$output")" -ge 2 ]
	[[ $output == *default* ]]
}

@test "net user does not reach what listens on the host's loopback" {
	need_pasta
	need_program python3
	coproc LISTENER { exec python3 -c '
import socket, sys
s = socket.create_server(("127.0.0.1", 0))
print(s.getsockname()[1], flush=True)
sys.stdin.read()'; }
	read -r port <&"${LISTENER[0]}"
	try='for a in 127.0.0.1 $(ip route show default | cut -d " " -f 3); do
		timeout 2 bash -c "echo >/dev/tcp/$a/'$port'" 2>/dev/null && echo "reached $a"; done; exit 0'
	# The attempt is one: from the host it has success.
	bash -c "$try" | grep -q 'reached 127.0.0.1'
	run with_tun "$pinfold" run --net user -- bash -c "$try"
	eval "exec ${LISTENER[1]}>&-"
	wait "$LISTENER_PID"
	[ "$status" -eq 0 ]
	[ -z "$output" ]
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

@test "pasta ends when pinfold is killed" {
	need_pasta
	mkfifo ready
	with_tun "$pinfold" run -q --net user -- sh -c 'echo ready; exec sleep 1000' >ready 2>/dev/null 3>&- &
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

@test "net user without pasta, or without its device, is an error that says so" {
	need_pasta
	[ "$(id -u)" = 0 ] || skip "hiding a device needs root"
	run unshare -m sh -c 'mount -t tmpfs tmpfs /dev/net && exec "$@"' sh \
		"$pinfold" run --net user -- true
	exits 125
	[[ $output == *"pasta cannot make the pen's network"*/dev/net/tun* ]]
	run unshare -m sh -c 'mount --bind /dev/null /usr/bin/pasta && exec "$@"' sh \
		"$pinfold" run --net user -- true
	exits 125
	[[ $output == *"not installed"*passt* ]]
}
