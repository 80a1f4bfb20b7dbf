// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Texts: files, pipes, shipped policies, options; what they include; where a place in them is.
 * A text is taken whole or refused: never a part of a file that grew or ended early.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/str.h"
#include "policy/parser.h"
#include "policy/shipped.h"

enum { FIFO_PATIENCE_MS = 2000 };

struct source *parser_add_source(struct parser *parser, enum source_kind kind, const char *name)
{
	struct source *source = arena_alloc(&parser->policy->arena, sizeof(*source));

	source->kind = kind;
	source->name = arena_strdup(&parser->policy->arena, name);
	source->index = parser->sources.n;
	*array_append(&parser->sources) = source;
	return source;
}

struct source *parser_source(const struct parser *parser, const struct place *place)
{
	for (size_t i = 0; place->file && i < parser->sources.n; i++)
		if (parser->sources.v[i]->name == place->file)
			return parser->sources.v[i];
	return NULL;
}

bool parser_is_built_in(const struct parser *parser, const struct place *place)
{
	const struct source *source = parser_source(parser, place);

	return source && source->kind == SOURCE_BUILT_IN;
}

/* Gives where line number LINE begins, or NULL; 0 is the only one of an option. */
static const char *find_line(struct source *source, unsigned int line)
{
	const char *at = source->text, *end = source->text + source->len;

	/* A text with many warnings would else be searched from its start for each of them. */
	if (!source->lines.n) {
		*array_append(&source->lines) = at;
		while ((at = memchr(at, '\n', (size_t)(end - at))))
			*array_append(&source->lines) = ++at;
	}
	line = line ? line - 1 : 0;
	return line < source->lines.n ? source->lines.v[line] : NULL;
}

struct diag *parser_mark(struct parser *parser, struct diag *diag, const struct place *place)
{
	struct source *source = place ? parser_source(parser, place) : NULL;
	const char *line;

	parser->n_errors += diag->level == DIAG_ERROR;
	line = source && source->text ? find_line(source, place->line) : NULL;
	if (line)
		diag_set_source(diag, line, strcspn(line, "\r\n"));
	return diag;
}

/* Drops "." and empty parts; ".." stays, since what it leads to may be a link's parent. */
static char *clean_path(struct arena *arena, const char *path)
{
	struct strbuf clean = { 0 };
	char *copy;

	while (*path) {
		size_t len;

		path += strspn(path, "/");
		len = strcspn(path, "/");
		if (len && !(len == 1 && *path == '.'))
			strbuf_printf(&clean, "/%.*s", (int)len, path);
		path += len;
	}
	copy = arena_strdup(arena, clean.len ? clean.text : "/");
	strbuf_finish(&clean);
	return copy;
}

char *parser_path(struct parser *parser, const struct source *source, const char *path)
{
	auto_free char *joined = NULL, *here = NULL;

	if (*path == '/')
		return clean_path(&parser->policy->arena, path);
	if (!source->folder)
		here = getcwd(NULL, 0);
	joined = mem_printf("%s/%s", source->folder ? source->folder : here ? here : "", path);
	return clean_path(&parser->policy->arena, joined);
}

