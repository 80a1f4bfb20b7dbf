# SPDX-License-Identifier: GPL-2.0-or-later
# The filter for other launchers, and as text.

load lib

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	policy <<-'POLICY'
	default allow
	deny EACCES uname
	deny EPERM socket if domain == AF_INET and type & 0xf == SOCK_RAW
	POLICY
}

@test "compile writes whole instructions, and the JSON form has the same" {
	"$pinfold" compile -o filter.bpf test.policy
	[ $(($(stat -c %s filter.bpf) % 8)) = 0 ]
	"$pinfold" compile --print json test.policy >filter.json
	[ "$(jq length filter.json)" = $(($(stat -c %s filter.bpf) / 8)) ]
	[ "$("$pinfold" compile test.policy | sha256sum)" = "$(sha256sum <filter.bpf)" ]
}

@test "a file that cannot be written is named as typed, and nothing is left of it" {
	mkdir directory
	run bash -c 'ulimit -f 0; trap "" XFSZ; exec "$@"' - "$pinfold" compile -o directory/f.bpf test.policy
	[ "$status" -ne 0 ]
	[[ $output == *"cannot write 'directory/f.bpf': File too large"* ]]
	[ -z "$(ls -A directory)" ]
}

@test "compile: bwrap runs with the filter, and it denies what the policy denies" {
	need_program bwrap
	"$pinfold" compile -o filter.bpf test.policy
	bwrap --ro-bind / / --seccomp 9 true 9<filter.bpf || skip "bwrap does not run here"
	run bwrap --ro-bind / / --seccomp 9 uname 9<filter.bpf
	[ "$status" -ne 0 ]
	[[ $output == *"Permission denied"* ]]
}

@test "compile --print asm names the register of a load and the place of a return" {
	run "$pinfold" compile --print asm test.policy
	exits 0
	[[ ${lines[0]} == *"ld   [4]"*"; arch" ]]
	[[ $output == *"; arg0, low half"* ]]
	[[ $output == *"; deny EACCES  test.policy:2"* ]]
	[[ $output == *"; allow, default  test.policy:1"* ]]
}

@test "rules with a line each compile to what one line does, and share a return" {
	set -- read write open close stat fstat lstat poll lseek mmap getpid uname
	echo "allow $*" >one.policy
	printf 'allow %s\n' "$@" >each.policy
	"$pinfold" compile one.policy >one
	"$pinfold" compile each.policy >each
	cmp one each
	run "$pinfold" compile --print asm each.policy
	[[ $output == *"; allow  each.policy:1; allow  each.policy:2; and 10 more (by number)"* ]]
}

@test "compile --print policy reads back to the same policy, byte for byte" {
	for file in test.policy '<default>' '<base>' '<record>'; do
		"$pinfold" compile --print policy "$file" >once.policy
		"$pinfold" compile --print policy once.policy >twice.policy
		diff once.policy twice.policy
		[ "$("$pinfold" compile "$file" | sha256sum)" = "$("$pinfold" compile once.policy | sha256sum)" ]
	done
}

@test "compile leaves out the launch cookie's rule" {
	run "$pinfold" compile --print asm test.policy
	[[ $output != *"the launch"* ]]
}

@test "compile of a policy with errors writes nothing" {
	echo 'allow opneat' >broken.policy
	echo 'nonsense' >>broken.policy
	run "$pinfold" compile -o filter.bpf broken.policy
	exits 2
	[ ! -e filter.bpf ]
}

@test "compile of an unknown form is a usage error" {
	run "$pinfold" compile --print c test.policy
	exits 2
	[[ $output == *"hint: forms: "* ]]
}

@test "compile --arch makes the filter for other ABIs" {
	run "$pinfold" compile --arch aarch64 --print asm test.policy
	exits 0
	[[ ${lines[1]} == *"0xc00000b7"* ]]
	run "$pinfold" compile --arch 'x86_64 x86' --print asm test.policy
	[[ $output == *"0xc000003e"* && $output == *"0x40000003"* ]]
}

