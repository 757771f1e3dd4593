#include "organization/member.h"

#include <string.h>

#include "queries.h"

#include "account/email.h"
#include "account/row.h"
#include "crypto/random.h"

static bool
is_owner(const char *role)
{
    return role_list_has(role, "owner");
}

bool
member_get(struct tn_identity identity, const char *organization_id, struct member_name name,
    struct arena *arena, struct member *ret_member, bool *ret_found, struct tn_error *error)
{
    struct member_find_row row;
    const char *email = name.member_id || name.user_id ? NULL : name.email;
    if (!member_find(identity, arg_organization_id(tn_text_of(organization_id)),
            arg_opt_member_id(optional_text(name.member_id)),
            arg_opt_user_id(optional_text(name.member_id ? NULL : name.user_id)),
            arg_opt_email(optional_text(email ? email_normalise(email, arena) : NULL)), &row,
            ret_found, error))
        return false;

    if (*ret_found)
        *ret_member = (struct member){
            .id = row.id.p,
            .organization_id = organization_id,
            .user_id = row.user_id.p,
            .role = row.role.p,
            .created_at_us = row.created_at.us,
            .user_name = row.user_name.p,
            .user_email = row.user_email.p,
            .user_image = text_or_null(row.user_image),
        };
    return true;
}

/* --- joining ---------------------------------------------------------------------------------- */

bool
member_join(struct change *change, const char *role, struct member *ret_member,
    enum change_answer *ret_answer, struct tn_error *error)
{
    const struct change_request *request = change->request;
    struct member_counts_row counts;
    if (!member_counts(change->membership, &counts, error))
        return false;

    *ret_answer = change->is_member ? CHANGE_ALREADY : CHANGE_LIMIT;
    if (change->is_member || counts.member_count >= request->rules->members_per_organization)
        return true;

    const char *id = random_id_new(request->arena);
    struct member_insert_row row;
    bool inserted;
    if (!member_insert(change->identity, arg_member_id(tn_text_of(id)),
            arg_organization_id(tn_text_of(request->organization_id)),
            arg_user_id(tn_text_of(request->user_id)), arg_role(tn_text_of(role)), &row, &inserted,
            error))
        return false;

    /* By another program, which does not hold the organization while it writes. */
    *ret_answer = inserted ? CHANGE_DONE : CHANGE_ALREADY;
    if (inserted)
        *ret_member = (struct member){
            .id = id,
            .organization_id = request->organization_id,
            .user_id = request->user_id,
            .role = role,
            .created_at_us = row.created_at.us,
        };
    return true;
}

struct addition {
    const char *role;
    struct member *ret_member;
};

static bool
add(struct change *change, void *argument, enum change_answer *ret_answer, struct tn_error *error)
{
    const struct addition *addition = argument;
    *ret_answer = addition->role[0] ? CHANGE_ROLE_UNKNOWN : CHANGE_ROLE_EMPTY;
    if (!addition->role[0] ||
        role_book_unknown(&change->roles, addition->role, change->request->arena))
        return true;

    return member_join(change, addition->role, addition->ret_member, ret_answer, error);
}

bool
member_add(const struct change_request *request, const char *role, struct member *ret_member,
    enum change_answer *ret_answer, struct tn_error *error)
{
    struct addition addition = { role_list_trim(role, request->arena), ret_member };
    return change_run(request, false, add, &addition, ret_answer, error);
}

/* --- going ------------------------------------------------------------------------------------ */

/* CHANGE_DONE, or _LAST_OWNER. */
static bool
check_owner_left(struct change *change, const struct member *going, enum change_answer *ret_answer,
    struct tn_error *error)
{
    *ret_answer = CHANGE_DONE;
    if (!is_owner(going->role))
        return true;

    struct member_counts_row counts;
    if (!member_counts(change->membership, &counts, error))
        return false;

    if (counts.owner_count <= 1)
        *ret_answer = CHANGE_LAST_OWNER;
    return true;
}

/* The teams first: what a session stands in goes with them. */
static bool
take_away(struct change *change, const struct member *member, struct tn_error *error)
{
    return team_seats_leave_all(change->identity, arg_user_id(tn_text_of(member->user_id)),
               arg_organization_id(tn_text_of(change->organization.id)), error) &&
           member_delete(change->membership, arg_member_id(tn_text_of(member->id)), error);
}

struct removal {
    struct member_name name;
    struct member *ret_member;
};

static bool
take_out(
    struct change *change, void *argument, enum change_answer *ret_answer, struct tn_error *error)
{
    const struct removal *removal = argument;
    struct member *member = removal->ret_member;
    bool found;
    if (!member_get(change->identity, change->organization.id, removal->name,
            change->request->arena, member, &found, error))
        return false;

    if (!found) {
        *ret_answer = CHANGE_UNKNOWN;
        return true;
    }
    if (is_owner(member->role) && !is_owner(change->role)) {
        *ret_answer = CHANGE_OWNER_ONLY;
        return true;
    }
    if (!check_owner_left(change, member, ret_answer, error))
        return false;

    if (*ret_answer == CHANGE_DONE && !change_allows(change, "member", "delete"))
        *ret_answer = CHANGE_FORBIDDEN;
    return *ret_answer != CHANGE_DONE || take_away(change, member, error);
}

bool
member_remove(const struct change_request *request, struct member_name name,
    struct member *ret_member, enum change_answer *ret_answer, struct tn_error *error)
{
    struct removal removal = { name, ret_member };
    return change_run(request, true, take_out, &removal, ret_answer, error);
}

