/* tenantry-pages DIR --out DIR: compile the HTML files of a folder to pages.h and pages.c. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "generator/pages.h"

enum { FILES_MAX = 1000, FILE_BYTES_MAX = 1024 * 1024 };

struct options {
    const char *folder;
    const char *out;
    const char *prefix;
};

static bool
read_options(int argc, char **argv, struct options *ret_options)
{
    struct options options = { .prefix = "" };
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--out") == 0 && i + 1 < argc)
            options.out = argv[++i];
        else if (strcmp(argv[i], "--prefix") == 0 && i + 1 < argc)
            options.prefix = argv[++i];
        else if (argv[i][0] != '-' && !options.folder)
            options.folder = argv[i];
        else
            return false;
    }
    *ret_options = options;
    return options.folder && options.out;
}

static bool
is_page_name(const char *name)
{
    const size_t length = strlen(name);
    return length > 5 && name[0] != '.' && strcmp(name + length - 5, ".html") == 0;
}

static int
compare_names(const void *one, const void *other)
{
    const struct pages_file *a = one;
    const struct pages_file *b = other;
    return strcmp(a->name, b->name);
}

static bool
read_file(struct pages_file *file, struct arena *arena, struct tn_error *error)
{
    FILE *stream = fopen(file->path, "rbe");
    if (!stream)
        return error_set(error, TN_GENERATOR, "%s: %s", file->path, strerror(errno));

    char *text = arena_alloc(arena, FILE_BYTES_MAX + 1);
    const size_t bytes = fread(text, 1, FILE_BYTES_MAX + 1, stream);
    const bool failed = ferror(stream) != 0;
    fclose(stream);
    if (failed)
        return error_set(error, TN_GENERATOR, "%s cannot be read", file->path);
    if (bytes > FILE_BYTES_MAX)
        return error_set(error, TN_GENERATOR, "%s is larger than a page may be", file->path);

    file->text = arena_memdup(arena, text, bytes);
    file->bytes = bytes;
    return true;
}

static bool
read_folder(const char *folder, struct arena *arena, struct pages_file *files, size_t *ret_count,
    struct tn_error *error)
{
    DIR *directory = opendir(folder);
    if (!directory)
        return error_set(error, TN_GENERATOR, "%s: %s", folder, strerror(errno));

    size_t count = 0;
    for (const struct dirent *entry = readdir(directory); entry; entry = readdir(directory)) {
        if (!is_page_name(entry->d_name) || count == FILES_MAX)
            continue;

        files[count++] = (struct pages_file){
            .path = arena_printf(arena, "%s/%s", folder, entry->d_name),
            .name = arena_memdup(arena, entry->d_name, strlen(entry->d_name) - 5),
        };
    }
    closedir(directory);
    qsort(files, count, sizeof files[0], compare_names);
    for (size_t i = 0; i < count; i++) {
        if (!read_file(&files[i], arena, error))
            return false;
    }
    *ret_count = count;
    return true;
}

static bool
write_file(const struct options *options, const char *name, const struct buffer *text,
    struct tn_error *error)
{
    const char *path = arena_printf(text->arena, "%s/%s%s", options->out, options->prefix, name);
    FILE *stream = fopen(path, "wbe");
    if (!stream)
        return error_set(error, TN_GENERATOR, "%s: %s", path, strerror(errno));

    const size_t written = fwrite(text->data, 1, text->length, stream);
    if (fclose(stream) != 0 || written != text->length)
        return error_set(error, TN_GENERATOR, "%s cannot be written: %s", path, strerror(errno));
    return true;
}

static bool
compile(const struct options *options, struct arena *arena, struct buffer *errors,
    struct tn_error *error)
{
    struct pages_file *files = ARENA_ARRAY(arena, FILES_MAX, struct pages_file);
    size_t count = 0;
    if (!read_folder(options->folder, arena, files, &count, error))
        return false;
    if (count == 0)
        return error_set(error, TN_GENERATOR, "%s holds no .html file", options->folder);

    struct pages_output output;
    if (!pages_compile(files, count, options->prefix, arena, &output, errors))
        return false;
    if (mkdir(options->out, 0777) != 0 && errno != EEXIST)
        return error_set(error, TN_GENERATOR, "%s: %s", options->out, strerror(errno));

    return write_file(options, "pages.h", &output.header, error) &&
           write_file(options, "pages.c", &output.code, error);
}

int
main(int argc, char **argv)
{
    struct options options;
    if (!read_options(argc, argv, &options)) {
        fputs("usage: tenantry pages DIR --out DIR [--prefix WORD]\n", stderr);
        return 2;
    }

    struct arena *arena = arena_new(1024 * 1024);
    struct buffer errors;
    struct tn_error error = { 0 };
    buffer_init(&errors, arena, 0);
    const bool is_fine = compile(&options, arena, &errors, &error);
    fputs(errors.data, stderr);
    if (error.code != TN_NO_ERROR)
        fprintf(stderr, "tenantry pages: %s\n", error.detail);
    arena_free(arena);
    return is_fine ? 0 : 1;
}
