# SPDX-License-Identifier: GPL-2.0-or-later
# What doctor says is what run does, wherever it is; refusals name its rows; its remedies work.

load lib
load doctor

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	for_others
	cp "$top_srcdir/tests/cli/foretell" .
}

need_user_root()
{
	[ "$(id -u)" = 0 ] || skip "needs root, to be several users"
	need_program jq
	need_program setpriv
	need_program unshare
}

# foretells NAME EXPECTED: as root and as an ordinary user; EXPECTED is what .run.works is.
foretells()
{
	local who
	for who in root user; do
		environment "$1" "$who"
		echo "$1 as $who"
		foretell
		all_agree
		[ "$(told .run.works)" = "$2" ]
	done
}

@test "doctor foretells what run does, as root and as an ordinary user" {
	need_user_root
	foretells plain true
}

@test "doctor foretells what run does where there are no user namespaces" {
	need_user_root
	foretells no-namespaces false
	[ "$(told .run.row)" = user-namespaces ]
}

@test "doctor foretells what run does in a user namespace of one id" {
	need_user_root
	foretells one-id true
}

@test "doctor foretells what run does under Docker's filter" {
	need_user_root
	foretells docker-filter false
	[ "$(row own-filter state)" = limited ]
	[ "$(row user-namespaces state)" = missing ]
}

@test "doctor foretells what run does in other places" {
	need_user_root
	[ -n "${PINFOLD_HEAVY-}" ] || skip "heavy: ./bootstrap check --all runs it"
	foretells descriptors true
	foretells no-clone3 true
	foretells no-proc false
	foretells masked-proc true
	foretells no-cgroups true
	foretells pen false
}

@test "doctor foretells what run does in Podman's containers" {
	need_user_root
	[ -n "${PINFOLD_HEAVY-}" ] || skip "heavy: ./bootstrap check --all runs it"
	need_program podman
	need_program runc
	podman_root
	environment podman root
	"${into[@]}" true || skip "podman cannot start here"
	foretells podman true
}

# heals ROW COMMAND...: in a shell that COMMAND starts, the row is not in order until the first command
# of its hint has been run there.
heals()
{
	local name=$1
	shift
	"$@" sh -c '
		row() {
			"$1" doctor --json | jq -r ".rows[] | select(.name == \"$2\") | .state, .hint"
		}
		row "$1" "$2" >before
		{
			read -r state
			read -r hint
		} <before
		command=${hint%%;*}
		echo "$2: $state, $command"
		[ "$state" != ok ] || exit 1
		eval "$command" || exit
		row "$1" "$2" >after
		read -r state <after
		echo "$2: $state"
		[ "$state" = ok ]' sh "$pinfold" "$name"
}

@test "the remedy that a row names puts it in order" {
	need_user_root
	# shellcheck disable=SC2016
	{
		heals user-namespaces unshare -U -r sh -c 'echo 0 >/proc/sys/user/max_user_namespaces; exec "$@"' sh
		heals rlimits sh -c 'ulimit -S -n 100; exec "$@"' sh
		private=(unshare -m --propagation private)
		heals btf "${private[@]}" sh -c 'mount -t tmpfs tmpfs /sys; exec "$@"' sh
		heals proc "${private[@]}" sh -c 'umount -l /proc; exec "$@"' sh
		[ ! -d /sys/kernel/security ] || [ -e /sys/kernel/security/lockdown ] || heals lockdown "${private[@]}" sh -c 'ulimit -S -n 100; exec "$@"' sh
		[ ! -e /dev/net/tun ] || heals tun "${private[@]}" sh -c 'mount -t tmpfs tmpfs /dev/net
			mknod -m 600 /dev/net/tun c 10 200; exec "$@"' sh
	}
}

@test "each row that a refusal names exists" {
	grep -rhoE 'diags_refer\(.*|->row = .*|\[LIMIT_[A-Z]*\] = MACHINE_[A-Z_]*|[?:] MACHINE_[A-Z_]*' \
		"$top_srcdir"/src --include='*.c' | grep -oE 'MACHINE_[A-Z_]+' | sort -u |
		sed 's/^MACHINE_//' | tr 'A-Z_' 'a-z-' >named.txt
	[ "$(wc -l <named.txt)" -ge 15 ]
	"$pinfold" doctor --json | jq -r '.rows[].name' | sort >rows.txt
	[ -z "$(comm -23 named.txt rows.txt)" ]
}

@test "every row is in pinfold-doctor(1), and the other way round" {
	need_program jq
	"$pinfold" doctor --json >said || :
	diff <(jq -r '.rows[].name' said) <(awk '/^\.Sh / { on = $2 == "ROWS" } on && /^\.It Cm / {
		sub(/^\.It Cm /, ""); gsub(/ , /, "\n"); print }' "$top_srcdir/man/pinfold-doctor.1")
}

@test "the text is at most 100 columns wide, and has every row of the JSON" {
	need_program jq
	run "$pinfold" doctor
	[ "$(wc -L <<<"$output")" -le 100 ]
	"$pinfold" doctor --json >said || :
	while read -r name; do
		grep -qE "^  (ok|limited|missing|unknown) +$name +" <<<"$output"
	done < <(jq -r '.rows[].name' said)
	[ "$(jq -r .schema said)" = pinfold-doctor/1 ]
}

@test "doctor takes no operands and no options of others" {
	for words in true "-- true" "--trace none"; do
		# shellcheck disable=SC2086
		run "$pinfold" doctor $words
		exits 2
	done
}

@test "doctor leaves no process and no mount behind" {
	before=$(sort /proc/self/mountinfo)
	"$pinfold" doctor >said 3>held 4>held 2>&1 || :
	[ "$before" = "$(sort /proc/self/mountinfo)" ]
	# What is left would hold its output open.
	! find /proc/[0-9]*/fd -lname "$PWD/said" 2>/dev/null | grep .
}
