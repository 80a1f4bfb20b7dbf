# SPDX-License-Identifier: GPL-2.0-or-later
# What a network by name was used for, in the policies that are learned, merged, pruned and compared,
# and in the reports. The hosts are those of relay_world.

load pen
load relay

@test "record lists what was connected to, and proposes the rest" {
	world <<-'END'
		cat >script.pen <<-'PEN'
			curl -sS http://one.example/
			curl -sS http://one.example/
			curl -sk https://one.example/
			curl -s http://203.0.113.11/
			curl -s http://other.example/
			curl -4s --max-time 5 http://private.example/
			exit 0
		PEN
		"$pinfold" record -q -o a.policy -r . --connect one.example --connect plain\ other.example:443 \
			--connect private.example:80 -- sh script.pen >/dev/null 2>&1
		sed -n '/== Hosts/,/^$/p' a.policy | grep -v '^$'
		grep '^connect' a.policy >connect.policy
		"$pinfold" run -q --trace none -p open.policy -p connect.policy -- curl -sS http://one.example/
		echo
		printf 'allow read\nconnect one.example:80\n' >old.policy
		"$pinfold" record -q --merge old.policy -o b.policy -r . --connect one.example -- sh script.pen >/dev/null 2>&1
		grep '^connect' b.policy
		printf 'allow read\nnet user\n' >old.policy
		"$pinfold" record -q --merge old.policy -o b.policy -r . --connect one.example -- sh script.pen >/dev/null 2>&1
		grep 'connect one' b.policy
		"$pinfold" record -q --runs 2 -o c.policy -r . --connect one.example -- sh script.pen >/dev/null 2>&1
		grep 'one.example:80' c.policy
		for i in 1 2; do
			"$pinfold" run -q --trace ebpf -p open.policy --report r$i.json --connect one.example -- sh script.pen >/dev/null 2>&1
		done
		"$pinfold" merge -o - r1.json r2.json 2>/dev/null | grep 'one.example:80'
	END
	exits 0
	diff -u - <(echo "$output") <<-'END'
		# == Hosts: what was connected to
		# one.example:80: 2 connections
		connect one.example:80
		# one.example:443: 1 connection
		connect one.example:443
		# Did not answer, 1 time: connect private.example:80
		# Not connected to: connect plain other.example:443
		# Refused while recording: tcp 203.0.113.11:80, 1 time; lifted by: connect 203.0.113.11:80
		# Refused while recording: tcp other.example:80, 2 times; lifted by: connect other.example:80
		# Refused while recording: private private.example:80 at 10.9.9.9, 1 time
		hello from one.example
		connect one.example:80
		connect one.example:443
		# Not added, because of 'net user': connect one.example:80
		# Not added, because of 'net user': connect one.example:443
		# one.example:80: 4 connections
		connect one.example:80
		# one.example:80: 4 connections
		connect one.example:80
	END
}

@test "prune takes out the hosts and ports that no report used" {
	world <<-'END'
		sed 's/^\t//' >app.policy <<-'POLICY'
			default allow
			unknown allow
			connect one.example other.example:443 # both
			connect six.example:80 \
				hosts.example:80
			connect private.example:80,443 in 10.0.0.0/8
			connect plain one.example:443
		POLICY
		"$pinfold" run -q --trace ebpf -p app.policy --report r.json -- \
			sh -c 'curl -s http://one.example/; curl -s http://hosts.example/; curl -4s http://private.example/' >/dev/null
		"$pinfold" prune app.policy r.json 2>removed
		cut -d " " -f 3- removed
	END
	exits 0
	diff -u - <(echo "$output") <<-'END'
		default allow
		unknown allow
		connect one.example:80 # both
		connect \
		hosts.example:80
		connect private.example:80 in 10.0.0.0/8
		connect plain one.example:443
		not used, removed: connect plain one.example:443
		not used, removed: connect other.example:443
		not used, removed: connect six.example:80
		not used, removed: connect private.example:443 in 10.0.0.0/8
	END
}

