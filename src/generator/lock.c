#include "generator/lock.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "generator/prover.h"
#include "generator/scratch.h"
#include "json/reader.h"

enum { SUM_BYTES = 16 };

bool
lock_inputs(const struct configuration *configuration, struct arena *arena, uint64_t *ret_inputs,
    struct tn_error *error)
{
    struct name_list files = { 0 };
    struct name_list folders = { 0 };
    struct buffer all;
    char *text;
    buffer_init(&all, arena, 65536);
    /* A format of its own is part of the version. */
    BUFFER_LITERAL(&all, TENANTRY_VERSION " lock 1\n");
    if (!file_read(configuration->path, arena, &text, error))
        return false;
    buffer_text(&all, text);
    if (!scratch_schema_files(configuration, arena, &files, &folders, error))
        return false;
    for (int i = 0; i < files.count; i++) {
        if (!file_read(files.names[i], arena, &text, error))
            return false;
        buffer_printf(&all, "\n%zu\n", strlen(text));
        buffer_text(&all, text);
    }
    *ret_inputs = hash_bytes(all.data, all.length);
    return true;
}

struct reader {
    struct arena *arena;
    struct project *project;
    const struct json_value **queries; /* records */
    int query_count;
    size_t relations; /* as the head of the file says */
    size_t enums;
    bool has_head;
};

static const char *
text_of(const struct json_value *record, const char *key)
{
    return json_member(record, key)->text;
}

static bool
flag_of(const struct json_value *record, const char *key)
{
    return json_member(record, key)->boolean;
}

/* --- the schema ------------------------------------------------------------------------------ */

static enum relation_class
class_of(const char *name)
{
    for (int class = CLASS_NONE; class <= CLASS_CROSS_ORG; class ++) {
        if (strcmp(relation_class_name((enum relation_class) class), name) == 0)
            return (enum relation_class) class;
    }
    return CLASS_NONE;
}

static struct name_list
names_of(const struct json_value *list, struct arena *arena)
{
    struct name_list names = { .names = ARENA_ARRAY(arena, list->count, const char *) };
    for (size_t i = 0; i < list->count; i++)
        names.names[names.count++] = list->items[i].text ? list->items[i].text : "";
    return names;
}

static void
indexes_of(struct reader *reader, const struct json_value *list, uint32_t relation)
{
    struct schema *schema = &reader->project->schema;
    for (size_t i = 0; i < list->count; i++) {
        const struct json_value *index = &list->items[i];
        schema->indexes[schema->index_count++] = (struct unique_index){ .relation = relation,
            .name = text_of(index, "name"),
            .columns = names_of(json_member(index, "columns"), reader->arena),
            .has_expressions = flag_of(index, "expressions"),
            .is_constraint = flag_of(index, "constraint") };
    }
}

static void
relation_of(struct reader *reader, const struct json_value *record)
{
    struct project *project = reader->project;
    struct schema *schema = &project->schema;
    struct relation *relation = &schema->relations[schema->relation_count++];
    const char *kind = text_of(record, "kind");
    const char *class = text_of(record, "class");
    *relation = (struct relation){ .oid = (uint32_t)schema->relation_count,
        .schema = text_of(record, "schema"),
        .name = text_of(record, "relation"),
        .kind = kind ? *kind : '\0',
        .class = class_of(class ? class : ""),
        .scope_column = text_of(record, "scope") };
    indexes_of(reader, json_member(record, "unique"), relation->oid);
    if (text_of(record, "columns"))
        ((struct relation_shape *)project->shapes)[project->shape_count++] =
            (struct relation_shape){ .name = arena_printf(
                                         reader->arena, "%s.%s", relation->schema, relation->name),
                .columns = text_of(record, "columns") };
}

static void
enum_of(struct reader *reader, const struct json_value *record)
{
    struct schema *schema = &reader->project->schema;
    schema->types[schema->type_count++] = (struct type){ .schema = text_of(record, "schema"),
        .name = text_of(record, "enum"),
        .kind = 'e',
        .labels = names_of(json_member(record, "labels"), reader->arena) };
}

static void
record_of(struct reader *reader, const struct json_value *record)
{
    if (text_of(record, "lock")) {
        reader->has_head = true;
        reader->project->schema.scope_type = text_of(record, "tenant_type");
        reader->relations = (size_t)json_member(record, "relations")->number;
        reader->enums = (size_t)json_member(record, "enums")->number;
    } else if (text_of(record, "relation") && text_of(record, "schema")) {
        relation_of(reader, record);
    } else if (text_of(record, "enum") && text_of(record, "schema")) {
        enum_of(reader, record);
    } else if (text_of(record, "query")) {
        reader->queries[reader->query_count++] = record;
    }
}

