/* A fast hash for tables in memory. Not for secrets. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* FNV-1a, 64 bit. Names in databases and files are made of it: it stays what it is. */
static inline uint64_t
hash_bytes(const void *data, size_t bytes)
{
    const unsigned char *at = data;
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < bytes; i++)
        hash = (hash ^ at[i]) * UINT64_C(1099511628211);
    return hash;
}

/* Eight bytes at a time, for keys of a table that ends with the process. */
static inline uint64_t
hash_key(const void *data, size_t bytes)
{
    const unsigned char *at = data;
    uint64_t hash = bytes;
    while (bytes > 0) {
        uint64_t word = 0;
        const size_t taken = bytes < sizeof word ? bytes : sizeof word;
        memcpy(&word, at, taken);
        const unsigned __int128 product =
            (unsigned __int128)(hash ^ word ^ UINT64_C(0x9E3779B97F4A7C15)) *
            UINT64_C(0xD6E8FEB86659FD93);
        hash = (uint64_t)product ^ (uint64_t)(product >> 64);
        at += taken;
        bytes -= taken;
    }
    return hash;
}
