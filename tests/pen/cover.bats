# SPDX-License-Identifier: GPL-2.0-or-later
# Row 36: what is hidden or replaced in the pen stays so when the host renames another file over it.

load pen

# A directory with a file to hide, one to replace, and a directory to hide.
make_place()
{
	mkdir -p place/directory signal
	echo SECRET >place/hidden
	echo SECRET >place/replaced
	echo SECRET >place/directory/file
	echo ours >ours
	echo plain >place/plain
	printf '[user]\n' >place/config
	: >empty
	[ "${#identity[@]}" = 0 ] || chown -R "$rootless_id:$rootless_id" place ours signal empty
	chmod 777 signal
}

# What the command does: says that it is there, waits, looks at everything.
look='cd "$1"; : >signal/ready
	until [ -e signal/go ]; do :; done
	cat place/hidden place/directory/file place/config place/* && exit 9; cat place/plain; cat place/replaced; exit 0'

# while_pen_looks COMMAND -- OPTION...: starts the pen, replaces files by COMMAND, lets it look.
while_pen_looks()
{
	local how=$1 pid
	shift
	"${identity[@]}" "$pinfold" run -q --trace none -p open.policy "$@" -- sh -c "$look" - "$PWD" \
		>out 2>&1 3>&- </dev/null &
	pid=$!
	await test -e signal/ready -o ! -e "/proc/$pid"
	"$how"
	: >signal/go
	status=0
	wait "$pid" || status=$?
	output=$(<out)
	rm -f signal/*
}

by_mv()
{
	local name
	for name in hidden replaced config; do
		echo SECRET >place/new
		mv place/new "place/$name"
	done
	rm -rf place/directory
	mkdir place/directory
	echo SECRET >place/directory/file
}

by_git()
{
	git config --file place/config user.name SECRET
	git config --file place/hidden user.name SECRET
}

by_removal()
{
	rm place/hidden place/replaced
	echo SECRET >place/hidden
	echo SECRET >place/replaced
}

# options_for ro|rw: the policy and the options that cover, with the place bound so.
options_for()
{
	printf 'default allow\nunknown allow\nbind %s\nbind %s %s\n' "$PWD/place" "$PWD/ours" "$PWD/place/replaced" \
		>open.policy
	[ "$1" = ro ] || sed -i "s/^bind \(.*place\)$/bind rw \1/" open.policy
	covers=(--hide "$PWD/place/hidden" --hide "$PWD/place/directory" --hide "$PWD/place/config" -w "$PWD/signal")
}

readonly_holds()
{
	local how
	command -v git >/dev/null || skip "git is not installed"
	for how in by_mv by_git by_removal; do
		rm -rf place signal
		make_place
		options_for ro
		bare cat place/hidden place/replaced
		says SECRET
		while_pen_looks "$how" "${covers[@]}" "$@"
		exits 0
		says plain
		says ours
		[[ $output != *SECRET* ]]
	done
}

@test "36, as root: in a read-only bind what is covered stays so, by mv, git and rm" {
	as_root; readonly_holds
}

@test "36, rootless: in a read-only bind what is covered stays so, by mv, git and rm" {
	as_rootless; readonly_holds
}

@test "36, mount(2) alone: in a read-only bind what is covered stays so" {
	as_root
	lack open_tree move_mount mount_setattr fsopen fsconfig fsmount
	readonly_holds --user 0:0 # the directory's owner: there are no id-mapped mounts
	as_rootless
	readonly_holds
}

# In a writable bind, or without an overlay, the pen is killed.
lost_ends()
{
	local how
	for how in by_mv by_removal; do
		rm -rf place signal
		make_place
		options_for "$1"
		while_pen_looks "$how" "${covers[@]}"
		exits 125
		says "error: killed the pen: the mount that it made to 'hide '$PWD/place/"
		says "hint: "
		[[ $output != *SECRET* ]]
	done
	# and not by what is no loss
	rm -rf place signal
	make_place
	options_for "$1"
	while_pen_looks true "${covers[@]}"
	exits 0
}

@test "36, as root: in a writable bind the loss of a cover kills the pen" {
	as_root; lost_ends rw
}

@test "36, rootless: in a writable bind the loss of a cover kills the pen" {
	as_rootless; lost_ends rw
}

@test "36: if the kernel cannot stack another overlay, the bind is shown as it is" {
	as_root
	mkdir -p low mid top empty1 empty2
	make_place
	mv place low
	mount -t overlay overlay -o "ro,lowerdir=empty1:low" mid
	mount -t overlay overlay -o "ro,lowerdir=empty2:mid" top
	mkdir place
	mount --bind top/place place
	options_for ro
	while_pen_looks true "${covers[@]}"
	umount place top mid
	exits 0
	says plain
	[[ $output != *SECRET* ]]
}

# passwd's own way, on a copy of /etc.
@test "36: /etc/shadow stays hidden when a program on the host changes it" {
	as_root
	command -v usermod >/dev/null || skip "usermod is not installed"
	cp -a /etc etc
	mkdir signal
	chmod 777 signal
	cat >host.sh <<-'END'
		mount --bind etc /etc
		"$1" run -q --trace none --user 0:0 -p open.policy -w "$PWD/signal" -- sh -c '
			: >"$1/ready"; until [ -e "$1/go" ]; do :; done; cat /etc/shadow; cat /etc/hostname; exit 0' - \
			"$PWD/signal" 3>&- &
		until [ -e signal/ready ]; do :; done
		before=$(stat -c %i /etc/shadow)
		usermod -p '!SECRET' root
		[ "$(stat -c %i /etc/shadow)" != "$before" ] && grep -q SECRET /etc/shadow && echo changed
		: >signal/go
		wait $!
	END
	status=0
	output=$(timeout 60 unshare -m sh host.sh "$pinfold" 2>&1 </dev/null) || status=$?
	exits 0
	says changed
	says "shadow: Permission denied"
	[[ $output != *SECRET* ]]
}

# A directory that is shown through an overlay keeps its mode, and the mounts below it.
keeps_form()
{
	need_root
	make_place
	mkdir place/sub
	: >place/single
	cat >host.sh <<-'END'
		mount -t tmpfs -o mode=777 tmpfs place/sub && echo below >place/sub/file && mount --bind ours place/single &&
			mkdir place/sub/deep && mount -t tmpfs -o mode=777 tmpfs place/sub/deep && cd / || exit 99
		exec "$@"
	END
	status=0
	output=$(timeout 60 unshare -m sh host.sh "${identity[@]}" "$pinfold" run -q --trace none -p "$PWD/open.policy" \
		-r "$PWD/place" --hide "$PWD/place/hidden" -- sh -c 'cd "$1/place"; cat sub/file single; ls -d sub/deep
		stat -c %a .; touch x sub/x sub/deep/x; cat hidden; exit 0' - "$PWD" 2>&1) || status=$?
	exits 0
	says below
	says ours
	says sub/deep
	[ "$(grep -c 'Read-only file system' <<<"$output")" = 3 ]
	says "hidden: Permission denied"
	[ "${#identity[@]}" != 0 ] && return
	chmod 750 place
	in_system ls /opt/place
	says "ermission denied"
	[[ $output != *plain* ]]
	chmod 711 place
	in_system sh -c 'cat /opt/place/plain; ls /opt/place'
	says plain
	says "ermission denied"
}

# in_system COMMAND...: the place is a directory of the system's, which no id map opens.
in_system()
{
	status=0
	output=$(timeout 60 unshare -m sh -c 'mount -t tmpfs -o mode=755 t /opt && cp -a place /opt && exec "$@"' - \
		"$pinfold" run -q --trace none -p "$PWD/open.policy" -r /opt/place --hide /opt/place/hidden -- "$@" \
		2>&1) || status=$?
}

@test "36, as root: what is shown through an overlay keeps its mode and the mounts below" {
	as_root; keeps_form
}

@test "36, rootless: what is shown through an overlay keeps its mode and the mounts below" {
	as_rootless; keeps_form
}
