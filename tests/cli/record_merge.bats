# SPDX-License-Identifier: GPL-2.0-or-later
# record --merge: what both runs did runs under the result, although record closed the first one's
# policy; a denial that somebody else wrote stays.

load lib

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	need_trace
	need_program /usr/bin/python3
	cat >jit.py <<-'PYTHON'
	import ctypes, mmap
	code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
	code.write(b"\xb8\x2a\0\0\0\xc3")
	at = ctypes.addressof(ctypes.c_char.from_buffer(code))
	print(ctypes.CFUNCTYPE(ctypes.c_int)(at)())
	PYTHON
	echo 'import threading; threading.Thread(target=print).start()' >threads.py
}

# both A B: B added to what was recorded of A; each then does what it did.
both()
{
	eval "$pinfold record -q -o first.policy -- $1" >/dev/null
	eval "$pinfold record -q --merge first.policy -o both.policy -- $2" >/dev/null
	"$pinfold" compile --print policy both.policy 2>warnings >/dev/null
	cat warnings
	[ ! -s warnings ]
	for words in "$1" "$2"; do
		eval "run $pinfold check -p both.policy -- $words"
		[ "$status" = 0 ] || { echo "$1; $2; $words: $output"; return 1; }
		eval "run $pinfold run -q -p both.policy -- $words"
		[ "$status" = 0 ] || { echo "$1; $2; $words: $output"; return 1; }
	done
}

@test "what one run did not do, another one may: memory, threads and newer calls" {
	both 'cat /etc/hostname' '/usr/bin/python3 jit.py'
	both '/usr/bin/python3 jit.py' '/usr/bin/python3 threads.py'
	both 'sh -c "true | cat; sleep 0"' '/usr/bin/python3 threads.py'
	both 'tar cf /dev/null /etc/hostname' 'sh -c "sleep 0 & wait"'
	# What is added has no gap that lint warns of.
	run "$pinfold" lint both.policy
	exits 0
	both 'cat /etc/hostname' 'perl -e "fork; wait"'
	# Nothing else was opened.
	run "$pinfold" explain both.policy mmap prot=PROT_READ\|PROT_WRITE\|PROT_EXEC
	[[ $output == *": deny EPERM"* ]]
	# Again the same: nothing is new.
	"$pinfold" record -q --merge both.policy -o twice.policy -- perl -e 'fork; wait'
	cmp both.policy twice.policy
}

@test "a denial that record wrote gives way in its place, and only for the call" {
	printf '# mine\r\nallow execve\r\n# not called; libc falls back to the older call\r\ndeny ENOSYS umask statx # both\r\ninclude <base>\r\n' >app.policy
	"$pinfold" record -q --merge app.policy -o out.policy -r "$(dirname "$payload")" -- "$payload" number 95
	head -5 out.policy | tr -d '\r' | sed 's/^# umask:.*/# umask:/' | diff - <(printf '%s\n' '# mine' \
		'allow execve' '# umask:' 'allow umask' '# not called; libc falls back to the older call')
	grep -qx $'deny ENOSYS statx # both\r' out.policy
	"$pinfold" compile --print policy out.policy 2>&1 >/dev/null | fails grep .
	# The last one goes with its comment, and the lines that a comment names move along.
	printf '# line 4: allows acct\n# line 1: mine\n# not called; x\ndeny ENOSYS umask\n\nallow acct\ninclude <base>\n' >app.policy
	sed -i 's/line 4/line 6/' app.policy
	"$pinfold" record -q --merge app.policy -o out.policy -r "$(dirname "$payload")" -- "$payload" number 95
	head -6 out.policy | sed 's/^# umask:.*/# umask:/' | diff - <(printf '%s\n' '# line 6: allows acct' \
		'# line 1: mine' '# umask:' 'allow umask' '' 'allow acct')
}

@test "a denial that somebody else wrote stays, before and after one of record's" {
	local mark='# not called; <base> would let it make memory writable and executable'
	printf '%s\n' 'deny EACCES mprotect if prot has PROT_EXEC' 'include <base>' >app.policy
	"$pinfold" record -q --merge app.policy -o out.policy -- /usr/bin/python3 jit.py >/dev/null
	fails grep -q '^allow mmap\|^allow mprotect' out.policy
	# Without the comment above it is the person's own.
	printf '%s\n' '# no such memory' 'deny EPERM mmap if prot has PROT_WRITE|PROT_EXEC' 'include <base>' >app.policy
	"$pinfold" record -q --merge app.policy -o out.policy -- /usr/bin/python3 jit.py >/dev/null
	grep -qE '^# Still denied by line 2 where it applies: mmap, [0-9]+ calls?$' out.policy
	run "$pinfold" explain out.policy mmap 'prot=PROT_READ|PROT_WRITE|PROT_EXEC'
	[[ $output == *": deny EPERM"* ]]
	# It is reported once, also where nothing is added.
	printf '%s\n' '# mine' 'deny EIO umask' 'include <base>' >app.policy
	for round in 1 2; do
		"$pinfold" record -q --merge app.policy -o app.policy -r "$(dirname "$payload")" -- "$payload" number 95
		[ "$(grep -cx '# Still denied by line 2: umask, 1 call' app.policy)" = 1 ]
	done
	# What is added before record's own leaves alone what stands behind it.
	printf '%s\n' "$mark" 'deny EPERM mmap if prot has PROT_WRITE|PROT_EXEC' \
		'deny EACCES mmap if flags has MAP_LOCKED' 'include <base>' >app.policy
	"$pinfold" record -q --merge app.policy -o out.policy -- /usr/bin/python3 jit.py >/dev/null
	run "$pinfold" explain out.policy mmap 'prot=PROT_READ|PROT_WRITE|PROT_EXEC' flags=MAP_SHARED
	[[ $output == *": allow"* ]]
	run "$pinfold" explain out.policy mmap 'prot=PROT_READ|PROT_WRITE|PROT_EXEC' 'flags=MAP_LOCKED|MAP_SHARED'
	[[ $output == *": deny E"* ]]
	# A rule on an argument whose values were not kept denies some, not all.
	printf '%s\n' 'deny EIO umask if mask == 0xffffffff' 'include <base>' >app.policy
	"$pinfold" record -q --merge app.policy -o out.policy -r "$(dirname "$payload")" -- "$payload" number 95
	grep -qx 'allow umask' out.policy
}
