#include "crypto/digest.h"

#include <pthread.h>
#include <stdlib.h>

#include <openssl/evp.h>
#include <openssl/sha.h>

#include "base/hex.h"

_Static_assert(DIGEST_BYTES == SHA256_DIGEST_LENGTH, "a digest is of SHA-256");

/* Looked up once: that takes longer than to hash a short text, and SHA256() does it each time. */
static EVP_MD *sha256;
static pthread_once_t sha256_once = PTHREAD_ONCE_INIT;

static void
sha256_find(void)
{
    sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    if (!sha256)
        abort();
}

void
digest_sha256(const void *data, size_t bytes, uint8_t ret_digest[static DIGEST_BYTES])
{
    pthread_once(&sha256_once, sha256_find);
    if (!EVP_Digest(data, bytes, ret_digest, NULL, sha256, NULL))
        abort();
}

void
digest_sha256_hex(const void *data, size_t bytes, char ret_hex[static DIGEST_HEX_LENGTH + 1])
{
    uint8_t digest[DIGEST_BYTES];
    digest_sha256(data, bytes, digest);
    *hex_write(ret_hex, digest, sizeof digest) = '\0';
}
