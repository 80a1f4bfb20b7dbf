# SPDX-License-Identifier: GPL-2.0-or-later
# Subordinate ids of an ordinary user: what /etc/subuid and /etc/subgid grant, newuidmap maps. The
# files that say so are laid over the machine's in a mount namespace for the test.

load pen

first=300000

# grant [LINE...]: the lines of /etc/subuid and /etc/subgid; without any there are no ids.
grant()
{
	command -v newuidmap >/dev/null || skip "newuidmap is not installed"
	[ "$(id -u)" = 0 ] || skip "needs root to lay files over those in /etc"
	[ -e /etc/subuid ] && [ -e /etc/subgid ] || skip "no /etc/subuid and /etc/subgid to lay files over"
	as_rootless
	printf 'root:x:0:0::/:/bin/sh\ntester:x:%d:%d::/:/bin/sh\n' \
		"$rootless_id" "$rootless_id" >passwd
	: >ids
	[ $# = 0 ] || printf '%s\n' "$@" >ids
	printf '#!/bin/sh\n%s\nexec "$@"\n' "mount --bind $PWD/passwd /etc/passwd &&
		mount --bind $PWD/ids /etc/subuid && mount --bind $PWD/ids /etc/subgid || exit 99
		[ ! -e $PWD/newuidmap ] || mount --bind $PWD/newuidmap /usr/bin/newuidmap || exit 99
		[ ! -e $PWD/newgidmap ] || mount --bind $PWD/newgidmap /usr/bin/newgidmap || exit 99
		[ ! -e $PWD/nsswitch ] || mount --bind $PWD/nsswitch /etc/nsswitch.conf || exit 99
		[ ! -e $PWD/getent ] || mount --bind $PWD/getent /usr/bin/getent || exit 99
		[ ! -e $PWD/getsubids ] || mount --bind $PWD/getsubids /usr/bin/getsubids || exit 99" >lay
	chmod 755 lay
	identity=(unshare -m ./lay "${identity[@]}")
}

maps='cat /proc/self/uid_map /proc/self/gid_map'

# is_mapped FIRST COUNT...: these onto themselves, for users and for groups.
is_mapped()
{
	local lines=
	while [ $# -gt 0 ]; do
		lines+=$(printf '%d %d %d' "$1" "$1" "$2")$'\n'
		shift 2
	done
	[ "$(awk '{ print $1, $2, $3 }' <<<"$output")"$'\n' = "$lines$lines" ] || {
		echo "not $lines: $output"
		return 1
	}
}

@test "subordinate ids are mapped as they are, the command's user stays the caller" {
	grant "tester:$first:1000"
	touch theirs
	chown $((first + 5)):$((first + 6)) theirs
	pen -- sh -c "$maps"
	exits 0
	is_mapped "$rootless_id" 1 "$first" 1000
	pen -- stat -c %u:%g "$PWD/theirs" "$PWD/open.policy"
	[ "$output" = "$((first + 5)):$((first + 6))"$'\n'"$rootless_id:$rootless_id" ]
	pen -- sh -c 'id -u; id -g; id -G'
	[ "$output" = "$rootless_id"$'\n'"$rootless_id"$'\n'"$rootless_id" ]
}

@test "'user' names a subordinate id: what it writes belongs to that" {
	grant "tester:$first:1000"
	mkdir w
	chmod 777 w
	pen --user "$((first + 5)):$((first + 6))" -w "$PWD/w" -- sh -c 'id -u; id -G; >w/theirs'
	exits 0
	[ "$output" = "$((first + 5))"$'\n'"$((first + 6)) $rootless_id" ]
	[ "$(stat -c %u:%g w/theirs)" = "$((first + 5)):$((first + 6))" ]
	pen --user "$((first + 7))" -- id -u
	[ "$output" = $((first + 7)) ]
}

# in_groups GROUP...: from here on the caller is in these too.
in_groups()
{
	identity=("${identity[@]/--clear-groups/--groups=$(IFS=,; echo "$*")}")
}

# denied OPTION...: what the group of the file 'theirs' must not read, nobody in the pen reads.
denied()
{
	pen "$@" -r "$PWD" -- sh -c 'cat theirs || perl -e '"'"'$( = $) = "'"$first $first"'"; exec "cat", "theirs"'"'"
	[ "$status" -ne 0 ]
	[[ $output == *"ermission denied"* && $output != *SECRET* ]]
}

@test "33: what a group of the caller's may not read is not read, though groups are mapped" {
	grant "tester:$first:1000"
	echo SECRET >theirs
	chmod 604 theirs
	chown 0:4 theirs
	bare cat theirs
	says SECRET
	in_groups 4 "$rootless_id"
	bare cat theirs
	[ "$status" -ne 0 ]
	denied
	denied --user "$((first + 5))"
	denied --capability 'setgid setuid'
	denied --user "$((first + 5)):$((first + 6))" --capability 'setgid setuid'
	pen -- id -G
	[ "$output" = "$rootless_id 65534" ]
}

@test "33: nor what the caller's own group may not read" {
	grant "tester:$first:1000"
	echo SECRET >theirs
	chmod 604 theirs
	chown "0:$rootless_id" theirs
	denied
	denied --user "$((first + 5)):$((first + 6))"
	pen --capability setgid -- true
	exits 125
	says "hint: leave out 'capability setgid'"
	in_groups 4
	pen --user "$((first + 5)):$((first + 6))" -- true
	exits 125
	says "--user: error: cannot let the command leave the caller's group $rootless_id"
	says "hint: name that group: user $((first + 5)):$rootless_id"
	denied --user "$((first + 5)):$rootless_id"
}

@test "33: no set-user-ID file of a subordinate id is made, whatever is kept of chown" {
	grant "tester:$first:1000"
	mkdir w
	chmod 777 w
	pen --capability 'chown fsetid fowner' -w "$PWD/w" -- perl -e '
		for my $name ("w/a", "w/b") { open(F, ">$name") or die; close F }
		chmod 06755, "w/a"; chown '"$first, $first"', "w/a", "w/b"; chmod 06755, "w/b"'
	[ "$(stat -c %u w/a)$(stat -c %u w/b)" = "$first$first" ]
	[ -z "$(find w -perm /6000)" ]
}

@test "33: what a subordinate user left behind is removed by the remedy of the manual" {
	grant "tester:$first:1000"
	mkdir w
	chmod 777 w
	pen --user "$first" -w "$PWD/w" -- sh -c 'mkdir -p w/a/b && >w/a/b/c'
	exits 0
	bare rm -rf w/a
	[ -e w/a/b/c ]
	pen --capability dac_override -w "$PWD/w" -- rm -rf w/a
	exits 0
	[ ! -e w/a ]
}

@test "a command that may not change its user cannot become a subordinate id" {
	grant "tester:$first:1000"
	local become=(perl -MPOSIX -e "POSIX::setuid($first) && print \$<")
	pen --capability setuid -- "${become[@]}"
	exits 0
	[ "$output" = "$first" ]
	pen -- "${become[@]}"
	[ -z "$output" ]
}

# refuses USER HINT: 125, its place, the hint, and nothing ran.
refuses()
{
	pen -w "$PWD" --user "$1" -- sh -c '>ran'
	exits 125
	says "--user: error: cannot run the command as user $1"
	says "hint: without privilege the $2"
	[ ! -e ran ]
}

@test "a user that is not granted is an error that says which are" {
	grant "tester:$first:10" "tester:$((first + 100)):10" 'other:400000:1000'
	local all="$rootless_id, $first..$((first + 9)), $((first + 100))..$((first + 109))"
	refuses 400000:400000 "user can be $all, the group $all"
	refuses "$first:4" "user can be $all, the group $all"
	refuses 4:4 "user can be $all, the group $all"
}

@test "without subordinate ids the only user is the caller, and the error says why" {
	local only="only user is the caller, $rootless_id:$rootless_id"
	grant
	refuses "$first:$first" "$only: /etc/subuid and /etc/subgid have no ids for it"
	pen -- sh -c "$maps"
	is_mapped "$rootless_id" 1
	grant "tester:$first:1000"
	identity+=(setpriv --no-new-privs)
	refuses "$first:$first" "$only: newuidmap can gain no rights under no_new_privs"
	pen -- sh -c "$maps"
	is_mapped "$rootless_id" 1
}

@test "without newuidmap's rights the only user is the caller, and the error says why" {
	local only="only user is the caller, $rootless_id:$rootless_id"
	grant "tester:$first:1000"
	cp "$(command -v newgidmap)" newgidmap
	chmod 755 newgidmap
	refuses "$first:$first" "$only: newuidmap and newgidmap can gain no rights here"
	pen -- sh -c "$maps"
	is_mapped "$rootless_id" 1
}

@test "a user whose group is not that of its entry keeps its own ids only" {
	grant "tester:$first:1000"
	sed -i "s/^tester:x:$rootless_id:$rootless_id/tester:x:$rootless_id:5/" passwd
	pen -- sh -c "$maps"
	is_mapped "$rootless_id" 1
	refuses "$first:$first" "only user is the caller, $rootless_id:$rootless_id: newuidmap needs an entry of /etc/passwd with this user and group"
}

@test "ranges by number, in parts, over each other and around the caller's own id" {
	grant "$rootless_id:$first:10" "tester:$((first + 5)):10" "tester:$((rootless_id - 3)):8" \
		'tester:x:5' 'tester:7' 'tester:0:5' tester '' "tester2:500000:5" \
		"tester:$((first + 100)):0" "tester:$((first + 100)):5x"
	pen -- sh -c "$maps"
	exits 0
	is_mapped "$rootless_id" 1 "$first" 10 $((first + 10)) 5 \
		$((rootless_id - 3)) 3 $((rootless_id + 1)) 4
}

@test "ids that the caller's own namespace does not have are left out" {
	grant "tester:$first:1000"
	printf '%s\n' "0 0 $((first + 10))" >map
	# a namespace of less, made by root
	mkfifo made go
	cat >less <<-'LESS'
	#!/bin/sh
	unshare -U sh -c 'echo >made; read -r line <go; exec "$@"' - "$@" &
	read -r line <made
	cat map >/proc/$!/uid_map && cat map >/proc/$!/gid_map || exit 98
	echo >go
	wait $!
	LESS
	chmod 755 less
	identity=(unshare -m ./lay ./less setpriv "--reuid=$rootless_id" "--regid=$rootless_id" --clear-groups)
	pen -- sh -c "$maps"
	exits 0
	is_mapped "$rootless_id" 1 "$first" 10
}

@test "newuidmap or newgidmap that fails is an error, and nothing runs" {
	local name
	grant "tester:$first:1000"
	for name in newuidmap newgidmap; do
		cp "$(type -P false)" $name
		chmod 4755 $name
		pen -w "$PWD" -- sh -c '>ran'
		exits 125
		[[ $output == "pinfold: cannot map the subordinate ids: $name exited with status 1"*"row subordinate-ids" ]]
		rm $name
	done
	# it would write the map of users again
	cp "$(command -v newuidmap)" newgidmap
	chmod 4755 newgidmap
	pen -w "$PWD" -- sh -c '>ran'
	exits 125
	says "map: write to uid_map failed: Operation not permitted" # of whichever comes second
	[ ! -e ran ]
	rm newgidmap
	pen -w "$PWD" -- sh -c '>ran'
	exits 0
	[ -e ran ]
}

@test "a caller that ignores SIGCHLD gets the same" {
	grant "tester:$first:1000"
	identity+=(perl -e '$SIG{CHLD} = "IGNORE"; exec @ARGV')
	pen -- id -u
	exits 0
	[ "$output" = "$rootless_id" ]
}

@test "the plan says which ids are mapped" {
	grant "tester:$first:1000"
	local all="$rootless_id, $first..$((first + 999))"
	pen --dry-run -- true
	says "map onto themselves the users $all and the groups $all, by newuidmap"
	grant
	pen --dry-run -- true
	says "map onto themselves the users $rootless_id and the groups $rootless_id, the caller's own"
	identity=()
	pen --dry-run -- true
	says "map all ids onto themselves"
}

@test "a user from a source other than /etc/passwd has subordinate ids, too" {
	grant "tester:$first:1000"
	printf 'root:x:0:0::/:/bin/sh\n' >passwd
	echo 'passwd: files sss' >nsswitch
	printf '#!/bin/sh\n[ "$1 $2" = "passwd %d" ] && echo tester:x:%d:%d::/:/bin/sh\n' \
		"$rootless_id" "$rootless_id" "$rootless_id" >getent
	chmod 755 getent
	pen --dry-run -- true
	says "the users $rootless_id, $first..$((first + 999)) and"
	# nothing is queried if /etc/passwd is the only source
	echo 'passwd: files # sss' >nsswitch
	pen --dry-run -- true
	exits 0
	[[ $output != *"$first"* ]]
	# nor is an empty answer accepted
	echo 'passwd: files sss' >nsswitch
	printf '#!/bin/sh\nexit 2\n' >getent
	pen --dry-run -- true
	exits 0
	[[ $output != *"$first"* ]]
}

# lookups N WORD...: a pen with the options looks the caller up N times.
lookups()
{
	: >lookups
	pen --dry-run "${@:2}" -- true
	exits 0
	[ "$(grep -c . lookups)" = "$1" ] || {
		echo "not $1 but $(grep -c . lookups) with ${*:2}"
		return 1
	}
}

@test "a caller that /etc/passwd does not know is looked up once, and only where that matters" {
	grant "tester:$first:1000"
	printf 'root:x:0:0::/:/bin/sh\nother:x:1:1::/:/bin/sh\n' >passwd
	echo 'passwd: files sss' >nsswitch
	: >lookups
	chmod 666 lookups
	chown 0:0 pinfold # one that the caller can change copies itself first
	printf '#!/bin/sh\necho "$@" >>%s\nexit 2\n' "$PWD/lookups" >getent
	chmod 755 getent
	# the ids may be the caller's, and the working directory its home
	lookups 1
	lookups 1 -r .
	# the lines are those of users whom the file knows, or of another number
	printf '%s\n' "other:$first:1000" "123:$first:1000" '' nonsense >ids
	lookups 1
	lookups 0 -r .
	echo "$rootless_id:$first:1000" >>ids
	lookups 1 -r .
	# systemd knows nobody where it does not run
	if [ ! -e /run/systemd/userdb ] && [ ! -e /etc/userdb ]; then
		echo 'passwd: files systemd' >nsswitch
		lookups 0
	fi
}

# directory LINE...: nsswitch.conf names one for subordinate ids, for which getsubids says the lines.
# newuidmap has no module for it and looks at the files, whatever that says.
directory()
{
	command -v getsubids >/dev/null || skip "getsubids is not installed"
	echo 'subid: made_up' >nsswitch
	{ echo '#!/bin/sh' && printf '%s\n' "$@"; } >getsubids
	chmod 755 getsubids
}

@test "subordinate ids of a directory are those that getsubids prints, and none from the files" {
	grant "tester:$first:1000"
	directory 'case "$*" in' "tester) echo 0: tester $first 10; echo 1: tester $((first + 20)) 5 ;;" \
		"'-g tester') echo 0: tester $first 10; echo 1: tester $((first + 20)) 5 ;;" esac
	pen -- sh -c "$maps"
	exits 0
	is_mapped "$rootless_id" 1 "$first" 10 $((first + 20)) 5
	refuses $((first + 10)) "user can be $rootless_id, $first..$((first + 9)), $((first + 20))..$((first + 24)), the group"
}

@test "the real output of getsubids is understood" {
	grant "tester:$first:10" "tester:$((first + 20)):5"
	directory
	rm getsubids
	pen -- sh -c "$maps"
	exits 0
	is_mapped "$rootless_id" 1 "$first" 10 $((first + 20)) 5
}

@test "getsubids is not run if the files are the only source" {
	grant "tester:$first:1000"
	directory "echo 0: tester $first 10"
	local line
	for line in 'subid: files' 'subid: # made_up' '# subid: made_up' 'subid files made_up' \
		'subids: made_up'; do
		echo "$line" >nsswitch
		pen -- sh -c "$maps"
		exits 0
		is_mapped "$rootless_id" 1 "$first" 1000
	done
	for line in 'subid:made_up' '	SubId : made_up' 'subid: [NOTFOUND=return] made_up'; do
		echo "$line" >nsswitch
		pen -- sh -c "$maps"
		exits 0
		is_mapped "$rootless_id" 1 "$first" 10
	done
}

@test "invalid or cut lines of getsubids are skipped" {
	grant "tester:$first:1000"
	directory "printf '%s\n' nonsense '0: tester' '0: tester 0 5' '0: tester 5000000000 5' \
		'0: tester $first 5000000000' '0: tester $((first + 1)) -1' \
		'0: tester $((first + 20)) 5' '' && printf '1: tester $first 9'"
	pen -- sh -c "$maps"
	exits 0
	is_mapped "$rootless_id" 1 $((first + 20)) 5
}

@test "a directory that grants nothing, does not answer or cannot be queried: the error says so" {
	local only="only user is the caller, $rootless_id:$rootless_id: "
	grant "tester:$first:1000"
	directory 'exit 1'
	refuses "$first:$first" "${only}the directory that nsswitch.conf names for subordinate ids has none for it"
	directory 'exec sleep 998.6'
	refuses "$first:$first" "${only}the directory that nsswitch.conf names for subordinate ids did not answer in time"
	! pgrep -f '^sleep 998.6' || false
	chmod 644 getsubids
	refuses "$first:$first" "${only}nsswitch.conf names a directory for subordinate ids, but getsubids, which queries it, is not installed (Debian's package uidmap)"
	pen -- sh -c "$maps"
	exits 0
	is_mapped "$rootless_id" 1
}
