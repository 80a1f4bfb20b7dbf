// SPDX-License-Identifier: GPL-2.0-or-later
/* A call with two paths has a key for each: that of the second says which first one it came with,
 * so that pairs have exact counts. */
#include "trace/collect_failure.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"
#include "denial/seen.h"
#include "trace/path_row.h"
#include "trace/place.h"
#include "trace/refusal.h"

struct failure_reader {
	struct record *record;
	const struct sample_table *samples;
	struct places places;
	const struct failure_key *keys;
	const struct failure_value *values;
	size_t n;
	bool sees_capabilities;
};

union address {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	struct sockaddr_un un;
};

bool failure_is_remote(const char *bytes, size_t len)
{
	union address address = { 0 };
	uint32_t v4;

	memcpy(&address, bytes, len < sizeof(address) ? len : sizeof(address));
	v4 = ntohl(address.in.sin_addr.s_addr);
	if (address.any.sa_family == AF_INET)
		return v4 >> 24 != IN_LOOPBACKNET && v4 != INADDR_ANY;
	return address.any.sa_family == AF_INET6 && !IN6_IS_ADDR_LOOPBACK(&address.in6.sin6_addr) &&
	       !IN6_IS_ADDR_UNSPECIFIED(&address.in6.sin6_addr);
}

/* Returns the path of a key that has one, freed by the caller, or NULL if it is not known. */
static char *name_path(const struct failure_reader *reader, const struct failure_key *key)
{
	auto_free char *folder = places_name(&reader->places, &key->place);
	char text[PATH_TEXT + 1] = "";

	if (key->is_cut)
		return NULL;
	if (key->kind == PATH_DESCRIPTOR || !key->len)
		return steal(&folder);
	memcpy(text, key->text, PATH_TEXT);
	return path_resolve(folder, text);
}

/* A socket's path is as long as its address says. */
static char *name_socket(const struct failure_reader *reader, const struct failure_key *key)
{
	auto_free char *folder = places_name(&reader->places, &key->place);
	size_t at = offsetof(struct sockaddr_un, sun_path);
	char text[PATH_TEXT] = "";

	memcpy(text, key->text + at, key->len - at);
	return path_resolve(folder, text);
}

static void take_address(const struct failure_reader *reader, const struct failure_key *key,
			 struct record_failure *failure)
{
	struct event_text text = { .kind = TEXT_ADDRESS, .len = key->len };
	union address address = { 0 };

	failure->object = RECORD_OBJECT_ADDRESS;
	if (key->is_cut || !key->len || key->len > sizeof(address))
		return;
	memcpy(&address, key->text, key->len);
	failure->family = address.any.sa_family;
	if (failure->family == AF_UNIX && address.un.sun_path[0]) {
		failure->object = RECORD_OBJECT_PATH;
		failure->text = name_socket(reader, key);
		return;
	}
	if (failure->family == AF_INET || failure->family == AF_INET6)
		failure->port = ntohs(address.in.sin_port);
	failure->is_remote = failure_is_remote(key->text, key->len);
	/* Each names the kernel. */
	if (failure->family == AF_NETLINK) {
		failure->text = mem_strdup("AF_NETLINK");
		return;
	}
	memcpy(text.bytes, key->text, key->len);
	failure->text = seen_decode(&text);
}

/* Whether PATH has a part "..". */
static bool has_parent(const char *path)
{
	for (const char *at = path; (at = strstr(at, "..")); at += 2)
		if ((at == path || at[-1] == '/') && (!at[2] || at[2] == '/'))
			return true;
	return false;
}

/* Keeps how the path of KEY was named, if that says more than where it leads in the pen. */
static void take_named(const struct failure_reader *reader, const struct failure_key *key,
		       struct record_failure *failure)
{
	char text[PATH_TEXT + 1] = "";

	if (key->kind != PATH_NAMED || key->is_cut)
		return;
	memcpy(text, key->text, PATH_TEXT);
	if (!has_parent(text) || (text[0] == '/' && failure->text))
		return;
	failure->named = mem_strdup(text);
	if (text[0] != '/')
		failure->base = places_name(&reader->places, &key->place);
}

static void take_object(const struct failure_reader *reader, const struct failure_key *key,
			struct record_failure *failure)
{
	const struct path_use use = path_row_use(failure->arch, failure->nr, key->row, key->flags);

	failure->access = use.access;
	failure->is_executed = use.is_executed;
	failure->is_made = use.is_made;
	if (key->kind == PATH_ADDRESS) {
		take_address(reader, key, failure);
	} else if (key->kind != PATH_NONE) {
		failure->object = RECORD_OBJECT_PATH;
		failure->text = name_path(reader, key);
		take_named(reader, key, failure);
	} else if (path_row_failing(failure->arch, failure->nr) & FAILING_SEARCH) {
		failure->object = RECORD_OBJECT_PROCESS;
	}
}

/* Returns the failure of calls whose first, or only, path is that of KEY; VALUE says how often and
 * by whom. */
static struct record_failure make_failure(const struct failure_reader *reader,
					  const struct failure_key *key,
					  const struct failure_value *value)
{
	struct record_failure failure = {
		.arch = (enum arch)key->abi,
		.nr = key->nr,
		.error = key->error,
		.count = value->count,
		.pid = (pid_t)value->pid,
		.tid = (pid_t)value->tid,
		.host_pid = (pid_t)value->host_pid,
		.at_ns = value->at_ns,
		.last_ns = value->last_ns,
		.last_host_pid = (pid_t)value->last_host_pid,
	};

	memcpy(failure.args, value->args, sizeof(failure.args));
	memcpy(failure.comm, value->comm, sizeof(failure.comm));
	failure.comm[sizeof(failure.comm) - 1] = '\0';
	take_object(reader, key, &failure);
	refusal_take(key, reader->sees_capabilities, &failure);
	return failure;
}

