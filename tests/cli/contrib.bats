# SPDX-License-Identifier: GPL-2.0-or-later
# contrib/: what it has for services of CI and for git, run as far as that goes without the service.

load lib

contrib=$top_srcdir/contrib

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	unset "${!GITHUB_@}" "${!CI_@}" "${!PINFOLD_@}" "${!GIT_@}"
	mkdir bin
	ln -s "$pinfold" bin/pinfold
	export PATH=$PWD/bin:$PATH
	printf 'deny EIO uname\ninclude <default>\n' >test.policy
}

# yaml FILE EXPRESSION: a value of the document d, as Python writes it.
yaml()
{
	python3 -c 'import yaml' 2>/dev/null || skip "python3-yaml is not installed"
	python3 -c 'import sys, yaml
d = yaml.safe_load(open(sys.argv[1]))
print(eval(sys.argv[2]))' "$1" "$2"
}

# action [NAME=VALUE...]: runs the step of the action as a runner does, with these in its environment.
action()
{
	need_trace
	yaml "$contrib/github/action.yml" 'd["runs"]["steps"][0]["run"]' >step
	: >github-output
	: >github-summary
	run env PINFOLD_OPTIONS= PINFOLD_REPORTS=pinfold-reports PINFOLD_SUDO=true "$@" \
		GITHUB_ACTIONS=true GITHUB_OUTPUT="$PWD/github-output" \
		GITHUB_STEP_SUMMARY="$PWD/github-summary" bash --noprofile --norc -e -o pipefail step
}

@test "the action annotates, summarizes, names its reports and fails as the check does" {
	action PINFOLD_POLICY=test.policy PINFOLD_RUN='uname && echo "two words"'
	exits 123
	[[ $output == *"two words"* ]]
	grep -q '^::error file=test.policy,line=1,title=pinfold::uname' <<<"$output"
	grep -qx '### pinfold: 1 call would be denied' github-summary
	while IFS='=' read -r name file; do
		[ -s "$file" ]
		echo "$name"
	done <github-output >names
	[ "$(paste -sd ' ' names)" = 'sarif json junit' ]
	[ "$(jq -r '.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri' pinfold-reports/pinfold.sarif)" = test.policy ]
	# The same directory, another result.
	action PINFOLD_POLICY=test.policy PINFOLD_RUN=true
	exits 0
	grep -qx '### pinfold: nothing denied' github-summary
	[ "$(jq '.runs[0].results | length' pinfold-reports/pinfold.sarif)" -eq 0 ]
}

@test "its inputs are words, however they look, and a policy that is none leaves no reports" {
	printf 'deny EIO sysinfo\n' >$'a b\'.policy'
	# shellcheck disable=SC2016
	action PINFOLD_POLICY=$'a b\'.policy\ntest.policy\n' PINFOLD_OPTIONS=$'--env\nset "A=$(touch x)"' \
		PINFOLD_RUN='[ "$A" = "\$(touch x)" ]'
	exits 0
	[ ! -e x ]
	action PINFOLD_POLICY=none.policy PINFOLD_RUN=true
	exits 2
	[ ! -s github-output ] && [ ! -s github-summary ]
	[ ! -e pinfold-reports/pinfold.sarif ]
	rm bin/pinfold
	command -v pinfold && skip "pinfold is installed" # its absence cannot be shown
	action PINFOLD_POLICY=test.policy PINFOLD_RUN=true
	exits 127
	[ "$output" = '::error title=pinfold::pinfold is not installed' ]
}

@test "what the action declares is what its step reads, and the workflow what it takes" {
	local inputs
	inputs=$(yaml "$contrib/github/action.yml" '" ".join(sorted(d["inputs"]))')
	[ "$inputs" = "$(yaml "$contrib/github/action.yml" '" ".join(sorted(
		v.split()[1].split(".")[1] for v in d["runs"]["steps"][0]["env"].values()))' | sed 's/}}//g')" ]
	# Nothing is put into the script by the runner.
	[ "$(yaml "$contrib/github/action.yml" '"${{" in d["runs"]["steps"][0]["run"]')" = False ]
	yaml "$contrib/github/workflow.yml" '"\n".join(w for s in d["jobs"]["test"]["steps"]
		if "pinfold" in s.get("uses", "") for w in s["with"])' >given
	while read -r input; do
		grep -qw -- "$input" <<<"$inputs"
	done <given
	[ -s given ]
}

