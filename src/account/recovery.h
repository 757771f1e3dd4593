/* What mailed tokens are for: a new password, an address that is confirmed, another address. */
#pragma once

#include "account/password_account.h"

/* How long they are good. */
#define RECOVERY_LIFETIME_S 3600

/* A token for the person of `email`; NULL in `ret_token`: nobody has that address. */
MUST_USE bool recovery_begin(
    struct account_tools tools, const char *email, const char **ret_token, struct tn_error *error);
/* Would `recovery_finish` take it now? */
MUST_USE bool recovery_is_good(
    struct tn_identity identity, const char *token, bool *ret_good, struct tn_error *error);
/* The password of the token's person is `password` now, and all their tokens are spent. False in
 * `ret_done`: the token is not good. With `ends_sessions` they are signed out everywhere. */
MUST_USE bool recovery_finish(struct account_tools tools, const char *token, const char *password,
    bool ends_sessions, bool *ret_done, struct tn_error *error);

/* The person of an address; false in `ret_found`: there is none. */
MUST_USE bool account_of_address(struct account_tools tools, const char *email,
    struct user *ret_user, bool *ret_found, struct tn_error *error);
/* The address is confirmed; `user_id` may be NULL. False in `ret_found`: nobody has it, or another
 * than that person. */
MUST_USE bool account_confirm(struct account_tools tools, const char *email, const char *user_id,
    struct user *ret_user, bool *ret_found, struct tn_error *error);
/* An address that becomes another. */
struct address_move {
    const char *user_id;
    const char *from;
    const char *to;
    int64_t asked_at_s; /* a password that was changed in a later second ends it */
    bool is_confirmed;
};

/* False in `ret_found`: address or password were changed meanwhile, or somebody has the new one. */
MUST_USE bool account_move(struct account_tools tools, const struct address_move *move,
    struct user *ret_user, bool *ret_found, struct tn_error *error);
