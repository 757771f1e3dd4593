/* organization/: create, check-slug, update, delete, list, get-organization, get-full-organization.
 */
#include <string.h>

#include "organization/life.h"
#include "server/auth_organization_json.h"
#include "server/auth_place.h"

#define NAME_BYTES_MAX 1000

/* The members that get-full-organization shows where it is not told how many. */
#define MEMBERS_SHOWN 100

/* --- making ----------------------------------------------------------------------------------- */

static void
answer_created(struct auth_exchange *exchange, const struct made_organization *made,
    const struct json_value *metadata, const char *user_id)
{
    const struct member owner = {
        .id = made->member_id,
        .organization_id = made->organization.id,
        .user_id = user_id,
        .role = made->organization.role,
        .created_at_us = made->organization.created_at_us,
    };
    struct json_writer json = auth_answer(exchange, 200);
    json_object_begin(&json);
    auth_put_organization_written(&json, &made->organization, metadata);
    json_key(&json, "members");
    json_array_begin(&json);
    auth_put_member(&json, &owner);
    json_array_end(&json);
    json_object_end(&json);
}

/* The JSON text of an object; NULL of anything else. */
static const char *
metadata_text(const struct json_value *metadata, struct arena *arena)
{
    if (metadata->kind != JSON_KIND_OBJECT)
        return NULL;

    struct buffer text;
    struct json_writer json;
    buffer_init(&text, arena, 64);
    json_writer_init(&json, &text);
    json_put_value(&json, metadata);
    return text.data;
}

static bool
create(struct auth_exchange *exchange, const struct session_view *view, struct tn_error *error)
{
    const struct json_value *metadata = json_member(exchange->body, "metadata");
    const struct json_value *keep = json_member(exchange->body, "keepCurrentActiveOrganization");
    const struct new_organization wanted = {
        .name = auth_body_text(exchange, "name"),
        .slug = auth_body_text(exchange, "slug"),
        .logo = auth_body_text(exchange, "logo"),
        .metadata = metadata_text(metadata, exchange->arena),
        .owner_id = view->user.id,
        .session_id = keep->boolean ? NULL : view->session.id,
        .organization_limit = exchange->settings->organizations_per_user,
        .has_first_team = exchange->settings->teams,
    };
    struct made_organization made;
    enum organization_create_answer answer;
    if (!organization_create(exchange->identity, &wanted, exchange->arena, &made, &answer, error))
        return false;

    switch (answer) {
    case ORGANIZATION_CREATED:
        if (wanted.session_id)
            auth_session_changed(exchange, made.organization.id, made.team_id);
        answer_created(exchange, &made, metadata, view->user.id);
        return true;
    case ORGANIZATION_SLUG_TAKEN:
        auth_refuse(exchange, 400, WIRE_ORGANIZATION_ALREADY_EXISTS);
        return true;
    case ORGANIZATION_LIMIT_REACHED:
        auth_refuse(exchange, 403, WIRE_YOU_HAVE_REACHED_THE_MAXIMUM_NUMBER_OF_ORGANIZATIONS);
        return true;
    }
    return true;
}

/* NULL: nothing is wrong with the slug in `object`, or it is not strict. */
static const char *
slug_fault(const struct auth_exchange *exchange, const struct json_value *object, const char *fault)
{
    const char *slug = json_member(object, "slug")->text;
    return slug && auth_is_strict(exchange) && !organization_slug_is_addressable(slug) ? fault
                                                                                       : NULL;
}

bool
auth_organization_create(struct auth_exchange *exchange, struct tn_error *error)
{
    static const struct auth_field fields[] = {
        { .name = "name", .rule = AUTH_STRING_FILLED, .bytes_max = NAME_BYTES_MAX },
        { .name = "slug", .rule = AUTH_STRING_FILLED, .bytes_max = ORGANIZATION_SLUG_BYTES_MAX },
        { .name = "logo", .rule = AUTH_STRING, .is_optional = true, .is_nullable = true },
        { .name = "metadata", .rule = AUTH_RECORD, .is_optional = true },
        { .name = "keepCurrentActiveOrganization", .rule = AUTH_BOOLEAN, .is_optional = true },
    };
    if (!auth_body_fits_and(exchange, fields, COUNT_OF(fields),
            slug_fault(exchange, exchange->body, "[body.slug] Invalid input")))
        return true;

    const struct session_view *view;
    if (!auth_session(exchange, true, &view, error))
        return false;

    if (!view) {
        auth_refuse_silently(exchange, 401);
        return true;
    }
    return create(exchange, view, error);
}

