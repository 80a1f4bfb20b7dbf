# SPDX-License-Identifier: GPL-2.0-or-later
# prune removes what no report used; record --merge adds what is new. Both leave the rest alone.

load lib

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	[ "$(id -u)" = 0 ] || skip "tracing needs root"
}

@test "prune removes what was not used, lists it, and what is left still runs" {
	"$pinfold" record -q -o app.policy -- ls /etc >/dev/null
	sed 's/^allow .*getdents64/& acct \\\n\tkexec_load/' app.policy >wide.policy
	printf '# mine\nallow @debug  # all of it\ndeny EIO @clock\n' | cat - wide.policy >both.policy
	grep -v '^include' both.policy >wide.policy
	echo 'include <base>' >>wide.policy
	"$pinfold" run --trace ebpf --report r.json -p wide.policy -- ls /etc >/dev/null
	run "$pinfold" prune -o pruned.policy wide.policy r.json
	exits 0
	[[ $output == *"wide.policy:2:1: warning: not used, removed: allow @debug"* ]]
	[[ $output == *"not used, removed: kexec_load"* ]]
	fails grep -q 'debug\|acct\|kexec' pruned.policy
	grep -qx '# mine' pruned.policy
	grep -qx 'deny EIO @clock' pruned.policy
	"$pinfold" run --trace ebpf --report r.json -p pruned.policy -- ls /etc >/dev/null
	says .totals.denied 0
}

@test "prune and record --merge change nothing else in a text of any form" {
	printf '\xef\xbb\xbfallow acct # ends in \\\r\ndeny EIO uname # too \\\r\n' >odd.policy
	printf 'allow swapon \\\r\n\tgetppid # "\r\n\\\r\nallow\tumount2 \\\r\n\r\n' >>odd.policy
	printf 'hide "/etc/services"\\\r\n /etc/protocols\r\ninclude <base> # \\' >>odd.policy
	"$pinfold" run --trace ebpf --report r.json -p odd.policy -r "$(dirname "$payload")" -- \
		"$payload" getppid x86_64 1
	"$pinfold" prune -o odd.policy odd.policy r.json 2>removed
	printf '\xef\xbb\xbfdeny EIO uname # too \\\r\nallow \\\r\n\tgetppid # "\r\n\\\r\n' >wanted
	printf 'hide "/etc/services"\\\r\n /etc/protocols\r\ninclude <base> # \\' >>wanted
	cmp wanted odd.policy
	diff removed - <<-'EOF'
	odd.policy:1:1: warning: not used, removed: allow acct
	odd.policy:3:1: warning: not used, removed: swapon
	odd.policy:6:1: warning: not used, removed: allow umount2
	EOF
	"$pinfold" record -q --merge odd.policy -o odd.policy -r "$(dirname "$payload")" -- \
		"$payload" number 95
	head -c "$(wc -c <wanted)" odd.policy | cmp wanted -
	grep -qx 'allow umask' odd.policy
	run "$pinfold" diff wanted odd.policy
	exits 1
	[[ ${lines[0]} == "wider: deny EPERM -> allow" ]]
	[ "$(grep -c ^wider <<<"$output")" = "$(grep -c '^[a-z]*: ' <<<"$output")" ]
}

@test "prune --keep keeps, and a report that is not complete is refused" {
	printf 'allow mount umount2\ninclude <base>\n' >test.policy
	"$pinfold" run --trace ebpf --report r.json -p test.policy -r "$(dirname "$payload")" -- \
		"$payload" getppid x86_64 1
	"$pinfold" prune --keep 'mount swapon' -o kept.policy test.policy r.json 2>/dev/null
	grep -qx 'allow mount' kept.policy
	jq '.trace.complete = false' r.json >lost.json
	run "$pinfold" prune test.policy lost.json
	exits 2
	[[ $output == *"the trace of 'lost.json' is not complete"* ]]
}

@test "prune uses a rule's own hits: a rule that another one covers is removed" {
	printf 'allow getppid\nallow acct getppid\ninclude <base>\n' >test.policy
	"$pinfold" run --trace ebpf --report r.json -p test.policy -r "$(dirname "$payload")" -- \
		"$payload" getppid x86_64 1
	"$pinfold" prune -o pruned.policy test.policy r.json 2>/dev/null
	grep -qx 'allow getppid' pruned.policy
	fails grep -q 'acct' pruned.policy
	[ "$(grep -c getppid pruned.policy)" = 1 ]
}

