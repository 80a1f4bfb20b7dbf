# SPDX-License-Identifier: GPL-2.0-or-later
# The release tarball: it builds without clang and bpftool, and the program has the same bytes
# wherever it is built. Only with PINFOLD_HEAVY, as ./bootstrap check --all sets it.

load ../cli/lib

# tools_without NAME...: a directory with what PATH has, but programs whose names begin so.
tools_without()
{
	mkdir tools
	local directory program name
	for directory in /usr/bin /usr/sbin; do
		for program in "$directory"/*; do
			ln -sf "$program" tools/
		done
	done
	for name; do
		rm -f tools/"$name"*
	done
}

# build_in DIRECTORY CONFIGURE [OPTION...]
build_in()
{
	mkdir -p "$1"
	(cd "$1" && PATH=$tools "$2" "${@:3}" >configure.log && PATH=$tools make -s -j2 >make.log)
}

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	[ -n "${PINFOLD_HEAVY-}" ] || skip "heavy: ./bootstrap check --all runs it"
	! grep -q __asan_init "$top_builddir/pinfold" || skip "the build without sanitizers runs it"
	unset MAKEFLAGS MFLAGS MAKELEVEL BPFTOOL
}

@test "the tarball builds without clang and bpftool, in two places to the same bytes" {
	make -s -C "$top_builddir" dist distdir=pinfold-tried
	mv "$top_builddir/pinfold-tried.tar.xz" .
	tar -xJf pinfold-tried.tar.xz
	tools_without clang bpftool llvm-
	tools=$PWD/tools
	build_in beside ../pinfold-tried/configure
	grep -q 'bpf  *as made for the tarball' beside/configure.log
	cp -r pinfold-tried another-place
	build_in another-place ./configure
	cmp beside/pinfold another-place/pinfold
	# Debian's clang makes the same of the programs again.
	tools=$PATH
	build_in built ../pinfold-tried/configure --with-bpf=build
	cmp beside/pinfold built/pinfold
	run beside/pinfold run -q -d 'EPERM mkdir' -- mkdir /tmp/x
	[ "$status" = 1 ]
}

@test "a clone without clang says what is missing, and that a tarball has it" {
	tools_without clang
	run env PATH="$PWD/tools" "$(cd "$top_srcdir" && pwd)/configure" --quiet
	[ "$status" = 1 ]
	[[ $output == *'clang is needed to build bpf/ (Debian: clang); a tarball has it built'* ]]
}