bool
auth_organization_check_slug(struct auth_exchange *exchange, struct tn_error *error)
{
    static const struct auth_field fields[] = { { .name = "slug", .rule = AUTH_STRING } };
    if (!auth_body_fits(exchange, fields, COUNT_OF(fields)))
        return true;

    const struct session_view *view;
    if (!auth_session_wanted(exchange, &view, error))
        return false;
    if (!view)
        return true;

    bool taken;
    if (!organization_slug_is_taken(
            exchange->identity, auth_body_text(exchange, "slug"), &taken, error))
        return false;

    if (taken) {
        auth_refuse(exchange, 400, WIRE_ORGANIZATION_SLUG_ALREADY_TAKEN);
        return true;
    }
    struct json_writer json = auth_answer(exchange, 200);
    json_object_begin(&json);
    json_key(&json, "status");
    json_put_boolean(&json, true);
    json_object_end(&json);
    return true;
}

/* --- changing --------------------------------------------------------------------------------- */

static bool
update(struct auth_exchange *exchange, const struct session_view *view, struct tn_error *error)
{
    static const struct refusal refusals[] = {
        { CHANGE_NO_ORGANIZATION, 400, WIRE_USER_IS_NOT_A_MEMBER_OF_THE_ORGANIZATION },
        { CHANGE_NOT_A_MEMBER, 400, WIRE_USER_IS_NOT_A_MEMBER_OF_THE_ORGANIZATION },
        { CHANGE_FORBIDDEN, 403, WIRE_YOU_ARE_NOT_ALLOWED_TO_UPDATE_THIS_ORGANIZATION },
        { CHANGE_TAKEN, 400, WIRE_ORGANIZATION_SLUG_ALREADY_TAKEN },
    };
    const char *organization_id =
        auth_organization_id(exchange, view, auth_body_text(exchange, "organizationId"));
    if (!organization_id) {
        auth_refuse(exchange, 400, WIRE_ORGANIZATION_NOT_FOUND);
        return true;
    }

    const struct json_value *data = json_member(exchange->body, "data");
    const struct json_value *metadata = json_member(data, "metadata");
    const struct organization_wish wish = {
        .name = json_member(data, "name")->text,
        .slug = json_member(data, "slug")->text,
        .sets_logo = json_member(data, "logo")->kind != JSON_KIND_UNDEFINED,
        .logo = json_member(data, "logo")->text,
        .sets_metadata = metadata->kind == JSON_KIND_OBJECT,
        .metadata = metadata_text(metadata, exchange->arena),
    };
    const struct change_request request = auth_change(exchange, view, organization_id);
    struct organization organization;
    enum change_answer answer;
    if (!organization_update(&request, &wish, &organization, &answer, error))
        return false;
    if (answer == CHANGE_NOTHING) {
        auth_refuse_with(exchange, 400, NULL, "No fields to update");
        return true;
    }
    if (!AUTH_IS_DONE(exchange, answer, refusals))
        return true;

    struct json_writer json = auth_answer(exchange, 200);
    json_object_begin(&json);
    auth_put_organization_written(
        &json, &organization, auth_metadata_of(organization.metadata, exchange->arena));
    json_object_end(&json);
    return true;
}

