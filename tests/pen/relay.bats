# SPDX-License-Identifier: GPL-2.0-or-later
# A network by name: what connect lists is reached, by programs that know nothing of it, and nothing
# else is. The hosts are servers in a network namespace that the test makes: nothing leaves the machine.

load pen
load relay

reaches()
{
	world "$@" <<-'END'
		pen --connect one.example -- curl -sS http://one.example/
		echo
		pen --connect one.example -r "$PWD" -- curl -sS --cacert cert.pem https://one.example/
		echo
		for family in 4 6; do
			pen --connect one.example -- curl -sS -$family http://one.example/
			echo
		done
		pen --connect "six.example hosts.example" -- sh -c 'curl -sS http://six.example/; curl -sS http://hosts.example/'
		echo
		pen --connect 203.0.113.11:80 -- curl -sS http://203.0.113.11/
		echo
		pen --connect '[2001:db8::10]:80' -- curl -sS 'http://[2001:db8::10]/'
		echo
		pen --connect both.example:80 -- curl -sS http://both.example/
	END
	exits 0
	diff -u - <(echo "$output") <<-'END'
		hello from one.example
		hello from one.example
		hello from one.example
		hello from one.example
		hello from six.examplehello from hosts.example
		hello from 203.0.113.11
		hello from [2001:db8::10]
		hello from both.example
	END
}

@test "as root, what is listed is reached" {
	reaches
}

@test "rootless, what is listed is reached" {
	reaches -u
}

# refused OPTION...: each line of standard input is a command that must end with its status.
refuses()
{
	world "$@" <<-'END'
		while read -r status option command; do
			got=0
			pen --connect "$option" -- sh -c "$command" </dev/null >out || got=$?
			[ "$got" = "$status" ] || echo "$option: $command: $got: $(cat out)"
		done <<-ROWS
			6 one.example:80 curl -sS http://two.example/
			7 one.example:80 curl -sS http://203.0.113.10/
			7 one.example:80 curl -sS http://203.0.113.11/
			7 one.example:80 curl -sS http://[2001:db8::10]/
			7 one.example:80 curl -sS http://one.example:7/
			7 one.example:80 curl -sS http://169.254.169.254/
			7 one.example:80 curl -sS http://127.0.0.1/
			7 203.0.113.11:80 curl -sS http://203.0.113.10/
		ROWS
		# nothing was asked of the name server but the name that is listed, and nothing else came
		sort -u log
	END
	exits 0
	[ -z "$output" ]
}

@test "as root, nothing else is reached, and no question leaves the pen" {
	refuses
}

@test "rootless, nothing else is reached, and no question leaves the pen" {
	refuses -u
}

# Curl ends with 56, 35 or 52 when a connection is reset, or with 7 when that was before it noticed.
@test "a name that leads to a private address, or to the host, is not connected to" {
	world <<-'END'
		python3 -m http.server --bind :: 80 >/dev/null 2>&1 &
		await curl -s -o /dev/null http://127.0.0.1/
		for name in loop private meta own mapped hosts.private none; do
			got=0
			pen --connect "$name.example:80" -- curl -sS -m 20 "http://$name.example/" >out || got=$?
			case $got in 7 | 52 | 56) ;; *) echo "$name: $got: $(cat out)" ;; esac
			# each is there
			[ "$name" = none ] || [ "$name" = mapped ] || [ "$name" = hosts.private ] || curl -sS -m 20 -o /dev/null \
				--dns-servers 203.0.113.10 "http://$name.example/" 2>/dev/null || :
		done
		for address in 127.0.0.1 203.0.113.1 10.9.9.9 169.254.169.254; do
			curl -sS -m 20 -o /dev/null "http://$address/" || echo "bare: $address"
		done
		grep http log | sort -u
		kill $!
	END
	exits 0
	[ "$output" = $'http 10.9.9.9 /\nhttp 169.254.169.254 /' ]
}

