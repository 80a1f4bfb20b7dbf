# SPDX-License-Identifier: GPL-2.0-or-later
# A project from its first recording to a check that fails in CI: a small one here, and one of Debian's
# sources with ./bootstrap check --all.

load lib
load project

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	unset "${!GIT_@}"
	need_trace
	for program in git jq make xmllint cc; do
		need_program "$program"
	done
	mkdir project
}

@test "a small project: record, commit, check, two planted calls, and a baseline" {
	cd project
	printf '%s\n' 'CFLAGS = -g -O0 -fno-omit-frame-pointer' 'test: test_sum; ./test_sum' \
		'test_sum: test_sum.c; $(CC) $(CFLAGS) -o $@ test_sum.c' >Makefile
	cat >test_sum.c <<-'C'
		#include <stdio.h>
		int main(void)
		{
			puts(1 + 1 == 2 ? "ok 1 - sum" : "not ok 1 - sum");
			return 0;
		}
	C
	built=(test_sum) targets=(test)
	make -s "${built[@]}"
	follow_project test_sum.c
	"$pinfold" check --help | grep -q -- '--baseline' || skip "no baselines"
	follow_baseline test_sum.c
}

# fetch_source PACKAGE: its upstream sources, from the archive of this Debian, in $PWD.
fetch_source()
{
	local codename mirror=${PINFOLD_MIRROR_DEBIAN:-http://deb.debian.org/debian}
	local key=/usr/share/keyrings/debian-archive-keyring.gpg
	# shellcheck source=/dev/null
	codename=$(. /etc/os-release && [ "$ID" = debian ] && echo "$VERSION_CODENAME") || skip "this is not Debian"
	[ -e "$key" ] || skip "the keys of Debian's archive are not installed"
	mkdir -p apt/lists/partial apt/cache
	echo "deb-src [signed-by=$key] $mirror $codename main" >apt/sources.list
	options=(-o "Dir::Etc::sourcelist=$PWD/apt/sources.list" -o Dir::Etc::sourceparts=-
		-o "Dir::State::lists=$PWD/apt/lists" -o "Dir::Cache=$PWD/apt/cache" -o APT::Sandbox::User=root)
	timeout 120 apt-get "${options[@]}" -qq update >apt/log 2>&1 ||
		skip "the archive of Debian is not available"
	timeout 120 apt-get "${options[@]}" -qq --download-only source "$1" >>apt/log 2>&1 ||
		skip "the sources of $1 are not available"
}

@test "zlib, from Debian's sources: the same with its own tests" {
	[ -n "${PINFOLD_HEAVY-}" ] || skip "heavy: ./bootstrap check --all runs it"
	need_program apt-get
	fetch_source zlib
	tar -xf zlib_*.orig.tar.* -C project --strip-components 1
	cd project
	CFLAGS='-g -O0 -fno-omit-frame-pointer' ./configure --static >configure.out
	built=(all) targets=(test)
	make -s "${built[@]}" >make.out 2>&1
	follow_project test/example.c
	"$pinfold" check --help | grep -q -- '--baseline' || skip "no baselines"
	follow_baseline test/example.c
}
