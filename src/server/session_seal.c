#include "server/session_seal.h"

#include <math.h>
#include <string.h>

#include "base/uuid.h"
#include "crypto/base64.h"
#include "crypto/hmac.h"
#include "crypto/random.h"
#include "json/writer.h"

#define US_PER_MS 1000
#define US_PER_S 1000000
/* Clocks of two servers may differ by as much; better-auth grants it to JWE alone. */
#define JWE_TOLERANCE_S 15

/* RFC 7638: the digest of the key's own JSON form, its members in this order. */
static const char *
key_thumbprint(const uint8_t key[static SEAL_KEY_BYTES], struct arena *arena)
{
    struct buffer form;
    buffer_init(&form, arena, 128);
    BUFFER_LITERAL(&form, "{\"k\":\"");
    base64url_append(&form, key, SEAL_KEY_BYTES);
    BUFFER_LITERAL(&form, "\",\"kty\":\"oct\"}");

    uint8_t digest[SEAL_DIGEST_BYTES];
    seal_digest(form.data, form.length, digest);
    struct buffer thumbprint;
    buffer_init(&thumbprint, arena, 48);
    base64url_append(&thumbprint, digest, sizeof digest);
    return thumbprint.data;
}

bool
session_seal_init(struct session_seal *ret_seal, const struct settings *settings,
    struct arena *arena, struct tn_error *error)
{
    static const char *const words[] = {
        [SESSION_SEAL_COMPACT] = "compact",
        [SESSION_SEAL_JWT] = "jwt",
        [SESSION_SEAL_JWE] = "jwe",
    };
    *ret_seal = (struct session_seal){ .secret = settings->secret };
    seal_key_make(settings->secret, "better-auth-session", "BetterAuth.js Generated Encryption Key",
        ret_seal->key);
    ret_seal->key_id = key_thumbprint(ret_seal->key, arena);
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        ret_seal->strategy = (enum session_seal_strategy)i;
        if (strcmp(settings->cookie_cache_strategy, words[i]) == 0)
            return true;
    }
    return error_set(error, TN_CONFIGURATION,
        "--cookie-cache-strategy is \"%s\": write compact, jwt or jwe",
        settings->cookie_cache_strategy);
}

static void
append_signature(struct buffer *out, const char *secret, const struct buffer *text)
{
    uint8_t mac[HMAC_BYTES];
    hmac_sha256(secret, strlen(secret), text->data, text->length, mac);
    base64url_append(out, mac, sizeof mac);
}

static bool
signature_fits(
    const char *secret, const struct buffer *text, const char *signature, size_t signature_length)
{
    struct buffer expected;
    buffer_init(&expected, text->arena, 48);
    append_signature(&expected, secret, text);
    return expected.length == signature_length &&
           constant_time_is_equal(expected.data, signature, signature_length);
}

/* `content` with further members, which `format` writes, before its closing brace. */
#define EXTEND(out, content, format, ...)                              \
    do {                                                               \
        buffer_init((out), (content)->arena, (content)->length + 160); \
        buffer_append((out), (content)->data, (content)->length - 1);  \
        buffer_printf((out), "," format "}", __VA_ARGS__);             \
    } while (0)

/* Is `value` a number that lies beyond `limit`? */
static bool
is_after(const struct json_value *value, double limit)
{
    return value->kind == JSON_KIND_NUMBER && isfinite(value->number) && value->number > limit;
}

/* --- compact ---------------------------------------------------------------------------------- */

static const char *
close_compact(const struct session_seal *seal, const struct buffer *content, int64_t expires_at_us)
{
    const long long expires_at_ms = expires_at_us / US_PER_MS;
    struct buffer message;
    EXTEND(&message, content, "\"expiresAt\":%lld", expires_at_ms);

    struct buffer whole;
    buffer_init(&whole, content->arena, content->length + 128);
    BUFFER_LITERAL(&whole, "{\"session\":");
    buffer_append(&whole, content->data, content->length);
    buffer_printf(&whole, ",\"expiresAt\":%lld,\"signature\":\"", expires_at_ms);
    append_signature(&whole, seal->secret, &message);
    BUFFER_LITERAL(&whole, "\"}");

    struct buffer value;
    buffer_init(&value, content->arena, whole.length * 4 / 3 + 4);
    base64url_append(&value, whole.data, whole.length);
    return value.data;
}