@test "GitLab's job has test results and code quality, and fails as the check does" {
	need_trace
	local template=$contrib/gitlab/pinfold.gitlab-ci.yml
	yaml "$template" '"\n".join(d[".pinfold"]["script"])' >script
	eval "$(yaml "$template" '"\n".join("export %s=%r" % v for v in d[".pinfold"]["variables"].items())')"
	export CI=true GITLAB_CI=true PINFOLD_POLICY=test.policy PINFOLD_COMMAND='uname; echo "two words" >made'
	run sh -e script
	exits 123
	[ "$(cat made)" = "two words" ]
	for report in junit codequality; do
		file=$(yaml "$template" "d['.pinfold']['artifacts']['reports']['$report']" |
			sed "s|\$PINFOLD_REPORTS|$PINFOLD_REPORTS|")
		[ -s "$file" ]
	done
	[ "$(jq -r '.[0].location.path' pinfold-reports/pinfold.gitlab.json)" = test.policy ]
	grep -q '<failure message="uname(' pinfold-reports/pinfold.xml
	grep -qF $'\e[1;31merror:' <<<"$output"
	export PINFOLD_COMMAND=true
	run sh -e script
	exits 0
	[ "$(jq length pinfold-reports/pinfold.gitlab.json)" -eq 0 ]
}

# repository: a new one, here.
repository()
{
	need_program git
	git init -q "$1"
	cd "$1"
	git config user.name test
	git config user.email test@localhost
	mkdir -p .git/hooks
}

@test "git's hook lints the policies as they are staged, with what they include" {
	repository work
	cp "$contrib/pre-commit/pre-commit" .git/hooks/
	mkdir ci
	printf 'allow read\n' >ci/base.policy
	printf 'include "base.policy"\n' >ci/app.policy
	git add ci
	git commit -qm good
	# What is staged counts, and not what the file has now.
	printf 'default allow\n' >ci/app.policy
	git add ci/app.policy
	git show :ci/app.policy >/dev/null
	printf 'include "base.policy"\n' >ci/app.policy
	run git commit -qm bad
	[ "$status" -ne 0 ]
	[[ $output == *"ci/app.policy:1:"*"default-allow"* ]]
	[ "$(git rev-list --count HEAD)" -eq 1 ]
	git config pinfold.severity error
	run git commit -qm tolerated
	git config --unset pinfold.severity
	# A commit without policies needs no pinfold, and a removed one is not linted.
	git reset -q
	echo x >"a file"
	git add "a file"
	PATH=/usr/bin:/bin git commit -qm other
	git rm -qf ci/app.policy
	git commit -qm removed
	[ -z "$(git status --porcelain)" ]
}

@test "pre-commit runs the hook of these sources in a repository" {
	need_program pre-commit
	need_program git
	local hooks=$PWD/hooks
	mkdir -p hooks/contrib/pre-commit
	cp "$top_srcdir/.pre-commit-hooks.yaml" hooks/
	cp "$contrib/pre-commit/pinfold-lint" hooks/contrib/pre-commit/
	(repository hooks && git add -A && git commit -qm hooks)
	export PRE_COMMIT_HOME=$PWD/cache
	repository work
	printf 'repos:\n- repo: %s\n  rev: %s\n  hooks:\n  - id: pinfold-lint\n' "$hooks" \
		"$(git -C "$hooks" rev-parse HEAD)" >.pre-commit-config.yaml
	printf 'default allow\n' >bad.policy
	printf 'allow read\n' >good.policy
	git add -A
	run pre-commit run --files good.policy
	exits 0
	run pre-commit run --files bad.policy good.policy
	exits 1
	[[ $output == *"bad.policy:1:"*"default-allow"* ]]
	fails grep -q 'good.policy:' <<<"$output"
}

@test "the scripts in YAML are what shellcheck likes" {
	need_program shellcheck
	yaml "$contrib/github/action.yml" 'd["runs"]["steps"][0]["run"]' >action
	shellcheck -s bash action
	yaml "$contrib/gitlab/pinfold.gitlab-ci.yml" '"\n".join(d[".pinfold"]["script"])' >gitlab
	shellcheck -s sh gitlab
	shellcheck "$contrib/pre-commit/pinfold-lint" "$contrib/pre-commit/pre-commit"
}

# accepted FILE: by AppArmor's parser, which loads nothing (-Q) and keeps nothing (-K).
accepted()
{
	apparmor_parser -Q -K "$1" 2>&1
}

@test "AppArmor's parser accepts the profile" {
	PATH=$PATH:/usr/sbin:/sbin
	need_program apparmor_parser
	[[ $(apparmor_parser --version) != *"version "[1-3].* ]] ||
		skip "this AppArmor is older than 4.0, which added a rule for user namespaces"
	accepted "$contrib/apparmor/pinfold"
	sed 's/userns,/userms,/' "$contrib/apparmor/pinfold" >wrong
	run accepted wrong
	[ "$status" -ne 0 ]
}
