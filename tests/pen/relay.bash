# SPDX-License-Identifier: GPL-2.0-or-later
# The hosts that a network by name leads to, for files that test it.

setup_file()
{
	command -v openssl >/dev/null || return 0
	cd "$BATS_FILE_TMPDIR" || return 1
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem -out cert.pem \
		-days 2 -subj /CN=one.example -addext 'subjectAltName=DNS:one.example,DNS:other.example' 2>/dev/null
}

# world [-u] <<TEXT: runs a script in a world with servers, in which "pen OPTION..." is pinfold run;
# -u: as an ordinary user.
world()
{
	[ "$(id -u)" = 0 ] || skip "needs root for the hosts' namespace"
	command -v openssl ip >/dev/null || skip "openssl and ip are needed"
	cp "$BATS_FILE_TMPDIR"/*.pem .
	chmod 644 ./*.pem
	export pinfold
	as=
	[ "$1" != -u ] || as="setpriv --reuid=$rootless_id --regid=$rootless_id --clear-groups"
	{
		cat <<-END
			pen()
			{
				timeout 60 $as "$pinfold" run -q --trace none -p open.policy "\$@" 2>&1
			}
			bare()
			{
				timeout 60 $as "\$@" 2>&1
			}
			await() # it keeps \$!
			{
				local end=\$((SECONDS + 20))
				until "\$@"; do
					[ \$SECONDS -lt \$end ] || { echo "in vain: \$*"; exit 1; }
				done
			}
		END
		cat
	} >script
	run "$BATS_TEST_DIRNAME/relay_world" bash script
}