bool
auth_organization_update(struct auth_exchange *exchange, struct tn_error *error)
{
    static const struct auth_field fields[] = {
        { .name = "data", .rule = AUTH_OBJECT },
        { "data", "name", AUTH_STRING_FILLED, .is_optional = true, .bytes_max = NAME_BYTES_MAX },
        { "data", "slug", AUTH_STRING_FILLED, .is_optional = true,
            .bytes_max = ORGANIZATION_SLUG_BYTES_MAX },
        { "data", "logo", AUTH_STRING, .is_optional = true, .is_nullable = true },
        { "data", "metadata", AUTH_RECORD, .is_optional = true },
        { .name = "organizationId", .rule = AUTH_STRING, .is_optional = true },
    };
    if (!auth_body_fits_and(exchange, fields, COUNT_OF(fields),
            slug_fault(
                exchange, json_member(exchange->body, "data"), "[body.data.slug] Invalid input")))
        return true;

    const struct session_view *view;
    if (!auth_session(exchange, true, &view, error))
        return false;

    if (!view) {
        auth_refuse_with(exchange, 401, NULL, "User not found");
        return true;
    }
    return update(exchange, view, error);
}

static bool
erase(struct auth_exchange *exchange, const struct session_view *view, struct tn_error *error)
{
    static const struct refusal refusals[] = {
        { CHANGE_NO_ORGANIZATION, 400, WIRE_USER_IS_NOT_A_MEMBER_OF_THE_ORGANIZATION },
        { CHANGE_NOT_A_MEMBER, 400, WIRE_USER_IS_NOT_A_MEMBER_OF_THE_ORGANIZATION },
        { CHANGE_FORBIDDEN, 403, WIRE_YOU_ARE_NOT_ALLOWED_TO_DELETE_THIS_ORGANIZATION },
    };
    const char *id = auth_body_text(exchange, "organizationId");
    if (!*id) {
        auth_refuse(exchange, 400, WIRE_ORGANIZATION_NOT_FOUND);
        return true;
    }

    const struct change_request request = auth_change(exchange, view, id);
    struct organization organization;
    enum change_answer answer;
    if (!organization_delete(&request, &organization, &answer, error))
        return false;
    if (!AUTH_IS_DONE(exchange, answer, refusals))
        return true;

    const char *active = view->session.active_organization_id;
    if (active && strcmp(active, organization.id) == 0)
        auth_session_changed(exchange, NULL, NULL);
    struct json_writer json = auth_answer(exchange, 200);
    auth_put_organization(&json, &organization);
    return true;
}

bool
auth_organization_delete(struct auth_exchange *exchange, struct tn_error *error)
{
    static const struct auth_field fields[] = { { .name = "organizationId", .rule = AUTH_STRING } };
    if (!auth_body_fits(exchange, fields, COUNT_OF(fields)))
        return true;

    const struct session_view *view;
    if (!auth_session(exchange, true, &view, error))
        return false;

    if (!view) {
        auth_refuse_silently(exchange, 401);
        return true;
    }
    return erase(exchange, view, error);
}

/* --- reading ---------------------------------------------------------------------------------- */

bool
auth_organization_list(struct auth_exchange *exchange, struct tn_error *error)
{
    const struct session_view *view;
    if (!auth_session_wanted(exchange, &view, error))
        return false;
    if (!view)
        return true;

    struct organization_list list;
    if (!organization_list(exchange->identity, view->user.id, exchange->arena, &list, error))
        return false;

    struct json_writer json = auth_answer(exchange, 200);
    json_array_begin(&json);
    for (size_t i = 0; i < list.count; i++)
        auth_put_organization(&json, &list.items[i]);
    json_array_end(&json);
    return true;
}

static bool
place_query_fits(struct auth_exchange *exchange)
{
    static const struct auth_parameter parameters[] = { { .name = "organizationId" },
        { .name = "organizationSlug" }, { .name = "membersLimit", .is_number = true } };
    return auth_query_fits(exchange, parameters, COUNT_OF(parameters));
}

/* The organization that the query names, else the active one. `ret_found` is false where the
 * request is answered: with null for none, or refused. */
static bool
find(struct auth_exchange *exchange, const struct session_view *view,
    struct organization *ret_organization, bool *ret_found, struct tn_error *error)
{
    *ret_found = false;
    struct session_place place = auth_place_of_query(exchange);
    if (!place.slug && !place.organization_id)
        place.organization_id = auth_active_organization(exchange, view);
    if (!place.slug && !place.organization_id) {
        struct json_writer json = auth_answer(exchange, 200);
        json_put_null(&json);
        return true;
    }

