# SPDX-License-Identifier: GPL-2.0-or-later
# The report as a web page: --report FILE.html. How it behaves in a browser: tests/browser.

load lib

# agrees FILE: the page FILE.html has the numbers of FILE.json, and nothing that runs or loads.
agrees()
{
	"$top_srcdir/tests/page.py" "$1.html" "$1.json"
}

@test "every number of the page is that of the JSON report: calls, denials, processes, samples, rules, plan" {
	need_trace
	need_program python3
	printf 'deny EIO uname\ndeny EACCES mkdir mkdirat\ninclude <default>\n' >test.policy
	"$pinfold" run -p test.policy --report r.html --report r.json -l 'time 1m' -- \
		sh -c 'uname; mkdir /tmp/a; for i in 1 2 3; do cat /dev/null /missing; done; sleep 0.25; kill -TERM $$' \
		>/dev/null 2>&1 && false
	agrees r
	says '.samples | length >= 2' true
	grep -q '<section id="time"' r.html
	grep -q '<h1>2 calls denied</h1>' r.html
	grep -q 'died of SIGTERM, after' r.html
	"$pinfold" check -p test.policy --report r.html --report r.json -- uname 2>/dev/null && false
	agrees r
	grep -q '<h1>1 call would be denied</h1>' r.html
}

@test "a page without a trace, of listeners only, and of a command that could not run" {
	need_trace
	need_program python3
	for source in none notify; do
		"$pinfold" run --trace "$source" --report r.html --report r.json -- true
		agrees r
	done
	grep -q 'no eBPF trace, so allowed calls are not counted' r.html
	grep -q '<p>Allowed calls were not counted.</p>' r.html
	"$pinfold" run --report r.html --report r.json -- /nonexistent 2>/dev/null && false
	agrees r
	grep -q '<h1>the command could not be run</h1>' r.html
}

@test "a page has the text report's words: the rule, the fix, the cause, and what is not seen" {
	need_trace
	printf 'deny EIO uname\ninclude <default>\n' >test.policy
	mkdir outside && touch outside/file
	"$pinfold" run -v -p test.policy --report r.html --hide "$PWD/outside" -- \
		sh -c 'uname; cat outside/file; exit 1' 2>r.txt && false
	"$top_srcdir/tests/page.py" words r.html >words
	for line in 'test.policy:1: deny EIO uname' 'to allow it, replace line 1 with: allow uname'; do
		grep -qF "$line" words
	done
	sed -n 's/^pinfold: caused by the pen: //p; s/^pinfold: \(not seen.*\)/\1/p' r.txt >expected
	[ "$(wc -l <expected)" -ge 3 ]
	while IFS= read -r line; do
		grep -qF -- "$line" words
	done <expected
}

@test "names and arguments of the command are text, whatever is in them" {
	need_trace
	need_program python3
	printf 'deny EACCES mkdir mkdirat\ninclude <default>\n' >test.policy
	long=$(printf '%010000d' 0)
	"$pinfold" run -p test.policy --report r.html --report r.json -- bash -c '
		mkdir "</script><script>alert(1)</script>"
		mkdir "\" onload=alert(1) x=\"" "{{script}}" "<!-- part call -->" "</template><b>"
		mkdir "$(printf "\033[31m\r\n\t\302\233")" "$(printf "\342\200\256\342\200\217\342\201\246")"
		mkdir "$(printf "\377\300\257\355\240\200\357\277\276\357\267\220")" "&lt;&#0;"
		exec -a "<img src=x onerror=alert(1)>" sh -c "exit 0" "$1"' \
		'<svg onload=alert(1)>' "$long" >/dev/null 2>&1
	agrees r
	says '.totals.denied >= 7' true
	# Neither controls nor what reorders text, and nothing that is not UTF-8.
	fails grep -qP '[\x00-\x08\x0b-\x1f\x7f]' r.html
	iconv -f UTF-8 -t UTF-8 r.html >/dev/null
	fails grep -qF "$(printf '\342\200\256')" r.html
	grep -qF '&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;' r.html
	grep -qF '{{script}}' r.html
}

@test "of thousands of kinds of denied call ten get a card, a thousand more a row, the others a count" {
	need_trace
	need_program python3
	cat >many.py <<-'PYTHON'
		import ctypes
		libc = ctypes.CDLL(None)
		for number in range(1500):
		    libc.socket(1, 77, number)
	PYTHON
	printf 'deny EIO socket if type == 77\ninclude <default>\n' >test.policy
	"$pinfold" run -p test.policy --report r.html --report r.json -r . -- python3 many.py 2>/dev/null
	says '[.denials[] | select(.name == "socket")] | length' 1500
	[ "$(grep -c '<article' r.html)" -eq 10 ]
	[ "$(grep -c '<th scope="row"><code>socket(' r.html)" -eq 1000 ]
	grep -q '>1490 calls more, of other kinds<' r.html
	grep -q '>490 more kinds of call are not in this table; the report as JSON has each<' r.html
}
