# SPDX-License-Identifier: GPL-2.0-or-later
# Bad input for the statements of the pen: what is said, the status, and that nothing ran.

load lib

nothing_ran()
{
	[ ! -e w/ran ] || { echo "the command ran"; return 1; }
}

# refused STATUS TEXT [OPTION...]: also outside bats' run, so that the time is bounded.
refused()
{
	local code=$1 text=$2
	shift 2
	mkdir -p w
	run timeout 20 "$pinfold" run --trace none -w w "$@" -- sh -c '>w/ran'
	exits "$code"
	nothing_ran
	[[ $output == *"$text"* ]] || { echo "not '$text': $output"; return 1; }
}

@test "a folder that is not there, for every statement that takes one: 125, with its name" {
	local option
	for option in --bind --bind-rw --root --workdir; do
		refused 125 /no/such/folder $option /no/such/folder
	done
}

@test "a file where a folder is due: 125, with its name" {
	echo text >file
	refused 125 file --root file
	refused 125 /etc/passwd --workdir /etc/passwd
	refused 125 passwd --tmpfs /etc/passwd
}

@test "a link out of the root leads to nothing of the host" {
	mkdir -p r/usr r/bin r/lib r/lib64 r/dev r/proc r/tmp victim
	ln -s ../../../../../../victim r/out
	refused 125 out --root "$PWD/r" --bind "$PWD/victim /out/deep"
	[ -z "$(ls -A victim)" ]
}

@test "a policy of 1 GB is refused at once" {
	truncate -s 1G large.policy
	refused 2 large.policy -p large.policy
}

@test "a policy that may not be read: 2, with its name" {
	policy <<<"default allow"
	chmod 000 test.policy
	local as=()
	if [ "$(id -u)" = 0 ]; then
		need_program setpriv
		chmod 755 . "$BATS_RUN_TMPDIR"
		cp "$pinfold" own
		as=(setpriv --reuid 65533 --regid 65533 --clear-groups)
	else
		cp "$pinfold" own
	fi
	run timeout 20 "${as[@]}" ./own run -p test.policy -- echo it ran
	exits 2
	[[ $output == *test.policy* && $output != *"it ran"* ]]
}
