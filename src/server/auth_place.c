#include "server/auth_place.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "context/resolver.h"
#include "organization/membership.h"
#include "server/actor.h"
#include "server/cursor.h"
#include "server/organization_rules.h"
#include "server/place.h"

bool
auth_session_wanted(
    struct auth_exchange *exchange, const struct session_view **ret_view, struct tn_error *error)
{
    if (!auth_session(exchange, true, ret_view, error))
        return false;

    if (!*ret_view)
        auth_refuse(exchange, 401, WIRE_UNAUTHORIZED);
    return true;
}

const char *
auth_organization_id(
    const struct auth_exchange *exchange, const struct session_view *view, const char *named)
{
    /* Below a slug another one was refused before; an empty id is none. */
    return named && *named ? named : auth_active_organization(exchange, view);
}

bool
auth_has_place(const struct auth_exchange *exchange, const struct session_view *view,
    struct session_place place)
{
    return place.slug || place.organization_id || auth_active_organization(exchange, view);
}

struct session_place
auth_place_of_query(const struct auth_exchange *exchange)
{
    const char *slug = pairs_find(&exchange->query, "organizationSlug");
    const char *id = pairs_find(&exchange->query, "organizationId");
    const bool has_slug = slug && *slug;
    return (struct session_place){
        .slug = has_slug ? slug : NULL,
        .organization_id = !has_slug && id && *id ? id : NULL,
    };
}

bool
auth_member_place(
    struct auth_exchange *exchange, const struct session_view **ret_view, struct tn_error *error)
{
    const struct session_place place = auth_place_of_query(exchange);
    const struct session_view *view;
    if (!auth_session_at(exchange, place, &view, error))
        return false;

    *ret_view = view;
    if (view && view->is_member)
        return true;

    *ret_view = NULL;
    if (!view) {
        auth_refuse(exchange, 401, WIRE_UNAUTHORIZED);
        return true;
    }
    if (!auth_has_place(exchange, view, place)) {
        auth_refuse(exchange, 400, WIRE_NO_ACTIVE_ORGANIZATION);
        return true;
    }

    bool exists = true;
    if (place.slug && !organization_slug_is_taken(exchange->identity, place.slug, &exists, error))
        return false;

    if (exists)
        auth_refuse(exchange, 403, WIRE_YOU_ARE_NOT_A_MEMBER_OF_THIS_ORGANIZATION);
    else
        auth_refuse(exchange, 400, WIRE_ORGANIZATION_NOT_FOUND);
    return true;
}

const struct organization_rules *
auth_rules(struct auth_exchange *exchange)
{
    struct organization_rules *rules = ARENA_NEW(exchange->arena, struct organization_rules);
    *rules = organization_rules_of(exchange->server);
    return rules;
}

struct change_request
auth_change(
    struct auth_exchange *exchange, const struct session_view *view, const char *organization_id)
{
    return (struct change_request){
        .identity = exchange->identity,
        .rules = auth_rules(exchange),
        .organization_id = organization_id,
        .user_id = view->user.id,
        .session_id = view->session.id,
        .arena = exchange->arena,
    };
}

bool
auth_change_wanted(struct auth_exchange *exchange, enum wire_error none,
    const struct session_view **ret_view, struct change_request *ret_request,
    struct tn_error *error)
{
    if (!auth_session_wanted(exchange, ret_view, error))
        return false;
    if (!*ret_view)
        return true;

    const char *organization_id =
        auth_organization_id(exchange, *ret_view, auth_body_text(exchange, "organizationId"));
    if (organization_id) {
        *ret_request = auth_change(exchange, *ret_view, organization_id);
        return true;
    }
    auth_refuse(exchange, 400, none);
    *ret_view = NULL;
    return true;
}

bool
auth_membership_open(struct auth_exchange *exchange, const struct session_view *view,
    struct tn_membership *ret_membership, struct tn_error *error)
{
    const struct visitor visitor = visitor_of(view);
    return context_membership(exchange->identity, &visitor, ret_membership, error);
}

bool
auth_role_book(struct auth_exchange *exchange, const struct session_view *view,
    struct role_book *ret_book, struct tn_error *error)
{
    *ret_book = (struct role_book){
        .application_roles = exchange->server->roles.roles,
        .application_role_count = exchange->server->roles.count,
    };
    /* Most members have fixed roles: then nothing is to be read. */
    if (!exchange->settings->dynamic_roles ||
        !role_book_unknown(ret_book, view->role, exchange->arena))
        return true;

    return membership_role_book(
        exchange->identity, view->organization_id, view->user.id, exchange->arena, ret_book, error);
}