static const struct json_value *
open_compact(
    const struct session_seal *seal, const char *value, int64_t now_us, struct arena *arena)
{
    const struct json_value *whole;
    struct tn_error ignored = { 0 };
    struct buffer text;
    buffer_init(&text, arena, strlen(value));
    if (!base64url_read(&text, value, strlen(value)) ||
        !json_read(text.data, text.length, arena, &whole, &ignored))
        return NULL;

    const struct json_value *content = json_member(whole, "session");
    const struct json_value *expires_at = json_member(whole, "expiresAt");
    const struct json_value *signature = json_member(whole, "signature");
    if (content->kind != JSON_KIND_OBJECT || content->count == 0 ||
        !json_is_plain_text(signature) || !is_after(expires_at, (double)now_us / US_PER_MS) ||
        expires_at->number > 1e15)
        return NULL;

    /* Signed was what JavaScript writes for the same members in the same order: so do we. */
    struct buffer again;
    struct json_writer json;
    buffer_init(&again, arena, text.length);
    json_writer_init(&json, &again);
    json_put_value(&json, content);
    struct buffer message;
    EXTEND(&message, &again, "\"expiresAt\":%.0f", expires_at->number);
    return signature_fits(seal->secret, &message, signature->text, signature->text_bytes) ? content
                                                                                          : NULL;
}

/* --- jwt -------------------------------------------------------------------------------------- */

static const char *
close_jwt(const struct session_seal *seal, const struct buffer *content, int64_t now_us,
    int64_t expires_at_us)
{
    struct buffer payload;
    EXTEND(&payload, content, "\"iat\":%lld,\"exp\":%lld", (long long)(now_us / US_PER_S),
        (long long)(expires_at_us / US_PER_S));

    static const char header[] = "{\"alg\":\"HS256\"}";
    struct buffer value;
    buffer_init(&value, content->arena, payload.length * 4 / 3 + 96);
    base64url_append(&value, header, sizeof header - 1);
    buffer_character(&value, '.');
    base64url_append(&value, payload.data, payload.length);

    struct buffer signature;
    buffer_init(&signature, content->arena, 48);
    append_signature(&signature, seal->secret, &value);
    buffer_character(&value, '.');
    buffer_append(&value, signature.data, signature.length);
    return value.data;
}

/* The parts between dots; false unless there are just as many. */
static bool
split(const char *value, struct buffer *parts, size_t part_count, struct arena *arena)
{
    const char *at = value;
    for (size_t i = 0; i < part_count; i++) {
        const size_t length = strcspn(at, ".");
        if ((at[length] == '.') != (i + 1 < part_count))
            return false;

        buffer_init(&parts[i], arena, length);
        buffer_append(&parts[i], at, length);
        at += length + 1;
    }
    return true;
}

/* A part's JSON; undefined when it is none. */
static const struct json_value *
read_part(const struct buffer *part)
{
    const struct json_value *value;
    struct tn_error ignored = { 0 };
    struct buffer text;
    buffer_init(&text, part->arena, part->length);
    if (!base64url_read(&text, part->data, part->length) ||
        !json_read(text.data, text.length, part->arena, &value, &ignored))
        return json_undefined();
    return value;
}

static bool
member_is(const struct json_value *object, const char *name, const char *text)
{
    const struct json_value *member = json_member(object, name);
    return json_is_plain_text(member) && strcmp(member->text, text) == 0;
}

static const struct json_value *
open_jwt(const struct session_seal *seal, const char *value, int64_t now_us, struct arena *arena)
{
    struct buffer parts[3];
    if (!split(value, parts, COUNT_OF(parts), arena) ||
        !member_is(read_part(&parts[0]), "alg", "HS256"))
        return NULL;

    struct buffer message;
    buffer_init(&message, arena, strlen(value));
    buffer_append(&message, value, parts[0].length + 1 + parts[1].length);
    if (!signature_fits(seal->secret, &message, parts[2].data, parts[2].length))
        return NULL;

    const struct json_value *content = read_part(&parts[1]);
    const int64_t whole_s = now_us / US_PER_S;
    const double now_s = (double)whole_s;
    return is_after(json_member(content, "exp"), now_s) ? content : NULL;
}

/* --- jwe -------------------------------------------------------------------------------------- */

static void
append_random_uuid(struct buffer *out)
{
    uint8_t uuid[UUID_BYTES];
    random_bytes(uuid, sizeof uuid);
    uuid[6] = (uint8_t)((uuid[6] & 0x0F) | 0x40);
    uuid[8] = (uint8_t)((uuid[8] & 0x3F) | 0x80);
    uuid_append(out, uuid);
}

