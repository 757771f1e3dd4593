/* organization/: create-, list-, revoke-, get-, accept-invitation-link: invitations without mail.
 */
#include "organization/invitation_link.h"

#include <string.h>

#include "server/auth_organization_json.h"
#include "server/auth_place.h"
#include "server/invitation_mail.h"

/* A link outlives its maker's attention: it ends after a month at most. */
#define LIFETIME_MAX_S 2592000
#define USES_MAX 1000000

static void
put_link(struct json_writer *json, const struct invitation_link *link)
{
    json_key(json, "id");
    json_put_text(json, link->id);
    json_key(json, "organizationId");
    json_put_text(json, link->organization_id);
    json_key(json, "role");
    json_put_text(json, link->role);
    json_key(json, "teamId");
    json_put_text(json, link->team_ids);
    json_key(json, "usesLeft");
    if (link->uses_left < 0)
        json_put_null(json);
    else
        json_put_integer(json, link->uses_left);
    json_key(json, "createdAt");
    json_put_time(json, link->created_at_us);
    json_key(json, "expiresAt");
    json_put_time(json, link->expires_at_us);
    json_key(json, "creatorId");
    json_put_text(json, link->creator_id);
}

/* --- making ----------------------------------------------------------------------------------- */

/* A whole number of the body from 1 to `most`; `fallback` when it was not sent. False: refused. */
static bool
read_number(struct auth_exchange *exchange, const char *name, int64_t fallback, int64_t most,
    int64_t *ret_number)
{
    const struct json_value *value = json_member(exchange->body, name);
    *ret_number = fallback;
    if (value->kind == JSON_KIND_UNDEFINED)
        return true;
    if (value->kind == JSON_KIND_NUMBER && value->number >= 1 && value->number <= (double)most &&
        value->number == (double)(int64_t)value->number) {
        *ret_number = (int64_t)value->number;
        return true;
    }
    auth_refuse_with(exchange, 400, "VALIDATION_ERROR",
        arena_printf(exchange->arena, "[body.%s] Invalid input: expected a whole number, 1 to %lld",
            name, (long long)most));
    return false;
}

static bool
create(struct auth_exchange *exchange, const struct change_request *request, struct tn_error *error)
{
    static const struct refusal refusals[] = {
        { CHANGE_NO_ORGANIZATION, 400, WIRE_MEMBER_NOT_FOUND },
        { CHANGE_NOT_A_MEMBER, 400, WIRE_MEMBER_NOT_FOUND },
        { CHANGE_FORBIDDEN, 403, WIRE_YOU_ARE_NOT_ALLOWED_TO_INVITE_USERS_TO_THIS_ORGANIZATION },
        { CHANGE_ROLE_EMPTY, 400, WIRE_ROLE_NOT_FOUND },
        { CHANGE_ROLE_UNKNOWN, 400, WIRE_ROLE_NOT_FOUND },
        { CHANGE_OWNER_ONLY, 403, WIRE_YOU_ARE_NOT_ALLOWED_TO_INVITE_USER_WITH_THIS_ROLE },
        { CHANGE_BEYOND, 403, WIRE_YOU_ARE_NOT_ALLOWED_TO_INVITE_USER_WITH_THIS_ROLE },
        { CHANGE_LIMIT, 403, WIRE_INVITATION_LIMIT_REACHED },
        { CHANGE_NO_TEAM, 400, WIRE_TEAM_NOT_FOUND },
        { CHANGE_TEAM_FULL, 403, WIRE_TEAM_MEMBER_LIMIT_REACHED },
    };
    struct link_wish wish = {
        .role = role_list_of_json(json_member(exchange->body, "role"), exchange->arena),
    };
    if (!auth_team_ids(exchange, &wish.team_ids)) {
        auth_refuse(exchange, 400, WIRE_INVALID_TEAM_ID);
        return true;
    }
    if (!read_number(exchange, "uses", -1, USES_MAX, &wish.uses) ||
        !read_number(exchange, "expiresIn", request->rules->invitation_lifetime_s, LIFETIME_MAX_S,
            &wish.lifetime_s))
        return true;

    struct invitation_link link;
    const char *code;
    const char *unknown;
    enum change_answer answer;
    if (!invitation_link_create(request, &wish, &link, &code, &unknown, &answer, error))
        return false;
    if (!AUTH_IS_DONE(exchange, answer, refusals))
        return true;

    struct json_writer json = auth_answer(exchange, 200);
    json_object_begin(&json);
    put_link(&json, &link);
    json_key(&json, "code");
    json_put_text(&json, code);
    json_key(&json, "link");
    json_put_text(&json, invitation_mail_link(exchange->server, code, exchange->arena));
    json_object_end(&json);
    return true;
}

