/* Changes that a person makes to their own account. */
#include "queries.h"

#include "account/hashing.h"
#include "account/password_account.h"
#include "account/row.h"
#include "crypto/random.h"

/* Of all sessions only a new one is left. */
static bool
change_alone(struct account_tools tools, const char *user_id, const char *old_hash,
    const char *new_hash, const struct session_client *client, struct session *ret_session,
    bool *ret_changed, struct tn_error *error)
{
    struct session session = {
        .id = random_id_new(tools.arena),
        .token = random_id_new(tools.arena),
        .user_id = user_id,
        .ip_address = client->ip_address,
        .user_agent = client->user_agent,
    };
    struct password_change_alone_row row;
    if (!password_change_alone(tools.identity, arg_password_hash(tn_text_of(new_hash)),
            arg_user_id(tn_text_of(user_id)), arg_old_hash(tn_text_of(old_hash)),
            arg_session_id(tn_text_of(session.id)), arg_token(tn_text_of(session.token)),
            arg_lifetime_s(session_lifetime_s(client)),
            arg_ip_address(tn_text_of(client->ip_address)),
            arg_user_agent(tn_text_of(client->user_agent)), &row, ret_changed, error))
        return false;

    if (*ret_changed) {
        session.expires_at_us = row.expires_at.us;
        session.created_at_us = row.created_at.us;
        session.updated_at_us = row.created_at.us;
        *ret_session = session;
    }
    return true;
}

static bool
change(struct account_tools tools, const char *user_id, const char *old_hash, const char *new_hash,
    bool *ret_changed, struct tn_error *error)
{
    int64_t count;
    if (!password_change(tools.identity, arg_user_id(tn_text_of(user_id)),
            arg_old_hash(tn_text_of(old_hash)), arg_password_hash(tn_text_of(new_hash)), &count,
            error))
        return false;

    *ret_changed = count > 0;
    return true;
}

bool
account_change_password(struct account_tools tools, const char *user_id, const char *current,
    const char *wanted, const struct session_client *client, struct session *ret_session,
    enum password_change_answer *ret_answer, struct tn_error *error)
{
    struct password_of_user_row row;
    bool found;
    if (!password_of_user(tools.identity, arg_user_id(tn_text_of(user_id)), &row, &found, error))
        return false;

    const char *old_hash = found ? text_or_null(row.password) : NULL;
    if (!old_hash) {
        *ret_answer = PASSWORD_ABSENT;
        return true;
    }

    struct hashing check = { .password = current, .expected = old_hash };
    struct hashing make = { .password = wanted };
    if (!hashing_run(tools.workers, &check, error))
        return false;
    if (!check.fits) {
        *ret_answer = PASSWORD_WRONG;
        return true;
    }
    if (!hashing_run(tools.workers, &make, error))
        return false;

    /* Meanwhile somebody may have changed it: then what was said is not the current one any more.
     */
    bool changed;
    const bool done = client ? change_alone(tools, user_id, old_hash, make.hash, client,
                                   ret_session, &changed, error)
                             : change(tools, user_id, old_hash, make.hash, &changed, error);
    if (!done)
        return false;

    *ret_answer = changed ? PASSWORD_CHANGED : PASSWORD_WRONG;
    return true;
}

bool
account_update(struct tn_identity identity, const char *user_id, const struct user_change *change,
    struct user *ret_user, bool *ret_found, struct tn_error *error)
{
    struct user_update_row row;
    if (!user_update(identity, arg_opt_user_name(optional_text(change->name)),
            arg_sets_image(change->sets_image), arg_opt_image(optional_text(change->image)),
            arg_user_id(tn_text_of(user_id)), &row, ret_found, error))
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
