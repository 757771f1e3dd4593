#include "organization/team.h"

#include <string.h>

#include "queries.h"

#include "account/row.h"
#include "crypto/random.h"

static int64_t
time_or_zero(struct tn_opt_time time)
{
    return time.is_null ? 0 : time.value_if_any.us;
}

bool
team_list(struct tn_membership membership, const char *organization_id, struct arena *arena,
    struct team_list *ret_list, struct tn_error *error)
{
    struct teams_at_rows rows;
    if (!teams_at(membership, &rows, error))
        return false;

    struct team *items = ARENA_ARRAY(arena, rows.count, struct team);
    for (size_t i = 0; i < rows.count; i++)
        items[i] = (struct team){
            .id = rows.rows[i].id.p,
            .name = rows.rows[i].name.p,
            .organization_id = organization_id,
            .member_count = rows.rows[i].member_count,
            .created_at_us = rows.rows[i].created_at.us,
            .updated_at_us = time_or_zero(rows.rows[i].updated_at),
        };
    *ret_list = (struct team_list){ rows.count, items };
    return true;
}

bool
team_list_of_user(struct tn_identity identity, const char *user_id, const char *organization_id,
    struct arena *arena, struct team_list *ret_list, struct tn_error *error)
{
    struct teams_of_user_rows rows;
    if (!teams_of_user(identity, arg_user_id(tn_text_of(user_id)),
            arg_opt_organization_id(optional_text(organization_id)), &rows, error))
        return false;

    struct team *items = ARENA_ARRAY(arena, rows.count, struct team);
    for (size_t i = 0; i < rows.count; i++)
        items[i] = (struct team){
            .id = rows.rows[i].id.p,
            .name = rows.rows[i].name.p,
            .organization_id = rows.rows[i].organization_id.p,
            .member_count = rows.rows[i].member_count,
            .created_at_us = rows.rows[i].created_at.us,
            .updated_at_us = time_or_zero(rows.rows[i].updated_at),
        };
    *ret_list = (struct team_list){ rows.count, items };
    return true;
}

bool
team_look(struct tn_identity identity, const char *team_id, const char *user_id,
    struct team *ret_team, enum team_sight *ret_sight, struct tn_error *error)
{
    struct team_for_user_row row;
    bool found;
    if (!team_for_user(identity, arg_user_id(tn_text_of(user_id)), arg_team_id(tn_text_of(team_id)),
            &row, &found, error))
        return false;

    *ret_sight = TEAM_UNKNOWN;
    if (!found)
        return true;

    *ret_sight = !row.in_organization ? TEAM_FOREIGN : row.in_team ? TEAM_INSIDE : TEAM_OUTSIDE;
    *ret_team = (struct team){
        .id = row.id.p,
        .name = row.name.p,
        .organization_id = row.organization_id.p,
        .member_count = row.member_count,
        .created_at_us = row.created_at.us,
        .updated_at_us = time_or_zero(row.updated_at),
    };
    return true;
}

bool
team_seat_list(struct tn_identity identity, const struct team *team, struct arena *arena,
    struct team_seat_list *ret_list, struct tn_error *error)
{
    struct team_seats_rows rows;
    if (!team_seats(identity, arg_team_id(tn_text_of(team->id)),
            arg_organization_id(tn_text_of(team->organization_id)), &rows, error))
        return false;

    struct team_seat *items = ARENA_ARRAY(arena, rows.count, struct team_seat);
    for (size_t i = 0; i < rows.count; i++)
        items[i] = (struct team_seat){
            .id = rows.rows[i].id.p,
            .team_id = rows.rows[i].team_id.p,
            .user_id = rows.rows[i].user_id.p,
            .created_at_us = time_or_zero(rows.rows[i].created_at),
        };
    *ret_list = (struct team_seat_list){ rows.count, items };
    return true;
}

bool
team_activate(struct tn_identity identity, const char *session_id, const char *organization_id,
    const char *team_id, bool *ret_changed, struct tn_error *error)
{
    struct session_choose_team_row row;
    return session_choose_team(identity, arg_opt_team_id(optional_text(team_id)),
        arg_session_id(tn_text_of(session_id)),
        arg_organization_id(tn_text_of(organization_id ? organization_id : "")), &row, ret_changed,
        error);
}

/* --- making and naming ------------------------------------------------------------------------ */

static bool
insert(struct tn_membership membership, const char *organization_id, const char *name,
    struct arena *arena, struct team *ret_team, struct tn_error *error)
{
    const char *id = random_id_new(arena);
    struct team_insert_row row;
    if (!team_insert(membership, arg_team_id(tn_text_of(id)), arg_team_name(tn_text_of(name)),
            arg_is_first(false), &row, error))
        return false;

