#include "organization/made_role.h"

#include <string.h>

#include "queries.h"

#include "account/row.h"
#include "crypto/random.h"
#include "json/writer.h"

static int64_t
time_or_zero(struct tn_opt_time time)
{
    return time.is_null ? 0 : time.value_if_any.us;
}

bool
made_role_list(struct tn_membership membership, struct arena *arena,
    struct made_role_list *ret_list, struct tn_error *error)
{
    struct role_rows_rows rows;
    if (!role_rows(membership, &rows, error))
        return false;

    struct made_role_row *items = ARENA_ARRAY(arena, rows.count, struct made_role_row);
    for (size_t i = 0; i < rows.count; i++)
        items[i] = (struct made_role_row){
            .id = rows.rows[i].id.p,
            .name = rows.rows[i].role.p,
            .permission = rows.rows[i].permission.p,
            .created_at_us = rows.rows[i].created_at.us,
            .updated_at_us = time_or_zero(rows.rows[i].updated_at),
        };
    *ret_list = (struct made_role_list){ rows.count, items };
    return true;
}

bool
made_role_get(struct tn_membership membership, struct made_role_key key,
    struct made_role_row *ret_role, bool *ret_found, struct tn_error *error)
{
    struct role_row_find_row row;
    if (!role_row_find(membership, arg_opt_role_name(optional_text(key.name)),
            arg_opt_role_id(optional_text(key.id)), &row, ret_found, error))
        return false;

    if (*ret_found)
        *ret_role = (struct made_role_row){
            .id = row.id.p,
            .name = row.role.p,
            .permission = row.permission.p,
            .created_at_us = row.created_at.us,
            .updated_at_us = time_or_zero(row.updated_at),
        };
    return true;
}

struct wanted_role {
    struct made_role_key key;
    const char *name;
    const struct json_value *permission;
    struct made_role_row *ret_role;
    struct missing_permissions *ret_missing;
};

static bool
is_given(const struct change_request *request, const char *name)
{
    const struct organization_rules *rules = request->rules;
    return role_is_given(rules->application_roles, rules->application_role_count, name);
}

static const char *
permission_text(const struct json_value *permission, struct arena *arena)
{
    struct buffer text;
    struct json_writer json;
    buffer_init(&text, arena, 128);
    json_writer_init(&json, &text);
    json_put_value(&json, permission);
    return text.data;
}

/* Nobody makes a role that has what they do not have. CHANGE_DONE, _RESOURCE_UNKNOWN, _BEYOND. */
static enum change_answer
check_permission(const struct change *change, const struct wanted_role *wanted)
{
    if (!permission_is_known(&change->roles, wanted->permission))
        return CHANGE_RESOURCE_UNKNOWN;

    *wanted->ret_missing = permission_missing(
        &change->roles, change->role, wanted->permission, change->request->arena);
    return wanted->ret_missing->count > 0 ? CHANGE_BEYOND : CHANGE_DONE;
}

/* --- making ----------------------------------------------------------------------------------- */

static bool
insert(struct change *change, const struct wanted_role *wanted, struct tn_error *error)
{
    const char *id = random_id_new(change->request->arena);
    const char *permission = permission_text(wanted->permission, change->request->arena);
    struct role_row_insert_row row;
    if (!role_row_insert(change->membership, arg_role_id(tn_text_of(id)),
            arg_role_name(tn_text_of(wanted->name)), arg_permission(tn_text_of(permission)), &row,
            error))
        return false;

    *wanted->ret_role = (struct made_role_row){
        .id = id,
        .name = wanted->name,
        .permission = permission,
        .created_at_us = row.created_at.us,
    };
    return true;
}

static bool
create(
    struct change *change, void *argument, enum change_answer *ret_answer, struct tn_error *error)
{
    const struct wanted_role *wanted = argument;
    *ret_answer = CHANGE_FORBIDDEN;
    if (!change_allows(change, "ac", "create"))
        return true;

    struct role_row_counts_row counts;
    if (!role_row_counts(
            change->membership, arg_role_name(tn_text_of(wanted->name)), &counts, error))
        return false;

    *ret_answer = CHANGE_LIMIT;
    if (counts.role_count >= change->request->rules->roles_per_organization)
        return true;

    *ret_answer = check_permission(change, wanted);
    if (*ret_answer == CHANGE_DONE && counts.is_taken)
        *ret_answer = CHANGE_TAKEN;
    return *ret_answer != CHANGE_DONE || insert(change, wanted, error);
}

bool
made_role_create(const struct change_request *request, const char *name,
    const struct json_value *permission, struct made_role_row *ret_role,
    struct missing_permissions *ret_missing, enum change_answer *ret_answer, struct tn_error *error)
{
    struct wanted_role wanted = {
        .name = name,
        .permission = permission,
        .ret_role = ret_role,
        .ret_missing = ret_missing,
    };
    if (is_given(request, name)) {
        *ret_answer = CHANGE_TAKEN;
        return true;
    }
    return change_run(request, true, create, &wanted, ret_answer, error);
}