static bool
leave(struct change *change, void *argument, enum change_answer *ret_answer, struct tn_error *error)
{
    struct member *member = argument;
    bool found;
    if (!member_get(change->identity, change->organization.id,
            (struct member_name){ .member_id = change->member_id }, change->request->arena, member,
            &found, error) ||
        !check_owner_left(change, member, ret_answer, error))
        return false;

    return *ret_answer != CHANGE_DONE || take_away(change, member, error);
}

bool
member_leave(const struct change_request *request, struct member *ret_member,
    enum change_answer *ret_answer, struct tn_error *error)
{
    return change_run(request, true, leave, ret_member, ret_answer, error);
}

/* --- roles ------------------------------------------------------------------------------------ */

static bool
write_role(struct change *change, struct member *member, const char *role, struct tn_error *error)
{
    struct member_set_role_row row;
    bool found;
    if (!member_set_role(change->membership, arg_role(tn_text_of(role)),
            arg_member_id(tn_text_of(member->id)), &row, &found, error))
        return false;

    member->role = role;
    return found || error_set(error, TN_CONFLICT, "the member went meanwhile");
}

struct role_change {
    const char *member_id;
    const char *role; /* trimmed */
    struct member *ret_member;
    const char **ret_unknown;
};

/* Who it is about; CHANGE_DONE, or _UNKNOWN, _ELSEWHERE. */
static bool
find_member(struct change *change, const char *member_id, struct member *ret_member,
    enum change_answer *ret_answer, struct tn_error *error)
{
    bool found;
    if (!member_get(change->identity, change->organization.id,
            (struct member_name){ .member_id = member_id }, change->request->arena, ret_member,
            &found, error))
        return false;

    *ret_answer = CHANGE_DONE;
    if (found)
        return true;

    struct member_exists_row elsewhere;
    if (!member_exists(change->identity, arg_member_id(tn_text_of(member_id)), &elsewhere, error))
        return false;

    *ret_answer = elsewhere.found ? CHANGE_ELSEWHERE : CHANGE_UNKNOWN;
    return true;
}

static bool
set_roles(
    struct change *change, void *argument, enum change_answer *ret_answer, struct tn_error *error)
{
    const struct role_change *wanted = argument;
    struct member *member = wanted->ret_member;
    if (!find_member(change, wanted->member_id, member, ret_answer, error))
        return false;
    if (*ret_answer != CHANGE_DONE)
        return true;

    if (!is_owner(change->role) && (is_owner(member->role) || is_owner(wanted->role))) {
        *ret_answer = CHANGE_OWNER_ONLY;
        return true;
    }
    if (!is_owner(wanted->role) && !check_owner_left(change, member, ret_answer, error))
        return false;
    if (*ret_answer != CHANGE_DONE)
        return true;

    /* An owner may do that with every role, also with one that was made and lacks it. */
    if (!is_owner(change->role) && !change_allows(change, "member", "update")) {
        *ret_answer = CHANGE_FORBIDDEN;
        return true;
    }
    *ret_answer = change_check_roles(change, wanted->role, wanted->ret_unknown);
    return *ret_answer != CHANGE_DONE || write_role(change, member, wanted->role, error);
}

bool
member_set_roles(const struct change_request *request, const char *member_id, const char *role,
    struct member *ret_member, const char **ret_unknown, enum change_answer *ret_answer,
    struct tn_error *error)
{
    struct role_change wanted = { member_id, role_list_trim(role, request->arena), ret_member,
        ret_unknown };
    if (!wanted.role[0]) {
        *ret_answer = CHANGE_ROLE_EMPTY;
        return true;
    }
    return change_run(request, true, set_roles, &wanted, ret_answer, error);
}

/* `list` with the role of an owner before it, unless it is there. */
static const char *
with_owner(const char *list, struct arena *arena)
{
    if (is_owner(list))
        return list;
    return list[0] ? arena_printf(arena, "owner,%s", list) : "owner";
}

static bool
transfer(
    struct change *change, void *argument, enum change_answer *ret_answer, struct tn_error *error)
{
    const struct role_change *wanted = argument;
    struct arena *arena = change->request->arena;
    if (!is_owner(change->role)) {
        *ret_answer = CHANGE_OWNER_ONLY;
        return true;
    }
    *ret_answer = change_check_roles(change, wanted->role, wanted->ret_unknown);
    if (*ret_answer != CHANGE_DONE)
        return true;

    struct member *heir = wanted->ret_member;
    bool found;
    if (!member_get(change->identity, change->organization.id,
            (struct member_name){ .member_id = wanted->member_id }, arena, heir, &found, error))
        return false;

    *ret_answer = !found                                     ? CHANGE_UNKNOWN
                  : strcmp(heir->id, change->member_id) == 0 ? CHANGE_ALREADY
                                                             : CHANGE_DONE;
    if (*ret_answer != CHANGE_DONE)
        return true;

    struct member self = { .id = change->member_id };
    return write_role(change, heir, with_owner(heir->role, arena), error) &&
           write_role(change, &self, wanted->role, error);
}

bool
member_transfer_ownership(const struct change_request *request, const char *member_id,
    const char *own_role, struct member *ret_member, enum change_answer *ret_answer,
    struct tn_error *error)
{
    const char *unknown;
    struct role_change wanted = { member_id, role_list_trim(own_role, request->arena), ret_member,
        &unknown };
    return change_run(request, true, transfer, &wanted, ret_answer, error);
}
