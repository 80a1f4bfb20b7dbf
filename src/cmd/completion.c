// SPDX-License-Identifier: GPL-2.0-or-later
/* The words of --help, such as POLICY and CALL..., say what stands in their place. */
#include "cmd/completion.h"

#include <string.h>
#include <sys/capability.h>
#include <sys/resource.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"
#include "cmd/option_row.h"
#include "policy/quantity.h"
#include "policy/shipped.h"
#include "sys/name.h"
#include "sys/set.h"

enum { ERRNO_LAST = 133 };

enum word_kind {
	WORD_ANY, /* nothing is known of it */
	WORD_FILE,
	WORD_DIRECTORY,
	WORD_POLICY, /* a file or a shipped policy */
	WORD_LISTED, /* one of some words */
};

/* What a value or an operand may be. */
struct word {
	enum word_kind kind;
	struct strbuf list; /* for WORD_LISTED and WORD_POLICY: names with blanks between */
	char joint;	    /* between several names of the list; 0: there is one only */
};

static void add(struct strbuf *list, const char *word)
{
	strbuf_printf(list, "%s%s", list->len ? " " : "", word);
}

static void list_calls(struct strbuf *list)
{
	const struct sys_set *set;
	const char *name;

	for (size_t i = 0; (set = sys_set_row(i)); i++)
		add(list, set->name);
	for (size_t i = 0; (name = sys_call_name_row(i, NULL)); i++)
		add(list, name);
}

static void list_denials(struct strbuf *list)
{
	for (int i = 1; i <= ERRNO_LAST; i++)
		if (errno_name(i))
			add(list, errno_name(i));
	list_calls(list);
}

static void list_capabilities(struct strbuf *list)
{
	char room[CAPABILITY_NAME_ROOM];

	for (int i = 0; i <= CAP_LAST_CAP; i++)
		add(list, capability_name(i, room) + strlen("cap_"));
}

/* As a profile for containers writes them. */
static void list_container_capabilities(struct strbuf *list)
{
	char room[CAPABILITY_NAME_ROOM];

	for (int i = 0; i <= CAP_LAST_CAP; i++) {
		capability_name(i, room);
		for (char *at = room; *at; at++)
			*at = (char)(*at >= 'a' && *at <= 'z' ? *at - 'a' + 'A' : *at);
		add(list, room);
	}
}

static void list_namespaces(struct strbuf *list)
{
	add(list, "net");
	for (enum share_kind kind = 0; kind < SHARE_COUNT; kind++)
		add(list, share_name(kind));
}

static void list_limits(struct strbuf *list)
{
	for (enum limit_kind kind = 0; kind < LIMIT_COUNT; kind++)
		add(list, limit_name(kind));
}

static void list_rlimits(struct strbuf *list)
{
	for (int i = 0; i < RLIM_NLIMITS; i++)
		if (rlimit_name(i))
			add(list, rlimit_name(i));
}

static void list_arches(struct strbuf *list)
{
	choice_list(&option_arches, " ", list);
}

static void list_policies(struct strbuf *list)
{
	const char *name;

	for (unsigned int i = 0; (name = policy_shipped_name(i)); i++)
		strbuf_printf(list, "%s<%s>", i ? " " : "", name);
}

static void list_profiles(struct strbuf *list)
{
	const char *name;

	for (unsigned int i = 0; (name = policy_shipped_name(i)); i++)
		add(list, name);
}

static void list_commands(struct strbuf *list)
{
	const struct command *command;

	for (size_t i = 0; (command = command_row(i)); i++)
		add(list, command->name);
}

