/* organization/: create-, update-, remove-team, list-teams, list-user-teams, list-, add-,
 * remove-team-member. */
#include "organization/team.h"

#include <string.h>

#include "server/auth_organization_json.h"
#include "server/auth_place.h"

/* Without teams these paths are as any unknown one. */
static bool
has_teams(struct auth_exchange *exchange)
{
    if (!exchange->settings->teams)
        auth_answer_unknown_path(exchange);
    return exchange->settings->teams;
}

static void
answer_team(struct auth_exchange *exchange, const struct team *team)
{
    struct json_writer json = auth_answer(exchange, 200);
    auth_put_team(&json, team);
}

static void
answer_message(struct auth_exchange *exchange, const char *message)
{
    struct json_writer json = auth_answer(exchange, 200);
    json_object_begin(&json);
    json_key(&json, "message");
    json_put_text(&json, message);
    json_object_end(&json);
}

static void
answer_teams(struct auth_exchange *exchange, const struct team_list *list)
{
    struct json_writer json = auth_answer(exchange, 200);
    json_array_begin(&json);
    for (size_t i = 0; i < list->count; i++)
        auth_put_team(&json, &list->items[i]);
    json_array_end(&json);
}

/* --- teams ------------------------------------------------------------------------------------ */

bool
auth_organization_create_team(struct auth_exchange *exchange, struct tn_error *error)
{
    static const struct auth_field fields[] = {
        { .name = "name", .rule = AUTH_STRING, .bytes_max = TEAM_NAME_BYTES_MAX },
        { .name = "organizationId", .rule = AUTH_STRING, .is_optional = true },
    };
    static const struct refusal refusals[] = {
        { CHANGE_NO_ORGANIZATION, 403,
            WIRE_YOU_ARE_NOT_ALLOWED_TO_INVITE_USERS_TO_THIS_ORGANIZATION },
        { CHANGE_NOT_A_MEMBER, 403, WIRE_YOU_ARE_NOT_ALLOWED_TO_INVITE_USERS_TO_THIS_ORGANIZATION },
        { CHANGE_FORBIDDEN, 403, WIRE_YOU_ARE_NOT_ALLOWED_TO_CREATE_TEAMS_IN_THIS_ORGANIZATION },
        { CHANGE_LIMIT, 400, WIRE_YOU_HAVE_REACHED_THE_MAXIMUM_NUMBER_OF_TEAMS },
    };
    const struct session_view *view;
    struct change_request request;
    if (!has_teams(exchange) || !auth_body_fits(exchange, fields, COUNT_OF(fields)))
        return true;
    if (!auth_session(exchange, true, &view, error))
        return false;
    if (!view) {
        auth_refuse_silently(exchange, 401);
        return true;
    }
    if (!auth_change_wanted(exchange, WIRE_NO_ACTIVE_ORGANIZATION, &view, &request, error))
        return false;
    if (!view)
        return true;

    struct team team;
    enum change_answer answer;
    if (!team_create(&request, auth_body_text(exchange, "name"), &team, &answer, error))
        return false;

    if (AUTH_IS_DONE(exchange, answer, refusals))
        answer_team(exchange, &team);
    return true;
}

