# SPDX-License-Identifier: GPL-2.0-or-later
# Uninstalling leaves what was there before installing, and nothing else; and configure says what a
# build lacks.

load lib

in_build()
{
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -s -C "$top_builddir" "$@" >/dev/null
}

# come_and_go FOLDER ARGUMENT...: installs with these arguments of make, twice, and uninstalls.
come_and_go()
{
	local directory=$1
	shift
	find "$directory" | sort >before
	in_build install "$@"
	in_build install "$@"
	find "$directory" | sort >between
	grep -q '/bin/pinfold$' between
	grep -q '/man5/pinfold-policy.5$' between
	grep -q '/man7/pinfold-recipes.7$' between
	grep -q '/pinfold/policies/base.policy$' between
	grep -q '/bash-completion/completions/pinfold$' between
	grep -q '/zsh/site-functions/_pinfold$' between
	grep -q '/fish/vendor_completions.d/pinfold.fish$' between
	in_build uninstall "$@"
	in_build uninstall "$@" # once more is no error
	find "$directory" | sort >after
	diff before after
}

@test "uninstall leaves no file and no directory that install made" {
	mkdir stage
	come_and_go stage DESTDIR="$PWD/stage"
	mkdir plain
	come_and_go plain prefix="$PWD/plain"
	come_and_go . prefix="$PWD/new directory"
}

@test "what was there before stays, empty or not" {
	mkdir -p old/bin old/share/man/man1 old/share/man/man5
	touch old/share/man/man5/other.5
	come_and_go old prefix="$PWD/old"
	in_build install prefix="$PWD/new"
	touch new/share/man/man1/other.1
	in_build uninstall prefix="$PWD/new"
	[ "$(find new | sort | tr '\n' ' ')" = \
		'new new/share new/share/man new/share/man/man1 new/share/man/man1/other.1 ' ]
	rm new/share/man/man1/other.1
	in_build uninstall prefix="$PWD/new"
	[ ! -e new ]
}

@test "configure says what a build lacks, and which package has it" {
	local source
	source=$(cd "$top_srcdir" && pwd)
	cat >pkg-config <<-'SH'
		#!/bin/sh
		case "$*" in *cmocka*) exit 1 ;; esac
		exec /usr/bin/pkg-config "$@"
	SH
	chmod 755 pkg-config
	run "$source/configure" PKG_CONFIG="$PWD/pkg-config" ac_cv_path_BATS= ac_cv_path_LLVM_STRIP= \
		--disable-static
	exits 0
	[[ $output == *"unit tests: cmocka (Debian: libcmocka-dev; "* ]]
	[[ $output == *"tests of the commands: bats (Debian, "* ]]
	[[ $output == *"small objects of bpf/: llvm-strip (Debian, "* ]]
	# As here, where a distribution may lack an archive.
	if grep -q '^S\["HAVE_STATIC_LIBS_TRUE"\]=""' "$top_builddir/config.status"; then
		[[ $output != *"a fast start"* ]]
	else
		[[ $output == *"a fast start: archives of "* ]]
	fi
	# Archives that cannot be linked.
	run "$source/configure" LDFLAGS=-Wl,--wrap=json_object_new_object
	exits 0
	[[ $output == *"a fast start: archives of "*"libmd-dev)"* ]]
}

@test "every file of tests is run by make check, and is in its tarball" {
	cd "$top_srcdir" || return 1
	for file in tests/*/*.bats; do
		grep -qF "$file" tests/Makemodule.am tests/*/Makemodule.am ||
			{ echo "$file is in no list"; return 1; }
	done
	for file in tests/unit/test_*.c; do
		grep -rqw "${file%.c}" --include=Makemodule.am . || { echo "$file is in no list"; return 1; }
	done
}
