# SPDX-License-Identifier: GPL-2.0-or-later
# pinfold as a prefix of what runs many commands at once: names of reports, statuses, signals.

load lib

@test "%{NAME} in the name of an output file is the value of a variable, for every kind of file" {
	export JOB=42 TASK='3 x'
	"$pinfold" run -q --report 'r-%{JOB}-%{TASK}-%%{JOB}.json' --stream 's-%{JOB}.jsonl' --trace ebpf -- true ||
		skip "there is no eBPF"
	[ "$(echo *.json*)" = 'r-42-3 x-%{JOB}.json s-42.jsonl' ]
	"$pinfold" record -q -o 'p-%{JOB}.policy' -- true
	"$pinfold" merge -o 'm-%{JOB}.policy' p-42.policy
	"$pinfold" report -o 'again-%{JOB}.json' "r-42-3 x-%{JOB}.json"
	[ -s m-42.policy ]
	cmp again-42.json "r-42-3 x-%{JOB}.json"
}

@test "a variable that is missing, or would lead out of the directory or hide the file, starts nothing" {
	local value
	run "$pinfold" run --report 'r-%{NO_SUCH}.json' -- touch ran
	exits 125
	[[ $output == *"cannot write 'r-%{NO_SUCH}.json': the variable NO_SUCH is not set"*"hint: NO_SUCH=VALUE"* ]]
	for value in '' / ../x x/../../y $'a\nb' $'a\eb' $'\xc2\x85'; do
		VALUE=$value run "$pinfold" run -w . --report 'r-%{VALUE}.json' -- touch ran
		exits 125
		[[ $output == *"the variable VALUE "* ]]
	done
	for value in . .. .r; do
		VALUE=$value run "$pinfold" run -w . --report '%{VALUE}.json' -- touch ran
		exits 125
		[[ $output == *"begins with a dot, which would hide the file"* ]]
	done
	for value in 'r-%{.json' 'r-%{}.json' 'r-%{A=B}.json'; do
		run "$pinfold" run -w . --report "$value" -- touch ran
		exits 125
		[[ $output == *"'%{' needs the name of a variable and '}'"*"hint: %{SLURM_JOB_ID}"* ]]
	done
	run "$pinfold" run -w . --report '%{HOME}/r.json' -- touch ran
	exits 125
	[[ $output == *"never for a directory"* ]]
	run "$pinfold" run -w . --report "$(printf 'a%.0s' {1..240})%{PATH_MAX_TEST}.json" -- touch ran
	exits 125
	PATH_MAX_TEST=0123456789abcdef run "$pinfold" run -w . --report "$(printf 'a%.0s' {1..240})%{PATH_MAX_TEST}.json" -- touch ran
	exits 125
	[[ $output == *"File name too long"* ]]
	[ "$(ls -A)" = "" ]
}

@test "a name as long as a file system takes is written" {
	local name
	name=$(printf 'a%.0s' {1..250}).json
	"$pinfold" run -q --trace none --report "$name" -- true
	[ "$(ls -A)" = "$name" ]
	rm "$name" # nothing else can be named after it
}

@test "200 runs at once by xargs -P write 200 reports: none is lost, none mixed" {
	mkdir reports
	run xargs -P 200 -I N env TASK=N "$pinfold" run -q --report 'reports/r-%{TASK}.json' -- \
		sh -c 'exit $(($1 % 7))' N N < <(seq 200)
	exits 123
	[ -z "$output" ]
	jq -r '.command[4]' reports/*.json | sort -n | cmp - <(seq 200)
	[ "$(jq -r 'select((.command[4] | tonumber) % 7 != .exit.status) | .command[4]' reports/*.json)" = "" ]
	[ "$(jq -r 'select("reports/r-\(.command[4]).json" != input_filename) | .command[4]' reports/*.json)" = "" ]
	[ "$(find reports | wc -l)" = 201 ]
}

@test "under GNU parallel, output, statuses, signals and standard input are as without a pen" {
	need_program parallel
	parallel --version 2>/dev/null | grep -q 'GNU parallel' || skip "parallel is not GNU's"
	export PARALLEL_HOME=$PWD
	# shellcheck disable=SC2016
	local -a command=(sh -c 'echo "out $1"; echo "err $1" >&2; [ "$1" != 5 ] || kill -TERM $$; exit $(($1 % 4))' N)
	set +e
	parallel --will-cite -k -j 8 --joblog bare.log "$(printf '%q ' "${command[@]}")" {} ::: {1..12} >bare.out 2>bare.err
	echo $? >>bare.out
	parallel --will-cite -k -j 8 --joblog pen.log "$(printf '%q ' "$pinfold" run -q -- "${command[@]}")" {} ::: {1..12} >pen.out 2>pen.err
	echo $? >>pen.out
	set -e
	cmp bare.out pen.out
	cmp <(sort bare.err) <(sort pen.err)
	# The signal that killed the command is a status of pinfold, as a shell reports it.
	diff <(cut -f 1,7,8 bare.log | sort -n) <(cut -f 1,7,8 pen.log | sort -n) >changed || true
	[ "$(grep -c '^[<>]' changed)" = 2 ] || [ ! -s changed ]
	seq 20 | parallel --will-cite -k --pipe -N 5 "$pinfold" run -q -- wc -l >piped
	[ "$(sort -u piped)" = 5 ]
}

@test "xargs stops at a status of 255, as without a pen, and a terminated one leaves nothing" {
	run xargs -n 1 "$pinfold" run -q -- sh -c 'echo "$0"; [ "$0" != 2 ] || exit 255' < <(seq 3)
	exits 124
	[ "${lines[*]:0:2}" = "1 2" ]
	[[ $output != *$'\n3'* ]]
}
