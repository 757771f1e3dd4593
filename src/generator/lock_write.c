#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "generator/lock.h"
#include "json/writer.h"

uint64_t
lock_sum(uint64_t inputs, const char *json)
{
    return hash_bytes(json, strlen(json)) * 31 + inputs;
}

uint64_t
lock_source(const struct query *query)
{
    struct arena *arena = arena_new(4096);
    struct buffer all;
    buffer_init(&all, arena, 1024);
    buffer_printf(&all, "%s %d %d\n", query->name, (int)query->mode, (int)query->scope);
    for (int i = 0; i < query->optional.count; i++)
        buffer_printf(&all, "? %s\n", query->optional.names[i]);
    for (int i = 0; i < query->sort_count; i++)
        buffer_printf(&all, "> %s %s\n", query->sorts[i].name, query->sorts[i].text);
    buffer_text(&all, query->statement);
    const uint64_t hash = hash_bytes(all.data, all.length);
    arena_free(arena);
    return hash;
}

/* --- records --------------------------------------------------------------------------------- */

struct record {
    struct json_writer json;
    struct buffer text;
};

static void
record_begin(struct record *record, struct arena *arena, const char *kind, const char *name)
{
    buffer_init(&record->text, arena, 512);
    json_writer_init(&record->json, &record->text);
    json_object_begin(&record->json);
    json_key(&record->json, kind);
    json_put_text(&record->json, name);
}

static void
record_end(struct record *record, struct buffer *out, uint64_t inputs)
{
    json_object_end(&record->json);
    buffer_printf(
        out, "%016" PRIx64 " %s\n", lock_sum(inputs, record->text.data), record->text.data);
}

static void
put_text(struct record *record, const char *key, const char *text)
{
    json_key(&record->json, key);
    json_put_text(&record->json, text);
}

static void
put_list(struct record *record, const char *key, const struct name_list *list)
{
    json_key(&record->json, key);
    json_array_begin(&record->json);
    for (int i = 0; i < list->count; i++)
        json_put_text(&record->json, list->names[i]);
    json_array_end(&record->json);
}

static void
put_flag(struct record *record, const char *key, bool is_set)
{
    if (!is_set)
        return;
    json_key(&record->json, key);
    json_put_boolean(&record->json, true);
}

/* --- the schema ------------------------------------------------------------------------------ */

static const char *
full_name(const struct relation *relation, struct arena *arena)
{
    return arena_printf(arena, "%s.%s", relation->schema, relation->name);
}

static void
put_indexes(struct record *record, const struct schema *schema, const struct relation *relation)
{
    json_key(&record->json, "unique");
    json_array_begin(&record->json);
    for (int i = 0; i < schema->index_count; i++) {
        const struct unique_index *index = &schema->indexes[i];
        if (index->relation != relation->oid)
            continue;
        json_object_begin(&record->json);
        put_text(record, "name", index->name);
        put_list(record, "columns", &index->columns);
        put_flag(record, "expressions", index->has_expressions);
        put_flag(record, "constraint", index->is_constraint);
        json_object_end(&record->json);
    }
    json_array_end(&record->json);
}

static void
put_relation(struct buffer *out, const struct project *project, int index, uint64_t inputs)
{
    const struct relation *relation = &project->schema.relations[index];
    const char *name = full_name(relation, out->arena);
    const struct relation_shape *shape = shape_find(project->shapes, project->shape_count, name);
    const char kind[] = { relation->kind, '\0' };
    struct record record;
    record_begin(&record, out->arena, "relation", relation->name);
    put_text(&record, "schema", relation->schema);
    put_text(&record, "kind", kind);
    put_text(&record, "class", relation_class_name(relation->class));
    if (relation->scope_column)
        put_text(&record, "scope", relation->scope_column);
    if (shape)
        put_text(&record, "columns", shape->columns);
    put_indexes(&record, &project->schema, relation);
    record_end(&record, out, inputs);
}

/* --- queries --------------------------------------------------------------------------------- */

/* "int32", "decimal 2 [] ?", "enum public.invoice_status" */
static const char *
type_text(const struct value_type *type, struct arena *arena)
{
    const char *word = type->name;
    if (type->kind == VALUE_ENUM)
        word =
            arena_printf(arena, "enum %s.%s", type->enumeration->schema, type->enumeration->name);
    else if (type->kind == VALUE_DECIMAL)
        word = arena_printf(arena, "decimal %d", type->scale);
    return arena_printf(
        arena, "%s%s%s", word, type->is_array ? " []" : "", type->is_nullable ? " ?" : "");
}

static void
put_values(struct record *record, const struct compiled *compiled)
{
    struct arena *arena = record->text.arena;
    json_key(&record->json, "parameters");
    json_array_begin(&record->json);
    for (int i = 0; i < compiled->parameter_count; i++)
        json_put_text(&record->json, type_text(&compiled->parameters[i].type, arena));
    json_array_end(&record->json);
    json_key(&record->json, "columns");
    json_array_begin(&record->json);
    for (int i = 0; i < compiled->column_count; i++) {
        json_array_begin(&record->json);
        json_put_text(&record->json, compiled->columns[i].sql_name);
        json_put_text(&record->json, compiled->columns[i].name);
        json_put_text(&record->json, type_text(&compiled->columns[i].type, arena));
        json_array_end(&record->json);
    }
    json_array_end(&record->json);
}

