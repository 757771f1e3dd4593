#include "organization/invitation.h"

#include <string.h>

#include "queries.h"

#include "account/email.h"
#include "account/row.h"
#include "crypto/random.h"
#include "organization/team.h"

bool
invitation_get(struct tn_identity identity, const char *id, struct invitation *ret_invitation,
    bool *ret_found, struct tn_error *error)
{
    struct invitation_find_row row;
    if (!invitation_find(identity, arg_invitation_id(tn_text_of(id)), &row, ret_found, error))
        return false;

    if (*ret_found)
        *ret_invitation = (struct invitation){
            .id = row.id.p,
            .organization_id = row.organization_id.p,
            .email = row.email.p,
            .role = text_or_null(row.role),
            .team_ids = text_or_null(row.team_ids),
            .status = row.status.p,
            .expires_at_us = row.expires_at.us,
            .created_at_us = row.created_at.us,
            .inviter_id = row.inviter_id.p,
            .is_live = row.is_live,
            .organization_name = row.organization_name.p,
            .organization_slug = row.organization_slug.p,
            .inviter_email = row.inviter_email.p,
            .inviter_is_member = row.inviter_is_member,
        };
    return true;
}

bool
invitation_list(struct tn_membership membership, const char *organization_id, bool with_owners,
    struct arena *arena, struct invitation_list *ret_list, struct tn_error *error)
{
    struct invitations_at_rows rows;
    if (!invitations_at(membership, arg_with_owners(with_owners), &rows, error))
        return false;

    struct invitation *items = ARENA_ARRAY(arena, rows.count, struct invitation);
    for (size_t i = 0; i < rows.count; i++)
        items[i] = (struct invitation){
            .id = rows.rows[i].id.p,
            .organization_id = organization_id,
            .email = rows.rows[i].email.p,
            .role = text_or_null(rows.rows[i].role),
            .team_ids = text_or_null(rows.rows[i].team_ids),
            .status = rows.rows[i].status.p,
            .expires_at_us = rows.rows[i].expires_at.us,
            .created_at_us = rows.rows[i].created_at.us,
            .inviter_id = rows.rows[i].inviter_id.p,
        };
    *ret_list = (struct invitation_list){ rows.count, items };
    return true;
}

bool
invitation_list_of_email(struct tn_identity identity, const char *email, bool with_dead,
    struct arena *arena, struct invitation_list *ret_list, struct tn_error *error)
{
    struct invitations_of_email_rows rows;
    if (!invitations_of_email(identity, arg_email(tn_text_of(email_normalise(email, arena))),
            arg_with_dead(with_dead), &rows, error))
        return false;

    struct invitation *items = ARENA_ARRAY(arena, rows.count, struct invitation);
    for (size_t i = 0; i < rows.count; i++)
        items[i] = (struct invitation){
            .id = rows.rows[i].id.p,
            .organization_id = rows.rows[i].organization_id.p,
            .email = rows.rows[i].email.p,
            .role = text_or_null(rows.rows[i].role),
            .team_ids = text_or_null(rows.rows[i].team_ids),
            .status = rows.rows[i].status.p,
            .expires_at_us = rows.rows[i].expires_at.us,
            .created_at_us = rows.rows[i].created_at.us,
            .inviter_id = rows.rows[i].inviter_id.p,
            .organization_name = rows.rows[i].organization_name.p,
        };
    *ret_list = (struct invitation_list){ rows.count, items };
    return true;
}

/* --- inviting --------------------------------------------------------------------------------- */

struct sending {
    const struct invitation_wish *wish;
    const char *email; /* as it is stored */
    const char *role;  /* trimmed */
    struct invitation *ret_invitation;
    const char **ret_unknown;
};

