/* A fast hash for tables in memory. Not for secrets. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* FNV-1a, 64 bit. */
static inline uint64_t
hash_bytes(const void *data, size_t bytes)
{
    const unsigned char *at = data;
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < bytes; i++)
        hash = (hash ^ at[i]) * UINT64_C(1099511628211);
    return hash;
}
