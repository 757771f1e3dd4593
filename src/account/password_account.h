/* People who sign in with a password: sign-up and sign-in. Hashing runs on a worker, so that the
 * loop goes on; called from fibers only. */
#pragma once

#include "account/session.h"
#include "base/arena.h"
#include "loop/worker.h"

/* In UTF-16 units of the password as sent. */
#define PASSWORD_UNITS_MIN 8
#define PASSWORD_UNITS_MAX 128

enum password_length {
    PASSWORD_LENGTH_FITS,
    PASSWORD_LENGTH_TOO_SHORT,
    PASSWORD_LENGTH_TOO_LONG,
};
enum password_length password_length(const char *password);

/* What it is done with. What is returned lives in `arena`, which is that of `identity`. */
struct account_tools {
    struct tn_identity identity;
    struct worker_pool *workers;
    struct arena *arena;
    bool wants_verified; /* only people whose address is confirmed are signed in */
};

struct sign_up {
    const char *name;
    const char *email;    /* valid; any case */
    const char *password; /* of a length that fits */
    const char *image;    /* NULL: none */
};

enum sign_up_answer {
    SIGN_UP_DONE,
    SIGN_UP_ADDRESS_TAKEN,
};

/* A person, their password and, where `client` is given, a session; all or nothing. Without it
 * `ret_session` may be NULL. */
MUST_USE bool account_sign_up(struct account_tools tools, const struct sign_up *sign_up,
    const struct session_client *client, struct user *ret_user, struct session *ret_session,
    enum sign_up_answer *ret_answer, struct tn_error *error);

enum sign_in_answer {
    SIGN_IN_DONE,
    SIGN_IN_UNVERIFIED, /* the password fits, but the address is not confirmed, as tools want it */
    SIGN_IN_REFUSED,    /* wrong password, or nobody there: a client cannot tell, nor by time */
};

/* Check the password and make a session, which `restores` as session_start does. */
MUST_USE bool account_sign_in(struct account_tools tools, const char *email, const char *password,
    const struct session_client *client, bool restores, struct user *ret_user,
    struct session *ret_session, enum sign_in_answer *ret_answer, struct tn_error *error);

/* Has somebody with this address? */
MUST_USE bool account_is_known(struct tn_identity identity, const char *email, struct arena *arena,
    bool *ret_known, struct tn_error *error);
enum password_change_answer {
    PASSWORD_CHANGED,
    PASSWORD_WRONG,  /* the current one is another */
    PASSWORD_ABSENT, /* that person has none */
};

/* Another password for who knows the current one. With `client`, all sessions of theirs end and a
 * new one begins, in `ret_session`; without it that may be NULL. */
MUST_USE bool account_change_password(struct account_tools tools, const char *user_id,
    const char *current, const char *wanted, const struct session_client *client,
    struct session *ret_session, enum password_change_answer *ret_answer, struct tn_error *error);

struct user_change {
    const char *name; /* NULL: as it is */
    bool sets_image;
    const char *image; /* with `sets_image`; NULL: none */
};

/* False in `ret_found`: that person is gone. */
MUST_USE bool
account_update(struct tn_identity identity, const char *user_id, const struct user_change *change,
    struct user *ret_user, bool *ret_found, struct tn_error *error);

/* Has anybody signed up here? */
MUST_USE bool account_any(struct tn_identity identity, bool *ret_any, struct tn_error *error);
