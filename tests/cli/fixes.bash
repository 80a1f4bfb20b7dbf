# SPDX-License-Identifier: GPL-2.0-or-later
# Remedies as reports have them, followed as they stand.

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	need_trace
	here=$(dirname "$payload")
}

# field NAME: of the fix of the denial number $at among those that have one.
at=0
field()
{
	jq -r "[.denials[] | select(.fix)][$at].fix.$1 // empty" r.json
}

# strike: takes out what the fix leaves nothing to deny, the last line first.
strike()
{
	local file from to word
	jq -r "[.denials[] | select(.fix)][$at].fix.also | reverse[] |
		[.file, .from_line, .to_line, .take_out // \"\"] | join(\"|\")" r.json >also
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
	local file before from to text word is_option has_rest capability also
	eval "$(jq -r "[.denials[] | select(.fix)][$at].fix | @sh \"file=\(.file // \"\") \
		before=\(.before_line // \"\") from=\(.from_line // \"\") to=\(.to_line // \"\") \
		text=\(.text // \"\") word=\(.take_out // \"\") is_option=\(.option) has_rest=\(.rest) \
		capability=\(.capability // \"\") also=\(.also | length)\"" r.json)"
	added=()
	[ -z "$capability" ] || added=(--capability "$capability")
	[ -n "$text" ] || { echo "no fix"; return 1; }
	if [ "$is_option" = true ]; then
		eval "added=($text \"\${added[@]}\")"
		[ "$file" != "${options[0]}" ] || options=("${options[@]:2}")
		return
	fi
	[ -n "$file" ] || file=test.policy
	[ "$also" = 0 ] || strike
	if [ -n "$word" ]; then
		[ "${word:0:1}" != '[' ] || word="\\$word"
		sed -i "$before,$((before + 2))s/[ \t]$word\([ \t]\|\$\)/ \1/;t" "$file"
	fi
	[ "$has_rest" != true ] || sed -Ei "$before s/^[ \t]*[a-z_]+( E[A-Z]+| [0-9]+)?/& rest/" "$file"
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
