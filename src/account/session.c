#include "account/session.h"

#include "queries.h"

#include "account/row.h"
#include "base/time.h"
#include "crypto/random.h"

bool
session_start(struct tn_identity identity, const char *user_id, const struct session_client *client,
    bool restores, struct arena *arena, struct session *ret_session, struct tn_error *error)
{
    struct session session = {
        .id = random_id_new(arena),
        .token = random_id_new(arena),
        .user_id = user_id,
        .ip_address = client->ip_address,
        .user_agent = client->user_agent,
    };
    struct session_insert_row row;
    if (!session_insert(identity, arg_session_id(tn_text_of(session.id)),
            arg_token(tn_text_of(session.token)), arg_user_id(tn_text_of(user_id)),
            arg_lifetime_s(session_lifetime_s(client)),
            arg_ip_address(tn_text_of(client->ip_address)),
            arg_user_agent(tn_text_of(client->user_agent)), arg_restores(restores), &row, error))
        return false;

    session.expires_at_us = row.expires_at.us;
    session.created_at_us = row.created_at.us;
    session.updated_at_us = row.created_at.us;
    session.active_organization_id = text_or_null(row.active_organization_id);
    *ret_session = session;
    return true;
}

bool
session_is_due(const struct session_term *term, int64_t lifetime_s, int64_t update_age_s)
{
    const int64_t left_s = (term->expires_at_us - time_now_us()) / 1000000;
    return left_s <= lifetime_s - update_age_s;
}

bool
session_prolong(struct tn_identity identity, struct session_term *term, int64_t lifetime_s,
    struct tn_error *error)
{
    struct session_extend_row row;
    bool found;
    if (!session_extend(identity, arg_lifetime_s(lifetime_s),
            arg_session_id(tn_text_of(term->session_id)), &row, &found, error))
        return false;

    if (found) {
        term->expires_at_us = row.expires_at.us;
        term->updated_at_us = row.updated_at.us;
    }
    return true;
}

bool
session_end(struct tn_identity identity, const char *token, struct tn_error *error)
{
    return session_delete(identity, arg_token(tn_text_of(token)), error);
}

bool
session_sweep(struct tn_identity identity, const char *token, struct tn_error *error)
{
    return session_delete_expired(identity, arg_token(tn_text_of(token)), error);
}

bool
session_list(struct tn_identity identity, const char *user_id, struct arena *arena,
    struct session_list *ret_list, struct tn_error *error)
{
    struct sessions_of_user_rows rows;
    if (!sessions_of_user(identity, arg_user_id(tn_text_of(user_id)), &rows, error))
        return false;

    struct session *items = ARENA_ARRAY(arena, rows.count, struct session);
    for (size_t i = 0; i < rows.count; i++)
        items[i] = (struct session){
            .id = rows.rows[i].id.p,
            .token = rows.rows[i].token.p,
            .user_id = rows.rows[i].user_id.p,
            .expires_at_us = rows.rows[i].expires_at.us,
            .created_at_us = rows.rows[i].created_at.us,
            .updated_at_us = rows.rows[i].updated_at.us,
            .ip_address = text_or_null(rows.rows[i].ip_address),
            .user_agent = text_or_null(rows.rows[i].user_agent),
            .active_organization_id = text_or_null(rows.rows[i].active_organization_id),
            .active_team_id = text_or_null(rows.rows[i].active_team_id),
        };
    *ret_list = (struct session_list){ .count = rows.count, .items = items };
    return true;
}

bool
session_revoke(
    struct tn_identity identity, const char *user_id, const char *token, struct tn_error *error)
{
    return session_delete_of_user(
        identity, arg_token(tn_text_of(token)), arg_user_id(tn_text_of(user_id)), error);
}

bool
session_revoke_all(
    struct tn_identity identity, const char *user_id, const char *kept_id, struct tn_error *error)
{
    return sessions_delete(identity, arg_user_id(tn_text_of(user_id)),
        arg_opt_kept_session_id(optional_text(kept_id)), error);
}

int64_t
session_lifetime_s(const struct session_client *client)
{
    return client->is_remembered ? client->lifetime_s : SESSION_SHORT_LIFETIME_S;
}
