/* organization/: create, check-slug, list, get-organization, set-active. */
#include "organization/organization.h"

#include <string.h>

#include "server/auth_exchange.h"

/* The session, or the answer that there is none. */
static bool
session_or_refusal(
    struct auth_exchange *exchange, const struct session_view **ret_view, struct tn_error *error)
{
    if (!auth_session(exchange, true, ret_view, error))
        return false;

    if (!*ret_view)
        auth_refuse(exchange, 401, WIRE_UNAUTHORIZED);
    return true;
}

/* The members of an organization, up to the id; metadata is the text that is stored. */
static void
put_organization(struct json_writer *json, const struct organization *organization)
{
    json_object_begin(json);
    json_key(json, "name");
    json_put_text(json, organization->name);
    json_key(json, "slug");
    json_put_text(json, organization->slug);
    json_key(json, "logo");
    json_put_text(json, organization->logo);
    json_key(json, "createdAt");
    json_put_time(json, organization->created_at_us);
    json_key(json, "metadata");
    json_put_text(json, organization->metadata);
    json_key(json, "id");
    json_put_text(json, organization->id);
    json_object_end(json);
}

static void
answer_created(struct auth_exchange *exchange, const struct organization *organization,
    const struct json_value *metadata, const char *member_id, const char *user_id)
{
    struct json_writer json = auth_answer(exchange, 200);
    json_object_begin(&json);
    json_key(&json, "name");
    json_put_text(&json, organization->name);
    json_key(&json, "slug");
    json_put_text(&json, organization->slug);
    json_key(&json, "logo");
    json_put_text(&json, organization->logo);
    json_key(&json, "createdAt");
    json_put_time(&json, organization->created_at_us);
    /* Here, and here only, the object itself; without one the key is absent. */
    if (metadata->kind == JSON_KIND_OBJECT) {
        json_key(&json, "metadata");
        json_put_value(&json, metadata);
    }
    json_key(&json, "id");
    json_put_text(&json, organization->id);
    json_key(&json, "members");
    json_array_begin(&json);
    json_object_begin(&json);
    json_key(&json, "organizationId");
    json_put_text(&json, organization->id);
    json_key(&json, "userId");
    json_put_text(&json, user_id);
    json_key(&json, "role");
    json_put_text(&json, organization->role);
    json_key(&json, "createdAt");
    json_put_time(&json, organization->created_at_us);
    json_key(&json, "id");
    json_put_text(&json, member_id);
    json_object_end(&json);
    json_array_end(&json);
    json_object_end(&json);
}

