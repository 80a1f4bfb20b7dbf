// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What programs look for in the home directory of their user: configuration, keys. In the pen that
 * is another directory than the caller's, usually an empty one, so the same name means another file
 * for the caller.
 */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/pathname.h"
#include "base/str.h"
#include "cause/inquiry.h"
#include "cause/locate.h"
#include "cause/want.h"
#include "policy/print.h"

bool inquire_home(struct inquiry *inquiry, const char *path)
{
	const struct cause_facts *facts = inquiry->facts;
	const char *inner = facts->view->home;
	auto_free char *own = NULL;
	struct strbuf words = { 0 };
	struct ask_path answer;
	enum want want = want_find(inquiry);

	if (inquiry->failure->error != ENOENT || !inner || !facts->home || !facts->home[1] ||
	    str_eq(inner, facts->home) || !path_is_below(path, inner) ||
	    !str_starts(path + strlen(inner), "/."))
		return false;
	own = mem_printf("%s%s", facts->home, path + strlen(inner));
	inquiry->host->path(inquiry->host->data, own, &answer);
	if (answer.doubt || want_host_error(inquiry, want, &answer))
		return false;
	blame_pen(inquiry, "the pen has its own home directory, which does not have the caller's");
	if (lacks_namespaces(inquiry))
		return true; /* nothing has another name there */
	word_print(own, &words);
	word_print(path, &words);
	fix_with_words(inquiry, want == WANT_LOOK || want == WANT_READ ? "-r" : "-w",
		       words.text + 1); /* it begins with a blank */
	strbuf_finish(&words);
	return true;
}
