#include "server/form_context.h"

#include <string.h>

#include "base/buffer.h"
#include "crypto/base64.h"
#include "crypto/hmac.h"

const char *
form_name_of_action(const char *action, struct arena *arena)
{
    struct buffer out;
    buffer_init(&out, arena, 64);
    while (*action && *action != '?' && *action != '#') {
        const char *end = strncmp(action, "{{", 2) == 0 ? strstr(action, "}}") : NULL;
        buffer_character(&out, end ? '_' : *action);
        action = end ? end + 2 : action + 1;
    }
    return out.data;
}

const char *
form_name_of_route(const char *path, struct arena *arena)
{
    struct buffer out;
    buffer_init(&out, arena, 64);
    while (*path) {
        const bool is_name = path[0] == ':' && out.length > 0 && out.data[out.length - 1] == '/';
        buffer_character(&out, is_name ? '_' : *path);
        path += is_name ? strcspn(path, "/") : 1;
    }
    return out.data;
}

/* No part holds a newline: ids are letters and digits, and a path with a control character is
 * refused before it gets here. */
static void
append_signature(struct buffer *out, const char *secret, const char *session_id,
    const char *organization_id, const char *form)
{
    uint8_t mac[HMAC_BYTES];
    const char *message =
        arena_printf(out->arena, "form\n%s\n%s\n%s", session_id, organization_id, form);
    hmac_sha256(secret, strlen(secret), message, strlen(message), mac);
    base64url_append(out, mac, sizeof mac);
}

char *
form_context_make(const char *secret, const char *session_id, const char *organization_id,
    const char *form, struct arena *arena)
{
    struct buffer out;
    buffer_init(&out, arena, 96);
    buffer_text(&out, organization_id);
    buffer_character(&out, '.');
    append_signature(&out, secret, session_id, organization_id, form);
    return out.data;
}

char *
form_context_read(const char *secret, const char *field, const char *session_id, const char *form,
    struct arena *arena)
{
    const char *dot = strrchr(field, '.');
    if (!dot)
        return NULL;

    char *organization_id = arena_memdup(arena, field, (size_t)(dot - field));
    const char *expected = form_context_make(secret, session_id, organization_id, form, arena);
    if (strlen(expected) != strlen(field) ||
        !constant_time_is_equal(expected, field, strlen(expected)))
        return NULL;

    return organization_id;
}