bool
auth_organization_update_team(struct auth_exchange *exchange, struct tn_error *error)
{
    static const struct auth_field fields[] = {
        { .name = "teamId", .rule = AUTH_STRING },
        { .name = "data", .rule = AUTH_OBJECT },
        { "data", "name", AUTH_STRING_FILLED, .is_optional = true,
            .bytes_max = TEAM_NAME_BYTES_MAX },
        { "data", "organizationId", AUTH_STRING, .is_optional = true },
    };
    static const struct refusal refusals[] = {
        { CHANGE_NO_ORGANIZATION, 403, WIRE_YOU_ARE_NOT_ALLOWED_TO_UPDATE_THIS_TEAM },
        { CHANGE_NOT_A_MEMBER, 403, WIRE_YOU_ARE_NOT_ALLOWED_TO_UPDATE_THIS_TEAM },
        { CHANGE_FORBIDDEN, 403, WIRE_YOU_ARE_NOT_ALLOWED_TO_UPDATE_THIS_TEAM },
        { CHANGE_UNKNOWN, 400, WIRE_TEAM_NOT_FOUND },
    };
    const struct session_view *view;
    if (!has_teams(exchange) || !auth_body_fits(exchange, fields, COUNT_OF(fields)))
        return true;
    if (!auth_session_wanted(exchange, &view, error))
        return false;
    if (!view)
        return true;

    const struct json_value *data = json_member(exchange->body, "data");
    const char *organization_id =
        auth_organization_id(exchange, view, json_member(data, "organizationId")->text);
    if (!organization_id) {
        auth_refuse(exchange, 400, WIRE_NO_ACTIVE_ORGANIZATION);
        return true;
    }

    const struct change_request request = auth_change(exchange, view, organization_id);
    struct team team;
    enum change_answer answer;
    if (!team_update(&request, auth_body_text(exchange, "teamId"), json_member(data, "name")->text,
            &team, &answer, error))
        return false;

    if (AUTH_IS_DONE(exchange, answer, refusals))
        answer_team(exchange, &team);
    return true;
}

static bool
remove_team(struct auth_exchange *exchange, const struct session_view *view,
    const char *organization_id, struct tn_error *error)
{
    static const struct refusal refusals[] = {
        { CHANGE_NO_ORGANIZATION, 403, WIRE_YOU_ARE_NOT_ALLOWED_TO_DELETE_THIS_TEAM },
        { CHANGE_NOT_A_MEMBER, 403, WIRE_YOU_ARE_NOT_ALLOWED_TO_DELETE_THIS_TEAM },
        { CHANGE_TEAM_ACTIVE, 403, WIRE_YOU_ARE_NOT_ALLOWED_TO_DELETE_THIS_TEAM },
        { CHANGE_FORBIDDEN, 403, WIRE_YOU_ARE_NOT_ALLOWED_TO_DELETE_TEAMS_IN_THIS_ORGANIZATION },
        { CHANGE_UNKNOWN, 400, WIRE_TEAM_NOT_FOUND },
        { CHANGE_TEAM_LAST, 400, WIRE_UNABLE_TO_REMOVE_LAST_TEAM },
    };
    const struct change_request request = auth_change(exchange, view, organization_id);
    enum change_answer answer;
    if (!team_remove(&request, auth_body_text(exchange, "teamId"), view->session.active_team_id,
            &answer, error))
        return false;

    if (AUTH_IS_DONE(exchange, answer, refusals))
        answer_message(exchange, "Team removed successfully.");
    return true;
}

bool
auth_organization_remove_team(struct auth_exchange *exchange, struct tn_error *error)
{
    static const struct auth_field fields[] = {
        { .name = "teamId", .rule = AUTH_STRING },
        { .name = "organizationId", .rule = AUTH_STRING, .is_optional = true },
    };
    const struct session_view *view;
    if (!has_teams(exchange) || !auth_body_fits(exchange, fields, COUNT_OF(fields)))
        return true;
    if (!auth_session(exchange, true, &view, error))
        return false;

    const char *named = auth_body_text(exchange, "organizationId");
    const char *organization_id = view              ? auth_organization_id(exchange, view, named)
                                  : named && *named ? named
                                                    : NULL;
    /* In this order on this wire. */
    if (!organization_id)
        auth_refuse(exchange, 400, WIRE_NO_ACTIVE_ORGANIZATION);
    else if (!view)
        auth_refuse_silently(exchange, 401);
    else
        return remove_team(exchange, view, organization_id, error);
    return true;
}

/* The organization of the query or the active one, in `ret_view`; where there is none or they are
 * no member, refused by `foreign`. */
