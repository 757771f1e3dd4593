/* organization/: list-members, roster, remove-member, update-member-role, leave,
 * transfer-ownership. */
#include <string.h>

#include "server/auth_organization_json.h"
#include "server/auth_place.h"
#include "server/cursor.h"

#define ROSTER_SHOWN 50
#define ROSTER_SHOWN_MAX 200

/* --- list-members ----------------------------------------------------------------------------- */

/* Is the parameter one of these words, or not sent? If not, it is refused as better-auth does. */
static bool
query_word_fits(
    struct auth_exchange *exchange, const char *name, const char *const *words, size_t word_count)
{
    const char *value = pairs_find(&exchange->query, name);
    const bool is_one = pairs_count(&exchange->query, name) == 1;
    struct buffer expected;
    buffer_init(&expected, exchange->arena, 64);
    for (size_t i = 0; i < word_count; i++) {
        if (!value || (is_one && strcmp(value, words[i]) == 0))
            return true;
        buffer_printf(&expected, "%s\"%s\"", i > 0 ? "|" : "", words[i]);
    }
    auth_refuse_with(exchange, 400, "VALIDATION_ERROR",
        arena_printf(
            exchange->arena, "[query.%s] Invalid option: expected one of %s", name, expected.data));
    return false;
}

static bool
query_field_fits(struct auth_exchange *exchange, const char *name)
{
    const char *value = pairs_find(&exchange->query, name);
    if (!value || !*value || member_field_is_known(value))
        return true;

    auth_refuse_with(exchange, 400, "VALIDATION_ERROR",
        arena_printf(exchange->arena, "[query.%s] Invalid input: \"%s\" is no field of a member",
            name, value));
    return false;
}

static bool
members_query_fits(struct auth_exchange *exchange)
{
    static const struct auth_parameter parameters[] = { { .name = "organizationId" },
        { .name = "organizationSlug" }, { .name = "limit", .is_number = true },
        { .name = "offset", .is_number = true }, { .name = "sortBy" }, { .name = "filterField" } };
    static const char *const directions[] = { "asc", "desc" };
    static const char *const operators[] = { "eq", "ne", "lt", "lte", "gt", "gte", "in", "not_in",
        "contains", "starts_with", "ends_with" };
    return auth_query_fits(exchange, parameters, COUNT_OF(parameters)) &&
           query_word_fits(exchange, "sortDirection", directions, COUNT_OF(directions)) &&
           query_word_fits(exchange, "filterOperator", operators, COUNT_OF(operators)) &&
           query_field_fits(exchange, "sortBy") && query_field_fits(exchange, "filterField");
}

/* filterValue as often as it was sent; with `in` also once, its values parted by commas. */
static void
read_filter(struct auth_exchange *exchange, struct member_query *query)
{
    const char *field = pairs_find(&exchange->query, "filterField");
    const char *operator= pairs_find(&exchange->query, "filterOperator");
    const size_t count = pairs_count(&exchange->query, "filterValue");
    if (!field || !*field)
        return;
    if (count == 0) { /* which nobody fits */
        query->filter_field = field;
        query->filter_operator = "in";
        return;
    }

    const char **values = ARENA_ARRAY(exchange->arena, count, const char *);
    for (size_t i = 0; i < count; i++)
        values[i] = pairs_at(&exchange->query, "filterValue", i);
    query->filter_field = field;
    query->filter_operator = operator? operator: "eq";
    query->filter_values = values;
    query->filter_value_count = count;
}

/* False: refused. */
static bool
read_members_query(struct auth_exchange *exchange, struct member_query *ret_query)
{
    const char *sort = pairs_find(&exchange->query, "sortBy");
    const char *direction = pairs_find(&exchange->query, "sortDirection");
    *ret_query = (struct member_query){
        .filter_field = "",
        .filter_operator = "",
        .sort_field = sort && *sort ? sort : "createdAt",
        .sorts_down = direction && strcmp(direction, "desc") == 0,
    };
    if (!members_query_fits(exchange) ||
        !auth_query_number(
            exchange, "limit", exchange->settings->members_per_organization, &ret_query->limit) ||
        !auth_query_number(exchange, "offset", 0, &ret_query->offset))
        return false;

    if (ret_query->limit > exchange->settings->rows_per_query)
        ret_query->limit = exchange->settings->rows_per_query;
    read_filter(exchange, ret_query);
    return true;
}