    enum organization_find_answer answer;
    if (!organization_find(
            exchange->identity, place, view->user.id, ret_organization, &answer, error))
        return false;

    switch (answer) {
    case ORGANIZATION_FOUND:
        *ret_found = true;
        return true;
    case ORGANIZATION_FOREIGN:
        auth_refuse(exchange, 403, WIRE_USER_IS_NOT_A_MEMBER_OF_THE_ORGANIZATION);
        auth_session_changed(exchange, NULL, NULL);
        return organization_deactivate(exchange->identity, &view->session, error);
    case ORGANIZATION_UNKNOWN:
        auth_refuse(exchange, 400, WIRE_ORGANIZATION_NOT_FOUND);
        return true;
    }
    return true;
}

bool
auth_organization_get(struct auth_exchange *exchange, struct tn_error *error)
{
    if (!place_query_fits(exchange))
        return true;

    const struct session_view *view;
    if (!auth_session_wanted(exchange, &view, error))
        return false;
    if (!view)
        return true;

    struct organization organization;
    bool found;
    if (!find(exchange, view, &organization, &found, error))
        return false;
    if (!found)
        return true;

    struct json_writer json = auth_answer(exchange, 200);
    auth_put_organization(&json, &organization);
    return true;
}

/* What get-full-organization shows, as far as who asks may see it. */
struct full_organization {
    struct member_list members;
    struct invitation_list invitations;
    struct team_list teams;
};

static bool
read_full(struct auth_exchange *exchange, const struct session_view *place, int64_t member_limit,
    struct full_organization *ret_full, struct tn_error *error)
{
    struct role_book book;
    struct tn_membership membership;
    if (!auth_role_book(exchange, place, &book, error) ||
        !auth_member_list(exchange, place, &book, member_limit, &ret_full->members, error) ||
        !auth_membership_open(exchange, place, &membership, error))
        return false;

    const bool sees_invitations = roles_allow(&book, place->role, "invitation", "create");
    const bool read = (!sees_invitations || invitation_list(membership, place->organization_id,
                                                role_list_has(place->role, "owner"),
                                                exchange->arena, &ret_full->invitations, error)) &&
                      (!exchange->settings->teams || team_list(membership, place->organization_id,
                                                         exchange->arena, &ret_full->teams, error));
    membership_close(membership);
    return read;
}

static void
answer_full(struct auth_exchange *exchange, const struct organization *organization,
    const struct full_organization *full)
{
    struct json_writer json = auth_answer(exchange, 200);
    json_object_begin(&json);
    auth_put_organization_fields(&json, organization);
    json_key(&json, "invitations");
    json_array_begin(&json);
    for (size_t i = 0; i < full->invitations.count; i++)
        auth_put_invitation(&json, &full->invitations.items[i]);
    json_array_end(&json);
    json_key(&json, "members");
    json_array_begin(&json);
    for (size_t i = 0; i < full->members.count; i++)
        auth_put_member_with_user(&json, &full->members.items[i]);
    json_array_end(&json);
    if (exchange->settings->teams) {
        json_key(&json, "teams");
        json_array_begin(&json);
        for (size_t i = 0; i < full->teams.count; i++)
            auth_put_team(&json, &full->teams.items[i]);
        json_array_end(&json);
    }
    json_object_end(&json);
}

bool
auth_organization_get_full(struct auth_exchange *exchange, struct tn_error *error)
{
    int64_t member_limit;
    if (!place_query_fits(exchange) ||
        !auth_query_leading_number(exchange, "membersLimit", MEMBERS_SHOWN, &member_limit))
        return true;

    const struct session_view *view;
    if (!auth_session_wanted(exchange, &view, error))
        return false;
    if (!view)
        return true;

    struct organization organization;
    bool found;
    if (!find(exchange, view, &organization, &found, error))
        return false;
    if (!found)
        return true;

    struct session_view place = *view;
    place.is_member = true;
    place.organization_id = organization.id;
    place.role = organization.role;
    struct full_organization full = { 0 };
    if (!read_full(exchange, &place, member_limit, &full, error))
        return false;

    answer_full(exchange, &organization, &full);
    return true;
}
