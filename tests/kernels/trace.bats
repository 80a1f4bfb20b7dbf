# SPDX-License-Identifier: GPL-2.0-or-later
# The trace in a guest: every action in both ABIs counted once, in few runs, as runs are slow there.

load ../cli/lib

denials='[.denials[] | {abi, name, action, value, count, by, line: .rule.line}]'

# actions VERB VERB COMMAND...: under a policy whose verbs are those of getppid, native and i386, with
# the source and mode that are set.
actions()
{
	policy <<-POLICY
	arch x86_64 x86
	default allow
	$1 getppid on x86_64
	$2 getppid on x86
	POLICY
	shift 2
	run "$pinfold" run --trace "${source-ebpf}" ${mode-} --report r.json -p test.policy \
		-r "$(dirname "$payload")" -- "$@"
}

# in_turn ARG... [, ARG...]: the payload once for each list, by find, since a shell makes the call
# that is tested.
in_turn()
{
	command=(find "$payload" -exec {})
	for arg; do
		case $arg in
		,) command+=(";" , -exec {}) ;;
		*) command+=("$arg") ;;
		esac
	done
	command+=(";")
}

@test "errno and kill_thread" {
	in_turn getppid x86_64 3 , thread x86
	actions 'deny EACCES' kill_thread "${command[@]}"
	exits 0
	[[ $output == *"the first thread lives"* ]]
	says "$denials | sort_by(.abi)" '[{"abi":"x86","name":"getppid","action":"kill_thread","value":0,"count":1,"by":"policy","line":4},{"abi":"x86_64","name":"getppid","action":"errno","value":13,"count":3,"by":"policy","line":3}]'
	says .trace.complete true
}

@test "trap and log" {
	in_turn trap x86_64 , getppid x86 3
	actions 'trap 7' log "${command[@]}"
	exits 0
	says "$denials" '[{"abi":"x86_64","name":"getppid","action":"trap","value":7,"count":1,"by":"policy","line":3}]'
	says '.syscalls[] | select(.abi == "x86") | [.name, .allowed, .denied, .logged]' '["getppid",3,0,3]'
	says .trace.complete true
}

@test "kill, and a call that fails for its own reasons" {
	in_turn setuid x86_64 , getppid x86 2 , getppid x86_64 3
	actions kill 'deny EPERM' "${command[@]}"
	exits 0
	says "$denials | sort_by(.abi)" '[{"abi":"x86","name":"getppid","action":"errno","value":1,"count":2,"by":"policy","line":4},{"abi":"x86_64","name":"getppid","action":"kill_process","value":0,"count":1,"by":"policy","line":3}]'
	says '.syscalls[] | select(.name == "setuid") | [.allowed, .denied, .failed, .errors]' '[1,0,1,{"EPERM":1}]'
	says .trace.complete true
}

@test "exit.by is the filter where it killed the command" {
	actions kill allow "$payload" getppid x86_64 3
	exits 159
	says '[.exit.by, .exit.signal, .denials[0].count]' '["filter","SIGSYS",1]'
}

@test "what only looks like a denial of the policy is not one" {
	in_turn own-filter 13 , forge , tracer
	actions allow allow "${command[@]}"
	exits 0
	says '[.denials[] | {name, by, value, count, rule, fix}]' '[{"name":"getppid","by":"other-filter","value":13,"count":1,"rule":null,"fix":null}]'
	says .trace.complete true
}

@test "counts are exact with denials from several threads" {
	actions 'deny EACCES' allow "$payload" threads 4 1000
	exits 0
	says '[.denials[] | .count]' '[4000]'
	says '.syscalls[] | select(.name == "getppid") | [.allowed, .denied]' '[0,4000]'
	says .trace.complete true
}

@test "by raw tracepoints: errno, trap, kill, log and a filter of the command's own, both ABIs" {
	source=raw
	in_turn own-filter 13 , getppid x86_64 3 , trap x86
	actions 'deny EACCES' 'trap 7' "${command[@]}"
	exits 0
	says "$denials | sort_by(.value)" '[{"abi":"x86","name":"getppid","action":"trap","value":7,"count":1,"by":"policy","line":4},{"abi":"x86_64","name":"getppid","action":"errno","value":13,"count":4,"by":"policy","line":3}]'
	says '[.trace.source, .trace.complete]' '["raw",true]'
	in_turn getppid x86 3 , getppid x86_64 2
	actions kill log "${command[@]}"
	says "$denials" '[{"abi":"x86_64","name":"getppid","action":"kill_process","value":0,"count":1,"by":"policy","line":3}]'
	says '.syscalls[] | select(.abi == "x86") | [.name, .allowed, .denied, .logged]' '["getppid",3,0,3]'
	says .trace.complete true
}