/* --- changing --------------------------------------------------------------------------------- */

/* Who has the role keeps it under its new name. */
static bool
rename_holders(
    struct change *change, const char *name, const char *new_name, struct tn_error *error)
{
    return members_rename_role(change->membership, arg_role_name(tn_text_of(name)),
               arg_new_role_name(tn_text_of(new_name)), error) &&
           invitations_rename_role(change->membership, arg_role_name(tn_text_of(name)),
               arg_new_role_name(tn_text_of(new_name)), error) &&
           links_rename_role(change->membership, arg_role_name(tn_text_of(name)),
               arg_new_role_name(tn_text_of(new_name)), error);
}

static bool
write(struct change *change, const struct wanted_role *wanted, struct tn_error *error)
{
    struct made_role_row *role = wanted->ret_role;
    const char *old_name = role->name;
    if (wanted->name)
        role->name = wanted->name;
    if (wanted->permission)
        role->permission = permission_text(wanted->permission, change->request->arena);

    struct role_row_update_row row;
    if (!role_row_update(change->membership, arg_role_name(tn_text_of(role->name)),
            arg_permission(tn_text_of(role->permission)), arg_role_id(tn_text_of(role->id)), &row,
            error))
        return false;

    role->updated_at_us = row.updated_at.us;
    /* Who has a given role has that one, not what another program made under its name. */
    return strcmp(old_name, role->name) == 0 || is_given(change->request, old_name) ||
           rename_holders(change, old_name, role->name, error);
}

static bool
check_name(
    struct change *change, const char *name, enum change_answer *ret_answer, struct tn_error *error)
{
    *ret_answer = CHANGE_TAKEN;
    if (is_given(change->request, name))
        return true;

    struct role_row_counts_row counts;
    if (!role_row_counts(change->membership, arg_role_name(tn_text_of(name)), &counts, error))
        return false;

    *ret_answer = counts.is_taken ? CHANGE_TAKEN : CHANGE_DONE;
    return true;
}

static bool
update(
    struct change *change, void *argument, enum change_answer *ret_answer, struct tn_error *error)
{
    const struct wanted_role *wanted = argument;
    *ret_answer = CHANGE_FORBIDDEN;
    if (!change_allows(change, "ac", "update"))
        return true;

    bool found;
    if (!made_role_get(change->membership, wanted->key, wanted->ret_role, &found, error))
        return false;

    *ret_answer = CHANGE_UNKNOWN;
    if (!found)
        return true;

    *ret_answer = wanted->permission ? check_permission(change, wanted) : CHANGE_DONE;
    if (*ret_answer == CHANGE_DONE && wanted->name &&
        !check_name(change, wanted->name, ret_answer, error))
        return false;

    return *ret_answer != CHANGE_DONE || write(change, wanted, error);
}

bool
made_role_update(const struct change_request *request, struct made_role_key key, const char *name,
    const struct json_value *permission, struct made_role_row *ret_role,
    struct missing_permissions *ret_missing, enum change_answer *ret_answer, struct tn_error *error)
{
    struct wanted_role wanted = { key, name, permission, ret_role, ret_missing };
    return change_run(request, true, update, &wanted, ret_answer, error);
}

/* --- deleting --------------------------------------------------------------------------------- */

static bool
take_away(struct change *change, const struct made_role_row *role, struct tn_error *error)
{
    return invitations_drop_role(
               change->membership, arg_role_name(tn_text_of(role->name)), error) &&
           links_drop_role(change->membership, arg_role_name(tn_text_of(role->name)), error) &&
           role_row_delete(change->membership, arg_role_id(tn_text_of(role->id)), error);
}

static bool
drop(struct change *change, void *argument, enum change_answer *ret_answer, struct tn_error *error)
{
    const struct made_role_key *key = argument;
    *ret_answer = CHANGE_FORBIDDEN;
    if (!change_allows(change, "ac", "delete"))
        return true;

    *ret_answer = CHANGE_ROLE_FIXED;
    if (key->name && is_given(change->request, key->name))
        return true;

    struct made_role_row role;
    bool found;
    if (!made_role_get(change->membership, *key, &role, &found, error))
        return false;

    *ret_answer = CHANGE_UNKNOWN;
    if (!found)
        return true;

    struct members_with_role_row holders;
    if (!members_with_role(
            change->membership, arg_role_name(tn_text_of(role.name)), &holders, error))
        return false;

    *ret_answer = holders.member_count > 0 ? CHANGE_ROLE_IN_USE : CHANGE_DONE;
    return *ret_answer != CHANGE_DONE || take_away(change, &role, error);
}

bool
made_role_delete(const struct change_request *request, struct made_role_key key,
    enum change_answer *ret_answer, struct tn_error *error)
{
    return change_run(request, true, drop, &key, ret_answer, error);
}