/* --- queries --------------------------------------------------------------------------------- */

static const struct type *
enum_find(const struct schema *schema, const char *name, struct arena *arena)
{
    for (int i = 0; i < schema->type_count; i++) {
        const struct type *type = &schema->types[i];
        if (strcmp(arena_printf(arena, "%s.%s", type->schema, type->name), name) == 0)
            return type;
    }
    return NULL;
}

/* What type_text wrote. */
static bool
type_of(const struct reader *reader, const char *text, struct value_type *ret_type)
{
    struct value_type type = { 0 };
    if (!text)
        return false;

    char *word = arena_strdup(reader->arena, text);
    size_t length = strlen(word);
    if (length > 2 && strcmp(word + length - 2, " ?") == 0) {
        type.is_nullable = true;
        word[length -= 2] = '\0';
    }
    if (length > 3 && strcmp(word + length - 3, " []") == 0) {
        type.is_array = true;
        word[length - 3] = '\0';
    }
    type.name = word;
    if (strncmp(word, "enum ", 5) == 0) {
        type.kind = VALUE_ENUM;
        type.name = "label";
        type.enumeration = enum_find(&reader->project->schema, word + 5, reader->arena);
    } else if (strncmp(word, "decimal ", 8) == 0) {
        type.kind = VALUE_DECIMAL;
        type.name = "decimal";
        type.scale = (int)strtol(word + 8, NULL, 10);
    }
    *ret_type = type;
    return type.kind == VALUE_ENUM ? type.enumeration != NULL : value_type_is_known(&type);
}

static bool
values_of(const struct reader *reader, const struct json_value *record, struct compiled *compiled)
{
    const struct json_value *parameters = json_member(record, "parameters");
    const struct json_value *columns = json_member(record, "columns");
    if (parameters->count != (size_t)compiled->query->parameter_count)
        return false;

    compiled->parameters = ARENA_ARRAY(reader->arena, parameters->count, struct parameter_value);
    for (size_t i = 0; i < parameters->count; i++) {
        struct parameter_value *value = &compiled->parameters[compiled->parameter_count++];
        value->name = compiled->query->parameters[i].name;
        if (!type_of(reader, parameters->items[i].text, &value->type))
            return false;
    }
    compiled->columns = ARENA_ARRAY(reader->arena, columns->count, struct result_column);
    for (size_t i = 0; i < columns->count; i++) {
        const struct json_value *column = &columns->items[i];
        struct result_column *result = &compiled->columns[compiled->column_count++];
        if (column->count != 3 || !column->items[0].text || !column->items[1].text ||
            !type_of(reader, column->items[2].text, &result->type))
            return false;
        result->sql_name = column->items[0].text;
        result->name = column->items[1].text;
    }
    return true;
}

static bool
tables_of(const struct reader *reader, const struct json_value *list, struct relation_set *ret_set)
{
    const struct schema *schema = &reader->project->schema;
    for (size_t i = 0; i < list->count; i++) {
        const char *name = list->items[i].text;
        const struct relation *found = NULL;
        for (int r = 0; r < schema->relation_count && name; r++) {
            const struct relation *relation = &schema->relations[r];
            if (strcmp(arena_printf(reader->arena, "%s.%s", relation->schema, relation->name),
                    name) == 0)
                found = relation;
        }
        if (!found)
            return false;
        relation_set_add(ret_set, found, reader->arena);
    }
    return true;
}

static bool
is_proved(const struct reader *reader, const struct compiled *compiled, const char *text)
{
    struct rejection refused = { 0 };
    return compiled->query->scope != SCOPE_TENANT ||
           prover_check(&reader->project->schema, text, reader->arena, &refused);
}

static bool
texts_of(const struct reader *reader, const struct json_value *record, struct compiled *compiled)
{
    const struct query *query = compiled->query;
    const struct json_value *texts = json_member(record, "texts");
    if (texts->count != (size_t)query->variant_count)
        return false;

    compiled->variants = ARENA_ARRAY(reader->arena, texts->count, struct compiled_variant);
    compiled->parameter_type_count = (int)json_member(&texts->items[0], "types")->count;
    for (size_t i = 0; i < texts->count; i++) {
        struct compiled_variant *variant = &compiled->variants[i];
        const struct json_value *types = json_member(&texts->items[i], "types");
        variant->original = query->variants[i].text;
        variant->scoped.text = text_of(&texts->items[i], "text");
        if (!variant->scoped.text || types->count != (size_t)compiled->parameter_type_count ||
            !is_proved(reader, compiled, variant->scoped.text))
            return false;
        variant->parameter_types = ARENA_ARRAY(reader->arena, types->count, uint32_t);
        for (size_t type = 0; type < types->count; type++)
            variant->parameter_types[type] = (uint32_t)types->items[type].number;
    }
    compiled->scoped = compiled->variants[query->whole].scoped;
    return true;
}

