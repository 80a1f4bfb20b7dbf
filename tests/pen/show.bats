# SPDX-License-Identifier: GPL-2.0-or-later
# What a read-only bind shows as root, where the command's user is not the owner: as much as a
# writable one does, and nothing that only the system's own modes keep from it.

load pen

# closed DIRECTORY [OWNER]: a directory that its owner alone may enter, with a file that is as closed.
closed()
{
	mkdir -p "$1/below"
	echo secret >"$1/secret"
	echo deep >"$1/below/deep"
	chmod 600 "$1/secret"
	chmod 700 "$1/below" "$1"
	chown -R "${2:-0}:${2:-0}" "$1"
}

# Also skips where no id-mapped mount can be made of the tests' directory.
need_idmap()
{
	as_root
	mkdir probe
	pen -w "$PWD/probe" -- true
	[ "$status" = 0 ] || skip "no id-mapped mounts: $output"
	policy=$PWD/open.policy
}

# pen_in DIRECTORY [OPTION...] -- COMMAND: a run that starts there, with what it says of directories.
pen_in()
{
	status=0
	output=$(cd "$1" && shift && noted "${identity[@]}" "$pinfold" run --trace none -p "$policy" "$@" \
		2>&1) || status=$?
}

# in_namespace SCRIPT: with mounts of its own; the words after it are the script's.
in_namespace()
{
	status=0
	output=$(noted unshare -m --propagation private sh -e -c "$@" 2>&1) || status=$?
}

@test "a closed directory is shown by -r as by -w, from above, inside and below" {
	need_idmap
	for owner in 0 33; do
		closed "directory$owner" $owner
		directory=$PWD/directory$owner
		for option in -r -w; do
			pen_in "$directory" "$option" . -- sh -c 'pwd; stat -c %U:%a . secret; cat secret below/deep'
			exits 0
			[ "$output" = "$directory
pinfold:700
pinfold:600
secret
deep" ] || { echo "$option: $output"; false; }
			pen_in "$directory/below" "$option" "$directory" -- sh -c 'pwd; cat ../secret deep'
			[ "$output" = "$directory/below
secret
deep" ] || { echo "$option: $output"; false; }
			pen "$option" "$directory /x" -- cat /x/secret
			[ "$output" = secret ]
			pen "$option" "$directory/secret /y" -- cat /y
			[ "$output" = secret ]
		done
		pen_in "$directory" -r . -- sh -c 'echo x >secret || echo x >new || chmod 777 secret || rm secret'
		exits 1
		says "Read-only file system"
		# what belongs to a third one stays as it is
		echo other >"directory$owner/other"
		chmod 600 "directory$owner/other"
		chown 77:77 "directory$owner/other"
		pen_in "$directory" -r . -- cat other
		says "Permission denied"
		[ "$(stat -c %u:%a "directory$owner/secret")" = "$owner:600" ]
	done
}

@test "git treats a repository that is bound read-only as the command's own" {
	need_idmap
	command -v git >/dev/null || skip "no git"
	git init -q repository
	pen_in repository -r . -- git status --short
	exits 0
	[ -z "$output" ]
	pen_in repository -- git status --short
	says "dubious ownership"
}

@test "what is hidden in a closed directory stays hidden, the rest is read" {
	need_idmap
	closed directory
	pen_in directory -r . --hide "$PWD/directory/secret" -- sh -c 'cat below/deep; cat secret'
	exits 1
	says deep
	says "secret: Permission denied"
}

@test "no mapping opens the system's files, by whatever name or mount they are bound" {
	need_idmap
	[ -s /etc/shadow ] && [ "$(stat -c %u:%a /etc/shadow)" != 0:644 ] || skip "no /etc/shadow"
	ln -s /etc link
	ln -s / root
	for source in /etc / link root/etc root /usr/../etc "$PWD/root/./etc"; do
		pen -r "$source /x" -- sh -c 'ls /x >/dev/null && cat /x/shadow /x/etc/shadow'
		exits 1
		says "Permission denied"
		[[ $output != *root:* ]]
	done
	pen -r "/etc/shadow /x" -- cat /x
	exits 1
	# another mount of the same tree, one below what is bound, and one of the whole root
	mkdir alias directory directory/below whole
	in_namespace 'mount --bind /etc "$0/alias"; mount --bind /etc "$0/directory/below"; mount --bind / "$0/whole"
		for source in alias directory/below directory whole whole/etc; do
			! "$@" -r "$0/$source /x" -- \
				sh -c "cat /x/shadow || cat /x/below/shadow || cat /x/etc/shadow" || exit 9
		done' "$PWD" "$pinfold" run -q --trace none -p "$policy"
	exits 0
	says "Permission denied"
	[[ $output != *root:* ]]
}

@test "a directory that stays closed is a note with a remedy that works, not an error" {
	need_idmap
	mkdir mount
	# a file system without id-mapped mounts, and a tree of the system's
	for kind in ramfs tmpfs; do
		place=$PWD/mount
		[ $kind = ramfs ] || place=/opt
		in_namespace 'mount -t "$1" none "$0"; mkdir -m 700 "$0/closed"; cd "$0/closed"
			echo text >file; shift; "$@" -r . -- pwd; "$@" -r . --user 0:0 -- cat file' \
			"$place" $kind "$pinfold" run --trace none -p "$policy"
		exits 0
		[ "$output" = "/
pinfold: the command started in '/': it cannot enter the working directory '$place/closed'; user 0:0 may
pinfold: '$place/closed' is bound, but closed to the command's user 61000: user 0:0 may read it
text" ] || { echo "$output"; false; }
	done
}

@test "a closed working directory is reported, and the remedy works" {
	need_idmap
	closed directory
	pen_in directory -- pwd
	exits 0
	says "/"$'\n'"pinfold: the command started in '/': it cannot enter the working directory '$PWD/directory'; -r . shows it"
	pen_in directory -r . -- pwd
	[ "$output" = "$PWD/directory" ]
	pen_in directory -r . --hide "$PWD/directory" -- pwd
	says "cannot enter the working directory '$PWD/directory', which is hidden"
	pen_in directory --report "$PWD/r.json" -q -- true
	grep -q "it cannot enter the working directory" r.json
	# nothing where all is as expected
	chmod 755 directory
	pen_in directory -- pwd
	[ "$output" = "$PWD/directory" ]
	pen_in directory --workdir /usr -- pwd
	[ "$output" = /usr ]
}

@test "a working directory that the caller itself cannot enter is reported, and the command runs" {
	need_root
	policy=$PWD/open.policy
	closed directory
	as_rootless
	chown 0:0 directory
	pen_in directory -- pwd
	exits 0
	[ "$output" = "/
pinfold: the command started in '/': it cannot enter the working directory '$PWD/directory'" ] || {
		echo "$output"
		false
	}
}

@test "a directory bound writable stays so if the run starts below it" {
	as_rootless
	policy=$PWD/open.policy
	mkdir -p directory/below
	[ "${#identity[@]}" = 0 ] || chown -R "$rootless_id" directory
	pen_in directory/below -w "$PWD/directory" -- touch made
	exits 0
	[ -e directory/below/made ]
}