bool
auth_organization_create_invitation_link(struct auth_exchange *exchange, struct tn_error *error)
{
    static const struct auth_field fields[] = {
        { .name = "role", .rule = AUTH_STRINGS },
        { .name = "organizationId", .rule = AUTH_STRING, .is_optional = true },
        { .name = "teamId", .rule = AUTH_STRINGS, .is_optional = true },
    };
    const struct session_view *view;
    struct change_request request;
    if (!auth_body_fits(exchange, fields, COUNT_OF(fields)))
        return true;
    if (!auth_change_wanted(exchange, WIRE_NO_ACTIVE_ORGANIZATION, &view, &request, error))
        return false;

    return !view || create(exchange, &request, error);
}

/* --- watching --------------------------------------------------------------------------------- */

bool
auth_organization_list_invitation_links(struct auth_exchange *exchange, struct tn_error *error)
{
    const struct session_view *view;
    if (!auth_member_place(exchange, &view, error))
        return false;
    if (!view)
        return true;

    bool may;
    if (!auth_allows(exchange, view, "invitation", "create", &may, error))
        return false;
    if (!may) {
        auth_refuse(exchange, 403, WIRE_YOU_ARE_NOT_ALLOWED_TO_LIST_INVITATIONS);
        return true;
    }

    struct tn_membership membership;
    if (!auth_membership_open(exchange, view, &membership, error))
        return false;

    struct invitation_link_list list;
    const bool listed = invitation_link_list(membership, view->organization_id,
        role_list_has(view->role, "owner"), exchange->arena, &list, error);
    membership_close(membership);
    if (!listed)
        return false;

    struct json_writer json = auth_answer(exchange, 200);
    json_array_begin(&json);
    for (size_t i = 0; i < list.count; i++) {
        json_object_begin(&json);
        put_link(&json, &list.items[i]);
        json_object_end(&json);
    }
    json_array_end(&json);
    return true;
}

bool
auth_organization_revoke_invitation_link(struct auth_exchange *exchange, struct tn_error *error)
{
    static const struct auth_field fields[] = {
        { .name = "linkId", .rule = AUTH_STRING },
        { .name = "organizationId", .rule = AUTH_STRING, .is_optional = true },
    };
    static const struct refusal refusals[] = {
        { CHANGE_NO_ORGANIZATION, 400, WIRE_MEMBER_NOT_FOUND },
        { CHANGE_NOT_A_MEMBER, 400, WIRE_MEMBER_NOT_FOUND },
        { CHANGE_FORBIDDEN, 403, WIRE_YOU_ARE_NOT_ALLOWED_TO_CANCEL_THIS_INVITATION },
        { CHANGE_UNKNOWN, 400, WIRE_INVITATION_NOT_FOUND },
    };
    const struct session_view *view;
    struct change_request request;
    if (!auth_body_fits(exchange, fields, COUNT_OF(fields)))
        return true;
    if (!auth_change_wanted(exchange, WIRE_NO_ACTIVE_ORGANIZATION, &view, &request, error))
        return false;
    if (!view)
        return true;

    enum change_answer answer;
    if (!invitation_link_revoke(&request, auth_body_text(exchange, "linkId"), &answer, error))
        return false;
    if (!AUTH_IS_DONE(exchange, answer, refusals))
        return true;

    struct json_writer json = auth_answer(exchange, 200);
    json_object_begin(&json);
    json_key(&json, "status");
    json_put_boolean(&json, true);
    json_object_end(&json);
    return true;
}

