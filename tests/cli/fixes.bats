# SPDX-License-Identifier: GPL-2.0-or-later
# Every remedy that check and run print is followed to the letter: the result parses, the call passes,
# and lint has no more to say than before.

load lib

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	need_trace
	here=$(dirname "$payload")
}

# field NAME: of the fix of the first denial that has one.
field()
{
	jq -r "[.denials[] | select(.fix)][0].fix.$1 // empty" r.json
}

# strike: removes the rules that the fix leaves with nothing to deny, the last line first.
strike()
{
	local file from to word
	jq -r '[.denials[] | select(.fix)][0].fix.also | reverse[] |
		[.file, .from_line, .to_line, .take_out // ""] | join("|")' r.json >also
	while IFS='|' read -r file from to word; do
		if [ -n "$word" ]; then
			sed -i "$from,${to}s/[ \t]$word\([ \t]\|\$\)/ \1/;t" "$file"
		else
			# Lines keep their numbers.
			sed -i "$from,${to}s/.*//" "$file"
		fi
	done <also
}

# follow: does what the fix in r.json says; words that become options are in added.
follow()
{
	local file before from to text word
	file=$(field file)
	before=$(field before_line)
	from=$(field from_line)
	to=$(field to_line)
	text=$(field text)
	word=$(field take_out)
	added=()
	[ -n "$text" ] || { echo "no fix"; return 1; }
	if [ "$(field option)" = true ]; then
		eval "added=($text)"
		[ "$file" != "${options[0]}" ] || options=("${options[@]:2}")
		return
	fi
	[ -n "$file" ] || file=test.policy
	strike
	if [ -n "$word" ]; then
		[ "${word:0:1}" != '[' ] || word="\\$word"
		sed -i "$before,$((before + 2))s/[ \t]$word\([ \t]\|\$\)/ \1/;t" "$file"
	fi
	[ "$(field rest)" != true ] || sed -Ei "$before s/^[ \t]*[a-z_]+( E[A-Z]+| [0-9]+)?/& rest/" "$file"
	if [ -n "$before" ]; then
		awk -v n="$before" -v text="$text" 'NR == n { print text } { print }' "$file" >new
	elif [ -n "$from" ]; then
		awk -v n="$from" -v m="$to" -v text="$text" \
			'NR == n { print text } NR < n || NR > m { print }' "$file" >new
	else
		{ cat "$file"; [ -z "$(tail -c 1 "$file")" ] || echo; echo "$text"; } >new
	fi
	cp new "$file"
}

# findings: what lint says, without its places.
findings()
{
	"$pinfold" lint --severity warning test.policy 2>&1 | grep -v '^ ' | sed 's/^[^ ]*: //' | sort -u
}

# mends [OPTION...] -- PAYLOAD...: the policy on standard input denies the payload a call; with what
# the hint says it does not, in five steps at most, since behind one call comes another.
mends()
{
	local options=() given=()
	cat >test.policy
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	findings >before
	"$pinfold" check --report r.json "${options[@]}" -p test.policy -r "$here" -- \
		"$payload" "$@" >/dev/null 2>err && { echo "nothing was denied"; return 1; }
	grep -qF -- "$(field text)" err || { field text; cat err; return 1; }
	for _ in 1 2 3 4 5; do
		follow || { cat err; return 1; }
		given=("${added[@]}" "${given[@]}")
		if "$pinfold" check --report r.json "${given[@]}" "${options[@]}" -p test.policy \
			-r "$here" -- "$payload" "$@" >/dev/null 2>err; then
			findings >after
			comm -13 before after >news
			[ ! -s news ] || { cat test.policy news; return 1; }
			return 0
		fi
		grep -q 'hint: to allow it' err || break
	done
	cat test.policy err
	return 1
}

@test "a fix is followed: one line, one of several words, a set, joined lines, comments" {
	mends -- getppid x86_64 1 <<<$'deny EACCES getppid\ninclude <base>'
	mends -- getppid x86_64 1 <<<$'policy 1\ndeny EACCES getppid umask # \\\ninclude <base>'
	mends -- getppid x86_64 1 <<<$'\\\ndeny \\\n umask \\\n\tgetppid\ninclude <base>'
	mends -- getppid x86_64 1 <<<$'set @mine = getppid umask\ndeny EACCES @mine\ninclude <base>'
	mends -- getppid x86_64 1 <<<$'kill [ 110 ]\ninclude <base>'
	printf 'default deny EIO\n\\\ndefault \\\n deny EIO\ninclude <base>' >joined
	mends -- number 95 <joined
}

@test "a fix is followed: the default, written or not, and unknown calls" {
	mends -- number 95 <<<$'policy 1\n\ndefault deny EACCES # \\\ninclude <base>'
	mends -- number 1000 <<<$'unknown deny EACCES\ninclude <base>'
}

@test "a fix is followed: conditions, and a denial by a value" {
	mends -- call fcntl 1 1 <<<$'deny EACCES fcntl if cmd == F_GETFD\ninclude <base>'
	mends -- call kill 0 0 <<<$'deny EACCES getppid kill if arg0 <= 0\ninclude <base>'
}

@test "a fix is followed: other denials of the call, which could never apply after it" {
	mends -- calls 80 <<<$'deny EACCES chdir if pathname == NULL\n# more\ndeny EIO umask \\\n chdir\ninclude <base>'
	mends -- calls 80 <<<$'deny EACCES chdir if pathname == NULL\n\\\ntrap 7 \\\n chdir\ninclude <base>'
}

@test "a fix is followed: ABIs" {
	need_x86
	mends -- getppid x86 1 <<<$'arch x86_64\ninclude <base>'
	mends -- getppid x86 1 <<<$'arch \\\n native # \\\ninclude <base>'
	mends -- getppid x86 1 <<<$'arch x86_64 x86\ndeny EACCES getppid on x86\ninclude <base>'
	mends --arch x86_64 -- getppid x86 1 <<<$'include <base>'
}

@test "a fix is followed: options and shipped policies, which no file of the caller's decides" {
	mends --deny 'EACCES getppid' -- getppid x86_64 1 <<<$'include <base>'
	mends -- number 163 <<<$'include <default>'
	run "$pinfold" check -p '<default>' -r "$here" -- "$payload" number 163
	[[ $output == *"hint: to allow it, put before all other options: --allow 'acct'"* ]]
	run "$pinfold" check --allow acct -p '<default>' -r "$here" -- "$payload" number 163
	exits 0
}

@test "a fix is followed: an include's own file" {
	echo 'deny EACCES getppid' >more.policy
	mends -- getppid x86_64 1 <<<$'include more.policy\ninclude <base>'
	[ "$(cat more.policy)" = 'allow getppid' ]
}

@test "a fix opens nothing that lint warns of: clone3 is sent back to clone" {
	mends -- number 435 <<<$'deny EPERM clone3\nallow clone if not flags any CLONE_NEWUSER\ninclude <base>'
	grep -qx 'deny ENOSYS clone3' test.policy
}

@test "a user namespace has no fix, in any form" {
	policy <<<$'deny EPERM unshare\ninclude <base>'
	run "$pinfold" check --report r.json -p test.policy -- unshare -U true
	exits 123
	[[ $output != *"to allow it"* ]]
	says '.denials[0].fix' null
}

@test "a rule for no call is reported, and a denial of none is an error" {
	echo 'allow [102] on x86' >a.policy
	run "$pinfold" lint a.policy
	exits 1
	[[ $output == *"a.policy:1:1: warning: this rule does not match any call"*"hint: the policy's 'arch' does not list"* ]]
	printf 'arch x86_64 x86\nallow [102] on x86\n' >a.policy
	run "$pinfold" lint a.policy
	exits 1
	[[ $output == *"a.policy:2:1: warning: this rule does not match any call"*"hint: a number is one of x86_64; write the name"* ]]
	printf 'arch x86_64 x86\ndeny [102] on x86\n' >a.policy
	run "$pinfold" lint a.policy
	exits 2
	[[ $output == *"a.policy:2:1: error: this denial does not match any call"* ]]
	# Nor is a number one of an ABI that the policy lists alone.
	printf 'arch x86\nallow getppid [102]\nallow [102]\n' >a.policy
	run "$pinfold" lint a.policy
	exits 1
	[[ $output == "a.policy:3:1: warning: this rule does not match any call"*"hint: a number is one of x86_64; write the name" ]]
	printf 'arch x86_64 x86\nallow [102] on x86_64 x86\nallow bind on x86\ninclude <base>\n' >a.policy
	run "$pinfold" lint a.policy
	exits 0
}

@test "a dead denial in one file after another, given with two -p, is a warning" {
	echo 'allow getppid' >a.policy
	echo 'deny EACCES getppid' >b.policy
	run "$pinfold" run --dry-run -p a.policy -p b.policy -- true
	exits 0
	[[ $output == *"b.policy:1:"*"warning: this denial can never apply"* ]]
	cat a.policy b.policy >c.policy
	run "$pinfold" run --dry-run -p c.policy -- true
	exits 2
}
