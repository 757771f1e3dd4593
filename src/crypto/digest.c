/* As in hmac.c: SHA256() of OpenSSL 3 looks up the algorithm each time, which takes as long as
 * hashing a short text seven times. */
#define OPENSSL_API_COMPAT 10101

#include "crypto/digest.h"

#include <openssl/sha.h>

_Static_assert(DIGEST_BYTES == SHA256_DIGEST_LENGTH, "a digest is of SHA-256");

void
digest_sha256(const void *data, size_t bytes, uint8_t ret_digest[static DIGEST_BYTES])
{
    SHA256_CTX state;
    SHA256_Init(&state);
    SHA256_Update(&state, data, bytes);
    SHA256_Final(ret_digest, &state);
}

void
digest_sha256_hex(const void *data, size_t bytes, char ret_hex[static DIGEST_HEX_LENGTH + 1])
{
    static const char digits[] = "0123456789abcdef";
    uint8_t digest[DIGEST_BYTES];
    digest_sha256(data, bytes, digest);
    for (size_t i = 0; i < sizeof digest; i++) {
        ret_hex[2 * i] = digits[digest[i] >> 4];
        ret_hex[2 * i + 1] = digits[digest[i] & 15];
    }
    ret_hex[DIGEST_HEX_LENGTH] = '\0';
}
