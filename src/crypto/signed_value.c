#include "crypto/signed_value.h"

#include <string.h>

#include "base/buffer.h"
#include "base/hash.h"
#include "crypto/base64.h"
#include "crypto/hmac.h"

enum { SIGNATURE_LENGTH = 44 };

#define KEPT_PLACES 256
#define KEPT_BYTES_MAX 120

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

/* A signed value that held, of this thread: the same bytes under the same secret hold again. A
 * cookie comes with each request of its session, and to sign it anew costs more than all else that
 * is done with it. */
struct kept {
    size_t signed_bytes; /* 0: none */
    size_t secret_bytes;
    char signed_value[KEPT_BYTES_MAX];
    char secret[KEPT_BYTES_MAX];
};

static _Thread_local struct kept kept_values[KEPT_PLACES];

/* By the value alone: a place says nothing of a signature. */
static struct kept *
kept_place(const char *signed_value, size_t value_bytes)
{
    return &kept_values[hash_key(signed_value, value_bytes) % KEPT_PLACES];
}

static bool
is_kept(const struct kept *kept, const char *signed_value, size_t signed_bytes, const char *secret,
    size_t secret_bytes)
{
    return kept->signed_bytes == signed_bytes && kept->secret_bytes == secret_bytes &&
           constant_time_is_equal(kept->signed_value, signed_value, signed_bytes) &&
           constant_time_is_equal(kept->secret, secret, secret_bytes);
}

static void
keep(struct kept *kept, const char *signed_value, size_t signed_bytes, const char *secret,
    size_t secret_bytes)
{
    if (signed_bytes > KEPT_BYTES_MAX || secret_bytes > KEPT_BYTES_MAX)
        return;

    kept->signed_bytes = signed_bytes;
    kept->secret_bytes = secret_bytes;
    memcpy(kept->signed_value, signed_value, signed_bytes);
    memcpy(kept->secret, secret, secret_bytes);
}

char *
value_verify(const char *signed_value, const char *secret, struct arena *arena)
{
    /* The value may hold dots itself: the last one cuts. */
    const char *dot = strrchr(signed_value, '.');
    if (!dot || strlen(dot + 1) != SIGNATURE_LENGTH)
        return NULL;

    const size_t value_bytes = (size_t)(dot - signed_value);
    const size_t signed_bytes = value_bytes + 1 + SIGNATURE_LENGTH;
    const size_t secret_bytes = strlen(secret);
    char *value = arena_memdup(arena, signed_value, value_bytes);
    struct kept *kept = kept_place(signed_value, value_bytes);
    if (is_kept(kept, signed_value, signed_bytes, secret, secret_bytes))
        return value;

    const char *expected = value_sign(value, secret, arena);
    if (!constant_time_is_equal(expected, signed_value, strlen(expected)))
        return NULL;

    keep(kept, signed_value, signed_bytes, secret, secret_bytes);
    return value;
}
