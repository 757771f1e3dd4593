/* organization/: invite-member, accept-, reject-, cancel-, get-, list-invitations,
 * list-user-invitations. */
#include "organization/invitation.h"

#include <string.h>

#include "account/email.h"
#include "server/auth_organization_json.h"
#include "server/auth_place.h"
#include "server/invitation_mail.h"

/* --- inviting --------------------------------------------------------------------------------- */

static const struct refusal send_refusals[] = {
    { CHANGE_NO_ORGANIZATION, 400, WIRE_MEMBER_NOT_FOUND },
    { CHANGE_NOT_A_MEMBER, 400, WIRE_MEMBER_NOT_FOUND },
    { CHANGE_FORBIDDEN, 403, WIRE_YOU_ARE_NOT_ALLOWED_TO_INVITE_USERS_TO_THIS_ORGANIZATION },
    { CHANGE_ROLE_EMPTY, 400, WIRE_ROLE_NOT_FOUND },
    { CHANGE_OWNER_ONLY, 403, WIRE_YOU_ARE_NOT_ALLOWED_TO_INVITE_USER_WITH_THIS_ROLE },
    { CHANGE_BEYOND, 403, WIRE_YOU_ARE_NOT_ALLOWED_TO_INVITE_USER_WITH_THIS_ROLE },
    { CHANGE_ALREADY, 400, WIRE_USER_IS_ALREADY_A_MEMBER_OF_THIS_ORGANIZATION },
    { CHANGE_TAKEN, 400, WIRE_USER_IS_ALREADY_INVITED_TO_THIS_ORGANIZATION },
    { CHANGE_LIMIT, 403, WIRE_INVITATION_LIMIT_REACHED },
    { CHANGE_TEAM_ID_ODD, 400, WIRE_INVALID_TEAM_ID },
    { CHANGE_NO_TEAM, 400, WIRE_TEAM_NOT_FOUND },
    { CHANGE_TEAM_FULL, 403, WIRE_TEAM_MEMBER_LIMIT_REACHED },
};

static bool
send(struct auth_exchange *exchange, const struct session_view *view,
    const struct change_request *request, struct tn_error *error)
{
    const struct json_value *role = json_member(exchange->body, "role");
    struct invitation_wish wish = {
        .email = auth_body_text(exchange, "email"),
        .role = role_list_of_json(role, exchange->arena),
        .resends = json_member(exchange->body, "resend")->boolean,
        .replaces = strcmp(exchange->settings->reinvite, "replace") == 0,
    };
    if (!email_is_valid(wish.email)) {
        auth_refuse(exchange, 400, WIRE_INVALID_EMAIL);
        return true;
    }
    wish.has_odd_team_id = !auth_team_ids(exchange, &wish.team_ids);
    struct invitation invitation;
    const char *unknown = NULL;
    enum change_answer answer;
    if (!invitation_send(request, &wish, &invitation, &unknown, &answer, error))
        return false;

    if (answer == CHANGE_ROLE_UNKNOWN) {
        auth_refuse_with(
            exchange, 400, NULL, arena_printf(exchange->arena, "ROLE_NOT_FOUND: %s", unknown));
        return true;
    }
    if (!AUTH_IS_DONE(exchange, answer, send_refusals))
        return true;

    invitation_mail_send(exchange->server, exchange->request, &invitation,
        &(struct inviter){ view->user.name, view->user.email });
    struct json_writer json = auth_answer(exchange, 200);
    auth_put_invitation(&json, &invitation);
    return true;
}

bool
auth_organization_invite_member(struct auth_exchange *exchange, struct tn_error *error)
{
    static const struct auth_field fields[] = {
        { .name = "email", .rule = AUTH_STRING },
        { .name = "role", .rule = AUTH_STRINGS },
        { .name = "organizationId", .rule = AUTH_STRING, .is_optional = true },
        { .name = "resend", .rule = AUTH_BOOLEAN, .is_optional = true },
        { .name = "teamId", .rule = AUTH_STRINGS, .is_optional = true },
    };
    const struct session_view *view;
    struct change_request request;
    if (!auth_body_fits(exchange, fields, COUNT_OF(fields)))
        return true;
    if (!auth_change_wanted(exchange, WIRE_ORGANIZATION_NOT_FOUND, &view, &request, error))
        return false;

    return !view || send(exchange, view, &request, error);
}

