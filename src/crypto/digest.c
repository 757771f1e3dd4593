#include "crypto/digest.h"

#include <stdio.h>

#include <openssl/sha.h>

_Static_assert(DIGEST_BYTES == SHA256_DIGEST_LENGTH, "a digest is of SHA-256");

void
digest_sha256(const void *data, size_t bytes, uint8_t ret_digest[static DIGEST_BYTES])
{
    SHA256(data, bytes, ret_digest);
}

void
digest_sha256_hex(const void *data, size_t bytes, char ret_hex[static DIGEST_HEX_LENGTH + 1])
{
    uint8_t digest[DIGEST_BYTES];
    digest_sha256(data, bytes, digest);
    for (size_t i = 0; i < sizeof(digest); i++)
        snprintf(ret_hex + 2 * i, 3, "%02x", digest[i]);
}