@test "merge joins the hosts, and leaves out what disagrees" {
	printf 'allow read\nconnect one.example\nconnect git.example in 10.0.0.0/8\n' >a.policy
	printf 'allow write\nconnect two.example:443 one.example:80 git.example:80 in 10.1.0.0/16\n' >b.policy
	run "$pinfold" merge -o - a.policy b.policy
	exits 0
	run grep "^connect\|^#.*connect" <<<"$output"
	diff -u - <(echo "$output") <<-'END'
		connect one.example:80
		connect git.example:443 in 10.0.0.0/8
		connect one.example:443
		connect two.example:443
		# not in all inputs: connect git.example:80 in 10.0.0.0/8
		# not in all inputs: connect git.example:80 in 10.1.0.0/16
	END
}

@test "diff knows which hosts are wider, and lint what a host may be" {
	printf 'connect one.example:443 git.example:443 in 10.0.0.0/8\n' >a.policy
	printf 'connect plain one.example:443\nconnect git.example:443 in 10.1.0.0/16 two.example:443\n' >b.policy
	run "$pinfold" diff a.policy b.policy
	exits 1
	[ "$output" = 'narrower: - connect git.example:443 in 10.0.0.0/8
wider: - connect one.example:443
narrower: + connect git.example:443 in 10.1.0.0/16
wider: + connect plain one.example:443
wider: + connect two.example:443' ]
	printf 'net user\n' >a.policy
	run "$pinfold" diff --fail-on wider a.policy b.policy
	exits 0
	run "$pinfold" diff --fail-on wider b.policy a.policy
	exits 1
	printf 'connect 100.100.100.200:80 metadata.google.internal:80 in 169.254.0.0/16 one.example:22\n' >a.policy
	run "$pinfold" lint --severity note a.policy
	[ "$(grep -c connect-metadata <<<"$output")" -eq 2 ]
	[[ $output == *connect-ssh* ]]
}

@test "the stream, -v and the web page have the connections and what was refused" {
	world <<-'END'
		"$pinfold" run -v --trace ebpf -p open.policy --connect one.example --report r.json --stream s.jsonl -- \
			sh -c 'curl -s http://one.example/; curl -s http://203.0.113.11/' 2>&1 >/dev/null |
			grep 'network: \(one\|no\)' | sed 's/[0-9]* bytes sent, [0-9]* /N bytes sent, N /'
		jq -r 'select(.connection) | .connection | "\(.host):\(.port) \(.count)"' s.jsonl
		jq -r 'select(.refused) | .refused | "\(.kind) \(.host) \(.fix)"' s.jsonl
		tail -n 1 s.jsonl | jq -r .event
		"$pinfold" report --format html r.json | grep -o 'one.example:80: 1 connection'
	END
	exits 0
	diff -u - <(echo "$output") <<-'END'
		pinfold: network: one.example:80: 1 connection, N bytes sent, N received
		pinfold: network: no connect lists '203.0.113.11:80' (1 time)
		one.example:80 1
		tcp 203.0.113.11 --connect 203.0.113.11:80
		end
		one.example:80: 1 connection
	END
}

@test "the fix of each kind of refusal lets it through" {
	world <<-'END'
		try()
		{
			"$pinfold" run -q --trace none -p open.policy --report r.json --connect one.example "$@" >/dev/null 2>&1 </dev/null
			jq -c '[.network.refused[] | [.kind, .host]]' r.json
		}
		while read -r command; do
			try -- sh -c "$command"
			eval "set -- $(jq -r '.network.refused[0].fix' r.json)"
			try "$@" -- sh -c "$command"
		done <<-'COMMANDS'
			getent ahosts two.example
			curl -4s --max-time 1 http://one.example:7/
			curl -s http://203.0.113.11/
			curl -gs http://[2001:db8::10]:80/
			curl -s http://one.example:443/
			curl -sk https://203.0.113.10/
		COMMANDS
	END
	exits 0
	diff -u - <(echo "$output") <<-'END'
		[["name","two.example"]]
		[]
		[["tcp","one.example"]]
		[]
		[["tcp","203.0.113.11"]]
		[]
		[["tcp","2001:db8::10"]]
		[]
		[["no-tls","one.example"]]
		[]
		[["tcp","203.0.113.10"]]
		[]
	END
}
