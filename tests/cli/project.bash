# SPDX-License-Identifier: GPL-2.0-or-later
# The way of a project in C from its first recording to a check that fails: what a user types, and
# what each format then says.

# at_work COMMAND [OPTION...]: pinfold COMMAND, for the project's tests, as each step has it.
at_work()
{
	local command=$1
	shift
	run "$pinfold" "$command" "$@" -l "time 60s" -w . -- make "${targets[@]}"
}

# commit WHAT: everything, as it is.
commit()
{
	git add -A
	git -c user.name=test -c user.email=test@localhost commit -qm "$1"
}

# plant FILE: puts a connection to the outside and a ptrace into the program of FILE, before its main.
plant()
{
	cat >>"$1" <<-'C'

		#include <arpa/inet.h>
		#include <netinet/in.h>
		#include <sys/ptrace.h>
		#include <sys/socket.h>
		#include <unistd.h>

		__attribute__((noinline)) void phone_home(void)
		{
			struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(443) };
			int fd = socket(AF_INET, SOCK_STREAM, 0);

			inet_pton(AF_INET, "192.0.2.1", &to.sin_addr);
			if (fd >= 0) {
				connect(fd, (struct sockaddr *)&to, sizeof(to));
				close(fd);
			}
		}

		__attribute__((noinline)) void watch_itself(void)
		{
			ptrace(PTRACE_TRACEME, 0, 0, 0);
		}

		__attribute__((constructor)) static void planted(void)
		{
			phone_home();
			watch_itself();
		}
	C
}

# plant_more FILE: one more call that the policy does not allow.
plant_more()
{
	cat >>"$1" <<-'C'

		#include <sys/personality.h>
		__attribute__((constructor)) static void planted_later(void)
		{
			personality(ADDR_NO_RANDOMIZE);
		}
	C
}

# calls_in_FORMAT: "CALL LINE FIX" of each violation that its file says, sorted; the words of a fix are
# those of the text.
calls_in_json()
{
	jq -r '.denials[] | select(.by == "policy") |
		"\(.name) \(.rule.line // 1) \(.fix.text)"' r.json | sort -u
}

calls_in_sarif()
{
	jq -r '.runs[0].results[] | select(.ruleId == "would-be-denied-call") |
		"\(.message.text | sub("[(].*"; "")) \(.locations[0].physicalLocation.region.startLine // 1)"' r.sarif | sort
}

calls_in_junit()
{
	xmllint --xpath '//failure' r.xml | sed -n 's/^\(<failure[^>]*>\)\{0,1\}\([a-z0-9_]*\)(.*): E[A-Z]*, .*/\2/p' | sort
}

calls_in_annotations()
{
	sed -n 's/^::error file=ci\/test\.policy\(,line=\([0-9]*\)\)\{0,1\},title=pinfold::\([a-z0-9_]*\)(.*/\3 \2/p' log |
		sed 's/ $/ 1/' | sort
}

calls_in_gitlab()
{
	jq -r '.[] | select(.check_name == "would-be-denied-call") |
		"\(.description | sub("[(].*"; "")) \(.location.lines.begin // 1)"' r.gitlab.json | sort
}

# has_places: the formats say where in the program the planted calls are.
has_places()
{
	jq -e '[.denials[] | select(.name == "socket") | .stack[].symbol] | index("phone_home")' r.json
	jq -e '[.denials[] | select(.name == "ptrace") | .stack[].symbol] | index("watch_itself")' r.json
	jq -e '[.runs[0].results[].stacks[]?.frames[].location | tostring] | any(test("phone_home"))' r.sarif
	xmllint --xpath '//failure' r.xml | grep -q 'at .*phone_home'
}

# follow_project FILE: from the recording to the failed check and its baseline, in this directory,
# which has a project that is built; FILE is a source of its tests.
follow_project()
{
	local options=() file
	for file in r.json r.sarif r.xml r.gitlab.json r.md; do
		options+=(--report "$file")
	done
	git init -q
	mkdir ci
	at_work record -o ci/test.policy
	exits 0
	commit "a policy from a run of the tests"
	"$pinfold" lint --severity error ci/test.policy

	at_work check -p ci/test.policy "${options[@]}" --format github
	exits 0
	fails grep -q '^::error' <<<"$output"
	[ "$(jq '.totals.would_deny' r.json)" -eq 0 ]
	cp r.json green.json

	plant "$1"
	make -s "${built[@]}"
	at_work check -p ci/test.policy "${options[@]}" --format github
	exits 123
	printf '%s\n' "$output" >log
	calls_in_json >calls
	[ "$(cut -d ' ' -f 1 calls | sort -u | paste -sd ' ')" = 'connect ptrace socket' ]
	# All formats say the same.
	cut -d ' ' -f 1,2 calls >expected
	diff <(calls_in_sarif) expected
	diff <(calls_in_annotations) expected
	diff <(calls_in_gitlab) expected
	diff <(calls_in_junit) <(cut -d ' ' -f 1 expected)
	while read -r call _ fix; do
		grep -qF "$fix" <(grep "^::error.*::$call(" log)
		grep -A4 -F "$call(" r.xml | grep -qF "$(sed 's/&/\&amp;/g; s/</\&lt;/g' <<<"$fix")"
		jq -e --arg fix "$fix" '[.runs[0].results[].fixes[]?.artifactChanges[].replacements[].insertedContent.text |
			contains($fix)] | any' r.sarif
	done <calls
	has_places
	grep -q '^::error.*::socket(.*%0Aat .*phone_home' log
	jq -e '[.[].description | select(startswith("socket(")) | test("; at .*phone_home")] | all' r.gitlab.json
	cp r.json known.json
	at_work check -p ci/test.policy --enforce --report r.json --report r.sarif --report r.xml
	exits 123
	has_places

	# The lines to add are enough.
	cp ci/test.policy ci/before.policy
	{
		cut -d ' ' -f 3- calls
		cat ci/before.policy
	} >ci/test.policy
	at_work check -p ci/test.policy
	exits 0
	mv ci/before.policy ci/test.policy
}

# follow_baseline FILE: what was known does not fail, what comes to it does.
follow_baseline()
{
	at_work check -p ci/test.policy --baseline known.json
	exits 0
	plant_more "$1"
	make -s "${built[@]}"
	at_work check -p ci/test.policy --baseline known.json --format github
	exits 123
	grep -q '^::error.*::personality(' <<<"$output"
	fails grep -q '^::error.*::\(socket\|ptrace\)(' <<<"$output"
	git checkout -q -- .
	make -s "${built[@]}"
	at_work check -p ci/test.policy --baseline known.json
	exits 0
}