/* Gives the length of the UTF-8 character at TEXT, or 0 when it is none (RFC 3629). */
static size_t utf8_length(const unsigned char *text, size_t left)
{
	static const struct {
		unsigned char low, high, first, last; /* lead bytes, and the second's range */
		unsigned char len;
	} forms[] = {
		{ 0x01, 0x7f, 0, 0, 1 },       { 0xc2, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 }, { 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 }, { 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		if (text[0] < forms[i].low || text[0] > forms[i].high)
			continue;
		if (left < forms[i].len)
			return 0;
		for (size_t k = 1; k < forms[i].len; k++) {
			unsigned char low = k == 1 ? forms[i].first : 0x80;
			unsigned char high = k == 1 ? forms[i].last : 0xbf;

			if (text[k] < low || text[k] > high)
				return 0;
		}
		return forms[i].len;
	}
	return 0;
}

bool parser_check_bytes(struct parser *parser, const struct source *source)
{
	struct place place = { .file = source->name, .line = 1, .col = 1 };
	const unsigned char *text = (const unsigned char *)source->text;

	for (size_t i = 0; i < source->len;) {
		size_t len = utf8_length(text + i, source->len - i);

		if (!len) {
			if (source->kind == SOURCE_OPTION)
				place.line = 0;
			parser_error(parser, &place,
				     text[i] ? "byte 0x%02x is not UTF-8" : "a NUL byte (0x%02x)",
				     text[i]);
			return false;
		}
		place.col += (unsigned int)len;
		if (text[i] == '\n') {
			place.line++;
			place.col = 1;
		}
		i += len;
	}
	return true;
}

void parser_read_text(struct parser *parser, const struct source *source)
{
	bool is_option = source->kind == SOURCE_OPTION;
	struct lexer lexer;

	if (source->kind != SOURCE_BUILT_IN) {
		sha256_add(&parser->hash, source->text, source->len);
		sha256_add(&parser->hash, "", 1);
	}
	if (!parser_check_bytes(parser, source))
		return;
	lexer_init(&lexer, &parser->policy->arena, source->name, is_option ? 0 : 1, source->text,
		   source->len);
	while (lexer_next_statement(&lexer))
		parser_take(parser, source, &lexer);
}

/* A pipe of the shell's has its writer; a FIFO in a folder may never get one. */
static int patience(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && fs.f_type == PIPEFS_MAGIC ? -1 : FIFO_PATIENCE_MS;
}

/* Reads a pipe to its end. */
static int read_pipe(int fd, char **ret_text, size_t *ret_len)
{
	auto_free char *text = mem_alloc(POLICY_BYTES_MAX + 2);
	int wait_ms = patience(fd);
	size_t len = 0;

	while (len <= POLICY_BYTES_MAX) {
		struct pollfd wait = { .fd = fd, .events = POLLIN };
		int ready = poll(&wait, 1, wait_ms);
		ssize_t n;

		if (ready == 0)
			return -ETIMEDOUT;
		n = ready < 0 ? -1 : read(fd, text + len, POLICY_BYTES_MAX + 1 - len);
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n < 0)
			return -errno;
		if (n == 0) {
			*ret_text = steal(&text);
			*ret_len = len;
			return 0;
		}
		len += (size_t)n;
	}
	return -EFBIG;
}

/* Opening without waiting: a FIFO that nobody writes to would hold us. */
int parser_read_bytes(const char *path, char **ret_text, size_t *ret_len, bool *ret_is_pipe)
{
	auto_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	*ret_is_pipe = S_ISFIFO(st.st_mode);
	if (S_ISFIFO(st.st_mode))
		return read_pipe(fd, ret_text, ret_len);
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	if (!S_ISREG(st.st_mode))
		return -ENOTSUP;
	return fd_read_all(fd, POLICY_BYTES_MAX, ret_text, ret_len);
}

const char *parser_read_error(int err)
{
	switch (err) {
	case -EFBIG:
		return "larger than 1 MiB";
	case -ETIMEDOUT:
		return "a FIFO to which nobody wrote for 2 seconds";
	case -ENOTSUP:
		return "neither a regular file nor a pipe";
	default:
		return strerror(-err);
	}
}

static void fail_to_read(struct parser *parser, const char *name, const struct place *place,
			 const char *why, int err)
{
	parser_error(parser, place, "cannot read the policy '%s': %s", name, why);
	if (!place && !parser->err)
		parser->err = err;
}