static void
answer_members(struct auth_exchange *exchange, const struct member_list *list)
{
    struct json_writer json = auth_answer(exchange, 200);
    json_object_begin(&json);
    json_key(&json, "members");
    json_array_begin(&json);
    for (size_t i = 0; i < list->count; i++)
        auth_put_member_with_user(&json, &list->items[i]);
    json_array_end(&json);
    json_key(&json, "total");
    json_put_integer(&json, list->total);
    json_object_end(&json);
}

bool
auth_organization_list_members(struct auth_exchange *exchange, struct tn_error *error)
{
    struct member_query query;
    if (!read_members_query(exchange, &query))
        return true;

    const struct session_view *view;
    struct role_book book;
    struct member_list list;
    if (!auth_member_place(exchange, &view, error))
        return false;
    if (!view)
        return true;

    if (!auth_role_book(exchange, view, &book, error))
        return false;

    const bool sees_all = auth_sees_roster(exchange, view, &book);
    if (sees_all ? !member_list(exchange->identity, view->organization_id, &query, exchange->arena,
                       &list, error)
                 : !auth_member_list(exchange, view, &book, 1, &list, error))
        return false;

    answer_members(exchange, &list);
    return true;
}

/* --- roster: any number of members, by name --------------------------------------------------- */

static bool
roster_page(struct auth_exchange *exchange, const struct session_view *view,
    const struct roster_query *query, struct tn_error *error)
{
    struct role_book book;
    if (!auth_role_book(exchange, view, &book, error))
        return false;

    if (!auth_sees_roster(exchange, view, &book)) {
        auth_refuse_for(exchange, TN_FORBIDDEN);
        return true;
    }

    struct member_list list;
    const char *next_name;
    if (!member_roster(exchange->identity, view->organization_id, query, exchange->arena, &list,
            &next_name, error))
        return false;

    struct json_writer json = auth_answer(exchange, 200);
    json_object_begin(&json);
    json_key(&json, "members");
    json_array_begin(&json);
    for (size_t i = 0; i < list.count; i++)
        auth_put_member_with_user(&json, &list.items[i]);
    json_array_end(&json);
    json_key(&json, "next");
    json_put_text(&json,
        next_name ? cursor_make(next_name, list.items[list.count - 1].id, exchange->arena) : NULL);
    json_object_end(&json);
    return true;
}

bool
auth_organization_roster(struct auth_exchange *exchange, struct tn_error *error)
{
    static const struct auth_parameter parameters[] = { { .name = "organizationId" },
        { .name = "organizationSlug" }, { .name = "search" }, { .name = "after" },
        { .name = "limit" } };
    const char *search = pairs_find(&exchange->query, "search");
    struct roster_query query = { .search = search ? search : "" };
    if (!auth_query_fits(exchange, parameters, COUNT_OF(parameters)) ||
        !auth_query_number(exchange, "limit", ROSTER_SHOWN, &query.limit) ||
        !auth_cursor_read(exchange, "after", &query.after_name, &query.after_id))
        return true;

    if (query.limit == 0 || query.limit > ROSTER_SHOWN_MAX)
        query.limit = ROSTER_SHOWN_MAX;
    const struct session_view *view;
    if (!auth_member_place(exchange, &view, error))
        return false;

    return !view || roster_page(exchange, view, &query, error);
}

/* --- changing --------------------------------------------------------------------------------- */

/* Who goes may be who asks: then their session stands nowhere. */
static void
follow_removal(
    struct auth_exchange *exchange, const struct session_view *view, const struct member *member)
{
    const char *active = view->session.active_organization_id;
    if (strcmp(member->user_id, view->user.id) == 0 && active &&
        strcmp(active, member->organization_id) == 0)
        auth_session_changed(exchange, NULL, NULL);
}

