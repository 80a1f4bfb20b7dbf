# SPDX-License-Identifier: GPL-2.0-or-later
# What the formats of a report have in common: rows of src/report/format.c.

load lib

# extensions: those that --report takes, one a line.
extensions()
{
	"$pinfold" run --help | sed -n '/^ *--report FILE /,/^ *--stream FILE /p' |
		grep -oE '\.[a-z]+(\.[a-z]+)?'
}

@test "an extension that no format has is an error that lists those that are there" {
	for name in r.pdf r json /dev/null; do
		run "$pinfold" run --report "$name" -- true
		exits 2
		[ "${lines[0]}" = "pinfold: no report format for the extension of '$name'" ]
		[ "$(sed -n 's/ ([^)]*)//g; s/^hint: extensions: //p' <<<"${lines[1]}")" = \
			"$(extensions | paste -sd , | sed 's/,/, /g')" ]
	done
}

@test "one run writes a report in every format, all with the same denials" {
	need_trace
	need_program jq
	printf 'deny EIO uname\ndeny EACCES mkdir mkdirat\ninclude <default>\n' >test.policy
	options=()
	for extension in $(extensions); do
		options+=(--report "r$extension")
	done
	[ "${#options[@]}" -ge 4 ]
	run "$pinfold" run -p test.policy "${options[@]}" -- sh -c 'uname; uname; mkdir /tmp/a /tmp/b'
	says .totals.denied 4
	says '[.denials[] | [.name, .count]] | sort' '[["mkdir",2],["uname",2]]'
	for extension in $(extensions); do
		for call in mkdir uname; do
			[ "$(grep -c "$call(" "r$extension")" -eq 1 ]
		done
		grep -q 'test.policy' "r$extension"
	done
	grep -q '^pinfold: 4 calls denied$' r.txt
	[ "$(jq -c '[.runs[0].results[] | select(.ruleId == "denied-call") |
		[(.message.text | sub("[(].*"; "")), .occurrenceCount]] | sort' r.sarif)" = \
		'[["mkdir",2],["uname",2]]' ]
	[ "$(sed -n 's/.*<failure message="\([a-z]*\)(.*: E[A-Z]*, \([0-9]*\) times, .*/\1 \2/p' r.xml | sort)" = \
		$'mkdir 2\nuname 2' ]
	[ "$(jq -r '.[].description' r.gitlab.json | sed -n 's/^\([a-z]*\)(.*: E[A-Z]*, \([0-9]*\) times, .*/\1 \2/p' |
		sort)" = $'mkdir 2\nuname 2' ]
}
