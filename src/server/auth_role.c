/* organization/: create-, list-, get-, update-, delete-role: the roles that are made at run time.
 */
#include "organization/made_role.h"

#include <ctype.h>
#include <string.h>

#include "server/auth_organization_json.h"
#include "server/auth_place.h"

/* Without such roles these paths are as any unknown one. */
static bool
has_roles(struct auth_exchange *exchange)
{
    if (!exchange->settings->dynamic_roles)
        auth_answer_unknown_path(exchange);
    return exchange->settings->dynamic_roles;
}

static const char *
in_lower_case(const char *name, struct arena *arena)
{
    if (!name)
        return NULL;

    char *lower = arena_strdup(arena, name);
    for (char *at = lower; *at; at++)
        *at = (char)tolower((unsigned char)*at);
    return lower;
}

/* Could a member's list hold this name? better-auth takes any. */
static bool
name_fits(struct auth_exchange *exchange, const char *path, const char *name)
{
    if (!name || role_name_is_valid(name))
        return true;

    auth_refuse_with(exchange, 400, "VALIDATION_ERROR",
        arena_printf(exchange->arena,
            "[body.%s] Invalid input: a role's name is 1 to %d characters, without commas and "
            "without blanks at its ends",
            path, ROLE_NAME_BYTES_MAX));
    return false;
}

/* 403 with the single permissions that who asks lacks. */
static void
refuse_missing(struct auth_exchange *exchange, enum wire_error wire_error,
    const struct missing_permissions *missing)
{
    struct json_writer json = auth_answer(exchange, 403);
    json_object_begin(&json);
    json_key(&json, "message");
    json_put_text(&json, auth_wire_message(wire_error));
    json_key(&json, "code");
    json_put_text(&json, auth_wire_code(wire_error));
    json_key(&json, "missingPermissions");
    json_array_begin(&json);
    for (size_t i = 0; i < missing->count; i++)
        json_put_text(&json, missing->items[i]);
    json_array_end(&json);
    json_object_end(&json);
}

/* What is wrong with a role's name or id in `where` ("body" or "query"), of which one is wanted;
 * NULL: nothing. */
static const char *
key_fault(const char *where, const struct json_value *name, const struct json_value *id,
    struct made_role_key *ret_key, struct arena *arena)
{
    const bool has_name = json_is_plain_text(name) && *name->text;
    const bool has_id = json_is_plain_text(id) && *id->text;
    *ret_key = (struct made_role_key){
        .name = has_name ? name->text : NULL,
        .id = has_id ? id->text : NULL,
    };
    if (has_name || has_id)
        return NULL;

    const bool is_name_empty = name->kind == JSON_KIND_STRING && name->text_bytes == 0;
    const bool is_id_empty = id->kind == JSON_KIND_STRING && id->text_bytes == 0;
    return is_name_empty == is_id_empty
               ? arena_printf(arena, "[%s] Invalid input", where)
               : arena_printf(arena, "[%s.%s] Too small: expected string to have >=1 characters",
                     where, is_name_empty ? "roleName" : "roleId");
}

static const char *
body_key_fault(const struct auth_exchange *exchange, struct made_role_key *ret_key)
{
    return key_fault("body", json_member(exchange->body, "roleName"),
        json_member(exchange->body, "roleId"), ret_key, exchange->arena);
}

/* A parameter given twice is no text. */
static const struct json_value *
query_value(const struct auth_exchange *exchange, const char *name)
{
    return pairs_count(&exchange->query, name) == 1
               ? json_of_text(pairs_find(&exchange->query, name), exchange->arena)
               : json_undefined();
}

/* As auth_change_wanted; but here an empty id is none, whatever is active. */
static bool
role_change_wanted(struct auth_exchange *exchange, enum wire_error none,
    const struct session_view **ret_view, struct change_request *ret_request,
    struct tn_error *error)
{
    const char *named = auth_body_text(exchange, "organizationId");
    if (!named || *named)
        return auth_change_wanted(exchange, none, ret_view, ret_request, error);

    if (!auth_session_wanted(exchange, ret_view, error))
        return false;

    if (*ret_view)
        auth_refuse(exchange, 400, none);
    *ret_view = NULL;
    return true;
}

/* --- making ----------------------------------------------------------------------------------- */

static void
answer_written(struct auth_exchange *exchange, const struct made_role_row *role,
    const char *organization_id, const struct json_value *statements)
{
    struct json_writer json = auth_answer(exchange, 200);
    json_object_begin(&json);
    json_key(&json, "success");
    json_put_boolean(&json, true);
    json_key(&json, "roleData");
    auth_put_made_role(&json, role, organization_id, exchange->arena);
    if (statements) {
        json_key(&json, "statements");
        json_put_value(&json, statements);
    }
    json_object_end(&json);
}