static bool
team_place(struct auth_exchange *exchange, enum wire_error foreign,
    const struct session_view **ret_view, struct tn_error *error)
{
    const char *named = pairs_find(&exchange->query, "organizationId");
    const struct session_place place = { .organization_id = named && *named ? named : NULL };
    const struct session_view *view;
    if (!auth_session_at(exchange, place, &view, error))
        return false;

    *ret_view = view && view->is_member ? view : NULL;
    if (!view)
        auth_refuse(exchange, 401, WIRE_UNAUTHORIZED);
    else if (!auth_has_place(exchange, view, place))
        auth_refuse(exchange, 400, WIRE_NO_ACTIVE_ORGANIZATION);
    else if (!view->is_member)
        auth_refuse(exchange, 403, foreign);
    return true;
}

bool
auth_organization_list_teams(struct auth_exchange *exchange, struct tn_error *error)
{
    static const struct auth_parameter parameters[] = { { .name = "organizationId" } };
    const struct session_view *view;
    if (!has_teams(exchange) || !auth_query_fits(exchange, parameters, COUNT_OF(parameters)))
        return true;
    if (!team_place(exchange, WIRE_YOU_ARE_NOT_ALLOWED_TO_ACCESS_THIS_ORGANIZATION, &view, error))
        return false;
    if (!view)
        return true;

    struct tn_membership membership;
    if (!auth_membership_open(exchange, view, &membership, error))
        return false;

    struct team_list list;
    const bool listed = team_list(membership, view->organization_id, exchange->arena, &list, error);
    membership_close(membership);
    if (listed)
        answer_teams(exchange, &list);
    return listed;
}

/* --- whose teams ------------------------------------------------------------------------------ */

/* Somebody else's teams, for those who may change members. */
static bool
list_teams_of_other(struct auth_exchange *exchange, const char *user_id, struct tn_error *error)
{
    const struct session_view *view;
    if (!team_place(exchange, WIRE_YOU_ARE_NOT_A_MEMBER_OF_THIS_ORGANIZATION, &view, error))
        return false;
    if (!view)
        return true;

    bool may;
    if (!auth_allows(exchange, view, "member", "update", &may, error))
        return false;
    if (!may) {
        auth_refuse(exchange, 403, WIRE_YOU_ARE_NOT_ALLOWED_TO_UPDATE_THIS_MEMBER);
        return true;
    }

    struct member member;
    bool found;
    if (!member_get(exchange->identity, view->organization_id,
            (struct member_name){ .user_id = user_id }, exchange->arena, &member, &found, error))
        return false;
    if (!found) {
        auth_refuse(exchange, 400, WIRE_USER_IS_NOT_A_MEMBER_OF_THE_ORGANIZATION);
        return true;
    }

    struct team_list list;
    if (!team_list_of_user(
            exchange->identity, user_id, view->organization_id, exchange->arena, &list, error))
        return false;

    answer_teams(exchange, &list);
    return true;
}

static bool
list_own_teams(struct auth_exchange *exchange, const struct session_view *view,
    const char *organization_id, struct tn_error *error)
{
    if (organization_id && !view->is_member) {
        auth_refuse(exchange, 403, WIRE_YOU_ARE_NOT_A_MEMBER_OF_THIS_ORGANIZATION);
        return true;
    }

    struct team_list list;
    if (!team_list_of_user(
            exchange->identity, view->user.id, organization_id, exchange->arena, &list, error))
        return false;

    answer_teams(exchange, &list);
    return true;
}