/* What the words of usages stand for; of any other word nothing is known. */
static const struct {
	const char *word;
	enum word_kind kind;
	void (*list)(struct strbuf *list);
} meanings[] = {
	{ "FILE", WORD_FILE, NULL },
	{ "PATH", WORD_FILE, NULL },
	{ "SRC", WORD_FILE, NULL },
	{ "INPUT", WORD_FILE, NULL },
	{ "REPORT", WORD_FILE, NULL },
	{ "DIR", WORD_DIRECTORY, NULL },
	{ "DST", WORD_DIRECTORY, NULL },
	{ "POLICY", WORD_POLICY, list_policies },
	{ "OLD", WORD_POLICY, list_policies },
	{ "NEW", WORD_POLICY, list_policies },
	{ "CALL", WORD_LISTED, list_calls },
	{ "NAME|NUMBER|PATTERN|@SET", WORD_LISTED, list_calls },
	{ "[ERRNO] CALL", WORD_LISTED, list_denials },
	{ "CAPABILITY", WORD_LISTED, list_capabilities },
	{ "CAP_NAME", WORD_LISTED, list_container_capabilities },
	{ "NAMESPACE", WORD_LISTED, list_namespaces },
	{ "PROFILE", WORD_LISTED, list_profiles },
	{ "KIND", WORD_LISTED, list_limits },
	{ "RLIMIT", WORD_LISTED, list_rlimits },
	{ "ARCH", WORD_LISTED, list_arches },
	{ "COMMAND", WORD_LISTED, list_commands },
};

/* Returns what the LENGTH bytes at TEXT stand for. */
static struct word find_word(const char *text, size_t length)
{
	struct word word = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(meanings); i++) {
		if (strlen(meanings[i].word) != length ||
		    memcmp(meanings[i].word, text, length) != 0)
			continue;
		word.kind = meanings[i].kind;
		word.joint = ' ';
		if (meanings[i].list)
			meanings[i].list(&word.list);
		return word;
	}
	/* Words with "|" between are those to choose from. */
	if (memchr(text, '|', length) && *text >= 'a' && *text <= 'z') {
		word.kind = WORD_LISTED;
		strbuf_printf(&word.list, "%.*s", (int)length, text);
		for (char *at = word.list.text; (at = strchr(at, '|'));)
			*at = ' ';
	}
	return word;
}

/* The length of the first word of a usage, without "..." after it; "[ERRNO] CALL" is one word. */
static size_t first_word(const char *usage)
{
	size_t length = strcspn(usage, " ");

	if (str_starts(usage, "[ERRNO] "))
		length += 1 + strcspn(usage + length + 1, " ");
	if (length > 3 && !memcmp(usage + length - 3, "...", 3))
		length -= 3;
	return length;
}

static struct word word_of_option(const struct option_row *row)
{
	struct word word = { 0 };

	if (!row->choice || row->take == take_report)
		return find_word(row->argument, first_word(row->argument));
	word.kind = WORD_LISTED;
	word.joint = row->take == take_choices ? ',' : '\0';
	choice_list(row->choice, " ", &word.list);
	return word;
}

/* Returns the start of operand number I in the usage of a command, past its options; NULL: there is
 * none. *ret_length is its length without brackets. */
static const char *find_operand(const char *usage, size_t i, size_t *ret_length)
{
	const char *at = usage ? usage : "";

	for (;;) {
		at += strspn(at, " ([");
		*ret_length = strcspn(at, " ])");
		if (!*at || *at == '|')
			return NULL;
		if (!strncmp(at, "--]", 3) || !strncmp(at, "-- ", 3)) {
			at += strcspn(at, " ");
		} else if (*at == '-') {
			at += strcspn(at, " ");
			at += strspn(at, " ");
			at += strcspn(at, " ");
		} else if (i--) {
			at += *ret_length + strspn(at + *ret_length, "])");
		} else {
			return at;
		}
	}
}

/* Returns what operand number I of COMMAND may be; the last one may repeat. */
static struct word word_of_operand(const struct command *command, size_t i)
{
	size_t length;
	const char *at = NULL;
	bool repeats;

	do
		at = find_operand(command->operands, i, &length);
	while (!at && i--);
	if (!at)
		return (struct word){ 0 };
	repeats = length > 3 && !memcmp(at + length - 3, "...", 3);
	return find_word(at, length - (repeats ? 3 : 0));
}

static void print_name(const char *before, size_t length, const char *name, const char *about,
		       const char *typed, FILE *to)
{
	auto_free char *whole = mem_printf("%.*s%s", (int)length, before, name);

	if (str_starts(whole, typed))
		fprintf(to, about ? "%s\t%s\n" : "%s\n", whole, about);
}

