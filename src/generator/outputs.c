#include "generator/outputs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "generator/emit.h"
#include "generator/scratch.h"

static bool
is_unchanged(const char *path, const struct buffer *content, struct arena *arena)
{
    struct tn_error none = { 0 };
    char *before;
    return access(path, R_OK) == 0 && file_read(path, arena, &before, &none) &&
           strcmp(before, content->data) == 0;
}

bool
file_write(
    const char *path, const struct buffer *content, struct arena *arena, struct tn_error *error)
{
    if (is_unchanged(path, content, arena))
        return true;

    const char *draft = arena_printf(arena, "%s.new", path);
    FILE *file = fopen(draft, "we");
    if (!file)
        return error_set(error, TN_GENERATOR, "%s: %s", draft, strerror(errno));
    const bool written = fwrite(content->data, 1, content->length, file) == content->length;
    if (fclose(file) != 0 || !written || rename(draft, path) != 0)
        return error_set(error, TN_GENERATOR, "%s: %s", path, strerror(errno));
    return true;
}

struct output {
    const char *name;
    struct buffer content;
};

bool
outputs_write(
    const struct project *project, const char *folder, struct arena *arena, struct tn_error *error)
{
    struct output outputs[6];
    int count = 0;
    bool has_raw = false;
    for (size_t i = 0; i < COUNT_OF(outputs); i++)
        buffer_init(&outputs[i].content, arena, 16384);
    for (int i = 0; i < project->query_count; i++)
        has_raw |= emit_is_in(&project->queries[i], EMIT_RAW);

    outputs[count].name = "queries.h";
    emit_header(&outputs[count++].content, project, EMIT_QUERIES);
    outputs[count].name = "queries.c";
    emit_source(&outputs[count++].content, project, EMIT_QUERIES);
    outputs[count].name = "manifest.h";
    emit_manifest(&outputs[count++].content, project);
    outputs[count].name = "report.jsonl";
    emit_report(&outputs[count++].content, project);
    if (has_raw) {
        outputs[count].name = "raw.h";
        emit_header(&outputs[count++].content, project, EMIT_RAW);
        outputs[count].name = "raw.c";
        emit_source(&outputs[count++].content, project, EMIT_RAW);
    }

    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return error_set(error, TN_GENERATOR, "%s: %s", folder, strerror(errno));
    for (int i = 0; i < count; i++) {
        if (!file_write(arena_printf(arena, "%s/%s", folder, outputs[i].name), &outputs[i].content,
                arena, error))
            return false;
    }
    return true;
}

/* A blank ends a name in a depfile, and $ and # mean something. */
static void
put_path(struct buffer *out, const char *path)
{
    for (; *path; path++) {
        if (*path == ' ' || *path == '#')
            buffer_character(out, '\\');
        if (*path == '$')
            buffer_character(out, '$');
        buffer_character(out, *path);
    }
}

bool
outputs_write_depfile(const struct project *project, const char *folder, const char *path,
    struct arena *arena, struct tn_error *error)
{
    struct name_list lists[2] = { 0 };
    struct buffer out;
    if (!scratch_schema_files(project->configuration, arena, &lists[0], &lists[1], error))
        return false;

    buffer_init(&out, arena, 1024);
    put_path(&out, arena_printf(arena, "%s/queries.h", folder));
    BUFFER_LITERAL(&out, ": ");
    put_path(&out, project->configuration->path);
    for (int i = 0; i < project->file_count; i++) {
        BUFFER_LITERAL(&out, " \\\n ");
        put_path(&out, project->files[i]);
    }
    /* A folder changes when a file comes or goes. */
    for (size_t list = 0; list < COUNT_OF(lists); list++) {
        for (int i = 0; i < lists[list].count; i++) {
            BUFFER_LITERAL(&out, " \\\n ");
            put_path(&out, lists[list].names[i]);
        }
    }
    BUFFER_LITERAL(&out, "\n");
    return file_write(path, &out, arena, error);
}