bool
auth_organization_list_user_teams(struct auth_exchange *exchange, struct tn_error *error)
{
    static const struct auth_parameter parameters[] = { { .name = "organizationId" },
        { .name = "userId" } };
    if (!has_teams(exchange) || !auth_query_fits(exchange, parameters, COUNT_OF(parameters)))
        return true;

    const char *user_id = pairs_find(&exchange->query, "userId");
    const char *named = pairs_find(&exchange->query, "organizationId");
    const struct session_place place = { .organization_id = named && *named ? named : NULL };
    const struct session_view *view;
    if (!auth_session_at(exchange, place, &view, error))
        return false;
    if (!view) {
        auth_refuse(exchange, 401, WIRE_UNAUTHORIZED);
        return true;
    }
    if (user_id && *user_id && strcmp(user_id, view->user.id) != 0)
        return list_teams_of_other(exchange, user_id, error);

    /* Below a slug only its teams are shown. */
    return list_own_teams(
        exchange, view, exchange->slug ? view->organization_id : place.organization_id, error);
}

/* --- who is in a team ------------------------------------------------------------------------- */

static bool
answer_seats(struct auth_exchange *exchange, const struct session_view *view,
    const struct team *team, bool sees_all, struct tn_error *error)
{
    struct team_seat_list list;
    if (!team_seat_list(exchange->identity, team, exchange->arena, &list, error))
        return false;

    struct json_writer json = auth_answer(exchange, 200);
    json_array_begin(&json);
    for (size_t i = 0; i < list.count; i++)
        if (sees_all || strcmp(list.items[i].user_id, view->user.id) == 0)
            auth_put_team_seat(&json, &list.items[i]);
    json_array_end(&json);
    return true;
}

/* The roster's rule holds in teams, too. */
static bool
sees_seats(struct auth_exchange *exchange, const struct team *team, bool *ret_sees_all,
    struct tn_error *error)
{
    *ret_sees_all = true;
    if (strcmp(exchange->settings->roster, "members") == 0)
        return true;

    struct session_view there = *exchange->view;
    struct member member;
    struct role_book book;
    bool found;
    if (!member_get(exchange->identity, team->organization_id,
            (struct member_name){ .user_id = there.user.id }, exchange->arena, &member, &found,
            error))
        return false;

    there.is_member = found;
    there.organization_id = team->organization_id;
    there.role = found ? member.role : "";
    if (!auth_role_book(exchange, &there, &book, error))
        return false;

    *ret_sees_all = auth_sees_roster(exchange, &there, &book);
    return true;
}

bool
auth_organization_list_team_members(struct auth_exchange *exchange, struct tn_error *error)
{
    static const struct auth_parameter parameters[] = { { .name = "teamId" } };
    const struct session_view *view;
    if (!has_teams(exchange) || !auth_query_fits(exchange, parameters, COUNT_OF(parameters)))
        return true;
    if (!auth_session_wanted(exchange, &view, error))
        return false;
    if (!view)
        return true;

    const char *named = pairs_find(&exchange->query, "teamId");
    const char *team_id = named && *named ? named : view->session.active_team_id;
    if (!team_id) {
        auth_refuse(exchange, 400, WIRE_YOU_DO_NOT_HAVE_AN_ACTIVE_TEAM);
        return true;
    }

    struct team team;
    enum team_sight sight;
    bool sees_all;
    if (!team_look(exchange->identity, team_id, view->user.id, &team, &sight, error))
        return false;

    const bool is_elsewhere = sight != TEAM_UNKNOWN && exchange->slug &&
                              strcmp(team.organization_id, view->organization_id) != 0;
    if (sight == TEAM_UNKNOWN || is_elsewhere) {
        auth_refuse(exchange, 400, WIRE_TEAM_NOT_FOUND);
        return true;
    }
    if (sight != TEAM_INSIDE) {
        auth_refuse(exchange, 400, WIRE_USER_IS_NOT_A_MEMBER_OF_THE_TEAM);
        return true;
    }
    return sees_seats(exchange, &team, &sees_all, error) &&
           answer_seats(exchange, view, &team, sees_all, error);
}

