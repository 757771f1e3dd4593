/* organization/: set-active, set-active-team, get-active-member, get-active-member-role,
 * has-permission: where the session stands, and as what. */
#include <string.h>

#include "organization/permission.h"
#include "server/auth_organization_json.h"
#include "server/auth_place.h"

/* --- set-active ------------------------------------------------------------------------------- */

static void
answer_organization(struct auth_exchange *exchange, const struct organization *organization)
{
    struct json_writer json = auth_answer(exchange, 200);
    if (organization)
        auth_put_organization(&json, organization);
    else
        json_put_null(&json);
}

/* The database keeps an active team only within its organization. */
static const char *
team_within(const struct session_view *view, const char *organization_id)
{
    const char *active = view->session.active_organization_id;
    return active && strcmp(active, organization_id) == 0 ? view->session.active_team_id : NULL;
}

static bool
activate(struct auth_exchange *exchange, const struct session_view *view,
    const char *organization_id, struct tn_error *error)
{
    struct organization organization;
    enum organization_activate_answer answer;
    if (!organization_activate(exchange->identity, view->session.id, view->session.user_id,
            organization_id, &organization, &answer, error))
        return false;

    switch (answer) {
    case ORGANIZATION_ACTIVATED:
        auth_session_changed(exchange, organization.id, team_within(view, organization.id));
        auth_cookies_renew(exchange);
        answer_organization(exchange, &organization);
        return true;
    case ORGANIZATION_NOT_A_MEMBER:
        auth_session_changed(exchange, NULL, NULL);
        auth_refuse(exchange, 403, WIRE_USER_IS_NOT_A_MEMBER_OF_THE_ORGANIZATION);
        return true;
    case ORGANIZATION_SESSION_GONE:
        auth_cookies_end(exchange);
        auth_refuse(exchange, 401, WIRE_UNAUTHORIZED);
        return true;
    }
    return true;
}

static bool
activate_slug(struct auth_exchange *exchange, const struct session_view *view, const char *slug,
    struct tn_error *error)
{
    struct organization organization;
    enum organization_find_answer answer;
    if (!organization_find(exchange->identity, (struct session_place){ .slug = slug },
            view->user.id, &organization, &answer, error))
        return false;

    if (answer == ORGANIZATION_UNKNOWN) {
        auth_refuse(exchange, 400, WIRE_ORGANIZATION_NOT_FOUND);
        return true;
    }
    return activate(exchange, view, organization.id, error);
}

static bool
set_active(struct auth_exchange *exchange, const struct session_view *view, struct tn_error *error)
{
    const struct json_value *id = json_member(exchange->body, "organizationId");
    const char *slug = auth_body_text(exchange, "organizationSlug");
    if (id->kind == JSON_KIND_NULL && exchange->slug) {
        /* Below /o/<slug> the only organization to be set is the slug's. */
        auth_refuse_for(exchange, TN_ORGANIZATION_DIFFERS);
        return true;
    }
    if (id->kind == JSON_KIND_NULL) {
        auth_session_changed(exchange, NULL, NULL);
        auth_cookies_renew(exchange);
        answer_organization(exchange, NULL);
        return organization_deactivate(exchange->identity, &view->session, error);
    }
    if (id->kind == JSON_KIND_STRING && *id->text)
        return activate(exchange, view, id->text, error);
    if (slug && *slug)
        return activate_slug(exchange, view, slug, error);

    const char *active = auth_active_organization(exchange, view);
    if (active)
        return activate(exchange, view, active, error);

    answer_organization(exchange, NULL);
    return true;
}

bool
auth_organization_set_active(struct auth_exchange *exchange, struct tn_error *error)
{
    static const struct auth_field fields[] = {
        { .name = "organizationId", .rule = AUTH_STRING, .is_optional = true, .is_nullable = true },
        { .name = "organizationSlug", .rule = AUTH_STRING, .is_optional = true },
    };
    if (!auth_body_fits(exchange, fields, COUNT_OF(fields)))
        return true;

    const struct session_view *view;
    if (!auth_session_wanted(exchange, &view, error))
        return false;

    return !view || set_active(exchange, view, error);
}

/* --- set-active-team -------------------------------------------------------------------------- */

