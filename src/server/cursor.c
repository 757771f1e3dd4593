#include "server/cursor.h"

#include <string.h>

#include "base/utf8.h"
#include "crypto/base64.h"

const char *
cursor_make(const char *key, const char *id, struct arena *arena)
{
    const char *pair = arena_printf(arena, "%s\n%s", key, id);
    struct buffer cursor;
    buffer_init(&cursor, arena, 96);
    base64url_append(&cursor, pair, strlen(pair));
    return cursor.data;
}

bool
cursor_read(const char *text, struct arena *arena, const char **ret_key, const char **ret_id)
{
    *ret_key = NULL;
    *ret_id = NULL;
    if (!text || !*text)
        return true;

    struct buffer pair;
    buffer_init(&pair, arena, 96);
    char *end = base64url_read(&pair, text, strlen(text)) ? strrchr(pair.data, '\n') : NULL;
    if (!end || strlen(pair.data) != pair.length || !utf8_is_valid(pair.data, pair.length))
        return false;

    *end = '\0';
    *ret_key = pair.data;
    *ret_id = end + 1;
    return true;
}
