#include "organization/life.h"

#include <string.h>

#include "queries.h"

#include "account/row.h"
#include "crypto/random.h"
#include "organization/team.h"
#include "tenant/runtime.h"

/* --- making ----------------------------------------------------------------------------------- */

struct making {
    const struct new_organization *wanted;
    struct arena *arena;
    struct made_organization *ret_made;
    enum organization_create_answer *ret_answer;
};

/* The owner is held while their organizations are counted. */
static bool
check_limit(struct tn_identity identity, const struct making *making, struct tn_error *error)
{
    const struct new_organization *wanted = making->wanted;
    struct user_lock_row user;
    struct membership_count_row count;
    bool found;
    if (!user_lock(identity, arg_user_id(tn_text_of(wanted->owner_id)), &user, &found, error) ||
        !membership_count(identity, arg_user_id(tn_text_of(wanted->owner_id)), &count, error))
        return false;

    *making->ret_answer = count.membership_count < wanted->organization_limit
                              ? ORGANIZATION_CREATED
                              : ORGANIZATION_LIMIT_REACHED;
    return true;
}

static bool
insert(struct tn_identity identity, const struct making *making, struct tn_error *error)
{
    const struct new_organization *wanted = making->wanted;
    const char *id = random_id_new(making->arena);
    struct organization_insert_row row;
    bool inserted;
    if (!organization_insert(identity, arg_organization_id(tn_text_of(id)),
            arg_organization_name(tn_text_of(wanted->name)), arg_slug(tn_text_of(wanted->slug)),
            arg_opt_logo(optional_text(wanted->logo)),
            arg_opt_metadata(optional_text(wanted->metadata)), &row, &inserted, error))
        return false;

    if (!inserted)
        *making->ret_answer = ORGANIZATION_SLUG_TAKEN;
    else
        making->ret_made->organization = (struct organization){
            .id = id,
            .name = wanted->name,
            .slug = wanted->slug,
            .logo = wanted->logo,
            .created_at_us = row.created_at.us,
            .metadata = wanted->metadata,
            .role = "owner",
        };
    return true;
}

static bool
first_team(struct tn_identity identity, const struct making *making, struct tn_error *error)
{
    const struct organization *organization = &making->ret_made->organization;
    struct tn_membership membership;
    if (!membership_hold(identity, organization->id, &membership, error))
        return false;

    const bool made = team_create_first(membership, identity, organization,
        making->wanted->owner_id, making->arena, &making->ret_made->team_id, error);
    membership_close(membership);
    return made;
}

/* The owner, the first team, and the owner's session in both. */
static bool
furnish(struct tn_identity identity, const struct making *making, struct tn_error *error)
{
    const struct new_organization *wanted = making->wanted;
    struct made_organization *made = making->ret_made;
    struct member_insert_row member;
    bool inserted;
    made->member_id = random_id_new(making->arena);
    if (!member_insert(identity, arg_member_id(tn_text_of(made->member_id)),
            arg_organization_id(tn_text_of(made->organization.id)),
            arg_user_id(tn_text_of(wanted->owner_id)), arg_role(tn_text_of("owner")), &member,
            &inserted, error))
        return false;

    if (wanted->has_first_team && !first_team(identity, making, error))
        return false;

    return !wanted->session_id || organization_enter(identity, wanted->session_id, wanted->owner_id,
                                      made->organization.id, made->team_id, error);
}

static bool
make(struct tn_identity identity, void *argument, struct tn_error *error)
{
    const struct making *making = argument;
    if (!check_limit(identity, making, error))
        return false;
    if (*making->ret_answer != ORGANIZATION_CREATED)
        return true;

    if (!insert(identity, making, error))
        return false;

    return *making->ret_answer != ORGANIZATION_CREATED || furnish(identity, making, error);
}

bool
organization_create(struct tn_identity identity, const struct new_organization *wanted,
    struct arena *arena, struct made_organization *ret_made,
    enum organization_create_answer *ret_answer, struct tn_error *error)
{
    *ret_made = (struct made_organization){ 0 };
    struct making making = { wanted, arena, ret_made, ret_answer };
    return identity_transaction(identity, NULL, make, &making, error);
}

/* --- changing --------------------------------------------------------------------------------- */

struct updating {
    const struct organization_wish *wish;
    struct organization *ret_organization;
};

static bool
update(
    struct change *change, void *argument, enum change_answer *ret_answer, struct tn_error *error)
{
    const struct updating *updating = argument;
    const struct organization_wish *wish = updating->wish;
    *ret_answer = CHANGE_FORBIDDEN;
    if (!change_allows(change, "organization", "update"))
        return true;

    *ret_answer = CHANGE_NOTHING;
    if (!wish->name && !wish->slug && !wish->sets_logo && !wish->sets_metadata)
        return true;

    struct organization_row_update_row row;
    bool found;
    if (!organization_row_update(change->identity,
            arg_opt_organization_name(optional_text(wish->name)),
            arg_opt_slug(optional_text(wish->slug)), arg_sets_logo(wish->sets_logo),
            arg_opt_logo(optional_text(wish->logo)), arg_sets_metadata(wish->sets_metadata),
            arg_opt_metadata(optional_text(wish->metadata)),
            arg_organization_id(tn_text_of(change->organization.id)), &row, &found, error)) {
        if (strcmp(error->constraint, "organization_slug_key") != 0)
            return false;

        *error = (struct tn_error){ 0 };
        *ret_answer = CHANGE_TAKEN;
        return true;
    }
    *ret_answer = found ? CHANGE_DONE : CHANGE_NO_ORGANIZATION;
    if (found)
        *updating->ret_organization = (struct organization){
            .id = row.id.p,
            .name = row.name.p,
            .slug = row.slug.p,
            .logo = text_or_null(row.logo),
            .created_at_us = row.created_at.us,
            .metadata = text_or_null(row.metadata),
            .role = change->role,
        };
    return true;
}

bool
organization_update(const struct change_request *request, const struct organization_wish *wish,
    struct organization *ret_organization, enum change_answer *ret_answer, struct tn_error *error)
{
    struct updating updating = { wish, ret_organization };
    return change_run(request, true, update, &updating, ret_answer, error);
}

/* --- deleting --------------------------------------------------------------------------------- */

static bool
take_away(
    struct change *change, void *argument, enum change_answer *ret_answer, struct tn_error *error)
{
    struct organization *organization = argument;
    *organization = change->organization;
    organization->role = change->role;
    *ret_answer = CHANGE_FORBIDDEN;
    if (!change_allows(change, "organization", "delete"))
        return true;

    *ret_answer = CHANGE_DONE;
    return organization_row_delete(
        change->identity, arg_organization_id(tn_text_of(change->organization.id)), error);
}

bool
organization_delete(const struct change_request *request, struct organization *ret_organization,
    enum change_answer *ret_answer, struct tn_error *error)
{
    return change_run(request, true, take_away, ret_organization, ret_answer, error);
}
