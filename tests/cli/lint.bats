# SPDX-License-Identifier: GPL-2.0-or-later
# What is risky, dead or without effect in policies.

load lib

@test "lint of the shipped policies: default and base have no warning, record no error" {
	for file in '<default>' '<base>'; do
		run "$pinfold" lint "$file"
		exits 0
		[ -z "$output" ]
	done
	run "$pinfold" lint --severity error '<record>'
	exits 0
	[ -z "$output" ]
	run "$pinfold" lint '<record>'
	exits 1
	[[ $output == *"[default-allow]"* ]]
}

@test "lint reports location, severity, id, a call and a hint" {
	policy <<-'POLICY'
	allow read
	allow openat if flags == O_RDONLY
	allow openat2
	POLICY
	run "$pinfold" lint test.policy
	exits 1
	[[ ${lines[0]} == "test.policy:3:1: warning: allows openat2 while openat is denied by default: "*" [openat2-gap]" ]]
	[[ ${lines[1]} == "  such as openat2("*")" ]]
	[[ ${lines[2]} == "hint: deny ENOSYS openat2"* ]]
	[ "${#lines[@]}" = 3 ]
}

@test "lint: io_uring where connect is denied is an error" {
	policy <<-'POLICY'
	default allow
	unknown deny ENOSYS
	deny EACCES connect
	POLICY
	run "$pinfold" lint --severity error test.policy
	exits 1
	[[ $output == "test.policy:1:1: error: allows io_uring_setup while connect is denied at test.policy:3: "*"[io-uring-bypass]"* ]]
	echo 'deny ENOSYS io_uring_setup' >>test.policy
	run "$pinfold" lint --severity error test.policy
	exits 0
}

@test "lint --severity decides what is reported and what fails" {
	policy <<<'allow clone3'
	run "$pinfold" lint test.policy
	exits 0
	[ -z "$output" ]
	run "$pinfold" lint --severity note test.policy
	exits 1
	[[ $output == *"note: "*"[clone3]"* ]]
	policy <<<'allow bpf'
	run "$pinfold" lint --severity error test.policy
	exits 0
	[ -z "$output" ]
}

@test "lint carries the warnings of every other command, once, as findings" {
	policy <<-'POLICY'
	allow read
	allow read if fd == 1
	POLICY
	run "$pinfold" lint test.policy
	exits 1
	[ "$(grep -c 'can never apply' <<<"$output")" = 1 ]
	[[ $output == "test.policy:2:"*"[language]"* ]]
}

@test "lint: a denial that an earlier condition leaves nothing to is an error" {
	policy <<-'POLICY'
	allow kill if pid > 0
	deny EACCES kill if pid == 1
	POLICY
	run "$pinfold" lint --severity error test.policy
	exits 1
	[[ $output == "test.policy:2:1: error: "*"[dead-denial]"* ]]
}

@test "lint checks each policy for itself, and a broken one is status 2" {
	echo 'allow bpf' >a.policy
	echo 'allow ptrace' >b.policy
	run "$pinfold" lint a.policy b.policy
	exits 1
	[[ $output == *"a.policy:1:1: "*"[bpf]"*"b.policy:1:1: "*"[ptrace]"* ]]
	echo nonsense >b.policy
	run "$pinfold" lint a.policy b.policy
	exits 2
	[[ $output == *"b.policy:1:1: error: "* ]]
	[[ $output == *"[bpf]"* ]]
}

@test "lint --format json has each finding, and parses" {
	need_program jq
	policy <<<'allow bpf'
	run "$pinfold" lint --format json test.policy
	exits 1
	[ "$(jq -c '[.schema, (.findings | length)]' <<<"$output")" = '["pinfold-lint/1",1]' ]
	[ "$(jq -c '.findings[0] | [.id, .severity, .file, .line]' <<<"$output")" = '["bpf","warning","test.policy",1]' ]
	run "$pinfold" lint --format json '<base>'
	exits 0
	[ "$(jq -c .findings <<<"$output")" = "[]" ]
}

