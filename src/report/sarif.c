// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SARIF is that of OASIS, version 2.1.0, as code scanning services read it: file names are URI
 * references. Columns count code points. Results are written one by one, because thousands of them
 * as a single object would take a hundred times their size.
 */
#include "report/sarif.h"

#include <ctype.h>

#include "base/str.h"
#include "report/json.h"

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

static void add_plain(struct json_object *to, const char *key, const char *text)
{
	json_object_object_add(to, key, json_object_new_string(text));
}

struct json_object *sarif_new_message(const char *text)
{
	struct json_object *object = json_object_new_object();

	add_plain(object, "text", text);
	return object;
}

struct json_object *sarif_new_rule(const char *id, const char *about, const char *level)
{
	struct json_object *rule = json_object_new_object();
	struct json_object *configuration = json_object_new_object();

	add_plain(rule, "id", id);
	json_object_object_add(rule, "shortDescription", sarif_new_message(about));
	add_plain(configuration, "level", level);
	json_object_object_add(rule, "defaultConfiguration", configuration);
	return rule;
}

struct json_object *sarif_new_result(const char *id, size_t index, const char *level,
				     const char *message)
{
	struct json_object *result = json_object_new_object();

	add_plain(result, "ruleId", id);
	json_add_number(result, "ruleIndex", index);
	add_plain(result, "level", level);
	json_object_object_add(result, "message", sarif_new_message(message));
	return result;
}

struct json_object *sarif_new_artifact(const char *path)
{
	struct json_object *object = json_object_new_object();
	struct strbuf uri = { 0 };

	strbuf_puts(&uri, *path == '/' ? "file://" : "");
	for (; *path; path++) {
		if (isalnum((unsigned char)*path) || strchr("-._~/", *path))
			strbuf_add(&uri, path, 1);
		else
			strbuf_printf(&uri, "%%%02X", (unsigned int)(unsigned char)*path);
	}
	add_plain(object, "uri", uri.text);
	strbuf_finish(&uri);
	return object;
}

struct json_object *sarif_new_locations(const struct place *place)
{
	struct json_object *locations = json_object_new_array();
	struct json_object *location = json_object_new_object();
	struct json_object *physical = json_object_new_object();
	struct json_object *region = json_object_new_object();

	json_object_object_add(physical, "artifactLocation", sarif_new_artifact(place->file));
	if (place->line)
		json_add_number(region, "startLine", place->line);
	if (place->line && place->col)
		json_add_number(region, "startColumn", place->col);
	if (place->line)
		json_object_object_add(physical, "region", region);
	else
		json_object_put(region);
	json_object_object_add(location, "physicalLocation", physical);
	json_object_array_add(locations, location);
	return locations;
}

static struct json_object *new_tool(struct json_object *rules)
{
	struct json_object *tool = json_object_new_object();
	struct json_object *driver = json_object_new_object();

	add_plain(driver, "name", "pinfold");
	add_plain(driver, "version", PACKAGE_VERSION);
	json_object_object_add(driver, "rules", rules);
	json_object_object_add(tool, "driver", driver);
	return tool;
}

void sarif_begin(struct sarif *ret_sarif, struct json_object *rules, struct json_object *invocation,
		 FILE *to)
{
	*ret_sarif = (struct sarif){ .to = to };
	fputs("{\n  \"$schema\": \"https://json.schemastore.org/sarif-2.1.0.json\",\n"
	      "  \"version\": \"2.1.0\",\n  \"runs\": [\n    {\n      \"tool\": ",
	      to);
	json_write_indented(to, new_tool(rules), "      ");
	if (invocation) {
		fputs(",\n      \"invocations\": [\n        ", to);
		json_write_indented(to, invocation, "        ");
		fputs("\n      ]", to);
	}
	fputs(",\n      \"columnKind\": \"unicodeCodePoints\",\n      \"results\": [", to);
}

void sarif_add(struct sarif *sarif, struct json_object *result)
{
	fputs(sarif->has_results ? ",\n        " : "\n        ", sarif->to);
	json_write_indented(sarif->to, result, "        ");
	sarif->has_results = true;
}

void sarif_end(struct sarif *sarif)
{
	fputs(sarif->has_results ? "\n      ]" : "]", sarif->to);
	fputs("\n    }\n  ]\n}\n", sarif->to);
}
