#include <string.h>

#include "generator/emit.h"
#include "json/writer.h"

/* --- manifest.h ------------------------------------------------------------------------------ */

static bool
is_in_manifest(const struct relation *relation)
{
    return relation->class != CLASS_NONE && relation->kind != 'v' && relation->kind != 'm';
}

void
emit_manifest(struct buffer *out, const struct project *project)
{
    const struct schema *schema = &project->schema;
    struct tn_manifest_relation *relations =
        ARENA_ARRAY(out->arena, schema->relation_count, struct tn_manifest_relation);
    size_t count = 0;
    char hash[SHAPE_HASH_BYTES];
    for (int i = 0; i < schema->relation_count; i++) {
        const struct relation *relation = &schema->relations[i];
        const char *name = arena_printf(out->arena, "%s.%s", relation->schema, relation->name);
        const struct relation_shape *shape =
            shape_find(project->shapes, project->shape_count, name);
        if (shape && is_in_manifest(relation))
            relations[count++] = (struct tn_manifest_relation){ .name = name,
                .class = relation_class_name(relation->class),
                .columns = shape->columns };
    }
    shape_hash(relations, count, hash);

    emit_notice(out, project);
    BUFFER_LITERAL(out, "#pragma once\n\n#include <tenantry/application.h>\n\n"
                        "/* clang-format off */\n\n"
                        "static const struct tn_manifest_relation manifest_relations[] = {\n");
    for (size_t i = 0; i < count; i++) {
        BUFFER_LITERAL(out, "    { ");
        emit_string(out, relations[i].name, "");
        buffer_printf(out, ", \"%s\",\n", relations[i].class);
        emit_string(out, relations[i].columns, "        ");
        BUFFER_LITERAL(out, " },\n");
    }
    buffer_printf(out,
        "};\n\nstatic const struct tn_manifest manifest = {\n    .hash = \"%s\",\n"
        "    .relations = manifest_relations,\n"
        "    .relation_count = sizeof manifest_relations / sizeof manifest_relations[0],\n};\n",
        hash);
}

/* --- report.jsonl ---------------------------------------------------------------------------- */

static void
put_relations(
    struct json_writer *json, const char *key, const struct relation_set *set, struct arena *arena)
{
    json_key(json, key);
    json_array_begin(json);
    for (int i = 0; i < set->count; i++)
        json_put_text(json, arena_printf(arena, "%s.%s", set->list[i]->schema, set->list[i]->name));
    json_array_end(json);
}

/* The texts of a query that has several: which optional parts, which sort. */
static void
put_variants(struct json_writer *json, const struct compiled *compiled)
{
    const struct query *query = compiled->query;
    const int sorts = query->sort_count > 0 ? query->sort_count : 1;
    if (query->variant_count < 2 || compiled->rejection.reason)
        return;

    json_key(json, "variants");
    json_array_begin(json);
    for (int i = 0; i < query->variant_count; i++) {
        json_object_begin(json);
        json_key(json, "optional");
        json_array_begin(json);
        for (int optional = 0; optional < query->optional.count; optional++) {
            if (i / sorts & 1 << optional)
                json_put_text(json, query->optional.names[optional]);
        }
        json_array_end(json);
        json_key(json, "sort");
        json_put_text(json, query->sort_count > 0 ? query->sorts[i % sorts].name : NULL);
        json_key(json, "original");
        json_put_text(json, compiled->variants[i].original);
        json_key(json, "rewritten");
        json_put_text(json, compiled->variants[i].scoped.text);
        json_object_end(json);
    }
    json_array_end(json);
}

static void
put_report(struct json_writer *json, const struct compiled *compiled, struct arena *arena)
{
    static const char *const verdicts[] = {
        [SCOPE_TENANT] = "scoped",
        [SCOPE_IDENTITY] = "identity",
        [SCOPE_CROSS_ORG] = "raw",
    };
    const struct rejection *rejection = &compiled->rejection;
    const struct query *query = compiled->query;
    json_object_begin(json);
    json_key(json, "name");
    json_put_text(json, query->name);
    json_key(json, "verdict");
    json_put_text(json, rejection->reason ? "reject" : verdicts[query->scope]);
    json_key(json, "reason");
    json_put_text(json, rejection->reason);
    json_key(json, "message");
    json_put_text(json, rejection->message);
    if (rejection->reason) {
        json_key(json, "mend");
        json_put_text(json, rejection_mend(rejection->reason));
        json_key(json, "file");
        json_put_text(json, query->file);
        json_key(json, "line");
        json_put_integer(json, compiled->rejection_line);
        json_key(json, "column");
        json_put_integer(json, compiled->rejection_column);
    }
    json_key(json, "original");
    json_put_text(json, compiled->original);
    json_key(json, "rewritten");
    json_put_text(json, rejection->reason ? NULL : compiled->scoped.text);
    put_variants(json, compiled);
    json_key(json, "params");
    json_array_begin(json);
    for (int i = 0; i < query->parameter_count; i++) {
        json_object_begin(json);
        json_key(json, "name");
        json_put_text(json, query->parameters[i].name);
        json_object_end(json);
    }
    json_array_end(json);
    json_key(json, "relations");
    json_object_begin(json);
    put_relations(json, "read", &compiled->tables_read, arena);
    put_relations(json, "written", &compiled->tables_written, arena);
    json_object_end(json);
    json_key(json, "writes");
    json_put_boolean(json, compiled->writes);
    json_key(json, "reads_clock");
    json_put_boolean(json, compiled->reads_clock);
    json_object_end(json);
}

void
emit_report(struct buffer *out, const struct project *project)
{
    for (int i = 0; i < project->query_count; i++) {
        struct json_writer json;
        json_writer_init(&json, out);
        put_report(&json, &project->queries[i], out->arena);
        buffer_character(out, '\n');
    }
}
