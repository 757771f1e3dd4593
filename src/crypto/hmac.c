#include "crypto/hmac.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/params.h>

#define KEPT_KEY_BYTES_MAX 128

/* The state after the key, of the key that this thread used last. A server signs with one: to look
 * up the algorithm and work the key in anew takes five times as long as a short message does. */
struct kept {
    EVP_MAC_CTX *context;
    size_t key_bytes;
    unsigned char key[KEPT_KEY_BYTES_MAX];
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t kept_of_thread;

static void
kept_free(void *argument)
{
    struct kept *kept = argument;
    EVP_MAC_CTX_free(kept->context);
    OPENSSL_cleanse(kept, sizeof *kept);
    free(kept);
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

    EVP_MAC *hmac = EVP_MAC_fetch(NULL, OSSL_MAC_NAME_HMAC, NULL);
    kept = calloc(1, sizeof *kept);
    if (!hmac || !kept || !(kept->context = EVP_MAC_CTX_new(hmac)) ||
        pthread_setspecific(kept_of_thread, kept) != 0)
        abort();

    EVP_MAC_free(hmac);
    return kept;
}

static bool
is_kept(const struct kept *kept, const void *key, size_t key_bytes)
{
    return key_bytes > 0 && kept->key_bytes == key_bytes &&
           constant_time_is_equal(kept->key, key, key_bytes);
}

/* Ready for a message under this key, which is neither empty nor longer than is kept. */
static EVP_MAC_CTX *
keyed(const void *key, size_t key_bytes)
{
    struct kept *kept = kept_get();
    if (is_kept(kept, key, key_bytes)) {
        if (!EVP_MAC_init(kept->context, NULL, 0, NULL))
            abort();
        return kept->context;
    }

    char digest[] = "SHA256";
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end(),
    };
    if (!EVP_MAC_init(kept->context, key, key_bytes, parameters))
        abort();

    memcpy(kept->key, key, key_bytes);
    kept->key_bytes = key_bytes;
    return kept->context;
}

void
hmac_sha256(const void *key, size_t key_bytes, const void *data, size_t bytes,
    uint8_t ret_mac[static HMAC_BYTES])
{
    if (key_bytes == 0 || key_bytes > KEPT_KEY_BYTES_MAX) {
        /* OpenSSL takes a NULL key for "the one from before". */
        unsigned int mac_bytes = 0;
        if (!HMAC(EVP_sha256(), key_bytes ? key : "", (int)key_bytes, data, bytes, ret_mac,
                &mac_bytes))
            abort();
        return;
    }

    EVP_MAC_CTX *context = keyed(key, key_bytes);
    size_t mac_bytes = 0;
    if (!EVP_MAC_update(context, data, bytes) ||
        !EVP_MAC_final(context, ret_mac, &mac_bytes, HMAC_BYTES))
        abort();
}

bool
constant_time_is_equal(const void *one, const void *other, size_t bytes)
{
    return CRYPTO_memcmp(one, other, bytes) == 0;
}