    *ret_team = (struct team){
        .id = id,
        .name = name,
        .organization_id = organization_id,
        .created_at_us = row.created_at.us,
        .updated_at_us = time_or_zero(row.updated_at),
    };
    return true;
}

struct team_change {
    const char *team_id;
    const char *name;
    const char *active_team_id;
    const char *user_id;
    struct team *ret_team;
    struct team_seat *ret_seat;
};

static bool
create(
    struct change *change, void *argument, enum change_answer *ret_answer, struct tn_error *error)
{
    const struct team_change *wanted = argument;
    *ret_answer = CHANGE_FORBIDDEN;
    if (!change_allows(change, "team", "create"))
        return true;

    struct team_count_row count;
    if (!team_count(change->membership, &count, error))
        return false;

    *ret_answer = CHANGE_LIMIT;
    if (count.team_count >= change->request->rules->teams_per_organization)
        return true;

    *ret_answer = CHANGE_DONE;
    return insert(change->membership, change->organization.id, wanted->name, change->request->arena,
        wanted->ret_team, error);
}

bool
team_create(const struct change_request *request, const char *name, struct team *ret_team,
    enum change_answer *ret_answer, struct tn_error *error)
{
    struct team_change wanted = { .name = name, .ret_team = ret_team };
    return change_run(request, true, create, &wanted, ret_answer, error);
}

/* A team of the organization; false in `ret_found` for another. */
static bool
find(struct change *change, const char *team_id, struct team *ret_team, bool *ret_found,
    struct tn_error *error)
{
    struct team_find_row row;
    if (!team_find(change->membership, arg_team_id(tn_text_of(team_id)), &row, ret_found, error))
        return false;

    if (*ret_found)
        *ret_team = (struct team){
            .id = row.id.p,
            .name = row.name.p,
            .organization_id = change->organization.id,
            .member_count = row.member_count,
            .created_at_us = row.created_at.us,
            .updated_at_us = time_or_zero(row.updated_at),
        };
    return true;
}

static bool
update(
    struct change *change, void *argument, enum change_answer *ret_answer, struct tn_error *error)
{
    const struct team_change *wanted = argument;
    *ret_answer = CHANGE_FORBIDDEN;
    if (!change_allows(change, "team", "update"))
        return true;

    bool found;
    if (!find(change, wanted->team_id, wanted->ret_team, &found, error))
        return false;

    *ret_answer = found ? CHANGE_DONE : CHANGE_UNKNOWN;
    if (!found)
        return true;

    struct team_rename_row row;
    const char *name = wanted->name ? wanted->name : wanted->ret_team->name;
    if (!team_rename(change->membership, arg_team_name(tn_text_of(name)),
            arg_team_id(tn_text_of(wanted->team_id)), &row, &found, error))
        return false;

    wanted->ret_team->name = name;
    wanted->ret_team->updated_at_us = row.updated_at.us;
    return true;
}

bool
team_update(const struct change_request *request, const char *team_id, const char *name,
    struct team *ret_team, enum change_answer *ret_answer, struct tn_error *error)
{
    struct team_change wanted = { .team_id = team_id, .name = name, .ret_team = ret_team };
    return change_run(request, true, update, &wanted, ret_answer, error);
}

/* --- removing --------------------------------------------------------------------------------- */

static bool
take_away(struct change *change, const char *team_id, struct tn_error *error)
{
    return invitations_drop_team(change->membership, arg_team_id(tn_text_of(team_id)), error) &&
           links_drop_team(change->membership, arg_team_id(tn_text_of(team_id)), error) &&
           team_delete(change->membership, arg_team_id(tn_text_of(team_id)), error);
}

static bool
take_out(
    struct change *change, void *argument, enum change_answer *ret_answer, struct tn_error *error)
{
    const struct team_change *wanted = argument;
    *ret_answer = CHANGE_TEAM_ACTIVE;
    if (wanted->active_team_id && strcmp(wanted->active_team_id, wanted->team_id) == 0)
        return true;

    *ret_answer = CHANGE_FORBIDDEN;
    if (!change_allows(change, "team", "delete"))
        return true;

    struct team team;
    bool found;
    if (!find(change, wanted->team_id, &team, &found, error))
        return false;

    *ret_answer = CHANGE_UNKNOWN;
    if (!found)
        return true;

    struct team_count_row count;
    if (!team_count(change->membership, &count, error))
        return false;

    *ret_answer = count.team_count > 1 ? CHANGE_DONE : CHANGE_TEAM_LAST;
    return *ret_answer != CHANGE_DONE || take_away(change, wanted->team_id, error);
}

bool
team_remove(const struct change_request *request, const char *team_id, const char *active_team_id,
    enum change_answer *ret_answer, struct tn_error *error)
{
    struct team_change wanted = { .team_id = team_id, .active_team_id = active_team_id };
    return change_run(request, true, take_out, &wanted, ret_answer, error);
}
