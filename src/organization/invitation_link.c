#include "organization/invitation_link.h"

#include <string.h>

#include "queries.h"

#include "account/row.h"
#include "crypto/digest.h"
#include "crypto/random.h"
#include "organization/team.h"

static const char *
code_hash(const char *code, struct arena *arena)
{
    char *hex = arena_alloc(arena, DIGEST_HEX_LENGTH + 1);
    digest_sha256_hex(code, strlen(code), hex);
    return hex;
}

/* --- making ----------------------------------------------------------------------------------- */

struct making {
    const struct link_wish *wish;
    const char *role; /* trimmed */
    struct invitation_link *ret_link;
    const char **ret_code;
    const char **ret_unknown;
};

static bool
insert(struct change *change, const struct making *making, struct tn_error *error)
{
    const struct change_request *request = change->request;
    const struct link_wish *wish = making->wish;
    const char *id = random_id_new(request->arena);
    const char *code = random_id_new(request->arena);
    struct link_insert_row row;
    if (!link_insert(change->membership, arg_link_id(tn_text_of(id)),
            arg_code_hash(tn_text_of(code_hash(code, request->arena))),
            arg_role(tn_text_of(making->role)), arg_opt_team_ids(optional_text(wish->team_ids)),
            arg_opt_uses(
                wish->uses < 0 ? tn_opt_int32_null() : tn_opt_int32_of((int32_t)wish->uses)),
            arg_lifetime_s(wish->lifetime_s), arg_user_id(tn_text_of(request->user_id)), &row,
            error))
        return false;

    *making->ret_code = code;
    *making->ret_link = (struct invitation_link){
        .id = id,
        .organization_id = change->organization.id,
        .role = making->role,
        .team_ids = wish->team_ids,
        .uses_left = wish->uses,
        .created_at_us = row.created_at.us,
        .expires_at_us = row.expires_at.us,
        .creator_id = request->user_id,
    };
    return true;
}

static bool
create(
    struct change *change, void *argument, enum change_answer *ret_answer, struct tn_error *error)
{
    const struct making *making = argument;
    *ret_answer = CHANGE_FORBIDDEN;
    if (!change_allows(change, "invitation", "create"))
        return true;

    *ret_answer = change_check_roles(change, making->role, making->ret_unknown);
    if (*ret_answer != CHANGE_DONE)
        return true;

    struct link_counts_row counts;
    if (!link_counts(change->membership, &counts, error))
        return false;

    *ret_answer = counts.open_count >= change->request->rules->invitations_per_organization
                      ? CHANGE_LIMIT
                      : CHANGE_DONE;
    if (*ret_answer == CHANGE_DONE && making->wish->team_ids &&
        !team_check_all(change, making->wish->team_ids, ret_answer, error))
        return false;

    return *ret_answer != CHANGE_DONE || insert(change, making, error);
}

bool
invitation_link_create(const struct change_request *request, const struct link_wish *wish,
    struct invitation_link *ret_link, const char **ret_code, const char **ret_unknown,
    enum change_answer *ret_answer, struct tn_error *error)
{
    struct making making = { wish, role_list_trim(wish->role, request->arena), ret_link, ret_code,
        ret_unknown };
    return change_run(request, true, create, &making, ret_answer, error);
}

bool
invitation_link_list(struct tn_membership membership, const char *organization_id, bool with_owners,
    struct arena *arena, struct invitation_link_list *ret_list, struct tn_error *error)
{
    struct links_at_rows rows;
    if (!links_at(membership, arg_with_owners(with_owners), &rows, error))
        return false;

    struct invitation_link *items = ARENA_ARRAY(arena, rows.count, struct invitation_link);
    for (size_t i = 0; i < rows.count; i++)
        items[i] = (struct invitation_link){
            .id = rows.rows[i].id.p,
            .organization_id = organization_id,
            .role = rows.rows[i].role.p,
            .team_ids = text_or_null(rows.rows[i].team_ids),
            .uses_left = rows.rows[i].uses_left.is_null ? -1 : rows.rows[i].uses_left.value_if_any,
            .created_at_us = rows.rows[i].created_at.us,
            .expires_at_us = rows.rows[i].expires_at.us,
            .creator_id = text_or_null(rows.rows[i].creator_id),
        };
    *ret_list = (struct invitation_link_list){ rows.count, items };
    return true;
}