bool
auth_organization_remove_member(struct auth_exchange *exchange, struct tn_error *error)
{
    static const struct auth_field fields[] = {
        { .name = "memberIdOrEmail", .rule = AUTH_STRING },
        { .name = "organizationId", .rule = AUTH_STRING, .is_optional = true },
    };
    static const struct refusal refusals[] = {
        { CHANGE_NO_ORGANIZATION, 400, WIRE_MEMBER_NOT_FOUND },
        { CHANGE_NOT_A_MEMBER, 400, WIRE_MEMBER_NOT_FOUND },
        { CHANGE_UNKNOWN, 400, WIRE_MEMBER_NOT_FOUND },
        { CHANGE_OWNER_ONLY, 400, WIRE_YOU_CANNOT_LEAVE_THE_ORGANIZATION_AS_THE_ONLY_OWNER },
        { CHANGE_LAST_OWNER, 400, WIRE_YOU_CANNOT_LEAVE_THE_ORGANIZATION_AS_THE_ONLY_OWNER },
        { CHANGE_FORBIDDEN, 401, WIRE_YOU_ARE_NOT_ALLOWED_TO_DELETE_THIS_MEMBER },
    };
    const struct session_view *view;
    struct change_request request;
    if (!auth_body_fits(exchange, fields, COUNT_OF(fields)))
        return true;
    if (!auth_change_wanted(exchange, WIRE_NO_ACTIVE_ORGANIZATION, &view, &request, error))
        return false;
    if (!view)
        return true;

    const char *wanted = auth_body_text(exchange, "memberIdOrEmail");
    const bool is_email = strchr(wanted, '@') != NULL;
    const struct member_name name = {
        .member_id = is_email ? NULL : wanted,
        .email = is_email ? wanted : NULL,
    };
    struct member member;
    enum change_answer answer;
    if (!member_remove(&request, name, &member, &answer, error))
        return false;
    if (!AUTH_IS_DONE(exchange, answer, refusals))
        return true;

    follow_removal(exchange, view, &member);
    struct json_writer json = auth_answer(exchange, 200);
    json_object_begin(&json);
    json_key(&json, "member");
    if (is_email)
        auth_put_member_with_user(&json, &member);
    else
        auth_put_member(&json, &member);
    json_object_end(&json);
    return true;
}

bool
auth_organization_leave(struct auth_exchange *exchange, struct tn_error *error)
{
    static const struct auth_field fields[] = { { .name = "organizationId", .rule = AUTH_STRING } };
    static const struct refusal refusals[] = {
        { CHANGE_NO_ORGANIZATION, 400, WIRE_MEMBER_NOT_FOUND },
        { CHANGE_NOT_A_MEMBER, 400, WIRE_MEMBER_NOT_FOUND },
        { CHANGE_LAST_OWNER, 400, WIRE_YOU_CANNOT_LEAVE_THE_ORGANIZATION_AS_THE_ONLY_OWNER },
    };
    const struct session_view *view;
    if (!auth_body_fits(exchange, fields, COUNT_OF(fields)))
        return true;
    if (!auth_session_wanted(exchange, &view, error))
        return false;
    if (!view)
        return true;

    const struct change_request request =
        auth_change(exchange, view, auth_body_text(exchange, "organizationId"));
    struct member member;
    enum change_answer answer;
    if (!member_leave(&request, &member, &answer, error))
        return false;
    if (!AUTH_IS_DONE(exchange, answer, refusals))
        return true;

    follow_removal(exchange, view, &member);
    struct json_writer json = auth_answer(exchange, 200);
    auth_put_member_with_user(&json, &member);
    return true;
}

static void
refuse_roles(struct auth_exchange *exchange, const char *unknown)
{
    auth_refuse_with(exchange, 400, "ROLE_NOT_FOUND",
        arena_printf(exchange->arena, "ROLE_NOT_FOUND: %s", unknown));
}

