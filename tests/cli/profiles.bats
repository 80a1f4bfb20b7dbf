# SPDX-License-Identifier: GPL-2.0-or-later
# The profiles that come with pinfold: each runs its program without a denial (profiles.txt), and
# stops what a program does that was taken over (tests/payload/misdeed.c).

load lib

# What a row of the table may work on.
furnish()
{
	cat >work.py <<-'PY'
	import asyncio, json, os, shutil, sqlite3, tempfile, threading
	from concurrent.futures import ThreadPoolExecutor
	threads = [threading.Thread(target=print, args=(i,)) for i in range(4)]
	[t.start() for t in threads]
	[t.join() for t in threads]
	os.makedirs("d/e")
	open("d/e/x", "w").write(json.dumps({"a": 1}))
	shutil.copytree("d", "d2")
	shutil.rmtree("d2")
	tempfile.TemporaryDirectory().cleanup()
	db = sqlite3.connect("py.db")
	db.execute("create table t(a)")
	db.commit()
	print(sum(ThreadPoolExecutor(4).map(lambda x: x * x, range(100))))
	asyncio.run(asyncio.sleep(0.001))
	PY
	cat >work.js <<-'JS'
	const fs = require('fs'), { Worker, isMainThread } = require('worker_threads');
	if (isMainThread) {
		new Worker(__filename);
		fs.mkdirSync('nd');
		fs.writeFileSync('nd/x', '1');
		fs.promises.readFile('nd/x', 'utf8').then(console.log);
		require('zlib').gzip(Buffer.alloc(100000), (e, b) => console.log(b.length));
		require('crypto').pbkdf2('a', 'b', 1000, 32, 'sha256', (e, k) => console.log(k.length));
	}
	JS
	printf '#include <stdio.h>\nint main(void) { return puts("a") < 0; }\n' >a.c
	printf 'a: a.c\n\tgcc -O2 -o a a.c\n' >Makefile
	printf 'cmake_minimum_required(VERSION 3.10)\nproject(x C)\nadd_executable(x a.c)\n' >CMakeLists.txt
	cat >nginx.conf <<-'CONF'
	daemon off; pid nginx.pid; worker_processes 2;
	events { }
	http {
		access_log off;
		client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
		server { listen 127.0.0.1:18346; location / { root .; } }
	}
	CONF
	chmod a+rw ./*
}

# serves PROBE: waits until the command in the background answers, and ends it.
serves()
{
	local i
	for ((i = 0; i < 3000; i++)); do
		! bash -c "$1" >probe 2>&1 || break
		kill -0 "$server" 2>/dev/null || break
		read -rt 0.01 <> <(:) || :
	done
	kill -TERM "$server" 2>/dev/null || :
	status=0
	wait "$server" || status=$?
}

# try_row: the row that was read.
try_row()
{
	local words=() flags=()
	rm -rf row
	mkdir -m 777 row
	cd row || return 1
	furnish
	pinfold=$pinfold bash -euc "$before" >before 2>&1
	chmod -R a+rwX .
	[[ $profile != postgres ]] || chmod 700 data
	eval "words=($command)"
	eval "flags=($options)"
	status=0
	if [ -n "$probe" ]; then
		timeout 60 "$pinfold" check -p "<$profile>" -w . "${flags[@]}" -- "${words[@]}" >out 2>&1 </dev/null &
		server=$!
		serves "$probe"
	else
		timeout 60 "$pinfold" check -p "<$profile>" -w . "${flags[@]}" -- "${words[@]}" >out 2>&1 </dev/null ||
			status=$?
	fi
	[ "$status" = 0 ] || {
		echo "<$profile>: $command: status $status"
		tail -n 20 out
		[ ! -s probe ] || tail -n 3 probe
		return 1
	}
	cd ..
}

trim()
{
	local text=$1
	text=${text#"${text%%[! ]*}"}
	echo "${text%"${text##*[! ]}"}"
}

# try_rows PROFILE...: their rows; what is missing or heavy is named.
try_rows()
{
	local profile program heavy options before command probe tried=0
	while IFS='|' read -r profile program heavy options before command probe; do
		profile=$(trim "$profile") program=$(trim "$program") heavy=$(trim "$heavy")
		options=$(trim "$options")
		[[ " $* " == *" $profile "* ]] || continue
		[ -z "$heavy" ] || [ -n "${PINFOLD_HEAVY-}" ] || continue
		command -v "$program" >/dev/null || continue
		before=${before//$'\001'/|} command=$(trim "${command//$'\001'/|}") probe=$(trim "$probe")
		try_row
		tried=$((tried + 1))
	done < <(sed 's/\\|/\x01/g' "$top_srcdir/tests/cli/profiles.txt")
	[ "$tried" != 0 ] || skip "heavy, or not installed: $*"
}

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	[ "$(id -u)" = 0 ] || skip "what is denied is counted as root"
	misdeed=$top_builddir/tests/payload/misdeed
	[[ $top_builddir == /* ]] || misdeed=$PWD/$misdeed
}

@test "python and node" { try_rows python node; }
@test "compilers and build tools" { try_rows c-build; }
@test "git" { try_rows git; }
@test "archives" { try_rows archive; }
@test "sqlite" { try_rows sqlite; }
@test "shells and an agent's commands" { try_rows shell agent; }
@test "curl" { try_rows curl; }
@test "submissions to a judge" { try_rows judge; }
@test "pictures, films, pages and documents" { try_rows images media pdf office; }
@test "servers" { try_rows nginx redis postgres; }

# stops PROFILE MISDEED...: each is stopped; what is not hidden by the pen is a violation.
stops()
{
	local profile=$1 what
	shift
	for what; do
		run "$pinfold" check --net none -p "<$profile>" --bind "$(dirname "$misdeed")" -- "$misdeed" "$what"
		case $what in
		hidden) [ "$status" = 1 ] ;;
		*) [ "$status" = 123 ] && [[ $output == *"$profile>"*"would be denied"* || $output == *">:"*"would be denied"* ]] ;;
		esac || {
			echo "<$profile> $what: status $status: $output"
			return 1
		}
		run "$pinfold" run -q --net none -p "<$profile>" --bind "$(dirname "$misdeed")" -- "$misdeed" "$what"
		[ "$status" = 1 ] || {
			echo "<$profile> does not stop $what: status $status: $output"
			return 1
		}
	done
}

@test "a program that was taken over reads nothing hidden, opens no socket, starts no shell, traces nobody" {
	! is_sanitized || skip "the payload's leak checker makes calls of its own"
	run "$misdeed" shell
	[ "$status" = 0 ]
	local profile
	for profile in python node images media pdf sqlite judge; do
		stops "$profile" hidden raw net shell ptrace
	done
	for profile in curl nginx redis postgres; do
		stops "$profile" hidden raw shell ptrace
	done
	# These start other programs, and so shells.
	for profile in archive c-build git office shell agent; do
		stops "$profile" hidden raw net ptrace
	done
}

@test "each profile starts for an ordinary user, or names what the machine has to grant" {
	[ "$(id -u)" = 0 ] || skip "only root can become another user"
	local name left=
	as_ordinary
	for name in $("$pinfold" policies | sed -n 's/^<\([a-z-]*\)> .*/\1/p'); do
		case $name in
		base | client | record | relay | supervisor | symbols | tools | worker) continue ;;
		esac
		run "${as[@]}" "$pinfold" run -q --trace none \
			-p "<$name>" -- true
		[ "$status" -ne 0 ] || continue
		exits 125
		[[ $output == *"see 'pinfold doctor', row "* ]]
		left+=" $name"
	done
	# One needs a network, the other a cgroup.
	[[ " curl judge " == *"$left "* || -z $left ]]
}

@test "each policy that comes with pinfold has a line about it, and lint has no objection" {
	"$pinfold" policies >list
	[ "$(wc -l <list)" = "$(find "$top_srcdir/policies" -name '*.policy' | wc -l)" ]
	[ -z "$(grep -vE '^<[a-z-]+> +[^ ].{10,}$' list)" ]
	[ -z "$(grep -E '.{121}' list)" ]
	local name
	while read -r name _; do
		case $name in
		'<record>' | '<supervisor>') continue ;; # what they allow is for pinfold
		esac
		"$pinfold" lint "$name"
	done <list
	run "$pinfold" policies pythn
	[ "$status" = 2 ]
	[[ $output == *"did you mean 'python'?"* ]]
	run "$pinfold" run -p '<pythn>' -- true
	[ "$status" = 2 ]
	[[ $output == *"pinfold has no policy of this name"*"did you mean '<python>'?"* ]]
	"$pinfold" policies python >own.policy
	"$pinfold" policies '<python>' | cmp - own.policy
	"$pinfold" lint own.policy
	"$pinfold" diff '<python>' own.policy
}
