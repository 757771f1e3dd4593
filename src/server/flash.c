#include "server/flash.h"

#include <string.h>

#include "base/buffer.h"
#include "crypto/signed_value.h"
#include "http/cookie.h"
#include "http/form.h"
#include "server/request.h"

#define COOKIE_NAME "tenantry.flash"
#define LIFETIME_S 60

/* Of session and organization, so that a message of one is never shown in the other. */
static const char *
flash_prefix(struct tn_request *request)
{
    return arena_printf(request->http->arena, "flash\n%s\n%s\n",
        request->context.visitor->session_id, request->organization.id.p);
}

static void
flash_cookie(struct tn_request *request, const char *value, int64_t max_age_s)
{
    struct arena *arena = request->http->arena;
    cookie_set(request->response,
        &(struct cookie){
            .name = COOKIE_NAME,
            .value = value,
            .max_age_s = max_age_s,
            .path = request_organization_path(arena, request->organization.slug.p, ""),
            .secure = request->loop->server->is_secure,
        });
}

bool
flash_is_brought(struct tn_request *request)
{
    const struct http_pairs cookies = cookie_parse(request->http, COOKIE_NAME);
    return pairs_find(&cookies, COOKIE_NAME) != NULL;
}

void
tn_flash(struct tn_request *request, const char *about, const char *message)
{
    struct arena *arena = request->http->arena;
    if (!request->organization.id.p || strlen(about) + strlen(message) > TN_FLASH_BYTES_MAX ||
        strchr(about, '\n'))
        return;

    const char *text = arena_printf(arena, "%s%s\n%s", flash_prefix(request), about, message);
    const char *signed_text = value_sign(text, request->loop->server->settings->secret, arena);
    struct buffer encoded;
    buffer_init(&encoded, arena, 256);
    percent_encode(&encoded, signed_text, strlen(signed_text));
    flash_cookie(request, encoded.data, LIFETIME_S);
}

bool
tn_request_flash(struct tn_request *request, struct tn_flash *ret_flash)
{
    if (!request->organization.id.p)
        return false;

    struct arena *arena = request->http->arena;
    const struct http_pairs cookies = cookie_parse(request->http, COOKIE_NAME);
    const char *value = pairs_find(&cookies, COOKIE_NAME);
    if (!value)
        return false;

    flash_cookie(request, "", 0);
    const char *prefix = flash_prefix(request);
    char *text = value_verify(value, request->loop->server->settings->secret, arena);
    if (!text || strncmp(text, prefix, strlen(prefix)) != 0)
        return false;

    char *about = text + strlen(prefix);
    char *message = strchr(about, '\n');
    if (!message)
        return false;

    *message = '\0';
    *ret_flash = (struct tn_flash){ .about = about, .message = message + 1 };
    return true;
}
