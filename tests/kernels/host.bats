# SPDX-License-Identifier: GPL-2.0-or-later
# What needs a machine of one's own, since it sets the host's kernel.

load ../cli/lib

@test "a command that crashes starts no core handler of the host" {
	policy <<<"default allow"
	printf '#!/bin/sh\ncat >/dev/null\necho "$1" >>%s/handled\n' "$PWD" >handler
	chmod 755 handler
	echo "|$PWD/handler %P" >/proc/sys/kernel/core_pattern
	ulimit -c unlimited
	run "$pinfold" run --trace none -p test.policy -- sh -c 'kill -SEGV $$'
	exits 139
	# nor one that asks for no core file first, at which the kernel starts a handler
	run "$pinfold" run --trace none -p test.policy -- sh -c 'ulimit -c 0; kill -SEGV $$'
	exits 139
	run "$pinfold" run --trace none -p test.policy --rlimit 'core 0' -- sh -c 'ulimit -c 0; kill -SEGV $$'
	exits 139
	# nor where the caller's hard limit is 0, which root may raise
	run sh -c 'ulimit -H -c 0; exec "$@"' - "$pinfold" run --trace none -p test.policy -- sh -c 'kill -SEGV $$'
	exits 139
	sh -c 'kill -SEGV $$' &
	crashed=$!
	wait "$crashed" || :
	# the kernel does not wait for it: but it was started after what the pen might have started
	end=$((SECONDS + 60))
	until [ -s handled ]; do [ $SECONDS -lt $end ]; done
	echo core >/proc/sys/kernel/core_pattern
	[ "$(cat handled)" = "$crashed" ]
}

# Raising a hard limit takes a right that the root of a container does not have.
@test "a command gets no priority over those that end its pen, though its caller may have it" {
	policy <<<"default allow"
	raised=(bash -c 'ulimit -r 50 && ulimit -e 40 && exec "$@"' -
		setpriv --reuid=65533 --regid=65533 --clear-groups)
	asks='echo "$(ulimit -r; ulimit -H -r; ulimit -e; ulimit -H -e)"'
	run "${raised[@]}" bash -c "$asks" # bare
	[ "${output//$'\n'/ }" = '50 50 40 40' ]
	run "${raised[@]}" "$pinfold" run -q --trace none -p test.policy -- bash -c "$asks"
	[ "${output//$'\n'/ }" = '0 0 20 20' ]
	run "${raised[@]}" "$pinfold" run -q --trace none -p test.policy --rlimit 'rtprio 7:9' -- bash -c "$asks"
	[ "${output//$'\n'/ }" = '7 9 20 20' ]
}
