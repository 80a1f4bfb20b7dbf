# SPDX-License-Identifier: GPL-2.0-or-later
# check --format github: the runner's commands are pinfold's alone.

load lib

# obeyed FILE: the lines of a log that GitHub's runner takes for commands, as ActionCommand does:
# "::" after blanks, but between "::stop-commands::TOKEN" and "::TOKEN::".
obeyed()
{
	awk '{
		line = $0
		sub(/^[ \t]+/, "", line)
		if (token != "") {
			if (line == "::" token "::")
				token = ""
			next
		}
		if (line ~ /^::stop-commands::/)
			token = substr(line, 18)
		else if (line ~ /^::[a-z]/)
			print line
	}
	END { if (token != "") print "never resumed" }' "$1"
}

@test "the command writes no commands to the runner, and switches none off" {
	need_trace
	printf 'deny EIO uname\ninclude <default>\n' >test.policy
	cat >evil <<-'SH'
		echo "::add-mask::x" >&2
		echo "::stop-commands::mine" >&2
		echo "  ::error::forged" >&2
		uname
		printf '::notice::without an end' >&2
	SH
	"$pinfold" check -p test.policy --format github -r . -- sh evil >out 2>log && status=0 || status=$?
	exits 123
	[ "$(head -n 1 log | sed 's/::[0-9a-f]\{32\}$/::TOKEN/')" = '::stop-commands::TOKEN' ]
	obeyed log >commands
	[ "$(wc -l <commands)" -eq 1 ]
	grep -q '^::error file=.*test.policy,line=1,title=pinfold::uname' commands
	fails grep -q ^:: out
	# Each run has a token of its own.
	"$pinfold" check -p test.policy --format github -r . -- sh evil 2>second || true
	[ "$(head -n 1 log)" != "$(head -n 1 second)" ]
}

@test "neither does a policy whose lines are shown, and commands go on after each end" {
	printf 'policy 1\n  ::add-mask::x\n::error::forged\n' >test.policy
	run "$pinfold" check -p test.policy --format github -- true
	exits 2
	printf '%s\n' "$output" >log
	[ -z "$(obeyed log)" ]
	for words in "-p /nonexistent" "-p <default> -r /nonexistent" "-p <default>"; do
		# shellcheck disable=SC2086
		"$pinfold" check $words --format github -- /nonexistent 2>log && false
		[ -z "$(obeyed log)" ]
		[ "$(grep -c '^::[0-9a-f]\{32\}::$' log)" -eq 1 ]
	done
	# Without the format nothing is stopped, and such a line is no command all the same.
	run "$pinfold" lint test.policy
	exits 2
	printf '%s\n' "$output" >log
	[ -z "$(obeyed log)" ]
	grep -qF '\x3a:error::forged' log
	fails grep -q stop-commands log
}

@test "nor does the name of a policy or of a command, with and without the format" {
	local first='::error::a.policy' second=$'b\n::error::b.policy' name

	for name in "$first" "$second"; do
		printf 'policy 1\nbad\n' >"$name"
		run "$pinfold" lint "$name"
		exits 2
		[ -n "$output" ]
		fails grep -q '^[[:blank:]]*::' <<<"$output"
		printf 'policy 1\ndefault allow\n' >"$name"
		run "$pinfold" lint "$name"
		[[ $output == *default-allow* ]]
		fails grep -q '^[[:blank:]]*::' <<<"$output"
		run "$pinfold" explain "$name" read
		[[ $output == *"policy:2"* ]]
		fails grep -q '^[[:blank:]]*::' <<<"$output"
	done
	for name in '::error::c' $'/c\n ::error::c' $'/c\n##[error]c'; do
		status=0
		output=$("$pinfold" run -- "$name" 2>&1) || status=$?
		exits 127
		fails grep -q '^[[:blank:]]*\(::\|##\)' <<<"$output"
	done
}

@test "nor does a line break in a name begin a line of pinfold's" {
	status=0
	output=$("$pinfold" run -- $'/x\nhint: forged' 2>&1) || status=$?
	exits 127
	[[ $output == *$'\n  hint: forged'* ]]
	run "$pinfold" lint $'b\\\nhint: forged'
	exits 2
	[[ $output == *$'b\\\n  hint: forged'* ]]
}

@test "a policy's name is escaped as a property is, and with its control characters" {
	need_trace
	name=$'q\033[31m,:%.policy'
	printf 'deny EIO uname\ninclude <default>\n' >"$name"
	run "$pinfold" check -p "$name" --format github -- uname
	exits 123
	[[ $output == *'::error file=q%1B[31m%2C%3A%25.policy,line=1,title=pinfold::uname('* ]]
	[[ $output != *$'\033'* ]]
}
