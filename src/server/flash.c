#include "server/flash.h"

#include <string.h>

#include "crypto/base64.h"
#include "crypto/hmac.h"
#include "http/cookie.h"
#include "http/form.h"

#define FLASH_BYTES_MAX 2000
#define FLASH_SECONDS 60
#define FLASH_VALUES_MAX 32

static const char *
flash_name(const struct tn_request *request)
{
    return request->loop->server->is_secure ? "__Secure-tenantry.flash" : "tenantry.flash";
}

static const char *
sign(struct tn_request *request, const char *values)
{
    struct arena *arena = request->http->arena;
    const struct settings *settings = request->loop->server->settings;
    const char *message = arena_printf(arena, "flash\n%s\n%s\n%s",
        request->context.view->session.id, request->organization.id.p, values);
    uint8_t mac[HMAC_BYTES];
    hmac_sha256(settings->secret, strlen(settings->secret), message, strlen(message), mac);
    struct buffer out;
    buffer_init(&out, arena, 64);
    base64url_append(&out, mac, sizeof mac);
    return out.data;
}

static void
set_cookie(struct tn_request *request, const char *value, int64_t max_age_s)
{
    cookie_set(request->response, &(struct cookie){
                                      .name = flash_name(request),
                                      .value = value,
                                      .max_age_s = max_age_s,
                                      .path = request_organization_path(
                                          request->http->arena, request->organization.slug.p, "/"),
                                      .secure = request->loop->server->is_secure,
                                  });
}

bool
flash_is_there(struct tn_request *request)
{
    const struct http_pairs cookies = cookie_parse(request->http);
    return pairs_find(&cookies, flash_name(request)) != NULL;
}

void
tn_flash(struct tn_request *request, const char *name, const char *value)
{
    if (!request->flash.arena)
        buffer_init(&request->flash, request->http->arena, 256);
    struct buffer *flash = &request->flash;
    const size_t before = flash->length;
    if (before > 0)
        buffer_character(flash, '&');
    percent_encode(flash, name, strlen(name));
    buffer_character(flash, '=');
    percent_encode(flash, value, strlen(value));
    if (flash->length > FLASH_BYTES_MAX)
        buffer_truncate(flash, before);
}

void
flash_write(struct tn_request *request)
{
    if (!request->flash.arena || request->flash.length == 0)
        return;

    /* Encoded once more: whoever reads a cookie decodes it. */
    struct buffer value;
    buffer_init(&value, request->http->arena, 512);
    percent_encode(&value, request->flash.data, request->flash.length);
    buffer_character(&value, '.');
    buffer_text(&value, sign(request, request->flash.data));
    set_cookie(request, value.data, FLASH_SECONDS);
}

/* What the cookie says, if we wrote it for this session and organization. */
static void
flash_read(struct tn_request *request)
{
    struct arena *arena = request->http->arena;
    const struct http_pairs cookies = cookie_parse(request->http);
    const char *value = pairs_find(&cookies, flash_name(request));
    const char *dot = value ? strrchr(value, '.') : NULL;
    struct tn_error ignored = { 0 };
    if (!dot || !request->context.view || !request->organization.id.p)
        return;

    const char *values = arena_memdup(arena, value, (size_t)(dot - value));
    const char *expected = sign(request, values);
    if (strlen(expected) != strlen(dot + 1) ||
        !constant_time_is_equal(expected, dot + 1, strlen(expected)))
        return;

    if (!form_parse(
            values, strlen(values), FLASH_VALUES_MAX, arena, &request->flash_read, &ignored))
        request->flash_read = (struct http_pairs){ 0 };
}

const char *
tn_request_flash(struct tn_request *request, const char *name)
{
    if (!flash_is_there(request))
        return NULL;

    if (!request->flash_is_read) {
        request->flash_is_read = true;
        flash_read(request);
        set_cookie(request, "", 0);
    }
    return pairs_find(&request->flash_read, name);
}
