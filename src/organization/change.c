#include "organization/change.h"

#include "queries.h"

#include "account/row.h"
#include "tenant/runtime.h"

struct run {
    const struct change_request *request;
    bool members_only;
    change_body *body;
    void *argument;
    enum change_answer *ret_answer;
    bool is_refused;
};

/* Hold the organization, then look: what is read after this stays so. */
static bool
change_begin(struct change *change, bool *ret_found, struct tn_error *error)
{
    const struct change_request *request = change->request;
    struct organization_lock_row row;
    if (!organization_lock(change->identity,
            arg_organization_id(tn_text_of(request->organization_id)), &row, ret_found, error))
        return false;
    if (!*ret_found)
        return true;

    struct actor_at_row actor;
    if (!actor_at(change->identity, arg_organization_id(tn_text_of(request->organization_id)),
            arg_user_id(tn_text_of(request->user_id)), &actor, error) ||
        !membership_hold(change->identity, request->organization_id, &change->membership, error))
        return false;

    change->organization = (struct organization){
        .id = row.id.p,
        .name = row.name.p,
        .slug = row.slug.p,
        .logo = text_or_null(row.logo),
        .created_at_us = row.created_at.us,
        .metadata = text_or_null(row.metadata),
    };
    change->member_id = text_or_null(actor.member_id);
    change->is_member = change->member_id != NULL;
    change->role = change->is_member ? text_or_null(actor.role) : "";
    change->member_since_us = actor.created_at.is_null ? 0 : actor.created_at.value_if_any.us;
    change->roles.application_roles = request->rules->application_roles;
    change->roles.application_role_count = request->rules->application_role_count;
    if (request->rules->has_dynamic_roles)
        role_book_read(&change->roles, text_or_null(actor.made_roles), request->arena);
    return true;
}

static bool
change_within(struct tn_identity identity, void *argument, struct tn_error *error)
{
    struct run *run = argument;
    struct change change = { .request = run->request, .identity = identity };
    bool found;
    if (!change_begin(&change, &found, error))
        return false;

    enum change_answer answer = CHANGE_NO_ORGANIZATION;
    if (found && run->members_only && !change.is_member)
        answer = CHANGE_NOT_A_MEMBER;
    else if (found && !run->body(&change, run->argument, &answer, error)) {
        membership_close(change.membership);
        return false;
    }
    membership_close(change.membership);

    *run->ret_answer = answer;
    run->is_refused = answer != CHANGE_DONE;
    /* What was refused is rolled back, whatever was written before. */
    return !run->is_refused || error_set(error, TN_CONFLICT, "refused");
}

bool
change_run(const struct change_request *request, bool members_only, change_body *body,
    void *argument, enum change_answer *ret_answer, struct tn_error *error)
{
    struct run run = {
        .request = request,
        .members_only = members_only,
        .body = body,
        .argument = argument,
        .ret_answer = ret_answer,
    };
    if (identity_transaction(
            request->identity, request->organization_id, change_within, &run, error))
        return true;

    if (run.is_refused)
        *error = (struct tn_error){ 0 };
    return run.is_refused;
}

bool
change_allows(const struct change *change, const char *resource, const char *action)
{
    return change->is_member && roles_allow(&change->roles, change->role, resource, action);
}

enum change_answer
change_check_roles(const struct change *change, const char *list, const char **ret_unknown)
{
    if (!list[0])
        return CHANGE_ROLE_EMPTY;

    *ret_unknown = role_book_unknown(&change->roles, list, change->request->arena);
    if (*ret_unknown)
        return CHANGE_ROLE_UNKNOWN;

    if (role_list_has(list, "owner") && !role_list_has(change->role, "owner"))
        return CHANGE_OWNER_ONLY;

    if (change->request->rules->is_strict && !roles_cover(&change->roles, change->role, list))
        return CHANGE_BEYOND;

    return CHANGE_DONE;
}
