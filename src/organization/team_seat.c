/* Who is in a team. */
#include <string.h>

#include "queries.h"

#include "account/row.h"
#include "crypto/base64.h"
#include "crypto/digest.h"
#include "crypto/random.h"
#include "organization/team.h"
#include "json/writer.h"

/* better-auth's key of a person in a team: base64url of SHA-256 of ["TEAM","USER"]. */
static const char *
membership_key(const char *team_id, const char *user_id, struct arena *arena)
{
    struct buffer pair;
    struct json_writer json;
    buffer_init(&pair, arena, 80);
    json_writer_init(&json, &pair);
    json_array_begin(&json);
    json_put_text(&json, team_id);
    json_put_text(&json, user_id);
    json_array_end(&json);

    uint8_t digest[DIGEST_BYTES];
    digest_sha256(pair.data, pair.length, digest);
    struct buffer key;
    buffer_init(&key, arena, 44);
    base64url_append(&key, digest, sizeof digest);
    return key.data;
}

/* A new seat. `ret_seated` is false when there is none free. */
static bool
sit_down(struct tn_identity identity, const char *team_id, const char *organization_id,
    const char *user_id, int64_t seat_limit, struct arena *arena, struct team_seat *ret_seat,
    bool *ret_seated, struct tn_error *error)
{
    const char *id = random_id_new(arena);
    struct team_seat_take_row row;
    if (!team_seat_take(identity, arg_team_id(tn_text_of(team_id)),
            arg_organization_id(tn_text_of(organization_id)), arg_seat_limit(seat_limit),
            arg_seat_id(tn_text_of(id)), arg_user_id(tn_text_of(user_id)),
            arg_membership_key(tn_text_of(membership_key(team_id, user_id, arena))), &row,
            ret_seated, error))
        return false;

    if (*ret_seated)
        *ret_seat = (struct team_seat){ id, team_id, user_id, row.created_at.us };
    return true;
}

/* The seat that a person has already. */
static bool
find_seat(struct tn_identity identity, const char *team_id, const char *user_id,
    struct team_seat *ret_seat, bool *ret_found, struct tn_error *error)
{
    struct team_seat_find_row row;
    if (!team_seat_find(identity, arg_team_id(tn_text_of(team_id)),
            arg_user_id(tn_text_of(user_id)), &row, ret_found, error))
        return false;

    if (*ret_found)
        *ret_seat = (struct team_seat){ row.id.p, team_id, user_id,
            row.created_at.is_null ? 0 : row.created_at.value_if_any.us };
    return true;
}

bool
team_join(struct change *change, const char *team_id, const char *user_id,
    struct team_seat *ret_seat, enum change_answer *ret_answer, struct tn_error *error)
{
    struct team_find_row team;
    bool found;
    *ret_answer = CHANGE_NO_TEAM;
    if (!team_find(change->membership, arg_team_id(tn_text_of(team_id)), &team, &found, error))
        return false;
    if (!found)
        return true;

    *ret_answer = CHANGE_DONE;
    if (!find_seat(change->identity, team_id, user_id, ret_seat, &found, error))
        return false;
    if (found)
        return true;

    if (!sit_down(change->identity, team_id, change->organization.id, user_id,
            change->request->rules->members_per_team, change->request->arena, ret_seat, &found,
            error))
        return false;

    if (!found)
        *ret_answer = CHANGE_TEAM_FULL;
    return true;
}

bool
team_create_first(struct tn_membership membership, struct tn_identity identity,
    const struct organization *organization, const char *user_id, struct arena *arena,
    const char **ret_team_id, struct tn_error *error)
{
    const char *id = random_id_new(arena);
    struct team_insert_row row;
    struct team_seat seat;
    bool seated;
    *ret_team_id = id;
    return team_insert(membership, arg_team_id(tn_text_of(id)),
               arg_team_name(tn_text_of(organization->name)), arg_is_first(true), &row, error) &&
           sit_down(
               identity, id, organization->id, user_id, INT64_MAX, arena, &seat, &seated, error);
}

/* --- members of the organization -------------------------------------------------------------- */

struct seat_change {
    const char *team_id;
    const char *user_id;
    struct team_seat *ret_seat;
};