/* Gives whether PATH is already being read; then adds an error that shows the way round. */
static bool is_cycle(struct parser *parser, const char *path, const struct source *parent,
		     const struct place *place)
{
	struct strbuf way = { 0 };
	const struct source *source = parent;

	while (source && !(source->path && str_eq(source->path, path)))
		source = source->parent;
	if (!source)
		return false;
	for (const struct source *at = parent; at != source; at = at->parent) {
		auto_free char *rest = mem_strdup(way.text ? way.text : "");

		strbuf_finish(&way);
		strbuf_printf(&way, " includes '%s'%s", at->name, rest);
	}
	parser_error(parser, place, "the include goes in a circle: '%s'%s includes '%s'",
		     source->name, way.text ? way.text : "", source->name);
	strbuf_finish(&way);
	return true;
}

static bool is_too_deep(struct parser *parser, const struct source *parent,
			const struct place *place)
{
	unsigned int depth = 0;

	for (; parent; parent = parent->parent)
		depth++;
	if (depth <= INCLUDE_DEPTH_MAX)
		return false;
	parser_error(parser, place, "includes are nested more than %d deep", INCLUDE_DEPTH_MAX);
	return true;
}

static void start_text(struct parser *parser, struct source *source)
{
	*array_append(&parser->files) = source->name;
	parser_read_text(parser, source);
}

static void read_shipped(struct parser *parser, const char *name, const struct source *parent,
			 const struct place *place)
{
	auto_free char *bare = mem_strdup(name + 1);
	struct source *source;
	const char *text;
	struct strbuf known = { 0 };

	bare[strlen(bare) - 1] = '\0';
	text = policy_shipped(bare);
	if (!text) {
		fail_to_read(parser, name, place, "no policy of this name is part of pinfold",
			     -ENOENT);
		for (unsigned int i = 0; policy_shipped_name(i); i++)
			strbuf_printf(&known, "%s<%s>", i ? ", " : "", policy_shipped_name(i));
		diags_hint(parser->diags, "there are %s", known.text ? known.text : "none");
		strbuf_finish(&known);
		return;
	}
	if (is_cycle(parser, name, parent, place))
		return;
	source = parser_add_source(parser, SOURCE_SHIPPED, name);
	source->path = source->name;
	source->parent = parent;
	source->text = text;
	source->len = strlen(text);
	start_text(parser, source);
}

void parser_read_file(struct parser *parser, const char *name, const struct source *parent,
		      const struct place *place)
{
	struct arena *arena = &parser->policy->arena;
	auto_free char *text = NULL, *path = NULL;
	struct source *source;
	bool is_pipe = false;
	size_t len = 0;
	int err;

	if (is_too_deep(parser, parent, place))
		return;
	if (*name == '<' && str_ends(name, ">")) {
		read_shipped(parser, name, parent, place);
		return;
	}
	path = realpath(parent ? parser_path(parser, parent, name) : name, NULL);
	if (path && is_cycle(parser, path, parent, place))
		return;
	err = path ? 0 : -errno;
	if (!path && parent == NULL) {
		/* /dev/fd/63 of a shell is a link to "pipe:[...]", which has no path. */
		path = mem_strdup(name);
		err = 0;
	}
	if (!err)
		err = parser_read_bytes(path, &text, &len, &is_pipe);
	if (err) {
		fail_to_read(parser, name, place, parser_read_error(err), err);
		if (policy_shipped(name))
			diags_hint(parser->diags, "did you mean '<%s>', which is part of pinfold?",
				   name);
		return;
	}
	source = parser_add_source(parser, SOURCE_FILE,
				   parent ? parser_path(parser, parent, name) : name);
	source->parent = parent;
	source->path = is_pipe ? NULL : arena_strdup(arena, path);
	if (!is_pipe) {
		/* Absolute, also where the folders above hide it from realpath(). */
		source->folder = parser_path(parser, source, path);
		*strrchr(source->folder, '/') = '\0';
	}
	source->text = arena_strndup(arena, text, len);
	source->len = len;
	start_text(parser, source);
}
