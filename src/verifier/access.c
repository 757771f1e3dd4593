#include "verifier/access.h"

#include <string.h>

#include "base/buffer.h"

bool
role_has(const struct role *role, uint32_t other)
{
    if (role->is_superuser || role->oid == other)
        return true;
    for (size_t i = 0; i < role->membership_count; i++)
        if (role->memberships[i].role == other)
            return role->memberships[i].has_privileges;
    return false;
}

const struct membership *
role_becomes(const struct role *role, uint32_t other)
{
    for (size_t i = 0; i < role->membership_count; i++)
        if (role->memberships[i].role == other && role->memberships[i].can_become)
            return &role->memberships[i];
    return NULL;
}

static bool
belongs_to_named(const struct inventory *inventory, const struct role *role, const char *name)
{
    const struct role *other = inventory_role_named(inventory, name);
    return other && role_has(role, other->oid);
}

static bool
grant_reaches(const struct grant *grant, const struct role *role)
{
    return grant->grantee == 0 || role_has(role, grant->grantee);
}

bool
access_schema(const struct inventory *inventory, const struct role *role,
    const struct schema *schema, unsigned privilege)
{
    for (size_t i = 0; i < schema->grant_count; i++)
        if ((schema->grants[i].privileges & privilege) && grant_reaches(&schema->grants[i], role))
            return true;
    return privilege == MAY_USE && (belongs_to_named(inventory, role, "pg_read_all_data") ||
                                       belongs_to_named(inventory, role, "pg_write_all_data"));
}

static bool
uses_schema_of(const struct inventory *inventory, const struct role *role, uint32_t oid)
{
    const struct schema *schema = inventory_schema(inventory, oid);
    return !schema || access_schema(inventory, role, schema, MAY_USE);
}

/* `column` 0: of the whole or any. */
static unsigned
privileges(const struct inventory *inventory, const struct role *role,
    const struct relation *relation, int column)
{
    unsigned found = 0;
    if (role->is_superuser)
        return ~0U;
    if (!uses_schema_of(inventory, role, relation->schema))
        return 0;

    for (size_t i = 0; i < relation->grant_count; i++) {
        const struct grant *grant = &relation->grants[i];
        if ((grant->column == 0 || column == 0 || grant->column == column) &&
            grant_reaches(grant, role))
            found |= grant->privileges;
    }
    if (belongs_to_named(inventory, role, "pg_read_all_data"))
        found |= MAY_SELECT;
    if (belongs_to_named(inventory, role, "pg_write_all_data"))
        found |= MAY_INSERT | MAY_UPDATE | MAY_DELETE;
    return found;
}

unsigned
access_relation(
    const struct inventory *inventory, const struct role *role, const struct relation *relation)
{
    return privileges(inventory, role, relation, 0);
}

unsigned
access_column(const struct inventory *inventory, const struct role *role,
    const struct relation *relation, const struct column *column)
{
    return privileges(inventory, role, relation, column->number);
}

bool
access_function(
    const struct inventory *inventory, const struct role *role, const struct function *function)
{
    if (role->is_superuser)
        return true;
    if (!uses_schema_of(inventory, role, function->schema))
        return false;
    for (size_t i = 0; i < function->grant_count; i++)
        if ((function->grants[i].privileges & MAY_EXECUTE) &&
            grant_reaches(&function->grants[i], role))
            return true;
    return false;
}

bool
access_makes_tables(const struct inventory *inventory, const struct role *role)
{
    if (role->makes_schemas)
        return true;
    for (size_t i = 0; i < inventory->schema_count; i++)
        if (access_schema(inventory, role, &inventory->schemas[i], MAY_CREATE))
            return true;
    return false;
}

const char *
access_grantee(const struct inventory *inventory, const struct role *role,
    const struct relation *relation, unsigned privilege)
{
    for (size_t i = 0; i < relation->grant_count; i++) {
        const struct grant *grant = &relation->grants[i];
        if (!(grant->privileges & privilege) || grant->grantee == relation->owner ||
            !grant_reaches(grant, role))
            continue;
        const struct role *grantee = inventory_role(inventory, grant->grantee);
        return grantee ? grantee->quoted : "PUBLIC";
    }
    return NULL;
}

const char *
access_revoke(const struct inventory *inventory, const struct role *role,
    const struct relation *relation, unsigned privilege, struct arena *arena)
{
    static const struct {
        const char *name;
        unsigned privileges;
    } over_all[] = { { "pg_read_all_data", MAY_SELECT },
        { "pg_write_all_data", MAY_INSERT | MAY_UPDATE | MAY_DELETE } };
    struct buffer out;
    const char *grantee = access_grantee(inventory, role, relation, privilege);
    buffer_init(&out, arena, 128);
    if (grantee)
        buffer_printf(&out, "REVOKE ALL ON %s FROM %s", relation->quoted, grantee);
    for (size_t i = 0; i < COUNT_OF(over_all); i++) {
        const struct role *other = inventory_role_named(inventory, over_all[i].name);
        for (size_t m = 0;
             other && (over_all[i].privileges & privilege) && m < role->membership_count; m++)
            if (role->memberships[m].role == other->oid && role->memberships[m].has_privileges)
                buffer_printf(&out, "%sREVOKE %s FROM %s", out.length ? "; " : "",
                    role->memberships[m].hop, role->quoted);
    }
    return out.length
               ? out.data
               : arena_printf(arena, "REVOKE ALL ON %s FROM %s", relation->quoted, role->quoted);
}

bool
access_bypasses(const struct role *role, const struct relation *relation)
{
    return role->is_superuser || role->bypasses_rls || !relation->rls_is_enabled ||
           (!relation->rls_is_forced && role_has(role, relation->owner));
}

bool
policy_applies(const struct policy *policy, const struct role *role)
{
    for (size_t i = 0; i < policy->role_count; i++)
        if (policy->roles[i] == 0 || role_has(role, policy->roles[i]))
            return true;
    return false;
}