static bool
insert(struct change *change, const struct sending *sending, struct tn_error *error)
{
    const struct change_request *request = change->request;
    const char *id = random_id_new(request->arena);
    struct invitation_insert_row row;
    if (!invitation_insert(change->membership, arg_invitation_id(tn_text_of(id)),
            arg_email(tn_text_of(sending->email)), arg_role(tn_text_of(sending->role)),
            arg_opt_team_ids(optional_text(sending->wish->team_ids)),
            arg_lifetime_s(request->rules->invitation_lifetime_s),
            arg_user_id(tn_text_of(request->user_id)), &row, error))
        return false;

    *sending->ret_invitation = (struct invitation){
        .id = id,
        .organization_id = change->organization.id,
        .email = sending->email,
        .role = sending->role,
        .team_ids = sending->wish->team_ids,
        .status = "pending",
        .expires_at_us = row.expires_at.us,
        .created_at_us = row.created_at.us,
        .inviter_id = request->user_id,
        .organization_name = change->organization.name,
    };
    return true;
}

/* The same invitation lasts anew. Who prolongs it hands out its role, too. */
static bool
prolong(struct change *change, const struct sending *sending,
    const struct invitation_open_of_row *open, enum change_answer *ret_answer,
    struct tn_error *error)
{
    const char *role = text_or_null(open->role);
    *ret_answer = change_check_roles(change, role ? role : "", sending->ret_unknown);
    /* A role that is gone meanwhile grants nothing: no reason to refuse. */
    if (*ret_answer == CHANGE_ROLE_UNKNOWN || *ret_answer == CHANGE_ROLE_EMPTY)
        *ret_answer = CHANGE_DONE;
    if (*ret_answer != CHANGE_DONE)
        return true;

    struct invitation_renew_row row;
    if (!invitation_renew(change->membership,
            arg_lifetime_s(change->request->rules->invitation_lifetime_s),
            arg_invitation_id(open->id), &row, error))
        return false;

    *sending->ret_invitation = (struct invitation){
        .id = open->id.p,
        .organization_id = change->organization.id,
        .email = open->email.p,
        .role = role,
        .team_ids = text_or_null(open->team_ids),
        .status = open->status.p,
        .expires_at_us = row.expires_at.us,
        .created_at_us = open->created_at.us,
        .inviter_id = open->inviter_id.p,
        .organization_name = change->organization.name,
    };
    return true;
}

/* May a new one be made? CHANGE_DONE, _LIMIT, _TEAM_ID_ODD, _NO_TEAM, _TEAM_FULL. */
static bool
check_room(struct change *change, const struct sending *sending, enum change_answer *ret_answer,
    struct tn_error *error)
{
    struct invitation_open_counts_row counts;
    if (!invitation_open_counts(change->membership, &counts, error))
        return false;

    *ret_answer = CHANGE_LIMIT;
    if (counts.open_count >= change->request->rules->invitations_per_organization)
        return true;

    *ret_answer = sending->wish->has_odd_team_id ? CHANGE_TEAM_ID_ODD : CHANGE_DONE;
    return *ret_answer != CHANGE_DONE || !sending->wish->team_ids ||
           team_check_all(change, sending->wish->team_ids, ret_answer, error);
}

/* The address: already a member, or invited? CHANGE_DONE: go on. `ret_open` is filled when
 * `ret_is_open`. */
static bool
check_address(struct change *change, const struct sending *sending,
    struct invitation_open_of_row *ret_open, bool *ret_is_open, enum change_answer *ret_answer,
    struct tn_error *error)
{
    struct member member;
    bool is_member;
    if (!member_get(change->identity, change->organization.id,
            (struct member_name){ .email = sending->email }, change->request->arena, &member,
            &is_member, error) ||
        !invitation_open_of(change->membership, arg_email(tn_text_of(sending->email)), ret_open,
            ret_is_open, error))
        return false;

    *ret_answer = is_member ? CHANGE_ALREADY
                  : *ret_is_open && !sending->wish->resends && !sending->wish->replaces
                      ? CHANGE_TAKEN
                      : CHANGE_DONE;
    return true;
}

