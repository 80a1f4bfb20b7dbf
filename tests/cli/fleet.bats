# SPDX-License-Identifier: GPL-2.0-or-later
# merge: reports of a fleet become one policy, which says how many there were and what is rare.

load lib

setup_file()
{
	cd "$BATS_FILE_TMPDIR" || return 1
	[ "$(id -u)" = 0 ] || return 0
	"$pinfold" record -q -o ls.policy --report ls.json -- ls /etc >/dev/null
	"$pinfold" record -q -o sh.policy --report sh.json -- sh -c 'umask 077; cd /etc; ls' >/dev/null
}

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	need_trace
	cp "$BATS_FILE_TMPDIR"/{ls,sh}.{policy,json} .
}

# fleet N: in reports/, N reports of which every second is of ls, with times and counts that differ.
fleet()
{
	mkdir -p reports/deep
	for ((i = 0; i < $1; i++)); do
		jq -c --argjson i "$i" '.started = "2026-0\(1 + $i % 9)-11T12:00:00Z" |
			.syscalls[].allowed += $i | .machine = "\($i % 3)abcdefabcdefabcdefabcdefabcdef0"' \
			"$( ((i % 2)) && echo ls.json || echo sh.json)" \
			>"reports/$( ((i % 4)) || echo deep/)r$i.json"
	done
}

@test "merge counts runs and machines, the same text in any order and by any way to name the files" {
	fleet 12
	"$pinfold" merge -o a.policy reports
	find reports -name '*.json' | shuf | "$pinfold" merge -o b.policy -
	find reports -name '*.json' -print0 | shuf -z | "$pinfold" merge -o c.policy -
	# shellcheck disable=SC2046
	"$pinfold" merge -o d.policy $(find reports -name '*.json' | sort -r)
	for other in b c d; do
		cmp a.policy $other.policy
	done
	[ "$(sed -n 1p a.policy)" = "# Merged from 12 of 12 reports, of runs from 2026-01-11 to 2026-09-11" ]
	[ "$(sed -n 2p a.policy)" = "# Machines: 3" ]
	grep -q '^# Runs: 12; not seen in all of them: .*umask in 6 on 3 machines' a.policy
	grep -q 'chdir 36 (seen in 6 of 12 runs on 3 of 3 machines)' a.policy
	for command in 'ls /etc' "sh -c umask\ 077"; do
		eval "$pinfold run --trace ebpf --report r.json -p a.policy -- $command" >/dev/null
		says .totals.denied 0
	done
}

@test "merge: a file that is named twice is one run" {
	ln -s ls.json link.json
	"$pinfold" merge -o m.policy ls.json ./ls.json link.json sh.json
	head -n 1 m.policy | grep -q '^# Merged from 2 of 2 reports'
	grep -q 'seen in 1 of 2 runs' m.policy
	fails grep -q Machines m.policy
}

@test "merge names a broken report, skips it with status 1, and says so in the head" {
	mkdir reports
	cp ls.json sh.json reports
	head -c 1000 ls.json >reports/broken.json
	jq '.syscalls += [.syscalls[0]]' ls.json >reports/twice.json
	jq '.machine = "../../x"' ls.json >reports/odd.json
	run "$pinfold" merge -o m.policy reports nosuch.json
	exits 1
	[[ $output == *"reports/broken.json:"*"error: not valid JSON"* ]]
	[[ $output == *"'reports/twice.json' lists a call twice: "* ]]
	[[ $output == *"reports/odd.json:"*"'machine' has 32 hexadecimal digits"* ]]
	[[ $output == *"cannot read 'nosuch.json'"* ]]
	head -n 1 m.policy | grep -q '^# Merged from 2 of 6 reports'
	rm reports/odd.json # does not fit the schema
	"$pinfold" merge -o two.policy ls.json sh.json
	cmp <(sed 1d m.policy) <(sed 1d two.policy)
	# Of none that can be read there is no policy; of one that is broken among policies, there is.
	run "$pinfold" merge -o none.policy reports/broken.json
	exits 2
	[ ! -e none.policy ]
	run "$pinfold" merge -o both.policy ls.policy reports/broken.json
	exits 1
	[ -e both.policy ]
}