static bool
query_of(const struct reader *reader, const struct json_value *record, struct compiled *compiled)
{
    const char *source = text_of(record, "source");
    compiled->rejection = compiled->query->rejection;
    compiled->original = compiled->query->text;
    compiled->writes = flag_of(record, "writes");
    compiled->reads_clock = flag_of(record, "clock");
    return source && strtoull(source, NULL, 16) == lock_source(compiled->query) &&
           values_of(reader, record, compiled) &&
           tables_of(reader, json_member(record, "reads"), &compiled->tables_read) &&
           tables_of(reader, json_member(record, "changes"), &compiled->tables_written) &&
           texts_of(reader, record, compiled);
}

/* --- the file -------------------------------------------------------------------------------- */

/* The lines that are of these inputs; answers whether there is any other. */
static bool
lines_read(struct reader *reader, char *text, uint64_t inputs)
{
    bool is_whole = true;
    for (char *line; (line = strsep(&text, "\n")) != NULL;) {
        const struct json_value *record;
        struct tn_error ignored = { 0 };
        if (!*line)
            continue;
        if (strlen(line) > SUM_BYTES + 1 && line[SUM_BYTES] == ' ' &&
            strtoull(line, NULL, 16) == lock_sum(inputs, line + SUM_BYTES + 1) &&
            json_read(line + SUM_BYTES + 1, strlen(line) - SUM_BYTES - 1, reader->arena, &record,
                &ignored))
            record_of(reader, record);
        else
            is_whole = false;
    }
    return is_whole;
}

static bool
compiled_find(const struct reader *reader, struct compiled *compiled)
{
    const struct compiled empty = *compiled;
    for (int i = 0; i < reader->query_count; i++) {
        const char *name = text_of(reader->queries[i], "query");
        *compiled = empty;
        if (strcmp(name, compiled->query->name) == 0 &&
            query_of(reader, reader->queries[i], compiled))
            return true;
    }
    return false;
}

static void
reader_init(struct reader *reader, const char *text, struct arena *arena, struct project *project)
{
    size_t lines = 1;
    size_t braces = 1; /* no more indexes than these */
    for (const char *at = text; *at; at++) {
        lines += *at == '\n';
        braces += *at == '{';
    }
    struct schema *schema = &project->schema;
    schema->relations = ARENA_ARRAY(arena, lines, struct relation);
    schema->types = ARENA_ARRAY(arena, lines, struct type);
    schema->indexes = ARENA_ARRAY(arena, braces, struct unique_index);
    project->shapes = ARENA_ARRAY(arena, lines, struct relation_shape);
    *reader = (struct reader){ .arena = arena,
        .project = project,
        .queries = ARENA_ARRAY(arena, lines, const struct json_value *) };
}

const char *
lock_read(const char *path, uint64_t inputs, const struct configuration *configuration,
    const struct query_list *queries, struct arena *arena, struct project *ret_project)
{
    struct project project = { .configuration = configuration,
        .sources = queries,
        .files = ret_project->files,
        .file_count = ret_project->file_count };
    struct reader reader;
    struct tn_error missing = { 0 };
    char *text;
    if (!file_read(path, arena, &text, &missing))
        return "there is no such file";

    reader_init(&reader, text, arena, &project);
    project.schema.configuration = configuration;
    const bool is_whole = lines_read(&reader, text, inputs);
    if (!reader.has_head || (size_t)project.schema.relation_count != reader.relations ||
        (size_t)project.schema.type_count != reader.enums)
        return is_whole ? "it is not complete"
                        : "the configuration, the schema or tenantry itself is another one";

    project.queries = ARENA_ARRAY(arena, queries->count, struct compiled);
    for (int i = 0; i < queries->count; i++) {
        struct compiled *compiled = &project.queries[project.query_count++];
        compiled->query = &queries->queries[i];
        if (!compiled_find(&reader, compiled))
            return arena_printf(arena, "query %s is new or another one", compiled->query->name);
    }
    *ret_project = project;
    return NULL;
}