static bool
send(struct change *change, void *argument, enum change_answer *ret_answer, struct tn_error *error)
{
    const struct sending *sending = argument;
    *ret_answer = CHANGE_FORBIDDEN;
    if (!change_allows(change, "invitation", "create"))
        return true;

    *ret_answer = change_check_roles(change, sending->role, sending->ret_unknown);
    if (*ret_answer != CHANGE_DONE)
        return true;

    struct invitation_open_of_row open;
    bool is_open;
    if (!check_address(change, sending, &open, &is_open, ret_answer, error))
        return false;
    if (*ret_answer != CHANGE_DONE)
        return true;

    if (is_open && sending->wish->resends)
        return prolong(change, sending, &open, ret_answer, error);
    if (is_open && !invitations_close_of(change->membership, arg_status(tn_text_of("canceled")),
                       arg_email(tn_text_of(sending->email)), error))
        return false;

    if (!check_room(change, sending, ret_answer, error))
        return false;

    return *ret_answer != CHANGE_DONE || insert(change, sending, error);
}

bool
invitation_send(const struct change_request *request, const struct invitation_wish *wish,
    struct invitation *ret_invitation, const char **ret_unknown, enum change_answer *ret_answer,
    struct tn_error *error)
{
    struct sending sending = {
        .wish = wish,
        .email = email_normalise(wish->email, request->arena),
        .role = role_list_trim(wish->role, request->arena),
        .ret_invitation = ret_invitation,
        .ret_unknown = ret_unknown,
    };
    return change_run(request, true, send, &sending, ret_answer, error);
}

/* --- its end ---------------------------------------------------------------------------------- */

struct closing {
    struct invited invited;
    const char *id;
    struct invitation *ret_invitation;
    struct member *ret_member;
    const char **ret_team_id;
    bool with_expired; /* better-auth lets one decline what is over */
};

/* The invitation as it is now. CHANGE_DONE, or _UNKNOWN; only a pending one that is not over unless
 * `of_any_status`. */
static bool
look(struct tn_identity identity, const struct closing *closing, bool of_any_status,
    enum change_answer *ret_answer, struct tn_error *error)
{
    bool found;
    if (!invitation_get(identity, closing->id, closing->ret_invitation, &found, error))
        return false;

    const bool is_open = found && (closing->ret_invitation->is_live || closing->with_expired) &&
                         strcmp(closing->ret_invitation->status, "pending") == 0;
    *ret_answer = is_open || (found && of_any_status) ? CHANGE_DONE : CHANGE_UNKNOWN;
    return true;
}

static bool
is_for(const struct closing *closing, struct arena *arena)
{
    return strcmp(email_normalise(closing->ret_invitation->email, arena),
               email_normalise(closing->invited.email, arena)) == 0;
}

/* From pending to `status`. CHANGE_DONE, or _UNKNOWN. */
static bool
close(struct change *change, const struct closing *closing, const char *status,
    enum change_answer *ret_answer, struct tn_error *error)
{
    struct invitation_close_row row;
    bool closed;
    if (!invitation_close(change->membership, arg_status(tn_text_of(status)),
            arg_invitation_id(tn_text_of(closing->id)), &row, &closed, error))
        return false;

    closing->ret_invitation->status = status;
    *ret_answer = closed ? CHANGE_DONE : CHANGE_UNKNOWN;
    return true;
}

/* Find the organization that an invitation is of, and run `body` while it is held. */
static bool
close_in_organization(const struct change_request *request, struct closing *closing,
    bool of_any_status, bool members_only, change_body *body, enum change_answer *ret_answer,
    struct tn_error *error)
{
    if (!look(request->identity, closing, of_any_status, ret_answer, error))
        return false;