static void add_failure(const struct failure_reader *reader, size_t i)
{
	const struct failure_key *key = &reader->keys[i];

	if (key->row || path_row_has_second((enum arch)key->abi, key->nr))
		return;
	struct record_failure failure = make_failure(reader, key, &reader->values[i]);

	sample_table_tell_failure(reader->samples, key, reader->values[i].number, &failure);
	*array_append(&reader->record->failures) = failure;
}

static int compare_numbers(const void *a, const void *b)
{
	const struct failure_value *x = *(const struct failure_value *const *)a;
	const struct failure_value *y = *(const struct failure_value *const *)b;

	return (x->number > y->number) - (x->number < y->number);
}

/* Adds the calls with two paths; SORTED are the values ordered by number. */
static void add_pair(const struct failure_reader *reader, const struct failure_value *const *sorted,
		     size_t i)
{
	const struct failure_key *key = &reader->keys[i], *first;
	const struct failure_value wanted = { .number = key->first }, *at = &wanted;
	const struct failure_value *const *found;
	struct record_failure failure;

	if (!key->row)
		return;
	found = bsearch(&at, sorted, reader->n, sizeof(const void *), compare_numbers);
	if (!found)
		return;
	first = &reader->keys[*found - reader->values];
	failure = make_failure(reader, first, &reader->values[i]);
	failure.second = name_path(reader, key);
	sample_table_tell_failure(reader->samples, first, key->first, &failure);
	*array_append(&reader->record->failures) = failure;
}

static void add_pairs(const struct failure_reader *reader)
{
	auto_free const struct failure_value **sorted =
		mem_alloc((reader->n + 1) * sizeof(const void *));

	for (size_t i = 0; i < reader->n; i++)
		sorted[i] = &reader->values[i];
	qsort(sorted, reader->n, sizeof(const void *), compare_numbers);
	for (size_t i = 0; i < reader->n; i++)
		add_pair(reader, sorted, i);
}

static int compare_texts(const char *a, const char *b)
{
	if (!a || !b)
		return !!a - !!b;
	return strcmp(a, b);
}

/* Orders failures that are the same next to each other, by time. */
static int compare_objects(const void *a, const void *b)
{
	const struct record_failure *x = a, *y = b;
	int order = compare_texts(x->text, y->text);

	order = order ? order : compare_texts(x->second, y->second);
	order = order ? order : compare_texts(x->named, y->named);
	order = order ? order : compare_texts(x->base, y->base);
	order = order ? order : (int)x->arch - (int)y->arch;
	order = order ? order : (x->nr > y->nr) - (x->nr < y->nr);
	order = order ? order : x->error - y->error;
	order = order ? order : (int)x->object - (int)y->object;
	order = order ? order : (int)x->access - (int)y->access;
	order = order ? order : (int)x->refusal - (int)y->refusal;
	order = order ? order : x->capability - y->capability;
	return order ? order : (int)x->is_made - (int)y->is_made;
}

static int compare_by_object(const void *a, const void *b)
{
	const struct record_failure *x = a, *y = b;
	int order = compare_objects(a, b);

	return order ? order : (x->at_ns > y->at_ns) - (x->at_ns < y->at_ns);
}

static int compare_by_time(const void *a, const void *b)
{
	const struct record_failure *x = a, *y = b;

	if (x->at_ns != y->at_ns)
		return x->at_ns < y->at_ns ? -1 : 1;
	return compare_objects(a, b);
}

/* Merges failures: one path may have been named in several ways. Those without an object stay
 * separate, because their arguments differ. */
static void merge_same(struct record_failures *failures)
{
	size_t n = 0;

	for (size_t i = 0; i < failures->n; i++) {
		struct record_failure *last = n ? &failures->v[n - 1] : NULL;

		if (!last || !(last->text || last->named) ||
		    compare_objects(last, &failures->v[i])) {
			failures->v[n++] = failures->v[i];
			continue;
		}
		last->count += failures->v[i].count;
		if (failures->v[i].last_ns > last->last_ns) {
			last->last_ns = failures->v[i].last_ns;
			last->last_host_pid = failures->v[i].last_host_pid;
		}
		record_finish_failure(&failures->v[i]);
	}
	failures->n = n;
}

static void sort_failures(struct record_failures *failures)
{
	if (!failures->n)
		return;
	qsort(failures->v, failures->n, sizeof(*failures->v), compare_by_object);
	merge_same(failures);
	qsort(failures->v, failures->n, sizeof(*failures->v), compare_by_time);
}

int failure_collect(const struct ebpf *ebpf, const struct sample_table *samples,
		    struct record *record)
{
	auto_free void *keys = NULL, *values = NULL;
	struct failure_reader reader = {
		.record = record,
		.samples = samples,
		.sees_capabilities = ebpf_sees_capabilities(ebpf),
	};
	struct run_state run;
	int err = ebpf_read_map(ebpf_map_fd(ebpf, RUN_FAILURES), &keys, &values, &reader.n);

	if (!err)
		err = ebpf_read_run(ebpf, &run);
	if (!err)
		err = places_read(ebpf_map_fd(ebpf, RUN_PLACES), &reader.places);
	if (err)
		return err;
	reader.keys = keys;
	reader.values = values;
	for (size_t i = 0; i < reader.n; i++)
		add_failure(&reader, i);
	add_pairs(&reader);
	places_finish(&reader.places);
	sort_failures(&record->failures);
	record->failures.are_known = true;
	record->failures.lost = run.lost_failures;
	return 0;
}