static bool
create(struct auth_exchange *exchange, const struct session_view *view, struct tn_error *error)
{
    const struct json_value *metadata = json_member(exchange->body, "metadata");
    const struct json_value *keep = json_member(exchange->body, "keepCurrentActiveOrganization");
    struct buffer metadata_text;
    buffer_init(&metadata_text, exchange->arena, 64);
    if (metadata->kind == JSON_KIND_OBJECT) {
        struct json_writer json;
        json_writer_init(&json, &metadata_text);
        json_put_value(&json, metadata);
    }

    const struct new_organization wanted = {
        .name = auth_body_text(exchange, "name"),
        .slug = auth_body_text(exchange, "slug"),
        .logo = auth_body_text(exchange, "logo"),
        .metadata = metadata->kind == JSON_KIND_OBJECT ? metadata_text.data : NULL,
        .owner_id = view->user.id,
        .session_id = keep->boolean ? NULL : view->session.id,
        .organization_limit = exchange->settings->organizations_per_user,
    };
    struct organization organization;
    const char *member_id;
    enum organization_create_answer answer;
    if (!organization_create(exchange->identity, &wanted, exchange->arena, &organization,
            &member_id, &answer, error))
        return false;

    switch (answer) {
    case ORGANIZATION_CREATED:
        if (wanted.session_id)
            auth_session_changed(exchange, organization.id, NULL);
        answer_created(exchange, &organization, metadata, member_id, view->user.id);
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

bool
auth_organization_create(struct auth_exchange *exchange, struct tn_error *error)
{
    static const struct auth_field fields[] = {
        { .name = "name", .rule = AUTH_STRING_FILLED },
        { .name = "slug", .rule = AUTH_STRING_FILLED, .bytes_max = ORGANIZATION_SLUG_BYTES_MAX },
        { .name = "logo", .rule = AUTH_STRING, .is_optional = true, .is_nullable = true },
        { .name = "metadata", .rule = AUTH_RECORD, .is_optional = true },
        { .name = "keepCurrentActiveOrganization", .rule = AUTH_BOOLEAN, .is_optional = true },
    };
    if (!auth_body_fits(exchange, fields, COUNT_OF(fields)))
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
    if (!session_or_refusal(exchange, &view, error))
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

bool
auth_organization_list(struct auth_exchange *exchange, struct tn_error *error)
{
    const struct session_view *view;
    if (!session_or_refusal(exchange, &view, error))
        return false;
    if (!view)
        return true;

    struct organization_list list;
    if (!organization_list(exchange->identity, view->user.id, exchange->arena, &list, error))
        return false;

    struct json_writer json = auth_answer(exchange, 200);
    json_array_begin(&json);
    for (size_t i = 0; i < list.count; i++)
        put_organization(&json, &list.items[i]);
    json_array_end(&json);
    return true;
}

static void
answer_organization(struct auth_exchange *exchange, const struct organization *organization)
{
    struct json_writer json = auth_answer(exchange, 200);
    if (organization)
        put_organization(&json, organization);
    else
        json_put_null(&json);
}

bool
auth_organization_get(struct auth_exchange *exchange, struct tn_error *error)
{
    const struct session_view *view;
    if (!session_or_refusal(exchange, &view, error))
        return false;
    if (!view)
        return true;

    struct session_place place = { .slug = pairs_find(&exchange->query, "organizationSlug") };
    if (!place.slug)
        place.organization_id = pairs_find(&exchange->query, "organizationId");
    if (!place.slug && !place.organization_id)
        place.organization_id = auth_active_organization(exchange, view);
    if (!place.slug && !place.organization_id) {
        answer_organization(exchange, NULL);
        return true;
    }

    struct organization organization;
    enum organization_find_answer answer;
    if (!organization_find(exchange->identity, place, view->user.id, &organization, &answer, error))
        return false;

    switch (answer) {
    case ORGANIZATION_FOUND:
        answer_organization(exchange, &organization);
        return true;
    case ORGANIZATION_FOREIGN:
        auth_refuse(exchange, 403, WIRE_USER_IS_NOT_A_MEMBER_OF_THE_ORGANIZATION);
        auth_session_changed(exchange, NULL, view->session.active_team_id);
        return organization_deactivate(exchange->identity, &view->session, error);
    case ORGANIZATION_UNKNOWN:
        auth_refuse(exchange, 400, WIRE_ORGANIZATION_NOT_FOUND);
        return true;
    }
    return true;
}

/* --- set-active ------------------------------------------------------------------------------- */

static bool
activate(struct auth_exchange *exchange, const struct session_view *view,
    const char *organization_id, struct tn_error *error)
{
    struct organization organization;
    enum organization_activate_answer answer;
    if (!organization_activate(
            exchange->identity, &view->session, organization_id, &organization, &answer, error))
        return false;

    switch (answer) {
    case ORGANIZATION_ACTIVATED:
        auth_session_changed(exchange, organization.id, view->session.active_team_id);
        auth_cookies_renew(exchange);
        answer_organization(exchange, &organization);
        return true;
    case ORGANIZATION_NOT_A_MEMBER:
        auth_session_changed(exchange, NULL, view->session.active_team_id);
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
        auth_session_changed(exchange, NULL, view->session.active_team_id);
        auth_cookies_renew(exchange);
        answer_organization(exchange, NULL);
        return organization_deactivate(exchange->identity, &view->session, error);
    }
    if (id->kind == JSON_KIND_STRING)
        return activate(exchange, view, id->text, error);
    if (slug)
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
    if (!session_or_refusal(exchange, &view, error))
        return false;

    return !view || set_active(exchange, view, error);
}
