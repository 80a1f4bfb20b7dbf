// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Turns the maps of bpf/paths.bpf.c into paths. Nothing here looks at the file system, which has
 * changed since and is not the one that the caller saw: what the maps do not contain is counted as
 * unresolved.
 */
#include "trace/path.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <bpf/bpf.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"
#include "denial/seen.h"
#include "trace/collect_failure.h"
#include "trace/path_row.h"
#include "trace/place.h"

/* The state of reading the maps. */
struct path_reader {
	struct record *record;
	struct places places;
};

static void add_path(const struct path_reader *reader, const struct path_key *key, uint64_t count,
		     char *path)
{
	struct record_files *files = &reader->record->files;

	if (!path) {
		*(places_have_lost(&reader->places, &key->place) ? &files->lost
								 : &files->unresolved) += count;
		return;
	}
	*array_append(&files->paths) = (struct record_path){
		.arch = (enum arch)key->abi,
		.nr = key->nr,
		.access = key->kind == PATH_EXECUTED
				  ? ACCESS_READ
				  : path_row_use((enum arch)key->abi, key->nr, key->row, key->flags)
					    .access,
		.error = key->error,
		.count = count,
		.path = path,
	};
}

static void add_named(const struct path_reader *reader, const struct path_key *key, uint64_t count)
{
	auto_free char *folder = places_name(&reader->places, &key->place);
	char text[PATH_TEXT + 1] = "";

	memcpy(text, key->text, PATH_TEXT);
	add_path(reader, key, count, key->is_cut ? NULL : path_resolve(folder, text));
}

/* The file of a socket counts as a path, too. */
static void add_socket(const struct path_reader *reader, const struct path_key *key, uint64_t count)
{
	auto_free char *base = places_name(&reader->places, &key->place);
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
		.is_remote = failure_is_remote(key->text, key->len),
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
		add_path(reader, key, count,
			 key->is_cut ? NULL : places_name(&reader->places, &key->place));
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

/* What failed is kept with the failing calls of the run. */
static void add_failures(struct record *record)
{
	for (size_t i = 0; i < record->failures.n; i++) {
		const struct record_failure *failure = &record->failures.v[i];

		if (failure->object == RECORD_OBJECT_PATH && !failure->text)
			record->files.unresolved += failure->count;
		else if (failure->object == RECORD_OBJECT_ADDRESS && failure->text)
			*array_append(&record->files.peers) = (struct record_peer){
				.arch = failure->arch,
				.nr = failure->nr,
				.error = failure->error,
				.count = failure->count,
				.text = mem_strdup(failure->text),
				.is_remote = failure->is_remote,
			};
	}
}

int path_collect(const struct ebpf_extra *paths, struct record *record)
{
	auto_free void *keys = NULL, *counts = NULL;
	struct path_reader reader = { .record = record };
	struct path_losses losses = { 0 };
	uint32_t zero = 0;
	size_t n = 0;
	int err = places_read(ebpf_extra_map_fd(paths, "places"), &reader.places);

	if (!err)
		err = ebpf_read_map(ebpf_extra_map_fd(paths, "paths"), &keys, &counts, &n);
	if (!err && bpf_map_lookup_elem(ebpf_extra_map_fd(paths, "path_losses"), &zero, &losses))
		err = -errno;
	for (size_t i = 0; !err && i < n; i++)
		add_key(&reader, (struct path_key *)keys + i, ((uint64_t *)counts)[i]);
	places_finish(&reader.places);
	if (err)
		return err;
	record->files.lost += losses.paths + record->failures.lost;
	add_failures(record);
	sort_files(&record->files);
	return 0;
}
