// SPDX-License-Identifier: GPL-2.0-or-later
/* What was found, for programs: the schema is described in pinfold-doctor(1). */
#include <json-c/json.h>
#include <string.h>
#include <unistd.h>

#include "doctor/follow.h"
#include "sys/namespace.h"

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

/* Adds TEXT in C escapes; NULL or empty becomes null. */
static void add_text(struct json_object *to, const char *key, const char *text)
{
	struct strbuf buf = { 0 };

	if (text && *text) {
		strbuf_escape(&buf, text, strlen(text));
		json_object_object_add(to, key, json_object_new_string(buf.text));
	} else {
		json_object_object_add(to, key, NULL);
	}
	strbuf_finish(&buf);
}

static struct json_object *new_rows(const struct doctor *doctor)
{
	struct json_object *rows = json_object_new_array();

	for (enum machine_row row = MACHINE_NONE + 1; row < MACHINE_ROWS; row++) {
		const struct diagnosis *diagnosis = &doctor->diagnoses[row];
		struct json_object *object = json_object_new_object();

		add_text(object, "name", machine_row_name(row));
		add_text(object, "state", doctor_state_name(diagnosis->state));
		add_text(object, "tries", diagnosis->tries);
		add_text(object, "found", diagnosis->found);
		add_text(object, "follows", diagnosis->follows);
		add_text(object, "hint", diagnosis->remedy);
		json_object_array_add(rows, object);
	}
	return rows;
}

static struct json_object *new_run(const struct trial *run)
{
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, "works", json_object_new_boolean(run->works));
	add_text(object, "error", run->message);
	add_text(object, "hint", run->hint);
	add_text(object, "row", machine_row_name(run->row));
	return object;
}

static struct json_object *new_trace(const struct doctor *doctor)
{
	const struct trial *run = &doctor->run;
	enum trace_source recorder = follow_recorder(doctor);
	struct json_object *object = json_object_new_object();

	add_text(object, "source", run->works ? trace_source_row(run->source)->name : NULL);
	add_text(object, "why", run->why);
	add_text(object, "record",
		 recorder == TRACE_NONE ? NULL : trace_source_row(recorder)->name);
	return object;
}

static struct json_object *new_limits(const struct doctor *doctor)
{
	struct json_object *object = json_object_new_object();

	for (size_t i = 0; i < FOLLOW_LIMITS; i++)
		json_object_object_add(
			object, follow_limit_rows[i].name,
			json_object_new_boolean(follow_has_limit(doctor, &follow_limit_rows[i])));
	return object;
}

static struct json_object *new_pen(const struct doctor *doctor)
{
	struct json_object *object = json_object_new_object();
	struct json_object *namespaces = json_object_new_array();
	struct json_object *nets = json_object_new_array();

	for (size_t i = 0; i < NAMESPACES; i++)
		if (doctor->run.namespaces & sys_namespaces[i].flag)
			json_object_array_add(namespaces,
					      json_object_new_string(sys_namespaces[i].name));
	for (enum doctor_net net = 0; net < DOCTOR_NETS; net++)
		if (doctor->has_net[net])
			json_object_array_add(nets, json_object_new_string(follow_net_names[net]));
	json_object_object_add(object, "namespaces", namespaces);
	json_object_object_add(object, "cgroup_version",
			       json_object_new_int(doctor->run.cgroup_version));
	add_text(object, "users", doctor->run.works ? doctor->users : NULL);
	json_object_object_add(object, "networks", nets);
	return object;
}

void doctor_write_json(const struct doctor *doctor, FILE *to)
{
	struct json_object *object = json_object_new_object();

	add_text(object, "schema", "pinfold-doctor/1");
	add_text(object, "pinfold", PACKAGE_VERSION);
	json_object_object_add(object, "uid", json_object_new_int64(getuid()));
	json_object_object_add(object, "rows", new_rows(doctor));
	json_object_object_add(object, "run", new_run(&doctor->run));
	json_object_object_add(object, "trace", new_trace(doctor));
	json_object_object_add(object, "limits", new_limits(doctor));
	json_object_object_add(object, "pen", new_pen(doctor));
	fputs(json_object_to_json_string_ext(object, JSON_C_TO_STRING_PRETTY |
							     JSON_C_TO_STRING_SPACED |
							     JSON_C_TO_STRING_NOSLASHESCAPE),
	      to);
	fputc('\n', to);
	json_object_put(object);
}