@test "lint --format sarif: every result names a rule by id and index, a level and a location" {
	need_program jq
	mkdir 'a b'
	echo 'allow bpf ptrace' >'a b/100%.policy'
	run "$pinfold" lint --severity note --format sarif 'a b/100%.policy' '<record>' '<default>'
	exits 1
	echo "$output" >r.sarif
	[ "$(jq -r '.version' r.sarif)" = 2.1.0 ]
	[ "$(jq '.runs | length' r.sarif)" = 1 ]
	jq -e '.runs[0].tool.driver | .name == "pinfold" and (.rules | length) > 40' r.sarif
	# Ids are unique.
	jq -e '.runs[0].tool.driver.rules | (map(.id) | unique | length) == length' r.sarif
	jq -e '.runs[0] as $run | $run.results | length > 10 and all(
		.ruleId == $run.tool.driver.rules[.ruleIndex].id and
		(.level | IN("error", "warning", "note")) and
		(.message.text | length > 0) and
		(.locations | length == 1) and
		(.locations[0].physicalLocation.region.startLine >= 1))' r.sarif
	[ "$(jq -r '.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri' r.sarif)" = 'a%20b/100%25.policy' ]
}

@test "lint: wrong words are usage errors with a hint" {
	policy <<<'allow read'
	run "$pinfold" lint --severity fatal test.policy
	exits 2
	[[ $output == *"hint: severities: error, warning, note"* ]]
	run "$pinfold" lint --format xml test.policy
	exits 2
	[[ $output == *"hint: formats: text, json, sarif"* ]]
}

@test "lint: Debian's unit for redis, line for line: what it does not deny is reported" {
	policy <<-'POLICY'
	allow @system-service
	deny EPERM @privileged
	POLICY
	run "$pinfold" lint test.policy
	exits 1
	[[ $output == *"test.policy:2:12: warning: 10 of the 38 calls of '@privileged' are let through before this denial: chown, "*" [language]"* ]]
	[[ $output == *"hint: test.policy:1 decides first: allow @system-service; "*"'deny EPERM rest @privileged'"* ]]
	# What is printed reads back, without a word, as the same policy.
	"$pinfold" compile --print policy test.policy >printed.policy 2>said
	grep -q '10 of the 38' said
	"$pinfold" compile --print policy printed.policy >again.policy 2>said
	[ ! -s said ]
	cmp printed.policy again.policy
	"$pinfold" diff test.policy printed.policy
	# Both remedies work.
	sed -i '2s/EPERM/& rest/' test.policy
	"$pinfold" compile -o x test.policy 2>said
	[ ! -s said ]
	printf 'deny EPERM @privileged\nallow @system-service\n' >test.policy
	"$pinfold" compile -o x test.policy 2>said
	[ ! -s said ]
	[[ $("$pinfold" explain test.policy chown) == *": deny EPERM"* ]]
	# The unit's second line as a whole is an error: of @resources it denies nothing.
	printf 'allow @system-service\ndeny EPERM @privileged @resources\n' >test.policy
	run "$pinfold" compile -o x test.policy
	exits 2
	[[ $output == *"error: this denial can never apply to '@resources'"* ]]
}

@test "a denial that an earlier -p, or an option, lets through is reported; an option before a file is not" {
	echo 'allow @system-service' >a.policy
	echo 'deny EPERM @privileged' >b.policy
	run "$pinfold" run --dry-run -p a.policy -p b.policy true
	exits 0
	[[ $output == *"b.policy:1:12: warning: 10 of the 38 calls of '@privileged' "* ]]
	run "$pinfold" run --dry-run --allow @system-service -p b.policy true
	exits 0
	[[ $output != *warning* ]]
	run "$pinfold" run --dry-run --allow @system-service --deny @privileged true
	exits 0
	[[ $output == *"--deny: warning: 10 of the 38 calls of '@privileged' "* ]]
}
