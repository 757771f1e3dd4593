/* Content that only the holder of a key can read or change: A256CBC-HS512 of RFC 7518, section 5.2,
 * as JWE uses it, and the key that better-auth makes of its secret. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/compiler.h"

#define SEAL_KEY_BYTES 64
#define SEAL_IV_BYTES 16
#define SEAL_TAG_BYTES 32
#define SEAL_DIGEST_BYTES 32

/* HKDF with SHA-256: as many key bytes as asked for, of `secret`. */
void seal_key_make(
    const char *secret, const char *salt, const char *info, uint8_t ret_key[static SEAL_KEY_BYTES]);

/* SHA-256 itself. */
void seal_digest(const void *data, size_t bytes, uint8_t ret_digest[static SEAL_DIGEST_BYTES]);

/* Append the encrypted `text` to `out`; `header` is protected, but readable. */
void seal_close(const uint8_t key[static SEAL_KEY_BYTES], const uint8_t iv[static SEAL_IV_BYTES],
    const struct buffer *header, const struct buffer *text, struct buffer *out,
    uint8_t ret_tag[static SEAL_TAG_BYTES]);
/* Append what was encrypted. False: it is not as the holder of the key made it. */
MUST_USE bool seal_open(const uint8_t key[static SEAL_KEY_BYTES],
    const uint8_t iv[static SEAL_IV_BYTES], const struct buffer *header,
    const struct buffer *sealed, const uint8_t tag[static SEAL_TAG_BYTES], struct buffer *out);