/* --- following one ---------------------------------------------------------------------------- */

bool
auth_organization_get_invitation_link(struct auth_exchange *exchange, struct tn_error *error)
{
    static const struct auth_parameter parameters[] = { { .name = "code", .is_wanted = true } };
    const struct session_view *view;
    if (!auth_query_fits(exchange, parameters, COUNT_OF(parameters)))
        return true;
    if (!auth_session_wanted(exchange, &view, error))
        return false;
    if (!view)
        return true;

    struct invitation_link link;
    bool found;
    if (!invitation_link_open(exchange->identity, pairs_find(&exchange->query, "code"),
            exchange->arena, &link, &found, error))
        return false;

    if (!found) {
        auth_refuse(exchange, 400, WIRE_INVITATION_NOT_FOUND);
        return true;
    }
    if (exchange->slug && strcmp(link.organization_id, view->organization_id) != 0) {
        auth_refuse_for(exchange, TN_ORGANIZATION_DIFFERS);
        return true;
    }
    struct json_writer json = auth_answer(exchange, 200);
    json_object_begin(&json);
    json_key(&json, "organizationName");
    json_put_text(&json, link.organization_name);
    json_key(&json, "organizationSlug");
    json_put_text(&json, link.organization_slug);
    json_key(&json, "role");
    json_put_text(&json, link.role);
    json_key(&json, "expiresAt");
    json_put_time(&json, link.expires_at_us);
    json_object_end(&json);
    return true;
}

static bool
accept(struct auth_exchange *exchange, const struct session_view *view, struct tn_error *error)
{
    static const struct refusal refusals[] = {
        { CHANGE_UNKNOWN, 400, WIRE_INVITATION_NOT_FOUND },
        { CHANGE_ALREADY, 400, WIRE_USER_IS_ALREADY_A_MEMBER_OF_THIS_ORGANIZATION },
        { CHANGE_LIMIT, 403, WIRE_ORGANIZATION_MEMBERSHIP_LIMIT_REACHED },
        { CHANGE_NO_TEAM, 400, WIRE_TEAM_NOT_FOUND },
        { CHANGE_TEAM_FULL, 403, WIRE_TEAM_MEMBER_LIMIT_REACHED },
    };
    const struct change_request request = auth_change(exchange, view, NULL);
    struct invitation_link link;
    struct member member;
    const char *team_id = NULL;
    enum change_answer answer;
    if (!invitation_link_accept(
            &request, auth_body_text(exchange, "code"), &link, &member, &team_id, &answer, error))
        return false;
    if (!AUTH_IS_DONE(exchange, answer, refusals))
        return true;

    auth_session_changed(exchange, link.organization_id, team_id);
    auth_cookies_renew(exchange);
    struct json_writer json = auth_answer(exchange, 200);
    json_object_begin(&json);
    json_key(&json, "member");
    auth_put_member(&json, &member);
    json_key(&json, "organizationSlug");
    json_put_text(&json, link.organization_slug);
    json_object_end(&json);
    return true;
}

bool
auth_organization_accept_invitation_link(struct auth_exchange *exchange, struct tn_error *error)
{
    static const struct auth_field fields[] = { { .name = "code", .rule = AUTH_STRING } };
    const struct session_view *view;
    if (!auth_body_fits(exchange, fields, COUNT_OF(fields)))
        return true;
    if (!auth_session_wanted(exchange, &view, error))
        return false;
    if (!view)
        return true;

    /* Below a slug everybody is a member of it already: a link can only lead elsewhere. */
    if (exchange->slug) {
        auth_refuse_for(exchange, TN_ORGANIZATION_DIFFERS);
        return true;
    }
    return accept(exchange, view, error);
}
