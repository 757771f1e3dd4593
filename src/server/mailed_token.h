/* Tokens that travel in mailed links to confirm an address: better-auth's, so that a link which one
 * server mailed works on the other. Nothing is kept of them; they are signed and run out. */
#pragma once

#include "server/server.h"

struct mailed_token {
    const char *email;
    const char *update_to; /* the address to move to; NULL: none */
    const char *request;   /* what for, beside `update_to`; NULL: nothing said */
    const char *user_id;   /* NULL: nothing said */
    int64_t made_at_s;     /* when read: 0 when it does not say */
};

/* In `arena`. */
const char *mailed_token_make(
    const struct server *server, const struct mailed_token *token, struct arena *arena);

enum mailed_token_answer {
    MAILED_TOKEN_GOOD,
    MAILED_TOKEN_EXPIRED,
    MAILED_TOKEN_INVALID,
};

enum mailed_token_answer mailed_token_read(const struct server *server, const char *text,
    struct arena *arena, struct mailed_token *ret_token);