@test "a private address, and a port of the host's loopback, are reached where they are listed" {
	world <<-'END'
		python3 -m http.server --bind 127.0.0.1 8123 >/dev/null 2>&1 &
		await curl -s -o /dev/null http://127.0.0.1:8123/
		pen --connect 10.9.9.9:80 -- curl -sS http://10.9.9.9/
		echo
		pen --connect localhost:8123 -- curl -sS -o /dev/null -w '%{http_code}\n' http://localhost:8123/
		pen --connect localhost:8123 -- curl -sS -o /dev/null -w '%{http_code}\n' http://127.0.0.1:8123/
		pen --connect localhost:8124 -- curl -sS http://127.0.0.1:8123/ >/dev/null || echo "status $?"
		kill $!
	END
	exits 0
	[ "$output" = $'hello from 10.9.9.9\n200\n200\nstatus 7' ]
}

@test "a name leads to private addresses only in the prefix that is written" {
	world <<-'END'
		for connect in "private.example in 10.0.0.0/8" "private.example in 10.8.0.0/16" "one.example in 10.0.0.0/8" \
			"own.example in 203.0.113.0/24" "one.example:80 in 203.0.113.0/24" "loop.example in 10.0.0.0/8"; do
			name=${connect%%[: ]*}
			echo "$connect: $(pen --connect "$connect" -- curl -4s "http://$name/" || echo none)"
		done
	END
	exits 0
	diff -u - <(echo "$output") <<-'END'
		private.example in 10.0.0.0/8: hello from private.example
		private.example in 10.8.0.0/16: none
		one.example in 10.0.0.0/8: none
		own.example in 203.0.113.0/24: none
		one.example:80 in 203.0.113.0/24: hello from one.example
		loop.example in 10.0.0.0/8: none
	END
}

