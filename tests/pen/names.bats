# SPDX-License-Identifier: GPL-2.0-or-later
# Who the command is inside the pen, by number and by name, and what it is to the files outside.

load pen

# In the home of no user, and with no id that sudo left.
setup_file()
{
	unset SUDO_UID SUDO_GID
}

@test "as root, the id inside is small and the same in each run, and that outside is neither" {
	as_root
	pen -- sh -c 'id -u; id -g; id -G'
	exits 0
	first=$output
	[[ $first =~ ^([0-9]{5})$'\n'([0-9]{5})$'\n'([0-9]{5})$ ]]
	! cut -d : -f 3 /etc/passwd /etc/group | grep -qx "${BASH_REMATCH[1]}"
	pen -- sh -c 'id -u; id -g; id -G'
	[ "$output" = "$first" ]
	pen -- awk -v "id=${BASH_REMATCH[1]}" '$1 == id { print $2 >= 0x70000000 }' /proc/self/uid_map
	says 1
}

@test "as root, what is outside the owner of the small id's files is another inside" {
	as_root
	pen -- id -u
	id=$output
	echo secret >theirs
	chown "$id:$id" theirs
	chmod 600 theirs
	pen -r "$PWD" -- sh -c "stat -c %u theirs; cat theirs"
	exits 1
	says 'Permission denied'
	[[ $output != "$id"* ]]
	mkdir w
	chown 1234:1235 w
	pen -w "$PWD/w" -- sh -c 'echo mine >w/mine; mkdir -p w/a; stat -c %u:%g w w/mine w/a'
	exits 0
	[ "$output" = "$id:$id"$'\n'"$id:$id"$'\n'"$id:$id" ]
	[ "$(stat -c %u:%g w/mine)" = 1234:1235 ]
	[ "$(stat -c %u:%g w/a)" = 1234:1235 ]
}

archives_are_alike()
{
	cat >archives <<-'END'
		set -e
		cd /tmp
		echo one >f && touch -d @1 f
		tar --format=ustar -cf ustar.tar f
		tar --format=v7 -cf v7.tar f
		ar rcU a.a f
		mkdir x && cd x
		tar -xf ../ustar.tar && cmp f ../f && tar -tf ../v7.tar && ar t ../a.a && ar x ../a.a
		cmp f ../f
		cd .. && sha256sum ustar.tar v7.tar a.a
	END
	chmod 644 archives
	pen -r "$PWD" -- sh "$PWD/archives"
	exits 0
	[[ $output != *arning* && $output != *range* ]]
	first=$output
	pen -r "$PWD" -- sh "$PWD/archives"
	[ "$output" = "$first" ]
}

@test "as root, old formats of archives take the id, and two archives are alike" {
	as_root
	command -v ar >/dev/null || skip "ar is not installed"
	archives_are_alike
}

@test "rootless, old formats of archives take the id, and two archives are alike" {
	as_rootless
	command -v ar >/dev/null || skip "ar is not installed"
	archives_are_alike
}
