/* A person, as the identity plane keeps them. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Longer ones are refused: they travel in cookies. */
#define USER_NAME_BYTES_MAX 16384
#define USER_IMAGE_BYTES_MAX 65536

struct user {
    const char *id;
    const char *name;
    const char *email; /* in lower case */
    bool email_verified;
    const char *image; /* NULL: none */
    int64_t created_at_us;
    int64_t updated_at_us;
};