@test "record --merge keeps the text, adds what is new, and runs both" {
	"$pinfold" record -q -o app.policy -- ls /etc >/dev/null
	sed -i '1i # mine' app.policy
	cp app.policy before.policy
	"$pinfold" record -q --merge app.policy -o app.policy -- \
		sh -c 'sleep 0; date; ls /etc' >/dev/null
	sed '1,/^# == Added/d' app.policy >added
	grep -qE '^allow .*wait4' added
	fails grep -q getdents64 added
	head -n "$(wc -l <before.policy)" app.policy | diff before.policy -
	grep -qx '# == Added by a recording' app.policy
	for command in 'ls /etc' 'sh -c "sleep 0; date"'; do
		eval '"$pinfold" run --trace ebpf --report r.json -p app.policy --' "$command" >/dev/null
		says .totals.denied 0
	done
	cp app.policy before.policy
	"$pinfold" record -q --merge app.policy -o app.policy -- ls /etc >/dev/null
	cmp before.policy app.policy
}

@test "record --merge --paths adds suggestions, too" {
	mkdir w
	echo one >w/f
	printf 'allow acct\ninclude <base>\n' >app.policy
	"$pinfold" record -q --paths --merge app.policy -o app.policy -r w -- cat "$PWD/w/f" >/dev/null
	[ "$(head -n 2 app.policy)" = 'allow acct
include <base>' ]
	sed '1,/^# == Added/d' app.policy | grep -qx "# bind $PWD/w"
}

@test "record --merge leaves denied what the author denied, and says so" {
	printf 'deny EACCES uname\ninclude <base>\n' >app.policy
	"$pinfold" record -q --merge app.policy -o app.policy -- sh -c 'uname; sleep 0' >/dev/null
	grep -qE '^# Still denied by line 1: uname, [0-9]+ calls?$' app.policy
	fails grep -qE '^allow.* uname' app.policy
}

@test "record --merge adds no call of an ABI that the policy does not list, and says so" {
	need_x86
	printf 'arch x86_64\ninclude <base>\n' >app.policy
	"$pinfold" record -q --merge app.policy -o app.policy -r "$(dirname "$payload")" -- \
		"$payload" getppid x86 1
	grep -qx "# Not added, because 'arch' has no x86: getppid, 1 call" app.policy
	fails grep -q '^allow .*getppid' app.policy
	"$pinfold" compile --print policy app.policy >/dev/null
}

@test "prune takes only reports of runs under this policy, whatever else was in force" {
	printf '# first\nallow getppid\nallow acct\ninclude <base>\n' >test.policy
	echo 'allow umask' >more.policy
	mkdir elsewhere
	cp test.policy elsewhere/own.policy
	"$pinfold" run --trace ebpf --report r.json -w elsewhere -p more.policy -p elsewhere/own.policy \
		-r "$(dirname "$payload")" -- "$payload" getppid x86_64 1
	"$pinfold" prune -o pruned.policy test.policy r.json 2>/dev/null
	grep -qx 'allow getppid' pruned.policy
	fails grep -q acct pruned.policy
	for edit in 's/# first//;1d' 's/acct/acct swapon/' '2,3{h;d};4G'; do
		sed "$edit" test.policy >edited.policy
		run "$pinfold" prune edited.policy r.json
		exits 2
		[[ $output == *"'r.json' is from a run under another policy: it has no rule '"* ]]
		[[ $output == *"hint: create the report with 'pinfold run -p' and this policy"* ]]
	done
	"$pinfold" record -q -o x.policy --report r.json -- true
	run "$pinfold" prune test.policy r.json
	exits 2
	[[ $output == *"is from a run under another policy"* ]]
}

@test "prune refuses a report that does not say which rules decided" {
	printf 'allow lseek if offset > 5\nallow acct\ndefault allow\n' >test.policy
	"$pinfold" run --report r.json -p test.policy -- python3 -c 'import os
f = os.open("/etc/passwd", 0)
for i in range(10000): os.lseek(f, i, 0)'
	run "$pinfold" prune test.policy r.json
	exits 2
	[[ $output == *"'r.json' does not say which rules decided"* ]]
}

@test "merge and prune refuse a report without the allowed calls" {
	printf 'default allow\nallow acct\ndeny EACCES mkdir\n' >test.policy
	for source in notify none; do
		"$pinfold" run -q --trace "$source" --report r.json -p test.policy -- true
		for command in 'merge -o out.policy r.json' 'prune -o out.policy test.policy r.json'; do
			# shellcheck disable=SC2086
			run "$pinfold" $command
			exits 2
			[[ $output == *"the trace of 'r.json' does not have the calls that were allowed"* ]]
			[[ $output == *"hint: create the report with --trace ebpf"* ]]
			[ "$(wc -l <<<"$output")" = 2 ]
			[ ! -e out.policy ]
		done
	done
}
