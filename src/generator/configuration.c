#include "generator/configuration.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"

bool
name_list_has(const struct name_list *list, const char *name)
{
    for (int i = 0; i < list->count; i++) {
        if (strcmp(list->names[i], name) == 0)
            return true;
    }
    return false;
}

bool
file_read(const char *path, struct arena *arena, char **ret_text, struct tn_error *error)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return error_set(error, TN_GENERATOR, "%s: %s", path, strerror(errno));

    struct buffer text;
    buffer_init(&text, arena, 8192);
    size_t bytes;
    do {
        bytes = fread(buffer_reserve(&text, 8192), 1, 8192, file);
        buffer_grow(&text, bytes);
    } while (bytes > 0);

    const bool failed = ferror(file) != 0;
    fclose(file);
    if (failed)
        return error_set(error, TN_GENERATOR, "%s: cannot be read", path);
    if (strlen(text.data) != text.length)
        return error_set(error, TN_GENERATOR, "%s: holds a NUL byte", path);

    *ret_text = text.data + (strncmp(text.data, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0); /* BOM */
    return true;
}

static char *
trimmed(char *text)
{
    while (isspace((unsigned char)*text))
        text++;
    char *end = text + strlen(text);
    while (end > text && isspace((unsigned char)end[-1]))
        *--end = '\0';
    return text;
}

static struct name_list
names_split(char *value, struct arena *arena)
{
    struct name_list list = { .names = ARENA_ARRAY(arena, strlen(value) / 2 + 1, const char *) };
    for (char *rest = value, *item; (item = strsep(&rest, ",")) != NULL;) {
        item = trimmed(item);
        if (*item)
            list.names[list.count++] = item;
    }
    return list;
}

static bool
root_set(struct configuration *configuration, char *value)
{
    char *dot = strrchr(value, '.');
    if (!dot || dot == value || !dot[1])
        return false;

    *dot = '\0';
    configuration->root_table = value;
    configuration->root_column = dot + 1;
    return true;
}

static bool
key_set(struct configuration *configuration, const char *key, char *value, struct arena *arena)
{
    const struct {
        const char *key;
        struct name_list *list;
    } lists[] = {
        { "global", &configuration->global },
        { "cross_org", &configuration->cross_org },
        { "identity", &configuration->identity },
        { "function", &configuration->functions },
        { "function_writes", &configuration->function_writes },
        { "schema", &configuration->schema },
    };
    const struct {
        const char *key;
        const char **text;
    } texts[] = {
        { "tenant_column", &configuration->tenant_column },
        { "tenant_type", &configuration->tenant_type },
        { "identity_column", &configuration->identity_column },
        { "extension_schema", &configuration->extension_schema },
    };

    if (strcmp(key, "tenant_root") == 0)
        return root_set(configuration, value);
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        if (strcmp(key, lists[i].key) == 0) {
            *lists[i].list = names_split(value, arena);
            return true;
        }
    }
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        if (strcmp(key, texts[i].key) == 0) {
            *texts[i].text = *value ? value : NULL;
            return true;
        }
    }
    return false;
}

bool
configuration_read(const char *path, struct arena *arena, struct configuration *ret_configuration,
    struct tn_error *error)
{
    struct configuration configuration = { .path = arena_strdup(arena, path) };
    char *rest;
    if (!file_read(path, arena, &rest, error))
        return false;

    int number = 0;
    for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
        number++;
        line[strcspn(line, "#")] = '\0';
        line = trimmed(line);
        if (!*line)
            continue;

        char *equals = strchr(line, '=');
        if (!equals)
            return error_set(error, TN_GENERATOR, "%s:%d: a line is `key = value`", path, number);
        *equals = '\0';
        const char *key = trimmed(line);
        if (!key_set(&configuration, key, trimmed(equals + 1), arena))
            return error_set(
                error, TN_GENERATOR, "%s:%d: `%s` is unknown or malformed", path, number, key);
    }

    if (!configuration.tenant_column)
        configuration.tenant_column = "organization_id";
    if (configuration.identity.count > 0 && !configuration.identity_column)
        configuration.identity_column = "organizationId";
    *ret_configuration = configuration;
    return true;
}