static void
answer_team(struct auth_exchange *exchange, const struct team *team)
{
    struct json_writer json = auth_answer(exchange, 200);
    if (team)
        auth_put_team(&json, team);
    else
        json_put_null(&json);
}

/* Below a slug the session's default may be another organization: its team is no business of
 * theirs, so the slug's becomes the default, too. */
static bool
stand_in(struct auth_exchange *exchange, const struct session_view *view,
    const char *organization_id, const char *team_id, struct tn_error *error)
{
    const char *active = view->session.active_organization_id;
    bool changed = true;
    if (active && strcmp(active, organization_id) == 0) {
        if (!team_activate(
                exchange->identity, view->session.id, organization_id, team_id, &changed, error))
            return false;
    } else if (!organization_enter(exchange->identity, view->session.id, view->user.id,
                   organization_id, team_id, error)) {
        return false;
    }
    if (!changed) {
        auth_refuse(exchange, 403, WIRE_USER_IS_NOT_A_MEMBER_OF_THE_TEAM);
        return true;
    }
    auth_session_changed(exchange, organization_id, team_id);
    auth_cookies_renew(exchange);
    return true;
}

static bool
activate_team(struct auth_exchange *exchange, const struct session_view *view, const char *team_id,
    struct tn_error *error)
{
    const char *organization_id = auth_active_organization(exchange, view);
    if (!organization_id) {
        auth_refuse(exchange, 400, WIRE_NO_ACTIVE_ORGANIZATION);
        return true;
    }

    struct team team;
    enum team_sight sight;
    if (!team_look(exchange->identity, team_id, view->user.id, &team, &sight, error))
        return false;

    if (sight == TEAM_UNKNOWN || strcmp(team.organization_id, organization_id) != 0) {
        auth_refuse(exchange, 400, WIRE_TEAM_NOT_FOUND);
        return true;
    }
    if (sight != TEAM_INSIDE) {
        auth_refuse(exchange, 403, WIRE_USER_IS_NOT_A_MEMBER_OF_THE_TEAM);
        return true;
    }
    answer_team(exchange, &team);
    return stand_in(exchange, view, organization_id, team.id, error);
}

static bool
set_active_team(
    struct auth_exchange *exchange, const struct session_view *view, struct tn_error *error)
{
    const struct json_value *id = json_member(exchange->body, "teamId");
    if (id->kind == JSON_KIND_NULL) {
        bool changed;
        if (!team_activate(exchange->identity, view->session.id, NULL, NULL, &changed, error))
            return false;

        auth_session_changed(exchange, view->session.active_organization_id, NULL);
        auth_cookies_renew(exchange);
        answer_team(exchange, NULL);
        return true;
    }

    const char *team_id =
        id->kind == JSON_KIND_STRING && *id->text ? id->text : view->session.active_team_id;
    if (team_id)
        return activate_team(exchange, view, team_id, error);

    answer_team(exchange, NULL);
    return true;
}

bool
auth_organization_set_active_team(struct auth_exchange *exchange, struct tn_error *error)
{
    static const struct auth_field fields[] = {
        { .name = "teamId", .rule = AUTH_STRING, .is_optional = true, .is_nullable = true },
    };
    if (!auth_body_fits(exchange, fields, COUNT_OF(fields)))
        return true;

    const struct session_view *view;
    if (!auth_session_wanted(exchange, &view, error))
        return false;

    return !view || set_active_team(exchange, view, error);
}

/* --- the own membership ----------------------------------------------------------------------- */

bool
auth_organization_get_active_member(struct auth_exchange *exchange, struct tn_error *error)
{
    const struct session_view *view;
    if (!auth_session_wanted(exchange, &view, error))
        return false;
    if (!view)
        return true;

    const char *organization_id = auth_active_organization(exchange, view);
    if (!organization_id) {
        auth_refuse(exchange, 400, WIRE_NO_ACTIVE_ORGANIZATION);
        return true;
    }

    struct member member;
    bool found;
    if (!member_get(exchange->identity, organization_id,
            (struct member_name){ .user_id = view->user.id }, exchange->arena, &member, &found,
            error))
        return false;

    if (!found) {
        auth_refuse(exchange, 400, WIRE_MEMBER_NOT_FOUND);
        return true;
    }
    struct json_writer json = auth_answer(exchange, 200);
    auth_put_member_with_user(&json, &member);
    return true;
}