/* Prints what TYPED, from SKIP on, may become as WORD; the names include what is before. */
static void print_word(const struct word *word, const char *typed, size_t skip, FILE *to)
{
	const char *last = word->joint ? strrchr(typed + skip, word->joint) : NULL;
	size_t before = last ? (size_t)(last + 1 - typed) : skip;
	auto_free char *names = mem_strdup(word->list.text ? word->list.text : "");
	char *rest = NULL;

	for (char *name = strtok_r(names, " ", &rest); name; name = strtok_r(NULL, " ", &rest))
		print_name(typed, before, name, NULL, typed, to);
	if (word->kind == WORD_FILE || word->kind == WORD_POLICY)
		fputs(":file\n", to);
	if (word->kind == WORD_DIRECTORY)
		fputs(":directory\n", to);
}

static void print_value(const struct option_row *row, const char *typed, size_t skip, FILE *to)
{
	struct word word = word_of_option(row);

	print_word(&word, typed, skip, to);
	strbuf_finish(&word.list);
}

static void print_options(const struct option_rows *rows, const char *typed, FILE *to)
{
	for (size_t i = 0; i < rows->n; i++) {
		const char letter[] = { rows->v[i].letter, '\0' };

		print_name("--", 2, rows->v[i].name, rows->v[i].help, typed, to);
		if (*letter)
			print_name("-", 1, letter, rows->v[i].help, typed, to);
	}
}

/* Returns the option whose value is the word after WORD, or NULL. */
static const struct option_row *row_before_value(const struct option_rows *rows, const char *word)
{
	const struct option_row *row = NULL;

	if (word[0] != '-' || !word[1])
		return NULL;
	if (word[1] == '-') {
		row = option_rows_find(rows, word + 2, strlen(word + 2));
		return row && option_has_argument(row) ? row : NULL;
	}
	for (const char *at = word + 1; *at; at++) {
		row = option_rows_find_letter(rows, *at);
		if (row && option_has_argument(row))
			return at[1] ? NULL : row;
	}
	return NULL;
}

static void print_operand(const struct command *command, size_t i, size_t first, const char *typed,
			  FILE *to)
{
	struct word word;

	if (command->bit & COMMAND_LAUNCHES) {
		fprintf(to, ":program %zu\n", first);
		return;
	}
	word = word_of_operand(command, i);
	print_word(&word, typed, 0, to);
	strbuf_finish(&word.list);
}

/* The last of the N WORDS, of which the first is COMMAND; options may follow operands unless it
 * launches a program. */
static void print_last(const struct command *command, const struct option_rows *rows,
		       char *const *words, size_t n, FILE *to)
{
	const char *typed = words[n - 1], *equals = strchr(typed, '=');
	const struct option_row *row = NULL;
	size_t at = 1, n_operands = 0;

	for (; at < n - 1; at++) {
		bool is_end = str_eq(words[at], "--");

		if (!is_end && words[at][0] == '-' && words[at][1]) {
			row = row_before_value(rows, words[at]);
			at += row != NULL;
		} else if (is_end || command->bit & COMMAND_LAUNCHES) {
			at += is_end;
			print_operand(command, n_operands + n - 1 - at, at + 1, typed, to);
			return;
		} else {
			n_operands++;
		}
	}
	if (at == n) {
		print_value(row, typed, 0, to);
	} else if (typed[0] != '-') {
		print_operand(command, n_operands, n, typed, to);
	} else if (str_starts(typed, "--") && equals) {
		row = option_rows_find(rows, typed + 2, (size_t)(equals - typed) - 2);
		if (row && option_has_argument(row))
			print_value(row, typed, (size_t)(equals - typed) + 1, to);
	} else {
		print_options(rows, typed, to);
	}
}

void completion_print(char *const *words, size_t n, FILE *to)
{
	const struct command *command;
	struct option_rows rows;

	if (!n)
		return;
	for (size_t i = 0; (command = command_row(i)); i++) {
		if (n == 1)
			print_name("", 0, command->name, command->about, words[0], to);
		else if (str_eq(command->name, words[0]))
			break;
	}
	if (n == 1 || !command)
		return;
	rows = option_rows_list(command->bit);
	print_last(command, &rows, words, n, to);
	option_rows_finish(&rows);
}