@test "by the filter's listener: errno amid signals, and complain mode" {
	source=notify
	actions 'deny EACCES' 'deny 77' "$payload" storm 2 50 restart
	exits 0
	[[ $output == *"100 0"* ]]
	says "$denials" '[{"abi":"x86_64","name":"getppid","action":"errno","value":13,"count":100,"by":"policy","line":3}]'
	says '[.trace.source, .trace.lost.map_full]' '["notify",0]'
	source=ebpf mode=--complain
	in_turn getppid x86_64 3 , getppid x86 3
	actions kill 'deny EACCES' "${command[@]}"
	exits 0
	says '.totals | [.denied, .would_deny]' '[0,6]'
	says '[.denials[].stack | length > 1]' '[true,true]'
	says '.trace.lost | [.let_through, .stacks]' '[0,0]'
}

@test "by the filter's listener, every call amid signals: counted once" {
	source=notify mode=--calls
	actions allow allow "$payload" storm 2 50 restart
	exits 0
	[[ $output == "0 0"* ]]
	says '[.trace.source, .trace.complete, .trace.lost.interrupted]' '["notify-calls",true,0]'
	says '[.syscalls[] | select(.name == "getppid") | .allowed]' '[100]'
}

@test "what is loaded on wish: times, stacks of allowed calls, a stream" {
	policy <<<"default allow"
	run "$pinfold" run --trace ebpf --time --stacks all --stream s.jsonl --stream-calls getppid \
		--report r.json -p test.policy -r "$(dirname "$payload")" -- "$payload" getppid x86_64 3
	exits 0
	says '.syscalls[] | select(.name == "getppid") | [.allowed, .time_ns > 0, (.stack | length) > 1]' \
		'[3,true,true]'
	[ "$(jq -sc '[.[] | select(.event == "call" or .event == "return") | .name] | length' s.jsonl)" = 6 ]
	[ "$(jq -sc '.[-1] | [.event, .dropped, .complete]' s.jsonl)" = '["end",0,true]' ]
}

@test "what runs already, with all its threads" {
	mkfifo go gone told
	"$payload" crowd 5 10 "$PWD/go" "$PWD/gone" 3>&- &
	local target=$! line
	read -r _ <gone
	"$pinfold" run -q --report r.json --stream - --pid "$target" >told 3>&- &
	local tracer=$!
	exec 4<told
	while read -r -t 30 line <&4; do
		[[ $line != *'"event":"found"'* ]] || break
	done
	echo >go
	timeout 60 cat <&4 >/dev/null
	exec 4<&-
	wait "$tracer"
	says '[.trace.complete, .denials, .exit.by, (.processes | length)]' '[true,[],"trace",2]'
	says '.syscalls[] | select(.name == "getsid") | .allowed' 60
}

@test "record --paths: directories by the kernel's own names, and who called first" {
	mkdir -p w/in w/out
	echo one >w/in/f
	"$pinfold" record -q --paths -o app.policy --user 0:0 -w w -- \
		sh -c "cat w/in/f >w/out/g; :"
	sed -n "/^# == Suggested/,/^$/p" app.policy
	grep -qxF "# bind $PWD/w/in" app.policy
	grep -qxF "# bind rw $PWD/w/out" app.policy
	fails grep -q '^# \(Lost\|Not resolved\)' app.policy
	grep -q '^# first by cat: ' app.policy
}

@test "what failing calls named, with exact counts from threads and processes" {
	policy <<<"default allow"
	run "$pinfold" run --trace ebpf --report r.json -p test.policy -r "$(dirname "$payload")" -- \
		"$payload" failing 2 2 3
	exits 0
	says '[.pen_failures[] | select(.count == 12) | [.name, .error, .object.text, .object.second]] | sort' \
		'[["connect","ECONNREFUSED","AF_INET 127.0.0.9:9",null],["connect","ENOENT","/usr/bin/socket",null],["execve","ENOENT","/nowhere/program",null],["kill","ESRCH",null,null],["newfstatat","ENOENT","/usr/lib/beside",null],["openat","ENOENT","/nowhere/absolute",null],["openat","ENOENT","/usr/bin/relative/file",null],["openat","EROFS","/usr/made",null],["rename","ENOENT","/nowhere/from","/nowhere/to"],["rename","ENOENT","/nowhere/from","/usr/bin/to"]]'
	says '[.trace.complete, .trace.lost.failures]' '[true,0]'
}
