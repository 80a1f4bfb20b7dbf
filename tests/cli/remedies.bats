# SPDX-License-Identifier: GPL-2.0-or-later
# All the remedies of a report at once, for each kind of denial: followed as they stand they let the
# calls pass, and what nothing helps has none.

load lib
load fixes

# Those of several lines are followed from the last to the first.
order()
{
	jq -r '[.denials[] | select(.fix) | .fix] | to_entries |
		sort_by(-(.value.before_line // .value.from_line // 0))[] | .key' r.json
}

# every: follows all fixes; what becomes options is in given.
every()
{
	local n
	for n in $(order); do
		at=$n
		follow || return 1
		given=("${added[@]}" "${given[@]}")
	done
	at=0
}

# is_said: each fix of the report is in the text err, too.
is_said()
{
	jq -r '.denials[] | select(.fix) | .fix.text' r.json >texts
	while read -r text; do
		grep -qF -- "$text" err || { echo "not said: $text"; cat err; return 1; }
	done <texts
}

# left N: so many denials that are not expected are in the report, and no fix.
left()
{
	[ "$(jq '[.denials[] | select(.fix)] | length' r.json)" = 0 ] &&
		[ "$(jq '[.denials[] | select(.expected | not)] | length' r.json)" = "$1" ] || {
		jq -c '.denials[] | [.text, .action, .rule, .fix]' r.json
		cat err
		return 1
	}
}

# denied_by_default: the numbers of all calls that the default policy denies, for some arguments or
# all, but for those of uprobes, which end a program that they are not for.
denied_by_default()
{
	local name
	"$pinfold" explain --all '<default>' | awk '$2 != "allow" && $1 !~ /^(\(|u.*probe)/ { print $1 }' |
		while read -r name; do "$pinfold" syscalls "$name"; done |
		sed -n 's/.*numbers:.*x86_64 \([0-9]*\).*/\1/p' 
}

# denials COMMAND [OPTION...]: a run of all those calls; the report is r.json.
denials()
{
	# shellcheck disable=SC2086
	"$pinfold" "$@" --report r.json -r "$here" -- "$payload" each $calls >/dev/null 2>err || true
}

@test "every fix for what the default policy denies is followed, without -p and with it" {
	local calls given=()
	calls=$(denied_by_default)
	denials run -v --trace ebpf
	is_said
	[ "$(jq '[.denials[] | select(.fix)] | length' r.json)" -gt 50 ]
	[ "$(grep -c '^    fix: none, ' err)" = "$(jq '[.denials[] | select(.fix | not)] | length' r.json)" ]
	none=$(jq '[.denials[] | select((.fix or .expected) | not)] | length' r.json)
	[ "$none" -gt 15 ]
	every
	denials run -v --trace ebpf "${given[@]}"
	# Behind a built-in rule comes the policy's own.
	every
	denials run -v --trace ebpf "${given[@]}"
	left "$none"
	denials check "${given[@]}" -p '<default>'
	left "$none"
}

# A line of the policy, a word for each call that it denies.
matrix()
{
	cat <<-'ROWS'
	deny EACCES getppid | 110
	deny EACCES umask times | 95
	deny EACCES umask if mask == 7 | 95,7
	trap 7 chdir if pathname == NULL | 80
	kill dup if fildes < 5 | 32,1
	kill_thread sync | 162
	deny EPERM fcntl if cmd in F_GETFD F_SETFD | 72,0,1
	deny EPERM fcntl if cmd in F_GETFL..F_SETFL and fd == 9 | 72,9,3
	deny EPERM lseek if whence != SEEK_END | 8,0,0,1
	deny EPERM mprotect if prot has PROT_EXEC | 10,0,0,7
	deny EPERM madvise if not advice == MADV_DONTNEED | 28,0,0,3
	deny EPERM msync if flags & 7 == 4 or flags any MS_ASYNC | 26,0,0,1
	deny EPERM rest getpriority | 140
	deny EIO [777] | 777
	deny EPERM [ 157 ] if arg0 == 77 | 157,77
	deny EPERM chroot | 161
	deny EPERM mknod if mode & S_IFMT == S_IFIFO | 133,0,0x1000
	deny EPERM clone3 | 435
	deny EACCES getppid on x86 | x86:64
	deny EACCES socket on x86 | x86:102,1
	deny EACCES semget on x86 | x86:117,2
	ROWS
}

# follows_each COMMAND [OPTION...]: as many policies as rows, each of one row before <default>. Behind
# a built-in rule comes the row's own.
follows_each()
{
	local line calls n=0 given
	while IFS='|' read -r line calls; do
		n=$((n + 1))
		given=()
		printf 'arch x86_64 x86\n%s\ninclude <default>\n' "$line" >test.policy
		denials "$@" -p test.policy
		is_said
		[ -s texts ] || { echo "$line"; cat err; return 1; }
		for _ in 1 2 3; do
			[ -s texts ] || break
			every
			denials "$@" "${given[@]}" -p test.policy
			is_said
		done
		left 0 || { echo "$line"; cat test.policy; return 1; }
	done
	[ "$n" -gt 4 ]
}

@test "one fix lets a debugger make all of its requests" {
	local calls="101,0 101,16 101,16902 101,7" given=() # TRACEME, ATTACH, SEIZE, CONT
	denials run -v --trace ebpf
	says '[.denials[].fix.text] | unique' '["--allow ptrace"]'
	given=(--allow ptrace)
	denials run -v --trace ebpf "${given[@]}"
	left 0
	# What a rule tells apart stays so.
	printf 'deny EPERM ptrace if request == PTRACE_CONT\ninclude <default>\n' >test.policy
	calls="101,7"
	denials check -p test.policy
	says '.denials[0].fix.text' '"allow ptrace if request == PTRACE_CONT"'
}

@test "every fix is followed: each action, each kind of condition, each ABI, by check" {
	need_x86
	matrix | follows_each check
}

@test "every fix is followed: each action, by run" {
	matrix | grep -E '^(deny EACCES getppid|trap|kill|kill_thread|deny EPERM chroot) ' | follows_each run -v
}