static void
put_tables(struct record *record, const char *key, const struct relation_set *set)
{
    json_key(&record->json, key);
    json_array_begin(&record->json);
    for (int i = 0; i < set->count; i++)
        json_put_text(&record->json, full_name(set->list[i], record->text.arena));
    json_array_end(&record->json);
}

static void
put_texts(struct record *record, const struct compiled *compiled)
{
    json_key(&record->json, "texts");
    json_array_begin(&record->json);
    for (int i = 0; i < compiled->query->variant_count; i++) {
        const struct compiled_variant *variant = &compiled->variants[i];
        json_object_begin(&record->json);
        json_key(&record->json, "types");
        json_array_begin(&record->json);
        for (int type = 0; type < compiled->parameter_type_count; type++)
            json_put_integer(&record->json, variant->parameter_types[type]);
        json_array_end(&record->json);
        put_text(record, "text", variant->scoped.text);
        json_object_end(&record->json);
    }
    json_array_end(&record->json);
}

static const char *
base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static void
put_query(struct buffer *out, const struct compiled *compiled, uint64_t inputs)
{
    struct record record;
    record_begin(&record, out->arena, "query", compiled->query->name);
    put_text(&record, "file", base_name(compiled->query->file));
    put_text(
        &record, "source", arena_printf(out->arena, "%016" PRIx64, lock_source(compiled->query)));
    put_flag(&record, "writes", compiled->writes);
    put_flag(&record, "clock", compiled->reads_clock);
    put_tables(&record, "reads", &compiled->tables_read);
    put_tables(&record, "changes", &compiled->tables_written);
    put_values(&record, compiled);
    put_texts(&record, compiled);
    record_end(&record, out, inputs);
}

/* --- the file -------------------------------------------------------------------------------- */

static bool
is_of_this_run(const struct project *project, const struct json_value *record)
{
    const char *file = json_member(record, "file")->text;
    for (int i = 0; i < project->file_count && file; i++) {
        if (strcmp(base_name(project->files[i]), file) == 0)
            return true;
    }
    return !file;
}

/* The lines of queries in files that this run does not know. */
static int
lines_kept(const struct project *project, uint64_t inputs, const char *before, struct arena *arena,
    const char **lines)
{
    int count = 0;
    char *rest = arena_strdup(arena, before);
    for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
        const struct json_value *record;
        struct tn_error ignored = { 0 };
        if (strlen(line) > 17 && strtoull(line, NULL, 16) == lock_sum(inputs, line + 17) &&
            json_read(line + 17, strlen(line + 17), arena, &record, &ignored) &&
            json_member(record, "query")->text && !is_of_this_run(project, record))
            lines[count++] = line;
    }
    return count;
}

static int
line_compare(const void *left, const void *right)
{
    /* Behind the checksum stands the name. */
    return strcmp(*(const char *const *)left + 17, *(const char *const *)right + 17);
}

static int
enum_count(const struct schema *schema)
{
    int count = 0;
    for (int i = 0; i < schema->type_count; i++)
        count += schema->types[i].kind == 'e';
    return count;
}

void
lock_write(struct buffer *out, const struct project *project, uint64_t inputs, const char *before)
{
    struct arena *arena = out->arena;
    struct record record;
    record_begin(&record, arena, "lock", "1");
    put_text(&record, "tenant_type", project->schema.scope_type);
    json_key(&record.json, "relations");
    json_put_integer(&record.json, project->schema.relation_count);
    json_key(&record.json, "enums");
    json_put_integer(&record.json, enum_count(&project->schema));
    record_end(&record, out, inputs);

    for (int i = 0; i < project->schema.relation_count; i++)
        put_relation(out, project, i, inputs);
    for (int i = 0; i < project->schema.type_count; i++) {
        const struct type *type = &project->schema.types[i];
        if (type->kind != 'e')
            continue;
        record_begin(&record, arena, "enum", type->name);
        put_text(&record, "schema", type->schema);
        put_list(&record, "labels", &type->labels);
        record_end(&record, out, inputs);
    }

    const char **lines =
        ARENA_ARRAY(arena, (before ? strlen(before) / 17 : 0) + project->query_count, const char *);
    int count = before ? lines_kept(project, inputs, before, arena, lines) : 0;
    for (int i = 0; i < project->query_count; i++) {
        struct buffer line;
        buffer_init(&line, arena, 1024);
        put_query(&line, &project->queries[i], inputs);
        buffer_truncate(&line, line.length - 1);
        lines[count++] = line.data;
    }
    if (count > 0)
        qsort(lines, (size_t)count, sizeof *lines, line_compare);
    for (int i = 0; i < count; i++)
        buffer_printf(out, "%s\n", lines[i]);
}