bool
auth_allows(struct auth_exchange *exchange, const struct session_view *view, const char *resource,
    const char *action, bool *ret_allowed, struct tn_error *error)
{
    struct role_book book;
    if (!auth_role_book(exchange, view, &book, error))
        return false;

    *ret_allowed = roles_allow(&book, view->role, resource, action);
    return true;
}

bool
auth_sees_roster(const struct auth_exchange *exchange, const struct session_view *view,
    const struct role_book *book)
{
    return place_sees_roster(exchange->server, view->role, book);
}

bool
auth_member_list(struct auth_exchange *exchange, const struct session_view *view,
    const struct role_book *book, int64_t limit, struct member_list *ret_list,
    struct tn_error *error)
{
    const bool sees_all = auth_sees_roster(exchange, view, book);
    const struct member_query query = {
        .filter_field = sees_all ? "" : "userId",
        .filter_operator = sees_all ? "" : "eq",
        .filter_values = &view->user.id,
        .filter_value_count = 1,
        .sort_field = "createdAt",
        .limit = limit,
    };
    return member_list(
        exchange->identity, view->organization_id, &query, exchange->arena, ret_list, error);
}

static bool
refuse_number(struct auth_exchange *exchange, const char *name)
{
    auth_refuse_with(exchange, 400, "VALIDATION_ERROR",
        arena_printf(
            exchange->arena, "[query.%s] Invalid input: expected a whole number from 0", name));
    return false;
}

bool
auth_query_number(
    struct auth_exchange *exchange, const char *name, int64_t fallback, int64_t *ret_number)
{
    const char *text = pairs_find(&exchange->query, name);
    *ret_number = fallback;
    if (!text || !*text)
        return true;

    /* What is no number at all, and 0, stand for none: clients send "undefined". */
    char *end;
    const double number = strtod(text, &end);
    if (*end || isnan(number) || number == 0)
        return true;

    /* No list is longer than that. */
    const bool is_counted = number > 0 && number < 0x1p63;
    if (is_counted && number > INT32_MAX)
        *ret_number = INT32_MAX;
    else if (is_counted && number == (double)(int64_t)number)
        *ret_number = (int64_t)number;
    else
        return refuse_number(exchange, name);
    return true;
}

bool
auth_query_leading_number(
    struct auth_exchange *exchange, const char *name, int64_t fallback, int64_t *ret_number)
{
    const char *text = pairs_find(&exchange->query, name);
    const long long number = text ? strtoll(text, NULL, 10) : 0;
    if (number < 0)
        return refuse_number(exchange, name);

    *ret_number = number == 0 ? fallback : number < INT32_MAX ? number : INT32_MAX;
    return true;
}

bool
auth_team_ids(const struct auth_exchange *exchange, const char **ret_team_ids)
{
    const struct json_value *value = json_member(exchange->body, "teamId");
    const size_t count = value->kind == JSON_KIND_ARRAY    ? value->count
                         : value->kind == JSON_KIND_STRING ? 1
                                                           : 0;
    bool has_comma = false;
    struct buffer ids;
    buffer_init(&ids, exchange->arena, 64);
    for (size_t i = 0; i < count; i++) {
        const char *id = value->kind == JSON_KIND_ARRAY ? value->items[i].text : value->text;
        if (strchr(id, ','))
            has_comma = true;
        if (*id)
            buffer_printf(&ids, "%s%s", ids.length ? "," : "", id);
    }
    *ret_team_ids = ids.length && exchange->settings->teams ? ids.data : NULL;
    return !has_comma;
}

bool
auth_cursor_read(
    struct auth_exchange *exchange, const char *name, const char **ret_key, const char **ret_id)
{
    if (cursor_read(pairs_find(&exchange->query, name), exchange->arena, ret_key, ret_id))
        return true;

    auth_refuse_with(exchange, 400, "VALIDATION_ERROR",
        arena_printf(exchange->arena, "[query.%s] Invalid input: not a place in this list", name));
    return false;
}

bool
auth_act(struct auth_exchange *exchange, struct tn_error *error)
{
    return actor_note(exchange->server, exchange->request, exchange->identity,
        exchange->view ? exchange->view->user.id : NULL, error);
}

bool
auth_is_done(struct auth_exchange *exchange, enum change_answer answer,
    const struct refusal *refusals, size_t refusal_count)
{
    if (answer == CHANGE_DONE)
        return true;

    for (size_t i = 0; i < refusal_count; i++) {
        if (refusals[i].answer == answer) {
            auth_refuse(exchange, refusals[i].status, refusals[i].wire_error);
            return false;
        }
    }
    auth_refuse_for(exchange, TN_INTERNAL);
    return false;
}