@test "at port 443 there is only TLS for the name that is listed" {
	world <<-'END'
		try()
		{
			got=0
			pen --connect "$1" -- sh -c "$2" >out </dev/null || got=$?
			echo "$got"
		}
		try one.example 'curl -skS -o /dev/null https://one.example/'
		try one.example 'curl -skS -o /dev/null https://ONE.example/'
		try one.example 'curl -skS -o /dev/null --connect-to other.example:443:one.example:443 https://other.example/'
		try one.example 'curl -skS -o /dev/null --resolve other.example:443:198.18.0.2 https://other.example/'
		try one.example 'curl -skS -o /dev/null https://198.18.0.2/'
		try one.example 'curl -sS -o /dev/null http://one.example:443/'
		try "plain one.example:443" 'curl -skS -o /dev/null --connect-to other.example:443:one.example:443 https://other.example/'
		try 203.0.113.10:443 'curl -skS -o /dev/null https://203.0.113.10/'
		try 203.0.113.10:443 'curl -skS -o /dev/null --connect-to one.example:443:203.0.113.10:443 https://one.example/'
		# urgent data would hide from the relay what follows
		try one.example 'python3 -c "import socket, ssl
	s = socket.create_connection((\"one.example\", 443))
	s.send(b\"x\", socket.MSG_OOB)
	ssl._create_unverified_context().wrap_socket(s, server_hostname=\"one.example\")" 2>/dev/null'
	END
	exits 0
	[ "${output//$'\n'/ }" = "0 0 35 35 35 56 0 0 35 1" ]
}

# What each way out leads to is there: bare, all that root and this kernel can do succeed.
@test "none of twenty ways out leads out, as root, rootless, or with the capabilities of the network" {
	cp "$BATS_TEST_DIRNAME/relay_ways" .
	world <<-'END'
		python3 -c '
		import socket, threading
		def run(server):
		    while True:
		        client = server.accept()[0]
		        try:
		            client.send(b"x")
		        except OSError:
		            pass
		        client.close()
		tcp = socket.create_server(("0.0.0.0", 8098))
		unix = socket.socket(socket.AF_UNIX)
		unix.bind("\0relay_ways")
		unix.listen()
		open("listens", "w").close()
		threading.Thread(target=run, args=(unix,), daemon=True).start()
		run(tcp)' &
		await test -e listens
		as=
		echo bare: $(python3 relay_ways 7<>/dev/tcp/203.0.113.10/7)
		>log
		ways="--connect one.example:80 -r $PWD"
		echo root: $(pen $ways -- python3 relay_ways 7<>/dev/tcp/203.0.113.10/7)
		echo capable: $(pen $ways --user 0 --capability 'cap_net_admin cap_net_raw' -- python3 relay_ways)
		rootless="setpriv --reuid=65533 --regid=65533 --clear-groups"
		echo rootless: $($rootless "$pinfold" run -q --trace none -p open.policy $ways -- python3 relay_ways)
		cat log
		kill $!
	END
	exits 0
	grep '^bare: ' <<<"$output" >bare
	for way in tcp4 tcp4-of-the-listed tcp6 mapped resolver name-data metadata private loopback own fastopen \
		io_uring icmp packet route address link abstract inherited; do
		grep -qw -- "$way" bare || case $way in io_uring | link) ;; *) echo "bare, $way fails: $(cat bare)"; false ;; esac
	done
	# In its own network the command may change what it likes: it stays without a way out.
	diff -u - <(grep -v '^bare: ' <<<"$output") <<-'END'
		root:
		capable: route address link
		rootless:
	END
}

@test "the report has what was connected to and what was refused, and check fails on that" {
	world <<-'END'
		cat >script.pen <<-'PEN'
			curl -sS http://one.example/
			curl -sS http://203.0.113.11/
			curl -sS http://203.0.113.11/
			curl -sS http://[2001:db8::10]:81/
			curl -sS http://other.example/
			curl -4sS http://one.example:81/
			curl -skS --connect-to other.example:443:one.example:443 https://other.example/
			curl -sS http://one.example:443/
			curl -4sS http://private.example/
			python3 -c '
			import socket
			s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
			s.sendto(b"x", ("203.0.113.10", 53))
			s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
			s.sendto(b"x", ("2001:db8::10", 53))'
			curl -sS http://127.0.0.1:81/
			exit 0
		PEN
		pen --report r.json -r . --connect one.example --connect private.example -- sh script.pen >/dev/null
		jq -r '.network.connections[] | "\(.host):\(.port) \(.count) \(.failed) \(.sent > 10) \(.received > 10)"' r.json
		jq -r '.network.refused[] | "\(.kind) \(.host) \(.port) \(.other) \(.count) \(.fix)"' r.json | sort
		"$pinfold" report --format json r.json | cmp - r.json
		"$pinfold" run --trace none -p open.policy --connect one.example -- curl -s http://203.0.113.11/ 2>&1 | grep -E 'network|fix'
		"$pinfold" check -p open.policy --connect one.example:80 -- curl -s http://203.0.113.11/ >out 2>&1
		echo "status $?"
		"$pinfold" check -p open.policy --connect one.example:80 -- curl -s http://one.example/ >out 2>&1
		echo "status $?"
	END
	exits 0
	diff -u - <(echo "$output") <<-'END'
		one.example:80 1 0 true true
		one.example:443 2 0 false false
		private.example:80 1 1 false false
		name other.example null null 2 --connect other.example
		no-tls one.example 443 null 1 --connect 'plain one.example:443'
		private private.example 80 10.9.9.9 1 null
		tcp 2001:db8::10 81 null 1 --connect [2001:db8::10]:81
		tcp 203.0.113.11 80 null 2 --connect 203.0.113.11:80
		tcp one.example 81 null 1 --connect one.example:81
		tls-name one.example 443 other.example 1 --connect other.example
		udp 2001:db8::10 53 null 1 null
		udp 203.0.113.10 53 null 1 null
		pinfold: network: no connect lists '203.0.113.11:80' (1 time)
		    fix: --connect 203.0.113.11:80
		status 123
		status 0
	END
}

@test "profiles reach it with the part for clients, and --connect decides over the net of a file" {
	world <<-'END'
		with()
		{
			"$pinfold" run -q --trace none --connect one.example:80 "$@" -- \
				curl -sS --max-time 5 http://one.example/ 2>&1
		}
		with -p '<agent>' || echo "agent: $?"
		with -p '<agent>' -p '<client>'
		echo
		with -p '<default>' -p '<client>'
		echo
		with -p '<curl>'
	END
	exits 0
	[[ ${lines[0]} == "pinfold: warning: the policy denies the sockets that 'connect' is for" ]]
	[[ ${lines[1]} == "hint: -p '<client>', "* ]]
	[[ $output == *"curl: (6) "*"agent: 6"* ]]
	[ "$(grep -c "^hello from one.example$" <<<"$output")" -eq 3 ]
}

@test "a name in TLS that is more than a name leads to no remedy" {
	world <<-'END'
		for name in other.example other.example:80 localhost:22 10.0.0.1; do
			echo "$name $("$pinfold" run --trace none -p open.policy --report r.json --connect one.example -- \
				openssl s_client -connect one.example:443 -servername "$name" </dev/null >/dev/null 2>&1
				jq -c '[.network.refused[] | [.kind, .fix]]' r.json)"
		done
	END
	exits 0
	diff -u - <(echo "$output") <<-'END'
		other.example [["tls-name","--connect other.example"]]
		other.example:80 [["tls-name",null]]
		localhost:22 [["tls-name",null]]
		10.0.0.1 [["tls-name",null]]
	END
}

@test "programs that know of no proxy reach a listed host" {
	world <<-'END'
		while read -r program command; do
			command -v "${program%-*}" >/dev/null || { echo "$program is not installed" >&2; continue; }
			pen --connect one.example -r "$PWD" -- sh -c "$command" </dev/null >out 2>&1
			grep -q "one.example /$program" log || echo "$program: $(cat out)"
		done <<-'ROWS'
			curl curl -sS http://one.example/curl
			wget wget -qO- http://one.example/wget
			wget-tls wget -qO- --ca-certificate=cert.pem https://one.example/wget-tls
			busybox busybox wget -qO- http://one.example/busybox
			git git ls-remote http://one.example/git
			openssl printf 'GET /openssl HTTP/1.1\r\nHost: one.example\r\nConnection: close\r\n\r\n' | openssl s_client -quiet -ign_eof -connect one.example:443 -servername one.example
			python3 python3 -c 'import urllib.request as r; r.urlopen("http://one.example/python3").read()'
			node node -e 'fetch ? fetch("http://one.example/node") : require("http").get("http://one.example/node")'
			perl perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new("one.example:80") or die; print $s "GET /perl HTTP/1.1\r\nHost: one.example\r\nConnection: close\r\n\r\n"; print <$s>'
			ruby ruby -rnet/http -e 'Net::HTTP.get(URI("http://one.example/ruby"))'
			php php -r 'file_get_contents("http://one.example/php");'
			bash bash -c 'exec 3<>/dev/tcp/one.example/80; printf "GET /bash HTTP/1.1\r\nHost: one.example\r\nConnection: close\r\n\r\n" >&3; cat <&3'
		ROWS
	END
	exits 0
	[ -z "$(grep -v 'is not installed$' <<<"$output")" ]
}

@test "many connections, in a row and at once, are all served" {
	world <<-'END'
		cat >many.py <<-'PYTHON'
			import resource, socket
			resource.setrlimit(resource.RLIMIT_NOFILE, (1200, 4096))
			to = socket.getaddrinfo("one.example", 7, socket.AF_INET, socket.SOCK_STREAM)[0][4]
			def ask(s, text):
			    s.sendall(text)
			    return s.recv(len(text), socket.MSG_WAITALL) == text
			n = 0
			for i in range(500):
			    with socket.create_connection(to) as s:
			        n += ask(s, b"in a row %d" % i)
			at_once = [socket.create_connection(to) for i in range(600)]
			for s in at_once[:500]:
			    n += ask(s, b"at once %d" % n)
			for s in at_once[:100]:
			    s.close()
			for s in at_once[500:]:  # which waited for these to end
			    n += ask(s, b"later %d" % n)
			data = bytes(i % 251 for i in range(1 << 20))
			with socket.create_connection(to) as s:
			    s.setblocking(False)
			    sent = got = 0
			    text = b""
			    while len(text) < len(data):
			        try:
			            sent += s.send(data[sent:]) if sent < len(data) else 0
			        except BlockingIOError:
			            pass
			        try:
			            text += s.recv(1 << 16)
			        except BlockingIOError:
			            pass
			print(n, text == data)
		PYTHON
		pen --connect one.example:7 -r "$PWD" -- python3 many.py
	END
	exits 0
	[ "$output" = "1100 True" ]
}

@test "with few descriptors for the relay, connections wait and are served" {
	world <<-'END'
		for few in 339 345; do
			prlimit --nofile=$few "$pinfold" run -q --trace none -p open.policy --connect one.example:80 -- \
				sh -c 'seq 30 | xargs -P 30 -I% curl -sS --max-time 5 http://one.example/' |
				grep -o 'hello from' | wc -l
		done 2>&1
	END
	exits 0
	diff -u - <(echo "$output") <<-'END'
		30
		30
	END
}

@test "the pen ends with its relay, and the relay with its pen" {
	world <<-'END'
		relay_of()
		{
			for status in /proc/[0-9]*/status; do
				if grep -qs '^Name:.pinfold-relay' "$status" && grep -qs "^PPid:.$1\$" "$status"; then
					basename "${status%/status}"
					return
				fi
			done
		}
		found() { relay=$(relay_of $child); [ -n "$relay" ]; }
		gone() { [ ! -e "/proc/$relay" ] || grep -q '^State:.Z' "/proc/$relay/status"; }
		for victim in relay pinfold; do
			"$pinfold" run -q --trace none -p open.policy --connect one.example -- sleep 60 2>$victim.err &
			child=$!
			await found
			if [ $victim = relay ]; then kill -9 "$relay"; else kill -9 $child; fi
			wait $child 2>/dev/null
			echo "$victim: $?"
			await gone
		done
		cat relay.err
	END
	exits 0
	diff -u - <(echo "$output") <<-'END'
		relay: 125
		pinfold: 137
		pinfold: the process that connects the pen's network was killed
	END
}

# Each line is what is listed, then a tab and the URLs to ask for; what follows is the status of curl for
# each: 6 for a name that does not exist, 7 for what is refused, or 56 if the refusal came a moment later.
@test "patterns, prefixes and any name are reached as they are listed, and nothing besides" {
	world <<-'END'
		while IFS='	' read -r connect urls; do
			echo "$connect:" $(pen --connect "$connect" -- bash -c 'for url; do
				curl -4 -sko /dev/null "$url" && echo 0 || echo $?; done' - $urls) | sed 's/\<\(52\|35\|56\)\>/7/g'
		done <<-'ROWS'
			*.wild.example	http://a.wild.example http://b.c.wild.example https://a.wild.example http://wild.example http://one.example http://private.wild.example http://203.0.113.10
			*.wild.example in 10.0.0.0/8	http://a.wild.example http://private.wild.example
			*	http://one.example https://one.example http://one.example:7 http://hosts.example http://hosts.private.example http://203.0.113.10 http://198.18.77.1 http://own.example http://private.example http://none.example http://localhost
			203.0.113.8/29:80	http://203.0.113.10 http://203.0.113.11 http://203.0.113.1 http://one.example https://203.0.113.10
			203.0.113.0/24:80	http://203.0.113.1 http://203.0.113.10
			*:443 one.example:80	http://one.example https://two.example http://two.example
			*:80 203.0.113.10:80	http://203.0.113.10 http://203.0.113.11 http://two.example
			mixed.example	http://mixed.example/where
			mixed.example in 10.0.0.0/8	http://mixed.example/where
		ROWS
		grep where log
		pen --connect '[2001:db8::/64]:80' -- curl -sS 'http://[2001:db8::10]'
		echo
		pen --connect '*:80' -- curl -6sS http://one.example
		echo
		pen --report r.json --connect '*' -- bash -c 'curl -s http://one.example http://203.0.113.11 http://none.example'
		jq -r '.network | (.connections[] | "\(.host):\(.port) \(.count > 0) \(.failed > 0)"), (.refused[] | "\(.kind) \(.host) \(.fix)")' r.json
		"$pinfold" report --format json r.json | cmp - r.json
	END
	exits 0
	diff -u - <(echo "$output") <<-'END'
		*.wild.example: 0 0 0 6 6 7 7
		*.wild.example in 10.0.0.0/8: 7 0
		*: 0 0 7 0 7 7 7 7 7 7 7
		203.0.113.8/29:80: 0 0 7 6 7
		203.0.113.0/24:80: 7 0
		*:443 one.example:80: 0 0 7
		*:80 203.0.113.10:80: 0 7 0
		mixed.example: 0
		mixed.example in 10.0.0.0/8: 0
		http mixed.example /where 203.0.113.11
		http mixed.example /where 10.9.9.9
		hello from [2001:db8::10]
		hello from one.example
		hello from one.exampleone.example:80 true false
		none.example:80 true true
		tcp 203.0.113.11 --connect 203.0.113.11:80
	END
}

# A program of the pen could deceive the others there by answering in the relay's place.
@test "in the pen nobody can bind what the relay listens on, however specific and whatever is reused" {
	world <<-'END'
		cat >bind.py <<-'PYTHON'
			import socket, sys
			for where in sys.argv[1:]:
			    address, port = where.rsplit(":", 1)
			    for kind in socket.SOCK_STREAM, socket.SOCK_DGRAM:
			        s = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, kind)
			        if (kind == socket.SOCK_DGRAM) != (port == "53"):
			            continue
			        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
			        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
			        try:
			            s.bind((address, int(port)))
			            s.listen() if kind == socket.SOCK_STREAM else None
			            print("bound", where)
			        except OSError:  # in use, or a port of the privileged
			            pass
		PYTHON
		pen -r "$PWD" --connect one.example:8443 -- python3 bind.py 198.18.0.1:53 0.0.0.0:53 198.18.0.2:8443 0.0.0.0:8443 :::8443
		pen -r "$PWD" --connect '*:8443' -- python3 bind.py 198.18.0.122:8443 0.0.0.0:8443 :::8443 fd70:696e:666f:6c64::7a:8443
	END
	exits 0
	[ -z "$output" ]
}

@test "a relay that is killed during the set-up, whenever that is, is named as the reason" {
	world <<-'END'
		cat >kill.py <<-'PYTHON'
			import os, signal, subprocess, sys
			for turns in range(0, 40000, 1000):
			    child = subprocess.Popen([os.environ["pinfold"], "run", "-q", "--trace", "none", "-p", "open.policy",
			        "--connect", "one.example", "--", "sleep", "60"], stderr=subprocess.PIPE)
			    children, relay = "/proc/%d/task/%d/children" % (child.pid, child.pid), None
			    while relay is None and child.poll() is None:
			        for pid in open(children).read().split():
			            try:
			                if open("/proc/%s/comm" % pid).read() == "pinfold-relay\n":
			                    relay = int(pid)
			            except OSError:
			                pass
			    for _ in range(turns):
			        pass
			    os.kill(relay, signal.SIGKILL)
			    print(child.communicate()[1].decode().strip(), child.returncode)
		PYTHON
		python3 kill.py | sort | uniq -c
	END
	exits 0
	[ "$(echo $output)" = "40 pinfold: the process that connects the pen's network was killed 125" ]
}

@test "what the command sends as its last act arrives, and what it aborts does not end as if it were whole" {
	world <<-'END'
		cat >last.py <<-'PYTHON'
			import os, socket, struct, sys
			s = socket.create_connection(("one.example", 9))
			s.sendall(b"x" * int(sys.argv[1]))
			if sys.argv[2:]:  # unread, it would reset the connection; and the host was reached
			    s.recv(5)
			if sys.argv[2:] == ["abort"]:
			    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
			os._exit(0)
		PYTHON
		for i in 1 2 3; do
			pen --connect one.example:9 -r "$PWD" -- python3 last.py 4
			pen --connect one.example:9 -r "$PWD" -- python3 last.py 1500000 read
			pen --connect one.example:9 -- bash -c 'for i in 1 2 3 4 5; do echo $i >/dev/tcp/one.example/9; done'
		done
		pen --connect one.example:9 -r "$PWD" -- python3 last.py 40000 abort
		await eval '[ "$(grep -c discard log)" = 22 ]'
		sed -n '/^discard [24] /!s/^discard [0-9]* Connection.*/aborted/; s/^discard \([0-9]*\) .*/\1/; /^[0-9a]/p' log | sort | uniq -c | sort -n
	END
	exits 0
	diff -uw - <(echo "$output") <<-'END'
		      1 aborted
		      3 1500000
		      3 4
		     15 2
	END
}