    if (*ret_answer == CHANGE_DONE && closing->invited.email && !is_for(closing, request->arena))
        *ret_answer = CHANGE_NOT_FOR_YOU;
    if (*ret_answer != CHANGE_DONE)
        return true;

    struct change_request there = *request;
    there.organization_id = closing->ret_invitation->organization_id;
    if (!change_run(&there, members_only, body, closing, ret_answer, error))
        return false;

    if (*ret_answer == CHANGE_NO_ORGANIZATION)
        *ret_answer = CHANGE_UNKNOWN;
    return true;
}

/* A seat in each team, the membership, and the session in it. */
static bool
settle_in(struct change *change, const struct closing *closing, enum change_answer *ret_answer,
    struct tn_error *error)
{
    const struct change_request *request = change->request;
    const struct invitation *invitation = closing->ret_invitation;
    if (!member_join(change, invitation->role ? invitation->role : "", closing->ret_member,
            ret_answer, error))
        return false;
    if (*ret_answer != CHANGE_DONE)
        return true;

    *closing->ret_team_id = NULL;
    if (request->rules->has_teams && invitation->team_ids &&
        !team_join_all(change, invitation->team_ids, request->user_id, closing->ret_team_id,
            ret_answer, error))
        return false;
    if (*ret_answer != CHANGE_DONE || !request->session_id)
        return true;

    return organization_enter(change->identity, request->session_id, request->user_id,
        change->organization.id, *closing->ret_team_id, error);
}

static bool
accept(
    struct change *change, void *argument, enum change_answer *ret_answer, struct tn_error *error)
{
    const struct closing *closing = argument;
    /* Once more: it may have ended while we waited for the organization. */
    if (!look(change->identity, closing, false, ret_answer, error))
        return false;
    if (*ret_answer == CHANGE_DONE && change->request->rules->is_strict &&
        !closing->ret_invitation->inviter_is_member)
        *ret_answer = CHANGE_INVITER_GONE;
    if (*ret_answer != CHANGE_DONE)
        return true;

    if (!settle_in(change, closing, ret_answer, error))
        return false;

    return *ret_answer != CHANGE_DONE || close(change, closing, "accepted", ret_answer, error);
}

bool
invitation_accept(const struct change_request *request, struct invited invited, const char *id,
    struct invitation *ret_invitation, struct member *ret_member, const char **ret_team_id,
    enum change_answer *ret_answer, struct tn_error *error)
{
    struct closing closing = {
        .invited = invited,
        .id = id,
        .ret_invitation = ret_invitation,
        .ret_member = ret_member,
        .ret_team_id = ret_team_id,
    };
    return close_in_organization(request, &closing, false, false, accept, ret_answer, error);
}

static bool
reject(
    struct change *change, void *argument, enum change_answer *ret_answer, struct tn_error *error)
{
    return close(change, argument, "rejected", ret_answer, error);
}

bool
invitation_reject(const struct change_request *request, struct invited invited, const char *id,
    struct invitation *ret_invitation, enum change_answer *ret_answer, struct tn_error *error)
{
    struct closing closing = {
        .invited = invited,
        .id = id,
        .ret_invitation = ret_invitation,
        .with_expired = !request->rules->is_strict,
    };
    return close_in_organization(request, &closing, false, false, reject, ret_answer, error);
}

static bool
cancel(
    struct change *change, void *argument, enum change_answer *ret_answer, struct tn_error *error)
{
    const struct closing *closing = argument;
    *ret_answer = CHANGE_FORBIDDEN;
    if (!change_allows(change, "invitation", "cancel"))
        return true;

    return close(change, closing, "canceled", ret_answer, error);
}

bool
invitation_cancel(const struct change_request *request, const char *id,
    struct invitation *ret_invitation, enum change_answer *ret_answer, struct tn_error *error)
{
    struct closing closing = { .id = id, .ret_invitation = ret_invitation };
    return close_in_organization(request, &closing, true, true, cancel, ret_answer, error);
}