bool
auth_organization_create_role(struct auth_exchange *exchange, struct tn_error *error)
{
    static const struct auth_field fields[] = {
        { .name = "organizationId", .rule = AUTH_STRING, .is_optional = true },
        { .name = "role", .rule = AUTH_STRING },
        { .name = "permission", .rule = AUTH_PERMISSION },
        { .name = "additionalFields", .rule = AUTH_OBJECT, .is_optional = true },
    };
    static const struct refusal refusals[] = {
        { CHANGE_NO_ORGANIZATION, 403, WIRE_YOU_ARE_NOT_A_MEMBER_OF_THIS_ORGANIZATION },
        { CHANGE_NOT_A_MEMBER, 403, WIRE_YOU_ARE_NOT_A_MEMBER_OF_THIS_ORGANIZATION },
        { CHANGE_FORBIDDEN, 403, WIRE_YOU_ARE_NOT_ALLOWED_TO_CREATE_A_ROLE },
        { CHANGE_LIMIT, 400, WIRE_TOO_MANY_ROLES },
        { CHANGE_RESOURCE_UNKNOWN, 400, WIRE_INVALID_RESOURCE },
        { CHANGE_TAKEN, 400, WIRE_ROLE_NAME_IS_ALREADY_TAKEN },
    };
    const struct session_view *view;
    struct change_request request;
    if (!has_roles(exchange) || !auth_body_fits(exchange, fields, COUNT_OF(fields)) ||
        !name_fits(exchange, "role", auth_body_text(exchange, "role")))
        return true;
    if (!role_change_wanted(
            exchange, WIRE_YOU_MUST_BE_IN_AN_ORGANIZATION_TO_CREATE_A_ROLE, &view, &request, error))
        return false;
    if (!view)
        return true;

    const struct json_value *permission = json_member(exchange->body, "permission");
    struct made_role_row role;
    struct missing_permissions missing;
    enum change_answer answer;
    if (!made_role_create(&request,
            in_lower_case(auth_body_text(exchange, "role"), exchange->arena), permission, &role,
            &missing, &answer, error))
        return false;

    if (answer == CHANGE_BEYOND)
        refuse_missing(exchange, WIRE_YOU_ARE_NOT_ALLOWED_TO_CREATE_A_ROLE, &missing);
    else if (AUTH_IS_DONE(exchange, answer, refusals))
        answer_written(exchange, &role, request.organization_id, permission);
    return true;
}

/* --- reading ---------------------------------------------------------------------------------- */

/* Who may read the roles of the query's organization or the active one; else refused, and
 * `ret_view` is NULL. `membership` is open then, to be closed. */
static bool
open_roles(struct auth_exchange *exchange, enum wire_error forbidden,
    const struct session_view **ret_view, struct tn_membership *ret_membership,
    struct tn_error *error)
{
    const char *named = pairs_find(&exchange->query, "organizationId");
    const struct session_place place = { .organization_id = named && *named ? named : NULL };
    const struct session_view *view;
    *ret_view = NULL;
    if (!auth_session_at(exchange, place, &view, error))
        return false;

    bool may = false;
    if (view && view->is_member && !auth_allows(exchange, view, "ac", "read", &may, error))
        return false;

    if (!view)
        auth_refuse(exchange, 401, WIRE_UNAUTHORIZED);
    else if (!auth_has_place(exchange, view, place) || (named && !*named))
        auth_refuse(exchange, 400, WIRE_NO_ACTIVE_ORGANIZATION);
    else if (!view->is_member)
        auth_refuse(exchange, 403, WIRE_YOU_ARE_NOT_A_MEMBER_OF_THIS_ORGANIZATION);
    else if (!may)
        auth_refuse(exchange, 403, forbidden);
    else
        *ret_view = view;
    return !*ret_view || auth_membership_open(exchange, view, ret_membership, error);
}

bool
auth_organization_list_roles(struct auth_exchange *exchange, struct tn_error *error)
{
    static const struct auth_parameter parameters[] = { { .name = "organizationId" } };
    const struct session_view *view;
    struct tn_membership membership;
    if (!has_roles(exchange) || !auth_query_fits(exchange, parameters, COUNT_OF(parameters)))
        return true;
    if (!open_roles(exchange, WIRE_YOU_ARE_NOT_ALLOWED_TO_LIST_A_ROLE, &view, &membership, error))
        return false;
    if (!view)
        return true;

    struct made_role_list list;
    const bool listed = made_role_list(membership, exchange->arena, &list, error);
    membership_close(membership);
    if (!listed)
        return false;

    struct json_writer json = auth_answer(exchange, 200);
    json_array_begin(&json);
    for (size_t i = 0; i < list.count; i++)
        auth_put_made_role(&json, &list.items[i], view->organization_id, exchange->arena);
    json_array_end(&json);
    return true;
}

bool
auth_organization_get_role(struct auth_exchange *exchange, struct tn_error *error)
{
    static const struct auth_parameter parameters[] = { { .name = "organizationId" } };
    struct made_role_key key;
    const char *fault = key_fault("query", query_value(exchange, "roleName"),
        query_value(exchange, "roleId"), &key, exchange->arena);
    const struct session_view *view;
    struct tn_membership membership;
    if (!has_roles(exchange) ||
        !auth_query_fits_and(exchange, parameters, COUNT_OF(parameters), fault))
        return true;
    if (!open_roles(exchange, WIRE_YOU_ARE_NOT_ALLOWED_TO_READ_A_ROLE, &view, &membership, error))
        return false;
    if (!view)
        return true;

    struct made_role_row role;
    bool found;
    const bool read = made_role_get(membership, key, &role, &found, error);
    membership_close(membership);
    if (!read)
        return false;

    if (!found) {
        auth_refuse(exchange, 400, WIRE_ROLE_NOT_FOUND);
        return true;
    }
    struct json_writer json = auth_answer(exchange, 200);
    auth_put_made_role(&json, &role, view->organization_id, exchange->arena);
    return true;
}

