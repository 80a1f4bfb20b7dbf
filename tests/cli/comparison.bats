# SPDX-License-Identifier: GPL-2.0-or-later
# docs/comparison.md: what it shows of other tools is what they print, wherever they are installed.

load lib
load manual

# sessions PROGRAM: the sessions below "needs PROGRAM".
sessions()
{
	awk -v mark="<!-- needs $1 -->" '
	/^<!-- needs / { is_wanted = $0 == mark; next }
	/^```console$/ { on = is_wanted; next }
	/^```/ { on = is_wanted = 0 }
	on' "$top_srcdir/docs/comparison.md"
}

# shows PROGRAM [OPTION...]: each of its sessions goes as it is shown, if the program can run anything
# here, with these options.
shows()
{
	need_program "$1"
	"$@" /bin/true >tried.txt 2>&1 || skip "$1 cannot run a command here: $(tail -n 1 tried.txt)"
	sessions "$1" >shown.txt
	as_shown
}

as_shown()
{
	[ -s shown.txt ]
	PATH=$top_builddir:$PATH LC_ALL=C replay <shown.txt >here.txt
	diff shown.txt here.txt
}

@test "bubblewrap: what the comparison shows" {
	shows bwrap --ro-bind / / --dev /dev --proc /proc --
}

@test "firejail: what the comparison shows" {
	shows firejail --quiet --noprofile --
}

@test "nsjail: what the comparison shows" {
	shows nsjail -Q --chroot / --
}

@test "minijail: what the comparison shows" {
	shows minijail0 --
}

@test "systemd: what the comparison shows" {
	sessions systemd-analyze >shown.txt
	need_program systemd-analyze
	as_shown
}

@test "landrun: what the comparison shows" {
	shows landrun --best-effort --rox /usr --
}

@test "strace: what the comparison shows" {
	shows strace -o /dev/null
}

@test "every session of the comparison names the tool that it needs, and is run by a test here" {
	grep -B 1 '^```console' "$top_srcdir/docs/comparison.md" | grep -v '^--$\|^```' >above.txt
	run grep -v '^<!-- needs [a-z0-9-]* -->$' above.txt
	exits 1
	sed 's/.* needs \(.*\) -->/\1/' above.txt | sort -u >needed.txt
	sed -n 's/^\t\(shows\|sessions\) \([a-z0-9-]\{1,\}\).*/\2/p' "$BATS_TEST_FILENAME" | sort -u | diff needed.txt -
}
