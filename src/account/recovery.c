#include "account/recovery.h"

#include "queries.h"

#include "account/email.h"
#include "account/hashing.h"
#include "account/row.h"
#include "crypto/random.h"

bool
recovery_begin(
    struct account_tools tools, const char *email, const char **ret_token, struct tn_error *error)
{
    const char *token = random_id_new(tools.arena);
    struct reset_token_insert_row row;
    bool found;
    if (!reset_token_insert(tools.identity,
            arg_verification_id(tn_text_of(random_id_new(tools.arena))),
            arg_token(tn_text_of(token)), arg_lifetime_s(RECOVERY_LIFETIME_S),
            arg_email(tn_text_of(email_normalise(email, tools.arena))), &row, &found, error))
        return false;

    *ret_token = found ? token : NULL;
    return true;
}

bool
recovery_is_good(
    struct tn_identity identity, const char *token, bool *ret_good, struct tn_error *error)
{
    struct reset_token_is_good_row row;
    if (!reset_token_is_good(identity, arg_token(tn_text_of(token)), &row, error))
        return false;

    *ret_good = row.is_good;
    return true;
}

bool
recovery_finish(struct account_tools tools, const char *token, const char *password,
    bool ends_sessions, bool *ret_done, struct tn_error *error)
{
    /* A hash is work: none for whoever guesses. */
    if (!recovery_is_good(tools.identity, token, ret_done, error))
        return false;
    if (!*ret_done)
        return true;

    struct hashing hashing = { .password = password };
    struct reset_token_use_row row;
    return hashing_run(tools.workers, &hashing, error) &&
           reset_token_use(tools.identity, arg_token(tn_text_of(token)),
               arg_password_hash(tn_text_of(hashing.hash)),
               arg_account_id(tn_text_of(random_id_new(tools.arena))),
               arg_ends_sessions(ends_sessions), &row, ret_done, error);
}

bool
account_of_address(struct account_tools tools, const char *email, struct user *ret_user,
    bool *ret_found, struct tn_error *error)
{
    struct user_by_email_row row;
    if (!user_by_email(tools.identity, arg_email(tn_text_of(email_normalise(email, tools.arena))),
            &row, ret_found, error))
        return false;

    if (*ret_found)
        *ret_user = (struct user){
            .id = row.id.p,
            .name = row.name.p,
            .email = row.email.p,
            .email_verified = row.email_verified,
            .image = text_or_null(row.image),
            .created_at_us = row.created_at.us,
            .updated_at_us = row.updated_at.us,
        };
    return true;
}

bool
account_confirm(struct account_tools tools, const char *email, const char *user_id,
    struct user *ret_user, bool *ret_found, struct tn_error *error)
{
    struct user_confirm_row row;
    if (!user_confirm(tools.identity, arg_email(tn_text_of(email_normalise(email, tools.arena))),
            arg_opt_user_id(optional_text(user_id)), &row, ret_found, error))
        return false;

    if (*ret_found)
        *ret_user = (struct user){
            .id = row.id.p,
            .name = row.name.p,
            .email = row.email.p,
            .email_verified = row.email_verified,
            .image = text_or_null(row.image),
            .created_at_us = row.created_at.us,
            .updated_at_us = row.updated_at.us,
        };
    return true;
}

bool
account_move(struct account_tools tools, const struct address_move *move, struct user *ret_user,
    bool *ret_found, struct tn_error *error)
{
    struct user_move_row row;
    if (!user_move(tools.identity, arg_user_id(tn_text_of(move->user_id)),
            arg_email(tn_text_of(email_normalise(move->from, tools.arena))),
            arg_new_email(tn_text_of(email_normalise(move->to, tools.arena))),
            arg_is_confirmed(move->is_confirmed), arg_asked_at_s(move->asked_at_s), &row, ret_found,
            error))
        return false;

    if (*ret_found)
        *ret_user = (struct user){
            .id = row.id.p,
            .name = row.name.p,
            .email = row.email.p,
            .email_verified = row.email_verified,
            .image = text_or_null(row.image),
            .created_at_us = row.created_at.us,
            .updated_at_us = row.updated_at.us,
        };
    return true;
}
