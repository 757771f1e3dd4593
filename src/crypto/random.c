#include "crypto/random.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include <sys/random.h>

void
random_bytes(void *ret_bytes, size_t bytes)
{
    uint8_t *at = ret_bytes;
    while (bytes > 0) {
        ssize_t got = getrandom(at, bytes, 0);
        if (got < 0 && errno == EINTR)
            continue;
        /* A system without randomness has no sessions either. */
        if (got < 0)
            abort();
        at += got;
        bytes -= (size_t)got;
    }
}

void
random_id(char ret_id[static RANDOM_ID_LENGTH + 1])
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    enum { LETTER_COUNT = sizeof(letters) - 1, EVEN_LIMIT = 256 - 256 % LETTER_COUNT };

    size_t length = 0;
    while (length < RANDOM_ID_LENGTH) {
        uint8_t drawn[48];
        random_bytes(drawn, sizeof(drawn));
        /* Bytes from EVEN_LIMIT on are dropped: with them the first letters would come up more
         * often. */
        for (size_t i = 0; i < sizeof(drawn) && length < RANDOM_ID_LENGTH; i++)
            if (drawn[i] < EVEN_LIMIT)
                ret_id[length++] = letters[drawn[i] % LETTER_COUNT];
    }
    ret_id[length] = '\0';
}

const char *
random_id_new(struct arena *arena)
{
    char *id = arena_alloc(arena, RANDOM_ID_LENGTH + 1);
    random_id(id);
    return id;
}
