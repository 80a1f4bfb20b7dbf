// SPDX-License-Identifier: GPL-2.0-or-later
/* Nothing here looks at the file system, which has changed since and is not the one that the caller
 * saw: what the maps do not contain is not known. */
#include "trace/place.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "ebpf/ebpf.h"

/* Removes the last name of a directory; the root is its own parent. */
static void cut_name(struct strbuf *path)
{
	while (path->len && path->text[path->len - 1] != '/')
		path->len--;
	if (path->len)
		path->len--;
	path->text[path->len] = '\0';
}

char *path_resolve(const char *folder, const char *text)
{
	struct strbuf path = { 0 };
	bool has_name = false;

	if (*text != '/' && !folder)
		return NULL;
	strbuf_puts(&path, *text == '/' || str_eq(folder, "/") ? "" : folder);
	while (*text) {
		size_t len;

		text += strspn(text, "/");
		len = strcspn(text, "/");
		if (len == 2 && !strncmp(text, "..", 2)) {
			if (has_name) {
				strbuf_finish(&path);
				return NULL;
			}
			cut_name(&path);
		} else if (len && !(len == 1 && *text == '.')) {
			strbuf_puts(&path, "/");
			strbuf_add(&path, text, len);
			has_name = true;
		}
		text += len;
	}
	if (!path.len)
		strbuf_puts(&path, "/");
	return path.text;
}

static int compare_places(const void *a, const void *b)
{
	const struct place_row *x = a, *y = b;

	return memcmp(x->key, y->key, sizeof(*x->key));
}

int places_read(int fd, struct places *ret_places)
{
	struct places places = { 0 };
	int err = ebpf_read_map(fd, &places.keys, &places.names, &places.n);

	if (err)
		return err;
	places.rows = mem_alloc((places.n + 1) * sizeof(*places.rows));
	for (size_t i = 0; i < places.n; i++)
		places.rows[i] = (struct place_row){ (struct place_key *)places.keys + i,
						     (struct place_names *)places.names + i };
	qsort(places.rows, places.n, sizeof(*places.rows), compare_places);
	*ret_places = places;
	return 0;
}

void places_finish(struct places *places)
{
	free(places->keys);
	free(places->names);
	free(places->rows);
	*places = (struct places){ 0 };
}

static const struct place_names *find_place(const struct places *places,
					    const struct place_key *key)
{
	const struct place_row wanted = { .key = key };
	const struct place_row *row = bsearch(&wanted, places->rows, places->n, sizeof(wanted),
					      compare_places);

	return row ? row->names : NULL;
}

bool places_have_lost(const struct places *places, const struct place_key *key)
{
	return key->inode && !find_place(places, key);
}

char *places_name(const struct places *places, const struct place_key *key)
{
	const struct place_names *names = find_place(places, key);
	struct strbuf path = { 0 };
	size_t end;

	if (!names || !names->is_whole || names->len > PLACE_BYTES)
		return NULL;
	/* From the root down: each name ends with a terminator, the last one's is at the end. */
	for (end = names->len; end > 0;) {
		size_t begin = end - 1;

		while (begin > 0 && names->text[begin - 1])
			begin--;
		strbuf_puts(&path, "/");
		strbuf_add(&path, names->text + begin, strnlen(names->text + begin, end - begin));
		end = begin;
	}
	if (!path.len)
		strbuf_puts(&path, "/");
	return path.text;
}
