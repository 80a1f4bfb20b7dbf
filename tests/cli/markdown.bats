# SPDX-License-Identifier: GPL-2.0-or-later
# A summary of a run in Markdown: --report FILE.md, check --format markdown.

load lib

# markup FILE: the lines that Markdown reads: all but those between fences, with code spans as CODE.
markup()
{
	awk '
	fence == "" && /^````*text$/ { fence = substr($0, 1, length($0) - 4); next }
	fence != "" {
		if ($0 ~ /^ ? ? ?`+ *$/ && length($0) >= length(fence))
			fence = ""
		next
	}
	match($0, /`+/) {
		before = substr($0, 1, RSTART - 1)
		open = substr($0, RSTART, RLENGTH)
		rest = substr($0, RSTART + RLENGTH)
		while (match(rest, /`+/) && RLENGTH != length(open))
			rest = substr(rest, RSTART + RLENGTH)
		$0 = before "CODE" substr(rest, RSTART + RLENGTH)
	}
	{ print }' "$1"
}

@test "the summary has how the command ended, the counts of the JSON report, and the text report" {
	need_trace
	need_program jq
	printf 'deny EIO uname\ninclude <default>\n' >test.policy
	run "$pinfold" run -p test.policy --report r.md --report r.json -- sh -c 'uname; exit 3'
	exits 3
	[ "$(head -n 1 r.md)" = '### pinfold: 1 call denied' ]
	grep -q '^The command ` sh -c uname; exit 3 ` exited with status 3, after [0-9.]* s\.$' r.md
	grep -qx "| allowed | $(report .totals.allowed) |" r.md
	grep -qx "| of them failed | $(report .totals.failed) |" r.md
	grep -qx '| denied | 1 |' r.md
	grep -q '^  uname(.*): EIO, 1 time, first by uname' r.md
	grep -q '^    fix: allow uname, in place of line 1$' r.md
}

@test "a run in which nothing was denied is a headline, its end and the counts" {
	need_trace
	run "$pinfold" run --report r.md -- true
	exits 0
	[ "$(head -n 1 r.md)" = '### pinfold: nothing denied' ]
	fails grep -q text r.md
	run "$pinfold" run --trace none --report r.md -- sh -c 'kill -TERM $$'
	[ "$(head -n 1 r.md)" = '### pinfold: no trace, so denied calls are not reported' ]
	grep -q '` died of SIGTERM, after ' r.md
	fails grep -q '^|' r.md
	"$pinfold" run --report r.md -- /nonexistent && false
	[ "$(head -n 1 r.md)" = '### pinfold: the command could not be run' ]
	fails grep -q '^|' r.md
}

@test "what the command is called and names is no markup, whatever is in it" {
	need_trace
	printf 'deny EACCES mkdir mkdirat\ninclude <default>\n' >test.policy
	evil='/tmp/`#``#```<script>@all</script>`````[x](http://x)|'
	run "$pinfold" run -p test.policy --report r.md -- \
		sh -c 'mkdir "$0"; mkdir "/tmp/

````

# no headline"' "$evil"
	grep -qF '<script>@all' r.md
	markup r.md >read.md
	[ "$(sed 's/[0-9][0-9.]*/N/g' read.md)" = '### pinfold: N calls denied

The command CODE exited with status N, after N s.

| calls | count |
|---|--:|
| allowed | N |
| of them failed | N |
| denied | N |
| denied as expected | N |' ]
}

@test "check prints it, and says what would be denied" {
	need_trace
	printf 'deny EIO uname\ninclude <default>\n' >test.policy
	"$pinfold" check -p test.policy --format markdown -- uname >out 2>r.md && false
	[ "$(head -n 1 r.md)" = '### pinfold: 1 call would be denied' ]
	grep -qx '| would be denied | 1 |' r.md
}
