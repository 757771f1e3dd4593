#include "verifier/rules.h"

#include <string.h>

#include "verifier/access.h"
#include "verifier/scope.h"
#include "verifier/text.h"

static void
report(struct audit *audit, enum audit_kind kind, const struct role *role, const char *object,
    const char *other, const char *more, const char *statement)
{
    audit_add(&audit->findings, &(struct audit_report){ .kind = kind,
                                    .object = object,
                                    .role = role->quoted,
                                    .other = other,
                                    .more = more,
                                    .statement = statement });
}

/* Some table that the statement can name, so that it can be run as it stands. */
static const char *
some_table(const struct audit *audit)
{
    for (size_t i = 0; i < audit->inventory.relation_count; i++)
        if (audit->inventory.relations[i].tenant && audit->inventory.relations[i].kind != 'v')
            return audit->inventory.relations[i].quoted;
    return "pg_catalog.pg_class";
}

static void
check_attributes(struct audit *audit, const struct role *role)
{
    const char *read = arena_printf(
        audit->arena, "set role %s; select * from %s", role->quoted, some_table(audit));
    if (role->is_superuser)
        report(audit, AUDIT_ROLE_SUPERUSER, role, NULL, NULL, NULL, read);
    if (role->bypasses_rls)
        report(audit, AUDIT_ROLE_BYPASSES, role, NULL, NULL, NULL, read);
    if (role->replicates)
        report(audit, AUDIT_ROLE_REPLICATES, role, NULL, NULL, NULL,
            arena_printf(audit->arena,
                "pg_recvlogical -U %s --slot x --create-slot --start -f - (or pg_basebackup)",
                role->name));
    if (role->creates_roles && !role->is_superuser && audit->inventory.server_version < 160000)
        report(audit, AUDIT_ROLE_CREATES_ROLES, role, NULL, NULL, NULL,
            arena_printf(audit->arena, "set role %s; grant OWNER to %s; set role OWNER",
                role->quoted, role->quoted));
}

static bool
owns_tenant_table(const struct audit *audit, uint32_t role)
{
    for (size_t i = 0; i < audit->inventory.relation_count; i++)
        if (audit->inventory.relations[i].owner == role &&
            scope_is_tenant(&audit->inventory.relations[i]))
            return true;
    return false;
}

static bool
runs_programs(const char *name)
{
    return strcmp(name, "pg_execute_server_program") == 0 ||
           strcmp(name, "pg_write_server_files") == 0 || strcmp(name, "pg_read_server_files") == 0;
}

static void
check_memberships(struct audit *audit, const struct role *role)
{
    if (role->is_superuser)
        return;
    for (size_t i = 0; i < role->membership_count; i++) {
        const struct membership *membership = &role->memberships[i];
        const struct role *other = inventory_role(&audit->inventory, membership->role);
        if (!other || (!membership->can_become && !membership->has_privileges))
            continue;

        const char *statement =
            arena_printf(audit->arena, "set role %s; set role %s", role->quoted, other->quoted);
        if (other->is_superuser || other->bypasses_rls)
            report(audit, AUDIT_ROLE_BECOMES, role, NULL, other->quoted, membership->hop,
                arena_printf(audit->arena, "%s; select * from %s", statement, some_table(audit)));
        else if (owns_tenant_table(audit, other->oid))
            report(audit, AUDIT_ROLE_BECOMES_OWNER, role, NULL, other->quoted, membership->hop,
                arena_printf(audit->arena, "%s; alter table %s disable row level security",
                    statement, some_table(audit)));
        else if (runs_programs(other->name))
            report(audit, AUDIT_ROLE_RUNS_PROGRAMS, role, NULL, other->quoted, membership->hop,
                statement);
    }
}

static bool
is_tenant_setting(const struct audit *audit, const char *name)
{
    for (size_t i = 0; i < audit->scope.settings.count; i++)
        if (strcasecmp(audit->scope.settings.items[i], name) == 0)
            return i < audit->scope.tenant_setting_count ||
                   scope_names_column(name, text_tail(name));
    return false;
}

static void
check_settings(struct audit *audit, const struct role *role)
{
    for (size_t i = 0; i < audit->inventory.setting_count; i++) {
        const struct role_setting *setting = &audit->inventory.settings[i];
        if ((setting->role != 0 && setting->role != role->oid) || !*setting->value ||
            !is_tenant_setting(audit, setting->name))
            continue;

        const bool whole_database = setting->role == 0;
        const char *whose =
            whole_database && !*setting->database_quoted ? "ROLE ALL"
            : whole_database ? arena_printf(audit->arena, "DATABASE %s", setting->database_quoted)
                             : arena_printf(audit->arena, "ROLE %s", setting->role_quoted);
        const char *in =
            !whole_database && *setting->database_quoted
                ? arena_printf(audit->arena, " IN DATABASE %s", setting->database_quoted)
                : "";
        report(audit, AUDIT_SETTING_DEFAULT, role, whose,
            arena_printf(audit->arena, "%s has %s = %s by default", whose, setting->name,
                text_literal(setting->value, audit->arena)),
            arena_printf(audit->arena, "ALTER %s%s RESET %s", whose, in, setting->name),
            arena_printf(audit->arena, "in a new session as %s: select current_setting('%s')",
                role->quoted, setting->name));
    }
}

static void
check_defaults(struct audit *audit, const struct role *role)
{
    for (size_t i = 0; i < audit->inventory.default_count; i++) {
        const struct default_privilege *privilege = &audit->inventory.defaults[i];
        const struct role *grantee = inventory_role(&audit->inventory, privilege->grantee);
        if (role->is_superuser || (grantee && !role_has(role, grantee->oid)))
            continue;

        const char *to = grantee ? grantee->quoted : "PUBLIC";
        const char *in = *privilege->schema_quoted
                             ? arena_printf(audit->arena, " IN SCHEMA %s", privilege->schema_quoted)
                             : "";
        report(audit, AUDIT_DEFAULT_PRIVILEGES, role,
            *privilege->schema_quoted ? privilege->schema_quoted : privilege->owner_quoted,
            privilege->owner_quoted,
            arena_printf(audit->arena,
                "ALTER DEFAULT PRIVILEGES FOR ROLE %s%s REVOKE %s ON TABLES FROM %s",
                privilege->owner_quoted, in, privilege->privileges, to),
            arena_printf(
                audit->arena, "set role %s; create table t (); \\dp t", privilege->owner_quoted));
    }
}

void
rules_roles(struct audit *audit)
{
    for (size_t i = 0; i < audit->scope.role_count; i++) {
        const struct role *role = audit->scope.roles[i];
        check_attributes(audit, role);
        check_memberships(audit, role);
        check_settings(audit, role);
        check_defaults(audit, role);
    }
}
