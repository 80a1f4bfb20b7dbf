# SPDX-License-Identifier: GPL-2.0-or-later
# Runs the rows of programs.txt.

# trim WORD...: without the blanks around it.
trim()
{
	# shellcheck disable=SC2048 # words are joined by one blank
	echo $*
}

# row NAME: sets program, options, denied, command from the table.
row()
{
	local name
	while IFS='|' read -r name program options denied command; do
		[ "$(trim "$name")" = "$1" ] || continue
		program=$(trim "$program")
		options=$(trim "$options")
		denied=$(trim "$denied")
		return 0
	done <"$top_srcdir/tests/cli/programs.txt"
	echo "no row '$1' in programs.txt"
	return 1
}

# same_as_outside NAME: runs the row's command outside and inside, and compares.
same_as_outside()
{
	local outside inside outside_status
	row "$1"
	need_program "$program"
	mkdir -p w
	# Outside with the pen's environment, so that only the pen can make a difference.
	outside=$(env -i PATH="$PATH" LANG="${LANG-}" HOME=/tmp sh -c "$command" 2>/dev/null) &&
		outside_status=0 || outside_status=$?
	# shellcheck disable=SC2086
	inside=$("$pinfold" run --report r.json $options -- sh -c "$command" 2>stderr) &&
		status=0 || status=$?
	[ "$inside" = "$outside" ] || {
		diff <(echo "$outside") <(echo "$inside") | head -n 20
		cat stderr
		return 1
	}
	[ "$status" = "$outside_status" ] || { echo "status $status, outside $outside_status"; return 1; }
	[ "$(report '[.denials[] | select(.expected | not) | .name] | unique')" = "${denied:-[]}" ] || {
		report '.denials[] | select(.expected | not) | .text'
		return 1
	}
	[ "$(id -u)" != 0 ] || says .trace.complete true
}
