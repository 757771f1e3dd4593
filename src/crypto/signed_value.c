#include "crypto/signed_value.h"

#include <string.h>

#include "base/buffer.h"
#include "crypto/base64.h"
#include "crypto/hmac.h"

enum { SIGNATURE_LENGTH = 44 };

char *
value_sign(const char *value, const char *secret, struct arena *arena)
{
    uint8_t mac[HMAC_BYTES];
    hmac_sha256(secret, strlen(secret), value, strlen(value), mac);

    struct buffer out;
    buffer_init(&out, arena, strlen(value) + 1 + SIGNATURE_LENGTH);
    buffer_text(&out, value);
    buffer_character(&out, '.');
    base64_append(&out, mac, sizeof(mac));
    return out.data;
}

char *
value_verify(const char *signed_value, const char *secret, struct arena *arena)
{
    /* The value may hold dots itself: the last one cuts. */
    const char *dot = strrchr(signed_value, '.');
    if (!dot || strlen(dot + 1) != SIGNATURE_LENGTH)
        return NULL;

    char *value = arena_memdup(arena, signed_value, (size_t)(dot - signed_value));
    const char *expected = value_sign(value, secret, arena);
    if (!constant_time_is_equal(expected, signed_value, strlen(expected)))
        return NULL;

    return value;
}
