# SPDX-License-Identifier: GPL-2.0-or-later
# Makes one TAP of what the guests said. A test that ended with an error but without a failure, or
# with fewer results than it planned, and a guest that did not come to its end are failures.

function tell(verdict, text)
{
	print verdict, ++results, "- " text
}

function end_guest()
{
	if (guest != "" && !ended)
		tell("not ok", "kernel " guest ": the guest ended early" (test == "" ? "" : ", in " test))
}

/^# guest / { end_guest(); guest = kernel = $3; ended = 0; test = ""; next }
/^# kernel / { kernel = $3; next }
/^# begin / { test = $3; seen = failed = 0; planned = -1; next }
/^# end of the tests/ { ended = 1; test = ""; next }
/^# end / {
	if (planned != seen)
		tell("not ok", kernel " " test ": " planned " tests planned, " seen " seen")
	else if ($4 != 0 && !failed)
		tell("not ok", kernel " " test ": ended with status " $4)
	test = ""
	next
}
/^1\.\.[0-9]+/ { planned = substr($1, 4) + 0; next }
/^(not )?ok / {
	verdict = $1 == "not" ? "not ok" : "ok"
	text = $0
	sub(/^(not )?ok +([0-9]+ +)?(- )?/, "", text)
	# cmocka says "not ok N # SKIP NAME", and the reason is what the test printed.
	if (text ~ /^# SKIP/) {
		verdict = "ok"
		sub(/^# SKIP /, "", text)
		text = text " # SKIP " (reason == "" ? "the test gives no reason" : reason)
		reason = ""
	}
	if (test == "") {
		ended = 1
	} else {
		seen++
		failed += verdict != "ok"
		text = kernel " " test ": " text
	}
	tell(verdict, text)
	next
}
/^# reason: / { reason = substr($0, 11); next }
/^# / { print }
END { end_guest(); print "1.." results }
