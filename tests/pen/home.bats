# SPDX-License-Identifier: GPL-2.0-or-later
# Which working directories are not shown because they are homes. The users, and the directory that
# knows some of them, are made in a mount namespace for the test.

load pen

# at DIRECTORY [VARIABLE=VALUE...]: a run that lists DIRECTORY from inside, where it starts.
at()
{
	local directory=$1
	shift
	cat >passwd <<-'END'
		root:x:0:0::/root:/bin/sh
		svc:x:250:250::/srv/lib/svc:/bin/sh
		plain:x:251:251::/srv:/bin/sh
		test:x:65533:65533::/nonexistent:/bin/sh
	END
	[ -e getent ] || printf '#!/bin/sh\n[ "$2" != 70001 ] || echo dir:x:70001:1::/srv/homes/dir:/bin/sh\n' >getent
	[ -e nsswitch ] || echo 'passwd: files sss' >nsswitch
	chmod 755 getent
	run timeout 60 unshare -m --propagation private sh -c '
		mount --bind passwd /etc/passwd && mount --bind nsswitch /etc/nsswitch.conf &&
		mount --bind getent /usr/bin/getent && mount -t tmpfs -o mode=755 t /srv &&
		mkdir -p /srv/homes/dir/proj /srv/lib/svc /srv/own &&
		chown 70001 /srv/homes/dir /srv/homes/dir/proj && chown 250 /srv/lib/svc &&
		chown 251 /srv/own && touch /srv/own/there /srv/homes/dir/proj/there /srv/lib/there \
			/srv/lib/svc/there /srv/homes/dir/there &&
		cd "$0" && exec "$@"' "$directory" env -u SUDO_UID -u SUDO_GID HOME=/none "$@" \
		"${identity[@]}" "$pinfold" run --trace none -p "$PWD/open.policy" "${more[@]}" -- \
		sh -c 'pwd; ls; true'
	exits 0
}

is_shown()
{
	[[ $output == "$1"$'\n'* && $output == *there && $output != *pinfold:* ]] || {
		echo "not shown: $output"
		return 1
	}
}

is_not_shown()
{
	says "pinfold: the working directory '$1' is not shown: it is a home directory, or contains one; -r . shows it, and -w . makes it writable"
	[[ $output != *there* ]]
}

homes_are_not_shown()
{
	need_root
	more=()
	at /srv/homes/dir
	is_not_shown /srv/homes/dir
	at /srv/homes/dir/proj
	is_shown /srv/homes/dir/proj
	at /srv/lib/svc
	is_not_shown /srv/lib/svc
	# above a home: of the caller's by sudo
	at /srv/lib
	is_shown /srv/lib
	at /srv/lib SUDO_UID=250 SUDO_GID=250
	is_not_shown /srv/lib
	at /srv/homes SUDO_UID=70001 SUDO_GID=1
	is_not_shown /srv/homes
	# a system user's "home" that is none
	at /srv/own
	is_shown /srv/own
	more=(-r .)
	at /srv/homes/dir
	is_shown /srv/homes/dir
	more=()
	echo 'passwd: files' >nsswitch
	at /srv/homes/dir
	is_shown /srv/homes/dir
}

@test "as root: homes of users in a directory service and of system users are not shown" {
	as_root; homes_are_not_shown
}

@test "rootless: homes of users in a directory service and of system users are not shown" {
	as_rootless; homes_are_not_shown
}

silent_directory()
{
	need_root
	more=()
	printf '#!/bin/sh\nexec sleep 998.7\n' >getent
	at /srv/homes/dir/proj
	says "whether it is a home directory could not be determined in time; -r . shows it"
	[[ $output != *there* ]]
	fails pgrep -f "sleep 998.7"
}

@test "as root: a directory service that does not answer keeps no run from starting" {
	as_root; silent_directory
}

@test "rootless: a directory service that does not answer keeps no run from starting" {
	as_rootless; silent_directory
}

# Its directory is mapped for the command's group; a file whose group is not mapped cannot be written at all.
@test "under sudo, files of the caller's own group are writable in a directory of another group" {
	need_root
	mkdir d
	echo a >d/f
	chown "$rootless_id:$rootless_id" d/f
	chown "$rootless_id:33" d
	run env SUDO_UID="$rootless_id" SUDO_GID="$rootless_id" "$pinfold" run -q -p open.policy -w "$PWD/d" -- \
		sh -c 'echo b >>"$0/f" && echo n >"$0/new"; chgrp 33 "$0/f" || chmod 4755 "$0/f"' "$PWD/d"
	[[ $output != *'cannot be mapped'* ]] || skip "ids cannot be mapped on this file system"
	[ "$(cat d/f)" = $'a\nb' ]
	[ "$(stat -c %u:%g:%a d/f d/new)" = "$rootless_id:$rootless_id:644"$'\n'"$rootless_id:33:644" ]
}