/* --- changing --------------------------------------------------------------------------------- */

bool
auth_organization_update_role(struct auth_exchange *exchange, struct tn_error *error)
{
    static const struct auth_field fields[] = {
        { .name = "organizationId", .rule = AUTH_STRING, .is_optional = true },
        { .name = "data", .rule = AUTH_OBJECT },
        { "data", "permission", AUTH_PERMISSION, .is_optional = true },
        { "data", "roleName", AUTH_STRING, .is_optional = true },
    };
    static const struct refusal refusals[] = {
        { CHANGE_NO_ORGANIZATION, 403, WIRE_YOU_ARE_NOT_A_MEMBER_OF_THIS_ORGANIZATION },
        { CHANGE_NOT_A_MEMBER, 403, WIRE_YOU_ARE_NOT_A_MEMBER_OF_THIS_ORGANIZATION },
        { CHANGE_FORBIDDEN, 403, WIRE_YOU_ARE_NOT_ALLOWED_TO_UPDATE_A_ROLE },
        { CHANGE_UNKNOWN, 400, WIRE_ROLE_NOT_FOUND },
        { CHANGE_RESOURCE_UNKNOWN, 400, WIRE_INVALID_RESOURCE },
        { CHANGE_TAKEN, 400, WIRE_ROLE_NAME_IS_ALREADY_TAKEN },
    };
    const struct session_view *view;
    struct change_request request;
    struct made_role_key key;
    const char *fault = body_key_fault(exchange, &key);
    if (!has_roles(exchange) || !auth_body_fits_and(exchange, fields, COUNT_OF(fields), fault))
        return true;

    const struct json_value *data = json_member(exchange->body, "data");
    const struct json_value *permission = json_member(data, "permission");
    const char *wanted = json_member(data, "roleName")->text;
    const char *name = in_lower_case(wanted && *wanted ? wanted : NULL, exchange->arena);
    if (!name_fits(exchange, "data.roleName", name))
        return true;
    if (!role_change_wanted(exchange, WIRE_NO_ACTIVE_ORGANIZATION, &view, &request, error))
        return false;
    if (!view)
        return true;

    struct made_role_row role;
    struct missing_permissions missing;
    enum change_answer answer;
    if (!made_role_update(&request, key, name,
            permission->kind == JSON_KIND_OBJECT ? permission : NULL, &role, &missing, &answer,
            error))
        return false;

    if (answer == CHANGE_BEYOND)
        refuse_missing(exchange, WIRE_YOU_ARE_NOT_ALLOWED_TO_UPDATE_A_ROLE, &missing);
    else if (AUTH_IS_DONE(exchange, answer, refusals))
        answer_written(exchange, &role, request.organization_id, NULL);
    return true;
}

bool
auth_organization_delete_role(struct auth_exchange *exchange, struct tn_error *error)
{
    static const struct auth_field fields[] = {
        { .name = "organizationId", .rule = AUTH_STRING, .is_optional = true },
    };
    static const struct refusal refusals[] = {
        { CHANGE_NO_ORGANIZATION, 403, WIRE_YOU_ARE_NOT_A_MEMBER_OF_THIS_ORGANIZATION },
        { CHANGE_NOT_A_MEMBER, 403, WIRE_YOU_ARE_NOT_A_MEMBER_OF_THIS_ORGANIZATION },
        { CHANGE_FORBIDDEN, 403, WIRE_YOU_ARE_NOT_ALLOWED_TO_DELETE_A_ROLE },
        { CHANGE_ROLE_FIXED, 400, WIRE_CANNOT_DELETE_A_PRE_DEFINED_ROLE },
        { CHANGE_UNKNOWN, 400, WIRE_ROLE_NOT_FOUND },
        { CHANGE_ROLE_IN_USE, 400, WIRE_ROLE_IS_ASSIGNED_TO_MEMBERS },
    };
    const struct session_view *view;
    struct change_request request;
    struct made_role_key key;
    const char *fault = body_key_fault(exchange, &key);
    if (!has_roles(exchange) || !auth_body_fits_and(exchange, fields, COUNT_OF(fields), fault))
        return true;
    if (!role_change_wanted(exchange, WIRE_NO_ACTIVE_ORGANIZATION, &view, &request, error))
        return false;
    if (!view)
        return true;

    enum change_answer answer;
    if (!made_role_delete(&request, key, &answer, error))
        return false;
    if (!AUTH_IS_DONE(exchange, answer, refusals))
        return true;

    struct json_writer json = auth_answer(exchange, 200);
    json_object_begin(&json);
    json_key(&json, "success");
    json_put_boolean(&json, true);
    json_object_end(&json);
    return true;
}