/* --- its end ---------------------------------------------------------------------------------- */

static const struct auth_field id_fields[] = { { .name = "invitationId", .rule = AUTH_STRING } };

/* Below a slug, an invitation of another organization: refused like any other name of one. */
static bool
leads_elsewhere(struct auth_exchange *exchange, const struct session_view *view,
    bool *ret_elsewhere, struct tn_error *error)
{
    struct invitation invitation;
    bool found = false;
    *ret_elsewhere = false;
    if (!exchange->slug)
        return true;
    if (!invitation_get(exchange->identity, auth_body_text(exchange, "invitationId"), &invitation,
            &found, error))
        return false;

    *ret_elsewhere = found && strcmp(invitation.organization_id, view->organization_id) != 0;
    if (*ret_elsewhere)
        auth_refuse_for(exchange, TN_ORGANIZATION_DIFFERS);
    return true;
}

/* Body, session and place of the three that follow. `ret_view` NULL: answered. */
static bool
begin(struct auth_exchange *exchange, const struct session_view **ret_view,
    struct change_request *ret_request, struct tn_error *error)
{
    bool is_elsewhere;
    *ret_view = NULL;
    if (!auth_body_fits(exchange, id_fields, COUNT_OF(id_fields)))
        return true;

    const struct session_view *view;
    if (!auth_session_wanted(exchange, &view, error))
        return false;
    if (!view)
        return true;

    if (!leads_elsewhere(exchange, view, &is_elsewhere, error))
        return false;

    *ret_view = is_elsewhere ? NULL : view;
    *ret_request = auth_change(exchange, view, NULL);
    return true;
}

static void
answer_ended(struct auth_exchange *exchange, const struct invitation *invitation,
    const struct member *member)
{
    struct json_writer json = auth_answer(exchange, 200);
    json_object_begin(&json);
    json_key(&json, "invitation");
    auth_put_invitation(&json, invitation);
    json_key(&json, "member");
    if (member)
        auth_put_member(&json, member);
    else
        json_put_null(&json);
    json_object_end(&json);
}

bool
auth_organization_accept_invitation(struct auth_exchange *exchange, struct tn_error *error)
{
    static const struct refusal refusals[] = {
        { CHANGE_UNKNOWN, 400, WIRE_INVITATION_NOT_FOUND },
        { CHANGE_NOT_FOR_YOU, 403, WIRE_YOU_ARE_NOT_THE_RECIPIENT_OF_THE_INVITATION },
        { CHANGE_ALREADY, 400, WIRE_USER_IS_ALREADY_A_MEMBER_OF_THIS_ORGANIZATION },
        { CHANGE_LIMIT, 403, WIRE_ORGANIZATION_MEMBERSHIP_LIMIT_REACHED },
        { CHANGE_INVITER_GONE, 400, WIRE_INVITER_IS_NO_LONGER_A_MEMBER_OF_THE_ORGANIZATION },
        { CHANGE_NO_TEAM, 400, WIRE_TEAM_NOT_FOUND },
        { CHANGE_TEAM_FULL, 403, WIRE_TEAM_MEMBER_LIMIT_REACHED },
    };
    const struct session_view *view;
    struct change_request request;
    if (!begin(exchange, &view, &request, error))
        return false;
    if (!view)
        return true;

    struct invitation invitation;
    struct member member;
    const char *team_id = NULL;
    enum change_answer answer;
    if (!invitation_accept(&request, (struct invited){ view->user.email },
            auth_body_text(exchange, "invitationId"), &invitation, &member, &team_id, &answer,
            error))
        return false;
    if (!AUTH_IS_DONE(exchange, answer, refusals))
        return true;

    auth_session_changed(exchange, invitation.organization_id, team_id);
    auth_cookies_renew(exchange);
    answer_ended(exchange, &invitation, &member);
    return true;
}

