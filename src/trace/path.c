// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Turns the maps of bpf/paths.bpf.c into paths. Nothing here looks at the file system, which has
 * changed since and is not the one that the caller saw: what the maps do not contain is counted as
 * unresolved.
 */
#include "trace/path.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <bpf/bpf.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"
#include "denial/seen.h"
#include "trace/path_row.h"

struct place_row {
	const struct place_key *key;
	const struct place_names *names;
};

/* The state of reading the maps. */
struct path_reader {
	struct record *record;
	struct place_row *places; /* sorted by key */
	size_t n_places;
};

int path_ask(const struct ebpf_extra *paths, struct diags *diags)
{
	struct path_config *config = mem_alloc(sizeof(*config));
	uint32_t zero = 0;
	int err = 0;

	path_row_ask(config);
	if (bpf_map_update_elem(ebpf_extra_map_fd(paths, "path_config"), &zero, config, BPF_ANY))
		err = diags_fail(diags, -errno, "cannot configure which paths the tracer keeps: %s",
				 strerror(errno));
	free(config);
	return err;
}

/* Removes the last name of a folder; the root is its own parent. */
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

static void sort_places(struct path_reader *reader, const struct place_key *keys,
			const struct place_names *names)
{
	reader->places = mem_alloc((reader->n_places + 1) * sizeof(*reader->places));
	for (size_t i = 0; i < reader->n_places; i++)
		reader->places[i] = (struct place_row){ &keys[i], &names[i] };
	qsort(reader->places, reader->n_places, sizeof(*reader->places), compare_places);
}

static const struct place_names *find_place(const struct path_reader *reader,
					    const struct place_key *key)
{
	const struct place_row wanted = { .key = key };
	const struct place_row *row = bsearch(&wanted, reader->places, reader->n_places,
					      sizeof(wanted), compare_places);

	return row ? row->names : NULL;
}

/* Returns whether the map had no room for the key's place. */
static bool is_place_lost(const struct path_reader *reader, const struct path_key *key)
{
	return key->place.inode && !find_place(reader, &key->place);
}

/* Returns the path of the key's place, freed by the caller, or NULL if there is none or it is not
 * known. */
static char *name_place(const struct path_reader *reader, const struct path_key *key)
{
	const struct place_names *place = find_place(reader, &key->place);
	struct strbuf path = { 0 };

	if (!place || !place->is_whole || place->depth > PLACE_DEPTH)
		return NULL;
	for (size_t i = place->depth; i > 0; i--) {
		strbuf_puts(&path, "/");
		strbuf_add(&path, place->names[i - 1], strnlen(place->names[i - 1], PLACE_NAME));
	}
	if (!path.len)
		strbuf_puts(&path, "/");
	return path.text;
}

static void add_path(const struct path_reader *reader, const struct path_key *key, uint64_t count,
		     char *path)
{
	struct record_files *files = &reader->record->files;

	if (!path) {
		*(is_place_lost(reader, key) ? &files->lost : &files->unresolved) += count;
		return;
	}
	*array_append(&files->paths) = (struct record_path){
		.arch = (enum arch)key->abi,
		.nr = key->nr,
		.access = key->kind == PATH_EXECUTED ? ACCESS_READ
						     : path_row_access((enum arch)key->abi, key->nr,
								       key->row, key->flags),
		.error = key->error,
		.count = count,
		.path = path,
	};
}

static void add_named(const struct path_reader *reader, const struct path_key *key, uint64_t count)
{
	auto_free char *folder = name_place(reader, key);
	char text[PATH_TEXT + 1] = "";

	memcpy(text, key->text, PATH_TEXT);
	add_path(reader, key, count, key->is_cut ? NULL : path_resolve(folder, text));
}

