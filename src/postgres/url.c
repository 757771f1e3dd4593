#include "postgres/url.h"

#include <libpq-fe.h>
#include <string.h>

#include "base/buffer.h"
#include "postgres/libpq.h"

static bool
parse(const char *url, PQconninfoOption **ret_options, struct tn_error *error)
{
    char *message = NULL;
    *ret_options = PQconninfoParse(url, &message);
    PQfreemem(message);
    return *ret_options || libpq_check_url(url, error);
}

static void
append_quoted(struct buffer *out, const char *value)
{
    buffer_character(out, '\'');
    for (; *value; value++) {
        if (*value == '\'' || *value == '\\')
            buffer_character(out, '\\');
        buffer_character(out, *value);
    }
    buffer_character(out, '\'');
}

bool
url_with_database(const char *url, const char *database, struct arena *arena, const char **ret_url,
    struct tn_error *error)
{
    PQconninfoOption *options;
    struct buffer out;
    if (!parse(url, &options, error))
        return false;

    buffer_init(&out, arena, 256);
    buffer_text(&out, "dbname=");
    append_quoted(&out, database);
    for (const PQconninfoOption *option = options; option->keyword; option++) {
        if (!option->val || strcmp(option->keyword, "dbname") == 0)
            continue;
        buffer_printf(&out, " %s=", option->keyword);
        append_quoted(&out, option->val);
    }
    PQconninfoFree(options);
    *ret_url = out.data;
    return true;
}

bool
url_environment(const char *url, struct arena *arena, char ***ret_pairs, struct tn_error *error)
{
    PQconninfoOption *options;
    size_t count = 0;
    if (!parse(url, &options, error))
        return false;

    for (const PQconninfoOption *option = options; option->keyword; option++)
        count++;
    char **pairs = ARENA_ARRAY(arena, count + 1, char *);
    size_t filled = 0;
    for (const PQconninfoOption *option = options; option->keyword; option++)
        if (option->val && option->envvar)
            pairs[filled++] = arena_printf(arena, "%s=%s", option->envvar, option->val);
    PQconninfoFree(options);
    *ret_pairs = pairs;
    return true;
}