bool
auth_organization_reject_invitation(struct auth_exchange *exchange, struct tn_error *error)
{
    static const struct refusal refusals[] = {
        { CHANGE_NOT_FOR_YOU, 403, WIRE_YOU_ARE_NOT_THE_RECIPIENT_OF_THE_INVITATION },
    };
    const struct session_view *view;
    struct change_request request;
    if (!begin(exchange, &view, &request, error))
        return false;
    if (!view)
        return true;

    struct invitation invitation;
    enum change_answer answer;
    if (!invitation_reject(&request, (struct invited){ view->user.email },
            auth_body_text(exchange, "invitationId"), &invitation, &answer, error))
        return false;

    if (answer == CHANGE_UNKNOWN) {
        auth_refuse_with(exchange, 400, "INVITATION_NOT_FOUND", "Invitation not found!");
        return true;
    }
    if (AUTH_IS_DONE(exchange, answer, refusals))
        answer_ended(exchange, &invitation, NULL);
    return true;
}

bool
auth_organization_cancel_invitation(struct auth_exchange *exchange, struct tn_error *error)
{
    static const struct refusal refusals[] = {
        { CHANGE_UNKNOWN, 400, WIRE_INVITATION_NOT_FOUND },
        { CHANGE_NOT_A_MEMBER, 400, WIRE_MEMBER_NOT_FOUND },
        { CHANGE_FORBIDDEN, 403, WIRE_YOU_ARE_NOT_ALLOWED_TO_CANCEL_THIS_INVITATION },
    };
    const struct session_view *view;
    struct change_request request;
    if (!begin(exchange, &view, &request, error))
        return false;
    if (!view)
        return true;

    struct invitation invitation;
    enum change_answer answer;
    if (!invitation_cancel(
            &request, auth_body_text(exchange, "invitationId"), &invitation, &answer, error))
        return false;
    if (!AUTH_IS_DONE(exchange, answer, refusals))
        return true;

    struct json_writer json = auth_answer(exchange, 200);
    auth_put_invitation(&json, &invitation);
    return true;
}

/* --- reading ---------------------------------------------------------------------------------- */

/* What get-invitation refuses with; true: it may be shown. */
static bool
may_show(struct auth_exchange *exchange, const struct session_view *view,
    const struct invitation *invitation, bool found)
{
    if (!found || !invitation->is_live || strcmp(invitation->status, "pending") != 0)
        auth_refuse(exchange, 400, WIRE_INVITATION_NOT_FOUND);
    else if (strcmp(email_normalise(invitation->email, exchange->arena),
                 email_normalise(view->user.email, exchange->arena)) != 0)
        auth_refuse(exchange, 403, WIRE_YOU_ARE_NOT_THE_RECIPIENT_OF_THE_INVITATION);
    else if (!invitation->inviter_is_member)
        auth_refuse(exchange, 400, WIRE_INVITER_IS_NO_LONGER_A_MEMBER_OF_THE_ORGANIZATION);
    else if (exchange->slug && strcmp(invitation->organization_id, view->organization_id) != 0)
        auth_refuse_for(exchange, TN_ORGANIZATION_DIFFERS);
    else
        return true;
    return false;
}

bool
auth_organization_get_invitation(struct auth_exchange *exchange, struct tn_error *error)
{
    static const struct auth_parameter parameters[] = { { .name = "id", .is_wanted = true } };
    if (!auth_query_fits(exchange, parameters, COUNT_OF(parameters)))
        return true;

    const struct session_view *view;
    if (!auth_session(exchange, true, &view, error))
        return false;
    if (!view) {
        auth_refuse_with(exchange, 401, NULL, "Not authenticated");
        return true;
    }

    struct invitation invitation;
    bool found;
    if (!invitation_get(
            exchange->identity, pairs_find(&exchange->query, "id"), &invitation, &found, error))
        return false;
    if (!may_show(exchange, view, &invitation, found))
        return true;

    struct json_writer json = auth_answer(exchange, 200);
    json_object_begin(&json);
    auth_put_invitation_fields(&json, &invitation);
    json_key(&json, "organizationName");
    json_put_text(&json, invitation.organization_name);
    json_key(&json, "organizationSlug");
    json_put_text(&json, invitation.organization_slug);
    json_key(&json, "inviterEmail");
    json_put_text(&json, invitation.inviter_email);
    json_object_end(&json);
    return true;
}