static const char *
close_jwe(const struct session_seal *seal, const struct buffer *content, int64_t now_us,
    int64_t expires_at_us)
{
    struct buffer unique;
    buffer_init(&unique, content->arena, 40);
    append_random_uuid(&unique);
    struct buffer payload;
    EXTEND(&payload, content, "\"iat\":%lld,\"exp\":%lld,\"jti\":\"%s\"",
        (long long)(now_us / US_PER_S), (long long)(expires_at_us / US_PER_S), unique.data);

    const char *header_text = arena_printf(
        content->arena, "{\"alg\":\"dir\",\"enc\":\"A256CBC-HS512\",\"kid\":\"%s\"}", seal->key_id);
    struct buffer header;
    buffer_init(&header, content->arena, 160);
    base64url_append(&header, header_text, strlen(header_text));

    uint8_t iv[SEAL_IV_BYTES];
    uint8_t tag[SEAL_TAG_BYTES];
    struct buffer sealed;
    random_bytes(iv, sizeof iv);
    buffer_init(&sealed, content->arena, payload.length + 32);
    seal_close(seal->key, iv, &header, &payload, &sealed, tag);

    struct buffer value;
    buffer_init(&value, content->arena, header.length + sealed.length * 4 / 3 + 96);
    buffer_append(&value, header.data, header.length);
    BUFFER_LITERAL(&value, ".."); /* "dir": no key travels along */
    base64url_append(&value, iv, sizeof iv);
    buffer_character(&value, '.');
    base64url_append(&value, sealed.data, sealed.length);
    buffer_character(&value, '.');
    base64url_append(&value, tag, sizeof tag);
    return value.data;
}

/* A part of raw bytes, of that length unless it is 0. */
static bool
read_bytes(const struct buffer *part, size_t bytes, struct buffer *ret_bytes)
{
    buffer_init(ret_bytes, part->arena, part->length);
    return base64url_read(ret_bytes, part->data, part->length) &&
           (bytes == 0 || ret_bytes->length == bytes);
}

static const struct json_value *
open_jwe(const struct session_seal *seal, const char *value, int64_t now_us, struct arena *arena)
{
    struct buffer parts[5];
    if (!split(value, parts, COUNT_OF(parts), arena) || parts[1].length != 0)
        return NULL;

    const struct json_value *header = read_part(&parts[0]);
    const struct json_value *key_id = json_member(header, "kid");
    if (!member_is(header, "alg", "dir") || !member_is(header, "enc", "A256CBC-HS512") ||
        (key_id->kind != JSON_KIND_UNDEFINED && !member_is(header, "kid", seal->key_id)))
        return NULL;

    struct buffer iv;
    struct buffer sealed;
    struct buffer tag;
    struct buffer text;
    buffer_init(&text, arena, strlen(value));
    if (!read_bytes(&parts[2], SEAL_IV_BYTES, &iv) || !read_bytes(&parts[3], 0, &sealed) ||
        !read_bytes(&parts[4], SEAL_TAG_BYTES, &tag) ||
        !seal_open(seal->key, (const uint8_t *)iv.data, &parts[0], &sealed,
            (const uint8_t *)tag.data, &text))
        return NULL;

    const struct json_value *content;
    struct tn_error ignored = { 0 };
    if (!json_read(text.data, text.length, arena, &content, &ignored))
        return NULL;

    const int64_t whole_s = now_us / US_PER_S;
    const double now_s = (double)whole_s;
    return is_after(json_member(content, "exp"), now_s - JWE_TOLERANCE_S) ? content : NULL;
}

/* --- all of them ------------------------------------------------------------------------------ */

const char *
session_seal_close(const struct session_seal *seal, const struct buffer *content, int64_t now_us,
    int64_t expires_at_us)
{
    switch (seal->strategy) {
    case SESSION_SEAL_COMPACT:
        return close_compact(seal, content, expires_at_us);
    case SESSION_SEAL_JWT:
        return close_jwt(seal, content, now_us, expires_at_us);
    case SESSION_SEAL_JWE:
        return close_jwe(seal, content, now_us, expires_at_us);
    }
    return "";
}

const struct json_value *
session_seal_open(
    const struct session_seal *seal, const char *value, int64_t now_us, struct arena *arena)
{
    switch (seal->strategy) {
    case SESSION_SEAL_COMPACT:
        return open_compact(seal, value, now_us, arena);
    case SESSION_SEAL_JWT:
        return open_jwt(seal, value, now_us, arena);
    case SESSION_SEAL_JWE:
        return open_jwe(seal, value, now_us, arena);
    }
    return NULL;
}