@test "merge: a directory without reports and an empty list are errors; unfinished reports are not seen" {
	mkdir empty
	cp ls.json empty/.r.json.0123456789abcdef
	cp ls.json empty/.hidden.json
	mkfifo empty/fifo.json
	ln -s . empty/loop.json
	run "$pinfold" merge -o m.policy empty
	exits 2
	[[ $output == *"there is no report in 'empty'"*"hint: the name of a report ends in .json"* ]]
	run "$pinfold" merge -o m.policy - </dev/null
	exits 2
	[[ $output == *"standard input lists no file"*"hint: find DIR"* ]]
	run "$pinfold" merge -o m.policy - <<<-
	exits 2
	[[ $output == *"'./-'"* ]]
	[ ! -e m.policy ]
	echo ls.json | "$pinfold" merge -o m.policy empty/../ls.json -
	head -n 1 m.policy | grep -q '^# Merged from 1 of 1 report,'
}

@test "merge --min-runs leaves out what is rare, and names it" {
	cp ls.json again.json
	"$pinfold" merge --min-runs 2 -o m.policy ls.json again.json sh.json
	grep -q '^# Left out, seen in fewer than 2 runs: .*umask in 1' m.policy
	[[ $("$pinfold" explain m.policy umask) == *"deny EPERM"* ]]
	"$pinfold" run --trace ebpf --report r.json -p m.policy -- ls /etc >/dev/null
	says .totals.denied 0
	run "$pinfold" merge --min-runs 3 -o n.policy ls.json sh.json
	exits 2
	[[ $output == *"--min-runs 3 would leave out every call: there are 2 reports"* ]]
	for bad in 0 -1 x 1.5 99999999999; do
		run "$pinfold" merge --min-runs=$bad -o n.policy ls.json
		exits 2
		[[ $output == *"'$bad' is not a number of runs"* ]]
	done
	[ ! -e n.policy ]
}

@test "merge --since leaves out earlier runs, and counts them" {
	fleet 9
	"$pinfold" merge --since 2026-05-11T12:00:00Z -o m.policy reports
	head -n 1 m.policy |
		grep -qx '# Merged from 5 of 9 reports, of runs from 2026-05-11 to 2026-09-11; 4 were of earlier runs'
	"$pinfold" merge --since 2026-05-12 -o m.policy reports
	head -n 1 m.policy | grep -q '^# Merged from 4 of 9 reports'
	run "$pinfold" merge --since 2027-01-01 -o n.policy reports
	exits 2
	[[ $output == *"no report is of a run since the date of --since"* ]]
	for bad in 2026-02-30 yesterday 2026-13-01 2026-01-01T 1.1.2026 ''; do
		run "$pinfold" merge --since "$bad" -o n.policy reports
		exits 2
		[[ $output == *"'$bad' is not a date"*"hint: 2026-01-31"* ]]
	done
	[ ! -e n.policy ]
}

@test "merge: policies among the reports get the mildest verdict of all, and the head is kept" {
	echo 'allow acct' >acct.policy
	"$pinfold" merge -o ab.policy acct.policy ls.json sh.json
	"$pinfold" merge -o ba.policy sh.json acct.policy ls.json
	cmp ab.policy ba.policy
	head -n 1 ab.policy | grep -q '^# Merged from 2 of 2 reports'
	grep -q '^# Runs: 2; not seen in all of them: .*umask in 1' ab.policy
	[[ $("$pinfold" explain ab.policy acct) == *allow* ]]
	"$pinfold" merge -o reports.policy ls.json sh.json
	run "$pinfold" diff --fail-on narrower reports.policy ab.policy
	exits 0
}

@test "--machine names this machine in a JSON report by a hash, and nothing else does" {
	local hash
	[ -s /etc/machine-id ] || skip "this machine has no ID"
	[ "$(jq .machine ls.json)" = null ]
	"$pinfold" run -q --machine --report r.json -- true
	hash=$(jq -r .machine r.json)
	[[ $hash =~ ^[0-9a-f]{32}$ ]]
	[ "$hash" != "$(cat /etc/machine-id)" ]
	fails grep -q "$(cat /etc/machine-id)" r.json
	if command -v systemd-id128 >/dev/null; then
		[ "$hash" = "$(systemd-id128 -a 09d6b2ab0140437db06e4173335c1167 machine-id)" ]
	fi
	"$pinfold" record -q --machine --report r.json -o m.policy -- true
	[ "$(jq -r .machine r.json)" = "$hash" ]
	fails grep -q "$hash" m.policy
	run "$pinfold" run --machine --report r.html -- true
	exits 2
	[[ $output == *"--machine names the machine in a JSON report, and there is none"* ]]
}

@test "merge needs little memory for many reports, and no more for twice as many" {
	is_sanitized && skip "sanitizers reserve memory"
	mkdir many
	for i in {1..400}; do
		cp sh.json "many/$i.json"
	done
	(
		ulimit -v 120000
		"$pinfold" merge -o m.policy many
	)
	head -n 1 m.policy | grep -q '^# Merged from 400 of 400 reports'
}