/* The role of who is asked for; NULL: no member, or not to be seen. */
static bool
role_of(struct auth_exchange *exchange, const struct session_view *view, const char **ret_role,
    struct tn_error *error)
{
    const char *user_id = pairs_find(&exchange->query, "userId");
    *ret_role = view->role;
    if (!user_id || !*user_id || strcmp(user_id, view->user.id) == 0)
        return true;

    struct role_book book;
    struct member member;
    bool found;
    if (!auth_role_book(exchange, view, &book, error) ||
        !member_get(exchange->identity, view->organization_id,
            (struct member_name){ .user_id = user_id }, exchange->arena, &member, &found, error))
        return false;

    *ret_role = found && auth_sees_roster(exchange, view, &book) ? member.role : NULL;
    return true;
}

bool
auth_organization_get_active_member_role(struct auth_exchange *exchange, struct tn_error *error)
{
    static const struct auth_parameter parameters[] = { { .name = "userId" },
        { .name = "organizationId" }, { .name = "organizationSlug" } };
    if (!auth_query_fits(exchange, parameters, COUNT_OF(parameters)))
        return true;

    const struct session_view *view;
    const char *role;
    if (!auth_member_place(exchange, &view, error))
        return false;
    if (!view)
        return true;

    if (!role_of(exchange, view, &role, error))
        return false;

    if (!role) {
        auth_refuse(exchange, 403, WIRE_YOU_ARE_NOT_A_MEMBER_OF_THIS_ORGANIZATION);
        return true;
    }
    struct json_writer json = auth_answer(exchange, 200);
    json_object_begin(&json);
    json_key(&json, "role");
    json_put_text(&json, role);
    json_object_end(&json);
    return true;
}

/* --- has-permission --------------------------------------------------------------------------- */

/* Exactly one of `permissions` and its old name fits; what is wrong otherwise, else NULL. */
static const char *
permission_fault(const struct auth_exchange *exchange)
{
    const bool fits_current = permission_is_well_formed(json_member(exchange->body, "permissions"));
    const bool fits_old = permission_is_well_formed(json_member(exchange->body, "permission"));
    if (fits_current != fits_old)
        return NULL;

    return fits_current ? "[body] Invalid input: more than one option matched"
                        : "[body] Invalid input";
}

static bool
answer_permission(
    struct auth_exchange *exchange, const struct session_view *view, struct tn_error *error)
{
    struct role_book book;
    if (!auth_role_book(exchange, view, &book, error))
        return false;

    /* The old name is taken, and grants nothing: so it is on this wire. */
    const struct json_value *permissions = json_member(exchange->body, "permissions");
    struct json_writer json = auth_answer(exchange, 200);
    json_object_begin(&json);
    json_key(&json, "error");
    json_put_null(&json);
    json_key(&json, "success");
    json_put_boolean(&json, roles_allow_all(&book, view->role, permissions));
    json_object_end(&json);
    return true;
}

bool
auth_organization_has_permission(struct auth_exchange *exchange, struct tn_error *error)
{
    static const struct auth_field fields[] = {
        { .name = "organizationId", .rule = AUTH_STRING, .is_optional = true },
    };
    if (!auth_body_fits_and(exchange, fields, COUNT_OF(fields), permission_fault(exchange)))
        return true;

    const char *named = auth_body_text(exchange, "organizationId");
    const struct session_place place = { .organization_id = named && *named ? named : NULL };
    const struct session_view *view;
    if (!auth_session_at(exchange, place, &view, error))
        return false;

    if (!view)
        auth_refuse(exchange, 401, WIRE_UNAUTHORIZED);
    else if (!auth_has_place(exchange, view, place))
        auth_refuse(exchange, 400, WIRE_NO_ACTIVE_ORGANIZATION);
    else if (!view->is_member)
        auth_refuse(exchange, 401, WIRE_USER_IS_NOT_A_MEMBER_OF_THE_ORGANIZATION);
    else
        return answer_permission(exchange, view, error);
    return true;
}
