/* The folder of migrations: files NNNN_name.sql, applied in the order of their names. */
#pragma once

#include "tenantry/application.h"

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"

struct migration_folder {
    const char *path;
    struct tn_migration *migrations; /* names without ".sql" */
    size_t count;
};

/* A folder that is not there has no migrations. */
MUST_USE bool folder_read(const char *path, struct arena *arena,
    struct migration_folder *ret_folder, struct tn_error *error);
/* A whole file, NUL-terminated, in `arena`. */
MUST_USE bool
folder_file(const char *path, struct arena *arena, const char **ret_text, struct tn_error *error);
/* Write the next one and make the folder when need be; `ret_path` is the new file's. Fails rather
 * than write over a file. */
MUST_USE bool folder_add(const struct migration_folder *folder, const char *name, const char *text,
    struct arena *arena, const char **ret_path, struct tn_error *error);
enum { FOLDER_NAME_BYTES_MAX = 120 };

/* Lower case letters, digits and underscores, begun by a letter. */
bool folder_name_is_good(const char *name);
/* The first two files with one number, in a sentence; NULL if there are none. */
const char *folder_same_number(const struct migration_folder *folder, struct arena *arena);