@test "the policies that are part of the program say what their files say" {
	for file in "$top_srcdir"/policies/*.policy; do
		"$pinfold" compile --print policy "$file" >file.txt
		"$pinfold" compile --print policy "<$(basename "$file" .policy)>" >embedded.txt
		diff file.txt embedded.txt
	done
}

@test "letters of every script are none, though their bytes look like control characters" {
	# Bytes from 0x80 to 0x9f inside a character: those of a control character alone.
	for name in /À /日本 /ÀÁÂ/Ü /😀 /e$'\u0301'; do
		printf 'bind %s /b\nbind "%s x" "%s"\ninclude <base>\n' "$name" "$name" "$name" >test.policy
		run "$pinfold" compile --print policy test.policy
		exits 0
		grep -qxF "bind \"$name\" /b" <<<"$output"
		grep -qxF "bind \"$name x\" \"$name\"" <<<"$output"
		printf '%s\n' "$output" >again.policy
		[ "$("$pinfold" compile --print policy again.policy)" = "$output" ]
	done
	mkdir -p "$BATS_TEST_TMPDIR/日À"
	echo seen >"$BATS_TEST_TMPDIR/日À/file"
	run "$pinfold" run -r "$BATS_TEST_TMPDIR/日À /日À" -- cat /日À/file
	[ "$output" = seen ]
}

@test "control characters are refused in a word, in quotes or not, and printed by no form" {
	local sign
	for sign in $'\t' $'\e' $'\x7f' $'\xc2\x9b' $'\xe2\x80\xae' $'\xe2\x80\xa8'; do
		printf 'env set "X=a%sb"\n' "$sign" >test.policy
		run "$pinfold" lint test.policy
		exits 2
		[[ $output == *"test.policy:1:9: error: control characters are not allowed"* ]] ||
			{ printf '%q: %q\n' "$sign" "$output"; return 1; }
		[ "$sign" = $'\t' ] || printf 'hostname a%sb\n' "$sign" >test.policy
		run "$pinfold" lint test.policy
		exits 2
		[[ $output == *"error: control characters are not allowed"* ]]
	done
	# Characters beyond ASCII may be in words as ever; a directory may have any name.
	mkdir $'d\e[31m'
	cd $'d\e[31m'
	printf 'bind ./é\nallow read\n' >$'p\e.policy'
	local form
	for form in policy asm json; do
		"$pinfold" compile --print "$form" $'p\e.policy' >out
		fails grep -q $'\e' out
	done
	"$pinfold" compile --print policy $'p\e.policy' >out
	grep -qF 'd\x1b[31m/é"' out
	# What the language cannot express must not become another path when it is read again.
	run "$pinfold" lint out
	exits 2
}

@test "sizes and times may have fractions, if there is a smaller unit" {
	while IFS='~' read -r text printed; do
		printf '%s\n' "$text" >test.policy
		run "$pinfold" compile --print policy test.policy
		if [ -n "$printed" ]; then
			exits 0
			[ "${lines[-1]}" = "$printed" ] || { echo "$text: ${lines[-1]}"; return 1; }
		else
			exits 2
		fi
	done <<-'ROWS'
	limit time 0.5s~limit time 500ms
	limit time 1.25m grace 0.25s~limit time 75s grace 250ms
	limit time 1.5~limit time 1500ms
	limit cputime 0.001h~limit cputime 3600ms
	limit time 0.0019s~limit time 1ms
	limit time 0.0009s~
	limit time 1.5ms~
	limit time .5s~
	limit time 5.s~
	limit time 1.2.3s~
	limit time 0.s~
	limit time 0.-5s~
	limit time 00.5s~
	limit memory 1.5G~limit memory 1536M
	limit memory 0.3K~limit memory 307
	limit memory 1.99999999999999999999999999999999K~limit memory 2047
	limit memory 1.5~
	limit memory 16777215.999999T~
	limit pids 1.5~
	limit cpu 12.5%~
	tmpfs /x 0.5M~tmpfs /x 512K
	rlimit fsize 0.5K~rlimit fsize 512:512
	rlimit nofile 64.5~
	ROWS
}

@test "what is written belongs to the user who called sudo" {
	need_trace # root, that is
	policy <<<'allow read'
	SUDO_UID=12 SUDO_GID=13 "$pinfold" compile -o out test.policy
	[ "$(stat -c %u:%g out)" = 12:13 ]
	env -u SUDO_UID -u SUDO_GID "$pinfold" compile -o own test.policy
	[ "$(stat -c %u:%g own)" = "0:$(id -g)" ]
}

@test "nothing is written if the environment names a user that cannot be" {
	need_trace # root, that is
	policy <<<'allow read'
	while IFS='~' read -r uid gid; do
		SUDO_UID=$uid SUDO_GID=$gid run "$pinfold" compile -o out test.policy
		exits 2
		[[ $output == *SUDO_?ID* ]]
		[ ! -e out ]
	done <<-ROWS
	12x~13
	12~13x
	+12~13
	4294967295~4294967295
	99999999999999999999~13
	ROWS
}