static bool
answer_list(struct auth_exchange *exchange, const struct session_view *view, struct tn_error *error)
{
    struct role_book book;
    struct tn_membership membership;
    if (!auth_role_book(exchange, view, &book, error))
        return false;

    if (!roles_allow(&book, view->role, "invitation", "create")) {
        auth_refuse(exchange, 403, WIRE_YOU_ARE_NOT_ALLOWED_TO_LIST_INVITATIONS);
        return true;
    }
    if (!auth_membership_open(exchange, view, &membership, error))
        return false;

    struct invitation_list list;
    const bool listed = invitation_list(membership, view->organization_id,
        role_list_has(view->role, "owner"), exchange->arena, &list, error);
    membership_close(membership);
    if (!listed)
        return false;

    struct json_writer json = auth_answer(exchange, 200);
    json_array_begin(&json);
    for (size_t i = 0; i < list.count; i++)
        auth_put_invitation(&json, &list.items[i]);
    json_array_end(&json);
    return true;
}

bool
auth_organization_list_invitations(struct auth_exchange *exchange, struct tn_error *error)
{
    static const struct auth_parameter parameters[] = { { .name = "organizationId" } };
    if (!auth_query_fits(exchange, parameters, COUNT_OF(parameters)))
        return true;

    const char *named = pairs_find(&exchange->query, "organizationId");
    const struct session_place place = { .organization_id = named && *named ? named : NULL };
    const struct session_view *view;
    if (!auth_session_at(exchange, place, &view, error))
        return false;

    if (!view)
        auth_refuse(exchange, 401, WIRE_UNAUTHORIZED);
    else if (!auth_has_place(exchange, view, place))
        auth_refuse_with(exchange, 400, NULL, "Organization ID is required");
    else if (!view->is_member)
        auth_refuse_with(exchange, 403, NULL, "You are not a member of this organization");
    else
        return answer_list(exchange, view, error);
    return true;
}

bool
auth_organization_list_user_invitations(struct auth_exchange *exchange, struct tn_error *error)
{
    static const struct auth_parameter parameters[] = { { .name = "email" } };
    const char *email = pairs_find(&exchange->query, "email");
    if (!auth_query_fits(exchange, parameters, COUNT_OF(parameters)))
        return true;
    if (email && *email) {
        auth_refuse_with(
            exchange, 400, NULL, "User email cannot be passed for client side API calls.");
        return true;
    }

    const struct session_view *view;
    if (!auth_session(exchange, true, &view, error))
        return false;
    if (!view) {
        auth_refuse_with(exchange, 400, NULL, "Missing session headers, or email query parameter.");
        return true;
    }
    if (!view->user.email_verified) {
        auth_refuse(exchange, 403, WIRE_EMAIL_VERIFICATION_REQUIRED_FOR_INVITATION);
        return true;
    }

    struct invitation_list list;
    if (!invitation_list_of_email(exchange->identity, view->user.email, !auth_is_strict(exchange),
            exchange->arena, &list, error))
        return false;

    struct json_writer json = auth_answer(exchange, 200);
    json_array_begin(&json);
    for (size_t i = 0; i < list.count; i++) {
        json_object_begin(&json);
        auth_put_invitation_fields(&json, &list.items[i]);
        json_key(&json, "organizationName");
        json_put_text(&json, list.items[i].organization_name);
        json_object_end(&json);
    }
    json_array_end(&json);
    return true;
}