static bool is_remote(const struct path_key *key)
{
	union {
		struct sockaddr any;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
	} address = { 0 };
	uint32_t v4;

	memcpy(&address, key->text, sizeof(address) < key->len ? sizeof(address) : key->len);
	v4 = ntohl(address.in.sin_addr.s_addr);
	if (address.any.sa_family == AF_INET)
		return v4 >> 24 != IN_LOOPBACKNET && v4 != INADDR_ANY;
	return address.any.sa_family == AF_INET6 && !IN6_IS_ADDR_LOOPBACK(&address.in6.sin6_addr) &&
	       !IN6_IS_ADDR_UNSPECIFIED(&address.in6.sin6_addr);
}

/* The file of a socket counts as a path, too. */
static void add_socket(const struct path_reader *reader, const struct path_key *key, uint64_t count)
{
	auto_free char *base = name_place(reader, key);
	char text[PATH_TEXT] = "", *path, *slash;
	size_t at = offsetof(struct sockaddr_un, sun_path);

	if (key->len <= at || !key->text[at])
		return;
	memcpy(text, key->text + at, key->len - at);
	path = path_resolve(base, text);
	slash = path && !key->error ? strrchr(path, '/') : NULL;
	if (slash)
		slash[slash == path] = '\0';
	add_path(reader, key, count, path);
}

static void add_address(const struct path_reader *reader, const struct path_key *key,
			uint64_t count)
{
	struct event_text text = { .kind = TEXT_ADDRESS, .len = key->len };
	uint16_t family;

	memcpy(text.bytes, key->text, key->len < EVENT_TEXT ? key->len : EVENT_TEXT);
	memcpy(&family, key->text, sizeof(family));
	*array_append(&reader->record->files.peers) = (struct record_peer){
		.arch = (enum arch)key->abi,
		.nr = key->nr,
		.error = key->error,
		.count = count,
		.text = seen_decode(&text),
		.is_remote = is_remote(key),
	};
	if (family == AF_UNIX)
		add_socket(reader, key, count);
}

static void add_key(const struct path_reader *reader, const struct path_key *key, uint64_t count)
{
	if (key->kind == PATH_NAMED)
		add_named(reader, key, count);
	else if (key->kind == PATH_ADDRESS)
		add_address(reader, key, count);
	else
		add_path(reader, key, count, key->is_cut ? NULL : name_place(reader, key));
}

static int compare_paths(const void *a, const void *b)
{
	const struct record_path *x = a, *y = b;
	int order = strcmp(x->path, y->path);

	order = order ? order : (int)x->access - (int)y->access;
	order = order ? order : x->error - y->error;
	return order ? order : (x->nr > y->nr) - (x->nr < y->nr);
}

static int compare_peers(const void *a, const void *b)
{
	const struct record_peer *x = a, *y = b;
	int order = strcmp(x->text, y->text);

	order = order ? order : (x->nr > y->nr) - (x->nr < y->nr);
	return order ? order : x->error - y->error;
}

static void sort_files(struct record_files *files)
{
	if (files->paths.n)
		qsort(files->paths.v, files->paths.n, sizeof(*files->paths.v), compare_paths);
	if (files->peers.n)
		qsort(files->peers.v, files->peers.n, sizeof(*files->peers.v), compare_peers);
}

int path_collect(const struct ebpf_extra *paths, struct record *record)
{
	auto_free void *keys = NULL, *counts = NULL, *place_keys = NULL, *places = NULL;
	struct path_reader reader = { .record = record };
	struct path_losses losses = { 0 };
	uint32_t zero = 0;
	size_t n = 0;
	int err = ebpf_read_map(ebpf_extra_map_fd(paths, "places"), &place_keys, &places,
				&reader.n_places);

	if (!err)
		err = ebpf_read_map(ebpf_extra_map_fd(paths, "paths"), &keys, &counts, &n);
	if (!err && bpf_map_lookup_elem(ebpf_extra_map_fd(paths, "path_losses"), &zero, &losses))
		err = -errno;
	if (err)
		return err;
	sort_places(&reader, place_keys, places);
	record->files.lost = losses.paths;
	for (size_t i = 0; i < n; i++)
		add_key(&reader, (struct path_key *)keys + i, ((uint64_t *)counts)[i]);
	free(reader.places);
	sort_files(&record->files);
	return 0;
}
