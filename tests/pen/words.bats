# SPDX-License-Identifier: GPL-2.0-or-later
# What is said if a command is not found, cannot be executed, or does not start where its caller is:
# it names the cause, and what it advises works. As root, under sudo and as an ordinary user.

load pen

as_sudo()
{
	as_root
	chown "$rootless_id:$rootless_id" .
	identity=(env "SUDO_UID=$rootless_id" "SUDO_GID=$rootless_id")
}

# program FILE [LINE...]: an executable file of these lines.
program()
{
	local file=$1
	shift
	mkdir -p "$(dirname "$file")"
	printf '%b\n' "$@" >"$file"
	chmod 755 "$file"
}

# hints TEXT: the last line of the last run.
hints()
{
	[[ $output == *$'\n'"hint: $1" ]] || {
		echo "not 'hint: $1': $output"
		return 1
	}
}

# advised: the options that the last hint names, as a shell reads them.
advised()
{
	local words=${output##*$'\n'hint: }
	words=${words#*: }
	eval "options=(${words% shows it*})"
}

a_program_outside()
{
	program base/tools/mine '#!/bin/sh' 'echo it ran'
	program 'base/with blank/its' '#!/bin/sh' 'echo it ran'
	mkdir base/links
	ln -s ../tools/mine base/links/linked
	local here=$PWD/base
	mkdir other
	cp open.policy other
	cd other
	for name in "$here/tools/mine" "$here/with blank/its" "$here/links/linked"; do
		pen -- "$name"
		exits 127
		says "outside it is '$name': -r "
		advised
		pen "${options[@]}" -- "$name"
		[ "$output" = 'it ran' ]
	done
	PATH=$here/links:$PATH pen -- linked
	hints "outside it is '$here/links/linked': -r $here/links -r $here/tools shows it"
	PATH=$here/links:$PATH pen -r "$here/links" -r "$here/tools" -- linked
	[ "$output" = 'it ran' ]
	PATH=$here/tools:$PATH pen --env "set PATH=/bin" -r "$here/tools" -- mine
	hints "outside it is '$here/tools/mine', in no directory of the command's PATH: write that, or see env"
	pen -r "$here/tools" -- "$here/tools/mine"
	exits 0
	PATH=/usr/bin:/bin pen -- no-such-command
	exits 127
	hints "it is in no directory of PATH outside the pen, either"
	pen -- ./no-such-command
	hints "it is not there outside the pen, either"
}

@test "a program that is not in the pen, or nowhere, as root" { as_root; a_program_outside; }
@test "a program that is not in the pen, or nowhere, under sudo" { as_sudo; a_program_outside; }
@test "a program that is not in the pen, or nowhere, rootless" { as_rootless; a_program_outside; }

what_a_shell_knows()
{
	local q="'\"'\"'" # a single quote in single quotes

	pen -- cd /
	exits 127
	hints "it is a shell word: sh -c 'cd /'"
	pen -- export "A=it's" 'b c'
	hints "it is a shell word: sh -c 'export ${q}A=it${q}\"${q}\"${q}s${q} ${q}b c${q}'"
	pen -- source x
	hints "it is a shell word: bash -c 'source x'"
	pen -- . ./x
	hints "it is a shell word: sh -c '. ./x'"
	pen -- for i in 'a b' ';' do echo '$i;' done
	hints "it is a shell word: sh -c 'for i in ${q}a b${q} ; do echo \$i; done'"
	pen -- 'echo "a  b" | cat'
	hints "if it is a shell command line: sh -c 'echo \"a  b\" | cat'"
	advised
	pen -- "${options[@]}"
	[ "$output" = 'a  b' ]
	pen -- A=1 B='2 3' sh -c 'echo $A$B'
	exits 127
	hints "it sets a variable, which env(1) does: env A=1 'B=2 3' sh -c 'echo \$A\$B'"
	advised
	pen -- "${options[@]}"
	[ "$output" = '12 3' ]
}

@test "a word, a line and an assignment of the shell's, as root" { as_root; what_a_shell_knows; }
@test "a word, a line and an assignment of the shell's, under sudo" { as_sudo; what_a_shell_knows; }
@test "a word, a line and an assignment of the shell's, rootless" { as_rootless; what_a_shell_knows; }

# misses FILE TEXT: what the file needs is not there.
misses()
{
	pen -- "./$1"
	exits 126
	says "pinfold: cannot execute './$1': $2"
}

an_interpreter_is_missing()
{
	program script '#!/usr/bin/no-such -x' 'true'
	program windows '#!/bin/sh\r' 'true\r'
	program nested '#!./script'
	program mark '\xef\xbb\xbf#!/bin/sh' 'true'
	program text 'echo it ran'
	program env/pyvenv.cfg
	ln -s /usr/bin/env env/python
	program venv '#!'"$BATS_RUN_TMPDIR/outer/bin/sh" 'echo it ran'
	mkdir -p "$BATS_RUN_TMPDIR/outer/bin"
	ln -sf /bin/sh "$BATS_RUN_TMPDIR/outer/bin/sh"
	chmod 755 "$BATS_RUN_TMPDIR/outer" "$BATS_RUN_TMPDIR/outer/bin"
	misses script "its interpreter '/usr/bin/no-such' is not in the pen"
	hints "it is not there outside the pen, either"
	misses nested "its interpreter '/usr/bin/no-such' is not in the pen"
	misses windows "its interpreter '/bin/sh\\r' is not in the pen"
	hints "its lines end as on Windows: sed -i 's/\\r\$//' ./windows"
	sed -i 's/\r$//' ./windows
	pen -- ./windows
	exits 0
	misses mark "it is not a program"
	hints "a byte order mark comes before its '#!': sed -i '1s/^\\xef\\xbb\\xbf//' ./mark"
	sed -i '1s/^\xef\xbb\xbf//' ./mark
	pen -- ./mark
	exits 0
	misses text "it is not a program"
	says "; or: sh ./text"
	pen -- sh ./text
	[ "$output" = 'it ran' ]
	misses venv "its interpreter '$BATS_RUN_TMPDIR/outer/bin/sh' is not in the pen"
	hints "outside it is there: -r $BATS_RUN_TMPDIR/outer/bin shows it"
	pen -r "$BATS_RUN_TMPDIR/outer/bin" -- ./venv
	[ "$output" = 'it ran' ]
	touch "$BATS_RUN_TMPDIR/outer/pyvenv.cfg"
	misses venv "its interpreter"
	hints "outside it is there: -r $BATS_RUN_TMPDIR/outer shows it"
	pen -r "$BATS_RUN_TMPDIR/outer" -- ./venv
	[ "$output" = 'it ran' ]
	rm -r "$BATS_RUN_TMPDIR/outer"
}

@test "a script whose interpreter is missing, as root" { as_root; an_interpreter_is_missing; }
@test "a script whose interpreter is missing, under sudo" { as_sudo; an_interpreter_is_missing; }
@test "a script whose interpreter is missing, rootless" { as_rootless; an_interpreter_is_missing; }

# patch FILE OFFSET BYTES
patch()
{
	printf '%b' "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# interpreter FROM TO: a copy of true whose loader is another, of a name no longer.
another_loader()
{
	local at
	cp "$(readlink -f /bin/true)" "$1"
	at=$(grep -abo /lib64/ld-linux-x86-64.so.2 "$1" | head -n 1 | cut -d : -f 1)
	patch "$1" "$at" "$2\\0"
}

a_loader_is_missing()
{
	another_loader musl /lib/ld-musl-x86_64.so.1
	another_loader narrow /x/ld-linux.so.2
	another_loader other "/no/such/loader"
	cp "$(readlink -f /bin/true)" foreign
	patch foreign 18 '\xb7\x00'
	chmod 755 musl narrow other foreign
	[ -e /lib/ld-musl-x86_64.so.1 ] || {
		misses musl "its loader '/lib/ld-musl-x86_64.so.1' is not in the pen"
		says "hint: it was built for musl"
	}
	misses narrow "its loader '/x/ld-linux.so.2' is not in the pen"
	says "hint: it is a 32-bit program"
	misses other "its loader '/no/such/loader' is not in the pen"
	hints "it is not there outside the pen, either"
	[ ! -e /proc/sys/fs/binfmt_misc/qemu-aarch64 ] || skip "this machine runs programs for others"
	misses foreign "it is a program for aarch64"
}

@test "a program whose loader is missing, or for another machine, as root" { as_root; a_loader_is_missing; }
@test "a program whose loader is missing, or for another machine, under sudo" { as_sudo; a_loader_is_missing; }
@test "a program whose loader is missing, or for another machine, rootless" { as_rootless; a_loader_is_missing; }

what_is_no_program()
{
	mkdir directory
	echo 'echo it ran' >plain
	chmod 644 plain
	mkfifo pipe
	misses directory "it is a directory"
	misses pipe "it is not a regular file"
	misses plain "nobody may (mode 0644)"
	hints "chmod +x ./plain, or, if it is a script: sh ./plain"
	pen -- sh ./plain
	[ "$output" = 'it ran' ]
	PATH=$PWD:$PATH pen -- plain
	exits 126
	says "cannot execute '$PWD/plain': nobody may"
}

@test "a directory, a pipe and a file without the right to execute, as root" { as_root; what_is_no_program; }
@test "a directory, a pipe and a file without the right to execute, under sudo" { as_sudo; what_is_no_program; }
@test "a directory, a pipe and a file without the right to execute, rootless" { as_rootless; what_is_no_program; }

@test "a program that is its owner's alone" {
	as_root
	unset SUDO_UID SUDO_GID
	program own '#!/bin/sh' 'echo it ran'
	chmod 700 own
	misses own "the command's user 61000 may not (mode 0700)"
	hints "--user 0:0 runs it as its owner"
	pen --user 0:0 -- ./own
	[ "$output" = 'it ran' ]
}

# starts WORDS COMMAND...: whether what is said at the start is WORDS, or nothing.
starts()
{
	local words=$1
	shift
	output=$(noted "${identity[@]}" "$pinfold" run --trace none -p "$rules" "$@" 2>&1 >/dev/null) || [ $? = 3 ]
	[ "$output" = "${words:+pinfold: }$words" ] || {
		echo "not '$words': $output"
		return 1
	}
}

where_it_starts()
{
	local home=$PWD/home advice='-r . shows it, and -w . makes it writable'
	rules=$PWD/open.policy
	mkdir home
	touch home/there
	[ "${#identity[@]}" = 0 ] || chown "$rootless_id" home home/there
	cd home
	export HOME=$home
	starts "the working directory '$home' is not shown: it is a home directory, or contains one; $advice" pwd
	starts "the working directory '$home' is not shown: it is a home directory, or contains one; $advice" sh -c 'exit 3'
	starts '' -q pwd
	starts '' --workdir /usr pwd
	starts '' -r . test -e there
	starts '' -w . touch there
	output=$(noted "${identity[@]}" "$pinfold" run --trace none -p "$rules" -w . pwd)
	[ "$output" = "$home" ]
	cd /tmp
	starts "the working directory '/tmp' is not shown: the pen has its own; $advice" true
	starts '' --tmpfs /tmp true
	cd /usr
	starts '' true
	cd /
	starts '' true
}

@test "where the command does not start in the caller's directory, as root" { as_root; where_it_starts; }
@test "where the command does not start in the caller's directory, under sudo" { as_sudo; where_it_starts; }
@test "where the command does not start in the caller's directory, rootless" { as_rootless; where_it_starts; }

@test "a directory of the pen's own is the same as the caller's while that is empty" {
	need_root
	output=$(unshare -m --propagation private sh -c 'mount -t tmpfs x /run && cd /run &&
		"$@" && touch there && "$@"' sh "$pinfold" run --trace none -p "$PWD/open.policy" true 2>&1)
	[ "$output" = "pinfold: the working directory '/run' is not shown: the pen has its own; -r . shows it, and -w . makes it writable" ]
}