/* CHANGE_DONE, _FORBIDDEN, _UNKNOWN. */
static bool
check_member(struct change *change, const char *action, const char *user_id,
    enum change_answer *ret_answer, struct tn_error *error)
{
    *ret_answer = CHANGE_FORBIDDEN;
    if (!change_allows(change, "member", action))
        return true;

    struct member_of_user_row row;
    bool found;
    if (!member_of_user(change->membership, arg_user_id(tn_text_of(user_id)), &row, &found, error))
        return false;

    *ret_answer = found ? CHANGE_DONE : CHANGE_UNKNOWN;
    return true;
}

static bool
add_member(
    struct change *change, void *argument, enum change_answer *ret_answer, struct tn_error *error)
{
    const struct seat_change *wanted = argument;
    if (!check_member(change, "update", wanted->user_id, ret_answer, error))
        return false;

    return *ret_answer != CHANGE_DONE ||
           team_join(change, wanted->team_id, wanted->user_id, wanted->ret_seat, ret_answer, error);
}

bool
team_add_member(const struct change_request *request, const char *team_id, const char *user_id,
    struct team_seat *ret_seat, enum change_answer *ret_answer, struct tn_error *error)
{
    struct seat_change wanted = { team_id, user_id, ret_seat };
    return change_run(request, true, add_member, &wanted, ret_answer, error);
}

static bool
remove_member(
    struct change *change, void *argument, enum change_answer *ret_answer, struct tn_error *error)
{
    const struct seat_change *wanted = argument;
    if (!check_member(change, "delete", wanted->user_id, ret_answer, error))
        return false;
    if (*ret_answer != CHANGE_DONE)
        return true;

    struct team_find_row team;
    bool found;
    if (!team_find(
            change->membership, arg_team_id(tn_text_of(wanted->team_id)), &team, &found, error))
        return false;

    *ret_answer = CHANGE_NO_TEAM;
    if (!found)
        return true;

    struct team_seat_leave_row row;
    if (!team_seat_leave(change->identity, arg_team_id(tn_text_of(wanted->team_id)),
            arg_user_id(tn_text_of(wanted->user_id)),
            arg_organization_id(tn_text_of(change->organization.id)), &row, &found, error))
        return false;

    *ret_answer = found ? CHANGE_DONE : CHANGE_ALREADY;
    return true;
}

bool
team_remove_member(const struct change_request *request, const char *team_id, const char *user_id,
    enum change_answer *ret_answer, struct tn_error *error)
{
    struct seat_change wanted = { team_id, user_id, NULL };
    return change_run(request, true, remove_member, &wanted, ret_answer, error);
}

/* --- the teams of an invitation --------------------------------------------------------------- */

/* The next id of a comma list, in `arena`; NULL at its end. */
static const char *
next_id(const char **at, struct arena *arena)
{
    *at += strspn(*at, ",");
    const size_t bytes = strcspn(*at, ",");
    const char *id = bytes > 0 ? arena_memdup(arena, *at, bytes) : NULL;
    *at += bytes;
    return id;
}

bool
team_check_all(struct change *change, const char *team_ids, enum change_answer *ret_answer,
    struct tn_error *error)
{
    *ret_answer = CHANGE_DONE;
    for (const char *id; (id = next_id(&team_ids, change->request->arena));) {
        struct team_find_row team;
        bool found;
        if (!team_find(change->membership, arg_team_id(tn_text_of(id)), &team, &found, error))
            return false;

        *ret_answer = !found ? CHANGE_NO_TEAM
                      : team.member_count >= change->request->rules->members_per_team
                          ? CHANGE_TEAM_FULL
                          : CHANGE_DONE;
        if (*ret_answer != CHANGE_DONE)
            return true;
    }
    return true;
}

bool
team_join_all(struct change *change, const char *team_ids, const char *user_id,
    const char **ret_only_id, enum change_answer *ret_answer, struct tn_error *error)
{
    *ret_answer = CHANGE_DONE;
    *ret_only_id = NULL;
    size_t count = 0;
    for (const char *id; (id = next_id(&team_ids, change->request->arena));) {
        struct team_seat seat;
        if (!team_join(change, id, user_id, &seat, ret_answer, error))
            return false;
        if (*ret_answer != CHANGE_DONE)
            return true;

        *ret_only_id = count++ == 0 ? id : NULL;
    }
    return true;
}
