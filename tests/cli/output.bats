# SPDX-License-Identifier: GPL-2.0-or-later
# Files that are written into a directory where an earlier run may have left something: a link, a FIFO,
# another user's file. Row 33 of the ways out.

load lib

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	mkdir out secret
	echo precious >secret/file
	printf 'default allow\n' >a.policy
	cat >oci.json <<-'JSON'
		{ "defaultAction": "SCMP_ACT_ALLOW" }
	JSON
	"$pinfold" run -q --trace none --report full.json -p a.policy -- true
}

# writers PATH: each command that writes, with PATH as what it writes to.
writers()
{
	printf '%s\n' "run -q --stream $1 -- true" \
		"run -q --report $1.json -- true" \
		"run -q --report $1.txt --pid $$" \
		"record -q -o $1 -- true" \
		"record -q --merge a.policy -o $1 -- true" \
		"compile -o $1 a.policy" \
		"convert --to oci --lossy -o $1 a.policy" \
		"convert --to policy -o $1 oci.json" \
		"merge -o $1 a.policy"
}

# untouched: what is outside of out is as it was.
untouched()
{
	[ "$(cat secret/file)" = precious ]
	[ "$(ls secret)" = file ]
}

@test "no link in place of a file is followed, by any command that writes" {
	need_trace
	for target in ../secret/file ../secret/new "$PWD/secret/file" /dev/null; do
		ln -sfn "$target" out/link
		ln -sfn "$target" out/link.json
		ln -sfn "$target" out/link.txt
		while read -r words; do
			# shellcheck disable=SC2086
			run timeout 20 "$pinfold" $words
			[ "$status" = 125 ] || { echo "$words: $output"; return 1; }
			[[ $output == *'symbolic link'* ]]
			[ -L out/link ] && [ -L out/link.json ] && [ -L out/link.txt ]
		done < <(writers out/link | grep -v -- --pid)
		untouched
	done
}

@test "no link in place of a directory is followed, by any command that writes" {
	need_trace
	ln -s ../secret out/directory
	while read -r words; do
		# shellcheck disable=SC2086
		run timeout 20 "$pinfold" $words
		[ "$status" = 125 ] || { echo "$words: $output"; return 1; }
		[[ $output == *"is a symbolic link, which an earlier run could have created"* ]]
		untouched
	done < <(writers out/directory/new | grep -v -- --pid)
	# The error names what to write instead.
	run "$pinfold" compile -o out/directory/new a.policy
	name=$(sed -n "s/^hint: .*write '\(.*\)' instead$/\1/p" <<<"$output")
	[ "$name" = "$PWD/secret/new" ]
	"$pinfold" compile -o "$name" a.policy
	[ -s secret/new ]
}

@test "a FIFO, a device, a socket or another's file in place of a file blocks nobody" {
	need_trace
	mkfifo out/fifo out/fifo.json out/fifo.txt
	while read -r words; do
		# shellcheck disable=SC2086
		run timeout 20 "$pinfold" $words
		[ "$status" = 125 ] || { echo "$words: $output"; return 1; }
	done < <(writers out/fifo | grep -v -- --pid)
	run timeout 20 "$pinfold" run -q --stream out/fifo -- touch ran
	[[ $output == *'a FIFO that nobody read for 10 seconds' ]]
	# In somebody else's directory, not even that: they would choose the reader.
	chmod 777 out
	run timeout 5 "$pinfold" run -q --stream out/fifo -- touch ran
	exits 125
	[[ $output == *'a FIFO in a directory that others may write to'* ]]
	chmod 755 out
	chown 65533 out/fifo
	run timeout 5 "$pinfold" run -q --stream out/fifo -- touch ran
	exits 125
	[[ $output == *'it belongs to another user'* ]]
	echo theirs >out/theirs
	chown 65533 out/theirs
	run "$pinfold" run -q --stream out/theirs -- touch ran
	exits 125
	[[ $output == *'it belongs to another user'* ]]
	[ "$(cat out/theirs)" = theirs ]
	ln secret/file out/hard
	run "$pinfold" run -q --stream out/hard -- touch ran
	exits 125
	[[ $output == *'it has other hard links'* ]]
	run "$pinfold" run -q --stream out -- touch ran
	exits 125
	untouched
	[ ! -e ran ]
}

@test "-, /dev/stdout, /dev/fd/N and /dev/null are descriptors, for every command that writes" {
	need_trace
	for path in - /dev/stdout /dev/fd/1 /proc/self/fd/1; do
		for words in "compile --print policy -o $path a.policy" "merge -o $path a.policy" \
			"convert --to policy -o $path oci.json"; do
			# shellcheck disable=SC2086
			"$pinfold" $words 2>/dev/null | grep -q '^default allow'
		done
		for words in "record -q -o $path -- true" "run --stream $path -- true"; do
			# shellcheck disable=SC2086
			run "$pinfold" $words
			exits 2
			[[ $output == *"standard output is the command's"* ]]
		done
	done
	# A descriptor goes on where it is, and is not emptied.
	echo first >log
	"$pinfold" compile --print policy -o /dev/fd/3 a.policy 3>>log
	[ "$(head -n 1 log)" = first ]
	grep -q '^default allow' log
	"$pinfold" record -q -o /dev/fd/3 -p a.policy -- true 3>recorded
	grep -q '^allow' recorded
	"$pinfold" compile -o /dev/null a.policy
	[ -c /dev/null ]
	run "$pinfold" compile -o /dev/fd/3 a.policy 3<log
	exits 125
	run "$pinfold" compile -o /dev/fd/99 a.policy
	exits 2
}

@test "an older file of the caller's is replaced, whole, and a stream empties it" {
	need_trace
	for file in x x.json x.txt; do
		echo old >out/$file
	done
	ln out/x out/y
	while read -r words; do
		case $words in *--stream*) continue ;; esac
		# shellcheck disable=SC2086
		"$pinfold" $words 2>/dev/null
		fails grep -qx old out/x.json
	done < <(writers out/x | grep -v -- --pid)
	fails grep -qx old out/x
	[ "$(cat out/y)" = old ]
	echo old >out/stream
	"$pinfold" run -q --stream out/stream -- true
	fails grep -qx old out/stream
	jq -e . out/stream >/dev/null
}
