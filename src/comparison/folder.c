#include "comparison/folder.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/utf8.h"

enum { NUMBER_DIGITS = 4 };
#define BYTE_ORDER_MARK "\xef\xbb\xbf"

static int
is_sql_file(const struct dirent *entry)
{
    const size_t length = strlen(entry->d_name);
    return *entry->d_name != '.' && length > 4 && strcmp(entry->d_name + length - 4, ".sql") == 0;
}

static int
by_name(const struct dirent **one, const struct dirent **another)
{
    return strcmp((*one)->d_name, (*another)->d_name);
}

bool
folder_file(const char *path, struct arena *arena, const char **ret_text, struct tn_error *error)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return error_set(error, TN_CONFIGURATION, "%s: %s", path, strerror(errno));

    char *text = NULL;
    size_t size = 0;
    const ssize_t bytes = getdelim(&text, &size, '\0', file);
    const int problem = ferror(file) ? errno : 0;
    const bool is_broken = bytes > 0 && text[bytes - 1] == '\0' && !feof(file);
    fclose(file);
    *ret_text = arena_memdup(arena, bytes > 0 ? text : "", bytes > 0 ? (size_t)bytes : 0);
    free(text);
    if (problem)
        return error_set(error, TN_CONFIGURATION, "%s: %s", path, strerror(problem));
    if (is_broken || (bytes > 0 && strlen(*ret_text) != (size_t)bytes))
        return error_set(error, TN_CONFIGURATION, "%s: this is no text", path);
    if (!utf8_is_valid(*ret_text, strlen(*ret_text)))
        return error_set(error, TN_CONFIGURATION, "%s: this is not UTF-8", path);
    /* What some editors put before it. */
    if (strncmp(*ret_text, BYTE_ORDER_MARK, strlen(BYTE_ORDER_MARK)) == 0)
        *ret_text += strlen(BYTE_ORDER_MARK);
    return true;
}

static bool
entry_read(const char *folder, const char *file, struct arena *arena,
    struct tn_migration *migration, struct tn_error *error)
{
    migration->name = arena_memdup(arena, file, strlen(file) - 4);
    return folder_file(arena_printf(arena, "%s/%s", folder, file), arena, &migration->sql, error);
}

bool
folder_read(const char *path, struct arena *arena, struct migration_folder *ret_folder,
    struct tn_error *error)
{
    *ret_folder = (struct migration_folder){ .path = path };
    struct dirent **entries = NULL;
    const int count = scandir(path, &entries, is_sql_file, by_name);
    if (count < 0)
        return errno == ENOENT ||
               error_set(error, TN_CONFIGURATION, "%s: %s", path, strerror(errno));

    ret_folder->migrations = ARENA_ARRAY(arena, (size_t)count, struct tn_migration);
    bool is_read = true;
    for (int i = 0; i < count; i++) {
        is_read = is_read && entry_read(path, entries[i]->d_name, arena,
                                 &ret_folder->migrations[ret_folder->count++], error);
        free(entries[i]);
    }
    free(entries);
    return is_read;
}

const char *
folder_same_number(const struct migration_folder *folder, struct arena *arena)
{
    for (size_t i = 1; i < folder->count; i++) {
        const char *one = folder->migrations[i - 1].name;
        const char *another = folder->migrations[i].name;
        const size_t digits = strspn(one, "0123456789");
        if (digits && digits == strspn(another, "0123456789") && strncmp(one, another, digits) == 0)
            return arena_printf(arena,
                "%s and %s have one number, as when two branches meet: what was written last does "
                "not know the other; give it the next number, and see whether verify finds "
                "anything",
                one, another);
    }
    return NULL;
}

bool
folder_name_is_good(const char *name)
{
    if (!islower((unsigned char)*name) || strlen(name) > FOLDER_NAME_BYTES_MAX)
        return false;

    for (; *name; name++)
        if (!islower((unsigned char)*name) && !isdigit((unsigned char)*name) && *name != '_')
            return false;
    return true;
}

bool
folder_add(const struct migration_folder *folder, const char *name, const char *text,
    struct arena *arena, const char **ret_path, struct tn_error *error)
{
    const char *last = folder->count ? folder->migrations[folder->count - 1].name : "0";
    const unsigned long long number = strtoull(last, NULL, 10) + 1;
    const char *stem = arena_printf(arena, "%0*llu_%s", NUMBER_DIGITS, number, name);
    const char *path = arena_printf(arena, "%s/%s.sql", folder->path, stem);
    if (strcmp(stem, last) <= 0)
        return error_set(error, TN_CONFIGURATION,
            "%s would be applied before %s.sql, for they are applied in the order of their names: "
            "let these begin with numbers of one length",
            path, last);
    if (mkdir(folder->path, 0777) != 0 && errno != EEXIST)
        return error_set(error, TN_CONFIGURATION, "%s: %s", folder->path, strerror(errno));

    const int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "w");
    if (!file)
        return error_set(error, TN_CONFIGURATION, "%s: %s", path, strerror(errno));
    const bool is_written = fputs(text, file) >= 0;
    if (fclose(file) != 0 || !is_written) {
        unlink(path);
        return error_set(error, TN_CONFIGURATION, "%s: %s", path, strerror(errno));
    }
    *ret_path = path;
    return true;
}