bool
auth_organization_update_member_role(struct auth_exchange *exchange, struct tn_error *error)
{
    static const struct auth_field fields[] = {
        { .name = "role", .rule = AUTH_STRINGS },
        { .name = "memberId", .rule = AUTH_STRING },
        { .name = "organizationId", .rule = AUTH_STRING, .is_optional = true },
    };
    static const struct refusal refusals[] = {
        { CHANGE_NO_ORGANIZATION, 400, WIRE_MEMBER_NOT_FOUND },
        { CHANGE_NOT_A_MEMBER, 400, WIRE_MEMBER_NOT_FOUND },
        { CHANGE_UNKNOWN, 400, WIRE_MEMBER_NOT_FOUND },
        { CHANGE_ELSEWHERE, 403, WIRE_YOU_ARE_NOT_ALLOWED_TO_UPDATE_THIS_MEMBER },
        { CHANGE_OWNER_ONLY, 403, WIRE_YOU_ARE_NOT_ALLOWED_TO_UPDATE_THIS_MEMBER },
        { CHANGE_BEYOND, 403, WIRE_YOU_ARE_NOT_ALLOWED_TO_UPDATE_THIS_MEMBER },
        { CHANGE_FORBIDDEN, 403, WIRE_YOU_ARE_NOT_ALLOWED_TO_UPDATE_THIS_MEMBER },
        { CHANGE_LAST_OWNER, 400, WIRE_YOU_CANNOT_LEAVE_THE_ORGANIZATION_WITHOUT_AN_OWNER },
    };
    const struct session_view *view;
    struct change_request request;
    if (!auth_body_fits(exchange, fields, COUNT_OF(fields)))
        return true;
    if (!auth_session_wanted(exchange, &view, error))
        return false;
    if (!view)
        return true;

    const struct json_value *wanted = json_member(exchange->body, "role");
    if (wanted->kind == JSON_KIND_STRING && !*wanted->text) {
        auth_refuse_silently(exchange, 400);
        return true;
    }
    if (!auth_change_wanted(exchange, WIRE_NO_ACTIVE_ORGANIZATION, &view, &request, error))
        return false;
    if (!view)
        return true;

    const char *role = role_list_of_json(wanted, exchange->arena);
    if (!*role) {
        auth_refuse_silently(exchange, 400);
        return true;
    }

    struct member member;
    const char *unknown = NULL;
    enum change_answer answer;
    if (!member_set_roles(&request, auth_body_text(exchange, "memberId"), role, &member, &unknown,
            &answer, error))
        return false;

    if (answer == CHANGE_ROLE_UNKNOWN) {
        refuse_roles(exchange, unknown);
        return true;
    }
    if (!AUTH_IS_DONE(exchange, answer, refusals))
        return true;

    struct json_writer json = auth_answer(exchange, 200);
    auth_put_member(&json, &member);
    return true;
}

bool
auth_organization_transfer_ownership(struct auth_exchange *exchange, struct tn_error *error)
{
    static const struct auth_field fields[] = {
        { .name = "memberId", .rule = AUTH_STRING },
        { .name = "ownRole", .rule = AUTH_STRINGS, .is_optional = true },
        { .name = "organizationId", .rule = AUTH_STRING, .is_optional = true },
    };
    static const struct refusal refusals[] = {
        { CHANGE_NO_ORGANIZATION, 400, WIRE_MEMBER_NOT_FOUND },
        { CHANGE_NOT_A_MEMBER, 400, WIRE_MEMBER_NOT_FOUND },
        { CHANGE_UNKNOWN, 400, WIRE_MEMBER_NOT_FOUND },
        { CHANGE_OWNER_ONLY, 403, WIRE_YOU_ARE_NOT_ALLOWED_TO_UPDATE_THIS_MEMBER },
        { CHANGE_ALREADY, 400, WIRE_YOU_ARE_NOT_ALLOWED_TO_UPDATE_THIS_MEMBER },
        { CHANGE_ROLE_EMPTY, 400, WIRE_ROLE_NOT_FOUND },
        { CHANGE_ROLE_UNKNOWN, 400, WIRE_ROLE_NOT_FOUND },
        { CHANGE_BEYOND, 403, WIRE_YOU_ARE_NOT_ALLOWED_TO_UPDATE_THIS_MEMBER },
    };
    const struct session_view *view;
    struct change_request request;
    if (!auth_body_fits(exchange, fields, COUNT_OF(fields)))
        return true;
    if (!auth_change_wanted(exchange, WIRE_NO_ACTIVE_ORGANIZATION, &view, &request, error))
        return false;
    if (!view)
        return true;

    const struct json_value *own_role = json_member(exchange->body, "ownRole");
    struct member member;
    enum change_answer answer;
    if (!member_transfer_ownership(&request, auth_body_text(exchange, "memberId"),
            own_role->kind == JSON_KIND_UNDEFINED ? "admin"
                                                  : role_list_of_json(own_role, exchange->arena),
            &member, &answer, error))
        return false;
    if (!AUTH_IS_DONE(exchange, answer, refusals))
        return true;

    struct json_writer json = auth_answer(exchange, 200);
    json_object_begin(&json);
    json_key(&json, "member");
    auth_put_member_with_user(&json, &member);
    json_object_end(&json);
    return true;
}
