/* SHA-256, and the 64 hexadecimal digits of it that a name or a file's fingerprint is made of. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define DIGEST_BYTES 32
#define DIGEST_HEX_LENGTH 64

void digest_sha256(const void *data, size_t bytes, uint8_t ret_digest[static DIGEST_BYTES]);

void digest_sha256_hex(const void *data, size_t bytes, char ret_hex[static DIGEST_HEX_LENGTH + 1]);
