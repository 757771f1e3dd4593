/* HMAC-SHA256, and comparing secrets without telling how much of them fits. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HMAC_BYTES 32

void hmac_sha256(const void *key, size_t key_bytes, const void *data, size_t bytes,
    uint8_t ret_mac[static HMAC_BYTES]);

/* Are they equal? The time depends on `bytes` only. */
bool constant_time_is_equal(const void *one, const void *other, size_t bytes);
