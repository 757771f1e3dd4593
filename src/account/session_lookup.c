#include "account/session_lookup.h"

#include "queries.h"

#include "account/row.h"
#include "base/time.h"

static struct session
session_of_row(const struct session_at_place_row *row)
{
    return (struct session){
        .id = row->id.p,
        .token = row->token.p,
        .user_id = row->user_id.p,
        .expires_at_us = row->expires_at.us,
        .created_at_us = row->created_at.us,
        .updated_at_us = row->updated_at.us,
        .ip_address = text_or_null(row->ip_address),
        .user_agent = text_or_null(row->user_agent),
        .active_organization_id = text_or_null(row->active_organization_id),
        .active_team_id = text_or_null(row->active_team_id),
    };
}

static struct user
user_of_row(const struct session_at_place_row *row)
{
    return (struct user){
        .id = row->user_id.p,
        .name = row->user_name.p,
        .email = row->user_email.p,
        .email_verified = row->user_email_verified,
        .image = text_or_null(row->user_image),
        .created_at_us = row->user_created_at.us,
        .updated_at_us = row->user_updated_at.us,
    };
}

enum session_context_state
session_context_state_of(struct tn_opt_time entered_at, struct tn_opt_time revoked_at)
{
    if (entered_at.is_null)
        return SESSION_CONTEXT_ABSENT;
    return revoked_at.is_null ? SESSION_CONTEXT_ENTERED : SESSION_CONTEXT_REVOKED;
}

static void
view_of_row(
    const struct session_at_place_row *row, int64_t asked_at_us, struct session_view *ret_view)
{
    if (!row || !row->is_live) {
        *ret_view = (struct session_view){ .answer = row ? SESSION_EXPIRED : SESSION_UNKNOWN };
        return;
    }
    *ret_view = (struct session_view){
        .answer = SESSION_LIVE,
        .session = session_of_row(row),
        .user = user_of_row(row),
        .is_member = !row->organization_id.is_null,
        .organization_id = text_or_null(row->organization_id),
        .organization_name = text_or_null(row->organization_name),
        .organization_slug = text_or_null(row->organization_slug),
        .role = text_or_null(row->role),
        .context = session_context_state_of(row->entered_at, row->revoked_at),
        .last_seen_at_us = row->last_seen_at.is_null ? 0 : row->last_seen_at.value_if_any.us,
        .asked_at_us = asked_at_us,
    };
}

struct visitor
visitor_of(const struct session_view *view)
{
    return (struct visitor){
        .session_id = view->session.id,
        .session_token = view->session.token,
        .session_expires_at_us = view->session.expires_at_us,
        .user_id = view->user.id,
        .user_name = view->user.name,
        .user_email = view->user.email,
        .is_member = view->is_member,
        .organization_id = view->organization_id,
        .organization_name = view->organization_name,
        .organization_slug = view->organization_slug,
        .role = view->role,
        .context = view->context,
        .last_seen_at_us = view->last_seen_at_us,
    };
}

bool
session_look_up(struct tn_identity identity, const char *token, struct session_place place,
    struct session_view *ret_view, struct tn_error *error)
{
    const int64_t asked_at_us = time_steady_us();
    struct session_at_place_row row;
    bool found;
    if (!session_at_place(identity, arg_opt_place_slug(optional_text(place.slug)),
            arg_opt_place_id(optional_text(place.organization_id)), arg_token(tn_text_of(token)),
            &row, &found, error))
        return false;

    view_of_row(found ? &row : NULL, asked_at_us, ret_view);
    return true;
}

bool
session_context_note(struct tn_membership membership, const char *session_id, const char *user_id,
    struct tn_error *error)
{
    return context_row_note(membership, arg_session_id(tn_text_of(session_id)),
        arg_user_id(tn_text_of(user_id)), error);
}

bool
session_context_enter(struct tn_membership membership, const char *session_id, const char *user_id,
    struct tn_error *error)
{
    return context_row_enter(membership, arg_session_id(tn_text_of(session_id)),
        arg_user_id(tn_text_of(user_id)), error);
}

bool
session_context_revoke(struct tn_membership membership, const char *session_id, const char *user_id,
    struct tn_error *error)
{
    return context_row_revoke(membership, arg_session_id(tn_text_of(session_id)),
        arg_user_id(tn_text_of(user_id)), error);
}
