#include "organization/membership.h"

#include <string.h>

#include "queries.h"

#include "account/row.h"
#include "base/time.h"

bool
memberships_of_user(struct tn_identity identity, const char *user_id, const char *current_id,
    struct arena *arena, const struct tn_organization **ret_organizations, size_t *ret_count,
    struct tn_error *error)
{
    struct organizations_of_user_rows rows;
    if (!organizations_of_user(identity, arg_user_id(tn_text_of(user_id)), &rows, error))
        return false;

    struct tn_organization *organizations = ARENA_ARRAY(arena, rows.count, struct tn_organization);
    for (size_t i = 0; i < rows.count; i++)
        organizations[i] = (struct tn_organization){
            .id = rows.rows[i].id,
            .slug = rows.rows[i].slug,
            .name = rows.rows[i].name,
            .role = rows.rows[i].role,
            .is_current = current_id && strcmp(current_id, rows.rows[i].id.p) == 0,
        };
    *ret_organizations = organizations;
    *ret_count = rows.count;
    return true;
}

static struct tn_organization *
organizations_of_rows(
    struct organizations_of_session_rows rows, const struct session_view *view, struct arena *arena)
{
    struct tn_organization *organizations = ARENA_ARRAY(arena, rows.count, struct tn_organization);
    for (size_t i = 0; i < rows.count; i++)
        organizations[i] = (struct tn_organization){
            .id = rows.rows[i].id,
            .slug = rows.rows[i].slug,
            .name = rows.rows[i].name,
            .role = rows.rows[i].role,
            .is_current = view->is_member && strcmp(view->organization_id, rows.rows[i].id.p) == 0,
        };
    return organizations;
}

bool
memberships_look_up(struct tn_identity identity, const char *token, struct session_place place,
    struct arena *arena, struct session_view *ret_view,
    const struct tn_organization **ret_organizations, size_t *ret_count, struct tn_error *error)
{
    const int64_t asked_at_us = time_steady_us();
    struct session_and_organizations_rows rows;
    struct session_at_place_row row;
    if (!session_and_organizations(identity, arg_opt_place_slug(optional_text(place.slug)),
            arg_opt_place_id(optional_text(place.organization_id)), arg_token(tn_text_of(token)),
            &rows, error))
        return false;

    const bool found = opt_session_at_place_row_get(rows.session_at_place, &row);
    session_view_of_row(found ? &row : NULL, asked_at_us, ret_view);
    *ret_organizations = organizations_of_rows(rows.organizations_of_session, ret_view, arena);
    *ret_count = rows.organizations_of_session.count;
    return true;
}

bool
membership_role_book(struct tn_identity identity, const char *organization_id, const char *user_id,
    struct arena *arena, struct role_book *book, struct tn_error *error)
{
    struct actor_at_row row;
    if (!actor_at(identity, arg_organization_id(tn_text_of(organization_id)),
            arg_user_id(tn_text_of(user_id)), &row, error))
        return false;

    role_book_read(book, text_or_null(row.made_roles), arena);
    return true;
}
