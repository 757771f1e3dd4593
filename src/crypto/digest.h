/* SHA-256, as the 64 hexadecimal digits that a name or a file's fingerprint is made of. */
#pragma once

#include <stddef.h>

#define DIGEST_HEX_LENGTH 64

void digest_sha256_hex(const void *data, size_t bytes, char ret_hex[static DIGEST_HEX_LENGTH + 1]);
