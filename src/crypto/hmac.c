#include "crypto/hmac.h"

#include <stdlib.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

void
hmac_sha256(const void *key, size_t key_bytes, const void *data, size_t bytes,
    uint8_t ret_mac[static HMAC_BYTES])
{
    /* OpenSSL takes a NULL key for "the one from before". */
    unsigned int mac_bytes = 0;
    if (!HMAC(EVP_sha256(), key_bytes ? key : "", (int)key_bytes, data, bytes, ret_mac, &mac_bytes))
        abort();
}

bool
constant_time_is_equal(const void *one, const void *other, size_t bytes)
{
    return CRYPTO_memcmp(one, other, bytes) == 0;
}
