/* The plain functions of SHA-256, which OpenSSL 3 calls deprecated: a state of theirs is copied by
 * assignment. What replaces them looks up the algorithm and allocates, which takes several times as
 * long as a short message does. */
#define OPENSSL_API_COMPAT 10101

#include "crypto/hmac.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/sha.h>

#define KEPT_KEY_BYTES_MAX 128

_Static_assert(HMAC_BYTES == SHA256_DIGEST_LENGTH, "an HMAC is of SHA-256");

/* RFC 2104: a key is what the two hashes have taken in before the message, and before the hash of
 * it. */
struct keyed {
    SHA256_CTX inner;
    SHA256_CTX outer;
};

/* The key that this thread used last: a server signs with one. */
struct kept {
    struct keyed keyed;
    size_t key_bytes; /* 0: none yet */
    unsigned char key[KEPT_KEY_BYTES_MAX];
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t kept_of_thread;

static void
kept_free(void *argument)
{
    OPENSSL_cleanse(argument, sizeof(struct kept));
    free(argument);
}

static void
prepare(void)
{
    if (pthread_key_create(&kept_of_thread, kept_free) != 0)
        abort();
}

static struct kept *
kept_get(void)
{
    pthread_once(&once, prepare);
    struct kept *kept = pthread_getspecific(kept_of_thread);
    if (kept)
        return kept;

    kept = calloc(1, sizeof *kept);
    if (!kept || pthread_setspecific(kept_of_thread, kept) != 0)
        abort();
    return kept;
}

static void
begin_padded(SHA256_CTX *state, const unsigned char block[static SHA256_CBLOCK], unsigned char pad)
{
    unsigned char padded[SHA256_CBLOCK];
    for (size_t i = 0; i < sizeof padded; i++)
        padded[i] = block[i] ^ pad;
    SHA256_Init(state);
    SHA256_Update(state, padded, sizeof padded);
    OPENSSL_cleanse(padded, sizeof padded);
}

static void
keyed_make(const void *key, size_t key_bytes, struct keyed *ret_keyed)
{
    unsigned char block[SHA256_CBLOCK] = { 0 };
    if (key_bytes > sizeof block) {
        SHA256_CTX state;
        SHA256_Init(&state);
        SHA256_Update(&state, key, key_bytes);
        SHA256_Final(block, &state);
    } else if (key_bytes > 0) {
        memcpy(block, key, key_bytes);
    }
    begin_padded(&ret_keyed->inner, block, 0x36);
    begin_padded(&ret_keyed->outer, block, 0x5C);
    OPENSSL_cleanse(block, sizeof block);
}

static void
keyed_sign(
    const struct keyed *keyed, const void *data, size_t bytes, uint8_t ret_mac[static HMAC_BYTES])
{
    SHA256_CTX state = keyed->inner;
    uint8_t inner[HMAC_BYTES];
    SHA256_Update(&state, data, bytes);
    SHA256_Final(inner, &state);

    state = keyed->outer;
    SHA256_Update(&state, inner, sizeof inner);
    SHA256_Final(ret_mac, &state);
}

void
hmac_sha256(const void *key, size_t key_bytes, const void *data, size_t bytes,
    uint8_t ret_mac[static HMAC_BYTES])
{
    if (key_bytes == 0 || key_bytes > KEPT_KEY_BYTES_MAX) {
        struct keyed keyed;
        keyed_make(key, key_bytes, &keyed);
        keyed_sign(&keyed, data, bytes, ret_mac);
        OPENSSL_cleanse(&keyed, sizeof keyed);
        return;
    }

    struct kept *kept = kept_get();
    if (kept->key_bytes != key_bytes || !constant_time_is_equal(kept->key, key, key_bytes)) {
        keyed_make(key, key_bytes, &kept->keyed);
        memcpy(kept->key, key, key_bytes);
        kept->key_bytes = key_bytes;
    }
    keyed_sign(&kept->keyed, data, bytes, ret_mac);
}

bool
constant_time_is_equal(const void *one, const void *other, size_t bytes)
{
    return CRYPTO_memcmp(one, other, bytes) == 0;
}
