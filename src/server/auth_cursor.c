#include "server/auth_cursor.h"

#include <string.h>

#include "base/utf8.h"
#include "crypto/base64.h"

const char *
auth_cursor_make(struct auth_exchange *exchange, const char *key, const char *id)
{
    const char *pair = arena_printf(exchange->arena, "%s\n%s", key, id);
    struct buffer cursor;
    buffer_init(&cursor, exchange->arena, 96);
    base64url_append(&cursor, pair, strlen(pair));
    return cursor.data;
}

bool
auth_cursor_read(
    struct auth_exchange *exchange, const char *name, const char **ret_key, const char **ret_id)
{
    const char *text = pairs_find(&exchange->query, name);
    *ret_key = NULL;
    *ret_id = NULL;
    if (!text || !*text)
        return true;

    struct buffer pair;
    buffer_init(&pair, exchange->arena, 96);
    char *end = base64url_read(&pair, text, strlen(text)) ? strrchr(pair.data, '\n') : NULL;
    if (end && strlen(pair.data) == pair.length && utf8_is_valid(pair.data, pair.length)) {
        *end = '\0';
        *ret_key = pair.data;
        *ret_id = end + 1;
        return true;
    }
    auth_refuse_with(exchange, 400, "VALIDATION_ERROR",
        arena_printf(exchange->arena, "[query.%s] Invalid input: not a place in this list", name));
    return false;
}