/* --- revoking --------------------------------------------------------------------------------- */

static bool
revoke(
    struct change *change, void *argument, enum change_answer *ret_answer, struct tn_error *error)
{
    const char *id = argument;
    *ret_answer = CHANGE_FORBIDDEN;
    if (!change_allows(change, "invitation", "cancel"))
        return true;

    struct link_revoke_row row;
    bool found;
    if (!link_revoke(change->membership, arg_link_id(tn_text_of(id)), &row, &found, error))
        return false;

    *ret_answer = found ? CHANGE_DONE : CHANGE_UNKNOWN;
    return true;
}

bool
invitation_link_revoke(const struct change_request *request, const char *id,
    enum change_answer *ret_answer, struct tn_error *error)
{
    return change_run(request, true, revoke, arena_strdup(request->arena, id), ret_answer, error);
}

/* --- using ------------------------------------------------------------------------------------ */

bool
invitation_link_open(struct tn_identity identity, const char *code, struct arena *arena,
    struct invitation_link *ret_link, bool *ret_found, struct tn_error *error)
{
    struct link_by_code_row row;
    if (!link_by_code(
            identity, arg_code_hash(tn_text_of(code_hash(code, arena))), &row, ret_found, error))
        return false;

    if (*ret_found)
        *ret_link = (struct invitation_link){
            .id = row.id.p,
            .organization_id = row.organization_id.p,
            .role = row.role.p,
            .team_ids = text_or_null(row.team_ids),
            .expires_at_us = row.expires_at.us,
            .organization_name = row.organization_name.p,
            .organization_slug = row.organization_slug.p,
        };
    return true;
}

struct using
{
    struct invitation_link *link;
    struct member *ret_member;
    const char **ret_team_id;
};

static bool
use(struct change *change, void *argument, enum change_answer *ret_answer, struct tn_error *error)
{
    const struct using *using = argument;
    const struct change_request *request = change->request;
    struct link_use_row row;
    bool found;
    if (!link_use(
            change->membership, arg_link_id(tn_text_of(using->link->id)), &row, &found, error))
        return false;

    *ret_answer = CHANGE_UNKNOWN;
    if (!found)
        return true;

    if (!member_join(change, row.role.p, using->ret_member, ret_answer, error))
        return false;

    const char *team_ids = text_or_null(row.team_ids);
    *using->ret_team_id = NULL;
    if (*ret_answer == CHANGE_DONE && team_ids && request->rules->has_teams &&
        !team_join_all(change, team_ids, request->user_id, using->ret_team_id, ret_answer, error))
        return false;
    if (*ret_answer != CHANGE_DONE || !request->session_id)
        return true;

    return organization_enter(change->identity, request->session_id, request->user_id,
        change->organization.id, *using->ret_team_id, error);
}

bool
invitation_link_accept(const struct change_request *request, const char *code,
    struct invitation_link *ret_link, struct member *ret_member, const char **ret_team_id,
    enum change_answer *ret_answer, struct tn_error *error)
{
    bool found;
    if (!invitation_link_open(request->identity, code, request->arena, ret_link, &found, error))
        return false;

    *ret_answer = CHANGE_UNKNOWN;
    if (!found)
        return true;

    struct using using = { ret_link, ret_member, ret_team_id };
    struct change_request there = *request;
    there.organization_id = ret_link->organization_id;
    if (!change_run(&there, false, use, &using, ret_answer, error))
        return false;

    if (*ret_answer == CHANGE_NO_ORGANIZATION)
        *ret_answer = CHANGE_UNKNOWN;
    return true;
}
