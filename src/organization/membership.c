#include "organization/membership.h"

#include <string.h>

#include "queries.h"

#include "account/row.h"
#include "tenant/standing.h"

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

/* As many as memberships_of_session answers. */
#define MEMBERSHIPS_MAX 100

/* Is it the organization of the row that stands at the place? */
static bool
is_at(const struct memberships_of_session_row *row, const struct session_place *place)
{
    if (row->organization_id.is_null)
        return false;

    if (place->slug)
        return strcmp(row->organization_slug.value_if_any.p, place->slug) == 0;

    const char *wanted =
        place->organization_id ? place->organization_id : text_or_null(row->active_organization_id);
    return wanted && strcmp(row->organization_id.value_if_any.p, wanted) == 0;
}

static const struct memberships_of_session_row *
find_place(struct memberships_of_session_rows rows, const struct session_place *place)
{
    for (size_t i = 0; i < rows.count; i++)
        if (is_at(&rows.rows[i], place))
            return &rows.rows[i];
    return NULL;
}

static struct visitor
visitor_of_row(const struct memberships_of_session_row *person, const char *token,
    const struct memberships_of_session_row *here)
{
    struct visitor visitor = {
        .session_id = person->session_id.p,
        .session_token = token,
        .session_expires_at_us = person->expires_at.us,
        .user_id = person->user_id.p,
        .user_name = person->user_name.p,
        .user_email = person->user_email.p,
    };
    if (!here)
        return visitor;

    visitor.is_member = true;
    visitor.organization_id = text_or_null(here->organization_id);
    visitor.organization_name = text_or_null(here->organization_name);
    visitor.organization_slug = text_or_null(here->organization_slug);
    visitor.role = text_or_null(here->role);
    visitor.context = session_context_state_of(here->entered_at, here->revoked_at);
    visitor.last_seen_at_us = here->last_seen_at.is_null ? 0 : here->last_seen_at.value_if_any.us;
    return visitor;
}

/* The person's stamp and those of all that is shown of theirs: none where one is missing, or where
 * there are too many. */
static void
add_stamps(struct memberships_of_session_rows rows, struct arena *arena, struct visitor *visitor)
{
    const size_t organization_count = rows.rows[0].organization_id.is_null ? 0 : rows.count;
    if (organization_count >= STANDING_STAMPS_MAX || rows.rows[0].stamp.is_null)
        return;

    const char **stamps = ARENA_ARRAY(arena, organization_count + 1, const char *);
    stamps[0] = rows.rows[0].stamp.value_if_any.p;
    for (size_t i = 0; i < organization_count; i++) {
        if (rows.rows[i].organization_stamp.is_null)
            return;

        stamps[i + 1] = rows.rows[i].organization_stamp.value_if_any.p;
    }
    visitor->security_stamps = stamps;
    visitor->security_stamp_count = (int)organization_count + 1;
}

static void
organizations_of_rows(struct memberships_of_session_rows rows,
    const struct memberships_of_session_row *here, struct arena *arena,
    const struct tn_organization **ret_organizations, size_t *ret_count)
{
    const size_t count = rows.rows[0].organization_id.is_null ? 0 : rows.count;
    struct tn_organization *organizations = ARENA_ARRAY(arena, count, struct tn_organization);
    for (size_t i = 0; i < count; i++)
        organizations[i] = (struct tn_organization){
            .id = rows.rows[i].organization_id.value_if_any,
            .slug = rows.rows[i].organization_slug.value_if_any,
            .name = rows.rows[i].organization_name.value_if_any,
            .role = rows.rows[i].role.value_if_any,
            .is_current = &rows.rows[i] == here,
        };
    *ret_organizations = organizations;
    *ret_count = count;
}

bool
memberships_look_up(struct tn_identity identity, const char *token, struct session_place place,
    struct arena *arena, struct visitor *ret_visitor, bool *ret_is_live,
    const struct tn_organization **ret_organizations, size_t *ret_count, struct tn_error *error)
{
    struct memberships_of_session_rows rows;
    if (!memberships_of_session(identity, arg_token(tn_text_of(token)), &rows, error))
        return false;

    *ret_is_live = rows.count > 0 && rows.rows[0].is_live;
    if (!*ret_is_live)
        return true;

    const struct memberships_of_session_row *here = find_place(rows, &place);
    *ret_visitor = visitor_of_row(&rows.rows[0], token, here);
    add_stamps(rows, arena, ret_visitor);
    organizations_of_rows(rows, here, arena, ret_organizations, ret_count);
    if (here || rows.count < MEMBERSHIPS_MAX)
        return true;

    /* Of more than are shown, it may be one of the others. */
    struct session_view view;
    if (!session_look_up(identity, token, place, &view, error))
        return false;

    *ret_is_live = view.answer == SESSION_LIVE;
    if (*ret_is_live)
        *ret_visitor = visitor_of(&view);
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
