#include "organization/organization.h"

#include <string.h>

#include "queries.h"

#include "account/row.h"

bool
organization_list(struct tn_identity identity, const char *user_id, struct arena *arena,
    struct organization_list *ret_list, struct tn_error *error)
{
    struct organizations_of_user_rows rows;
    if (!organizations_of_user(identity, arg_user_id(tn_text_of(user_id)), &rows, error))
        return false;

    struct organization *items = ARENA_ARRAY(arena, rows.count, struct organization);
    for (size_t i = 0; i < rows.count; i++)
        items[i] = (struct organization){
            .id = rows.rows[i].id.p,
            .name = rows.rows[i].name.p,
            .slug = rows.rows[i].slug.p,
            .logo = text_or_null(rows.rows[i].logo),
            .created_at_us = rows.rows[i].created_at.us,
            .metadata = text_or_null(rows.rows[i].metadata),
            .role = rows.rows[i].role.p,
        };
    *ret_list = (struct organization_list){ .count = rows.count, .items = items };
    return true;
}

bool
organization_find(struct tn_identity identity, struct session_place place, const char *user_id,
    struct organization *ret_organization, enum organization_find_answer *ret_answer,
    struct tn_error *error)
{
    struct organization_at_row row;
    bool found;
    if (!organization_at(identity, arg_user_id(tn_text_of(user_id)),
            arg_opt_place_slug(optional_text(place.slug)),
            arg_opt_place_id(optional_text(place.organization_id)), &row, &found, error))
        return false;

    if (!found) {
        *ret_answer = ORGANIZATION_UNKNOWN;
        return true;
    }
    *ret_organization = (struct organization){
        .id = row.id.p,
        .name = row.name.p,
        .slug = row.slug.p,
        .logo = text_or_null(row.logo),
        .created_at_us = row.created_at.us,
        .metadata = text_or_null(row.metadata),
        .role = text_or_null(row.role),
    };
    *ret_answer = ret_organization->role ? ORGANIZATION_FOUND : ORGANIZATION_FOREIGN;
    return true;
}

bool
organization_slug_is_addressable(const char *slug)
{
    return strcmp(slug, ".") != 0 && strcmp(slug, "..") != 0;
}

bool
organization_slug_is_taken(
    struct tn_identity identity, const char *slug, bool *ret_taken, struct tn_error *error)
{
    struct organization_by_slug_exists_row row;
    if (!organization_by_slug_exists(identity, arg_slug(tn_text_of(slug)), &row, error))
        return false;

    *ret_taken = row.taken;
    return true;
}

bool
organization_activate(struct tn_identity identity, const char *session_id, const char *user_id,
    const char *organization_id, struct organization *ret_organization,
    enum organization_activate_answer *ret_answer, struct tn_error *error)
{
    struct session_choose_active_row row;
    bool found;
    if (!session_choose_active(identity, arg_organization_id(tn_text_of(organization_id)),
            arg_user_id(tn_text_of(user_id)), arg_session_id(tn_text_of(session_id)), &row, &found,
            error))
        return false;

    struct tn_time created_at;
    if (!found) {
        *ret_answer = ORGANIZATION_SESSION_GONE;
        return true;
    }
    if (!tn_opt_time_get(row.created_at, &created_at)) {
        *ret_answer = ORGANIZATION_NOT_A_MEMBER;
        return true;
    }
    *ret_organization = (struct organization){
        .id = text_or_null(row.id),
        .name = text_or_null(row.name),
        .slug = text_or_null(row.slug),
        .logo = text_or_null(row.logo),
        .created_at_us = created_at.us,
        .metadata = text_or_null(row.metadata),
        .role = text_or_null(row.role),
    };
    *ret_answer = ORGANIZATION_ACTIVATED;
    return true;
}

bool
organization_deactivate(
    struct tn_identity identity, const struct session *session, struct tn_error *error)
{
    return session_clear_active(identity, arg_session_id(tn_text_of(session->id)), error);
}

bool
organization_enter(struct tn_identity identity, const char *session_id, const char *user_id,
    const char *organization_id, const char *team_id, struct tn_error *error)
{
    struct session_enter_row row;
    bool found;
    return session_enter(identity, arg_organization_id(tn_text_of(organization_id)),
        arg_opt_team_id(optional_text(team_id)), arg_session_id(tn_text_of(session_id)),
        arg_user_id(tn_text_of(user_id)), &row, &found, error);
}