static const struct auth_field seat_fields[] = {
    { .name = "teamId", .rule = AUTH_STRING },
    { .name = "userId", .rule = AUTH_ID },
    { .name = "organizationId", .rule = AUTH_STRING, .is_optional = true },
};

bool
auth_organization_add_team_member(struct auth_exchange *exchange, struct tn_error *error)
{
    static const struct refusal refusals[] = {
        { CHANGE_NO_ORGANIZATION, 400, WIRE_USER_IS_NOT_A_MEMBER_OF_THE_ORGANIZATION },
        { CHANGE_NOT_A_MEMBER, 400, WIRE_USER_IS_NOT_A_MEMBER_OF_THE_ORGANIZATION },
        { CHANGE_FORBIDDEN, 403, WIRE_YOU_ARE_NOT_ALLOWED_TO_CREATE_A_NEW_TEAM_MEMBER },
        { CHANGE_UNKNOWN, 400, WIRE_USER_IS_NOT_A_MEMBER_OF_THE_ORGANIZATION },
        { CHANGE_NO_TEAM, 400, WIRE_TEAM_NOT_FOUND },
        { CHANGE_TEAM_FULL, 403, WIRE_TEAM_MEMBER_LIMIT_REACHED },
    };
    const struct session_view *view;
    struct change_request request;
    if (!has_teams(exchange) || !auth_body_fits(exchange, seat_fields, COUNT_OF(seat_fields)))
        return true;
    if (!auth_change_wanted(exchange, WIRE_NO_ACTIVE_ORGANIZATION, &view, &request, error))
        return false;
    if (!view)
        return true;

    struct team_seat seat;
    enum change_answer answer;
    if (!team_add_member(&request, auth_body_text(exchange, "teamId"),
            auth_body_id(exchange, "userId"), &seat, &answer, error))
        return false;
    if (!AUTH_IS_DONE(exchange, answer, refusals))
        return true;

    struct json_writer json = auth_answer(exchange, 200);
    auth_put_team_seat(&json, &seat);
    return true;
}

bool
auth_organization_remove_team_member(struct auth_exchange *exchange, struct tn_error *error)
{
    static const struct refusal refusals[] = {
        { CHANGE_NO_ORGANIZATION, 400, WIRE_USER_IS_NOT_A_MEMBER_OF_THE_ORGANIZATION },
        { CHANGE_NOT_A_MEMBER, 400, WIRE_USER_IS_NOT_A_MEMBER_OF_THE_ORGANIZATION },
        { CHANGE_FORBIDDEN, 403, WIRE_YOU_ARE_NOT_ALLOWED_TO_REMOVE_A_TEAM_MEMBER },
        { CHANGE_UNKNOWN, 400, WIRE_USER_IS_NOT_A_MEMBER_OF_THE_ORGANIZATION },
        { CHANGE_NO_TEAM, 400, WIRE_TEAM_NOT_FOUND },
        { CHANGE_ALREADY, 400, WIRE_USER_IS_NOT_A_MEMBER_OF_THE_TEAM },
    };
    const struct session_view *view;
    struct change_request request;
    if (!has_teams(exchange) || !auth_body_fits(exchange, seat_fields, COUNT_OF(seat_fields)))
        return true;
    if (!auth_change_wanted(exchange, WIRE_NO_ACTIVE_ORGANIZATION, &view, &request, error))
        return false;
    if (!view)
        return true;

    const char *team_id = auth_body_text(exchange, "teamId");
    const char *user_id = auth_body_id(exchange, "userId");
    enum change_answer answer;
    if (!team_remove_member(&request, team_id, user_id, &answer, error))
        return false;
    if (!AUTH_IS_DONE(exchange, answer, refusals))
        return true;

    const char *active = view->session.active_team_id;
    if (strcmp(user_id, view->user.id) == 0 && active && strcmp(active, team_id) == 0)
        auth_session_changed(exchange, view->session.active_organization_id, NULL);
    answer_message(exchange, "Team member removed successfully.");
    return true;
}
