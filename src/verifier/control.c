#include "verifier/control.h"

#include <stdio.h>

#include "verifier/scope.h"
#include "verifier/text.h"

/* Reading, inserting, updating, moving, deleting. */
enum { HOLES = 5, ROLES_MAX = 8 };

static const struct column control_columns[] = {
    { .number = 1,
        .name = "tenant",
        .quoted = "tenant",
        .type = "text",
        .base = "text",
        .type_kind = 'b',
        .category = 'S',
        .is_not_null = true },
    { .number = 2,
        .name = "secret",
        .quoted = "secret",
        .type = "text",
        .base = "text",
        .type_kind = 'b',
        .category = 'S' },
};

/* Ties the row to the setting, whatever form the setting has here. */
static const char *
closed_predicate(const struct attack *attack)
{
    struct audit *audit = attack->audit;
    const char *said[2];
    if (!audit->scope.tenant_setting_count)
        return "false";

    const char *setting = audit->scope.settings.items[0];
    for (int tenant = TENANT_A; tenant <= TENANT_B; tenant++)
        said[tenant] = text_literal(
            scope_setting_value(audit, setting, values_principal(attack->values, audit, tenant)),
            audit->arena);
    return arena_printf(audit->arena,
        "tenant = case current_setting(%s, true) when %s then %s when %s then %s end",
        text_literal(setting, audit->arena), said[TENANT_A],
        text_literal(attack->values->tenants[TENANT_A].text, audit->arena), said[TENANT_B],
        text_literal(attack->values->tenants[TENANT_B].text, audit->arena));
}

/* In a schema of its own, or where that is not allowed as a temporary table. All of it is rolled
 * back. Where a publication is FOR ALL TABLES, nothing without a replica identity can be updated.
 */
static bool
make(struct attack *attack, const struct role *role, const char *predicate, const char **ret_name,
    struct tn_error *error)
{
    struct arena *arena = attack->audit->arena;
    AUTO_OUTCOME outcome = { 0 };
    if (!session_try(attack->session, "CREATE SCHEMA tenantry_verify_control", &outcome, error))
        return false;
    const bool has_schema = outcome.succeeded;
    const char *name = has_schema ? "tenantry_verify_control.invoice" : "tenantry_verify_control";
    *ret_name = name;
    return (!has_schema ||
               session_run(attack->session,
                   arena_printf(
                       arena, "GRANT USAGE ON SCHEMA tenantry_verify_control TO %s", role->quoted),
                   error)) &&
           session_run(attack->session,
               arena_printf(arena,
                   "CREATE %sTABLE %s (tenant text not null, secret text);"
                   "INSERT INTO %s VALUES (%s, %s), (%s, %s);"
                   "ALTER TABLE %s ENABLE ROW LEVEL SECURITY; ALTER TABLE %s FORCE ROW LEVEL "
                   "SECURITY;"
                   "ALTER TABLE %s REPLICA IDENTITY FULL;"
                   "CREATE POLICY control ON %s USING (%s) WITH CHECK (%s);"
                   "GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO %s",
                   has_schema ? "" : "TEMPORARY ", name, name,
                   text_literal(attack->values->tenants[TENANT_A].text, arena), "'control of A'",
                   text_literal(attack->values->tenants[TENANT_B].text, arena), "'control of B'",
                   name, name, name, name, predicate, predicate, name, role->quoted),
               error);
}

/* The relation lies behind the inventory's last one, where there is room for it. */
static bool
raid(struct attack *attack, const struct role *role, const char *predicate, unsigned *ret_caught,
    struct tn_error *error)
{
    struct inventory *inventory = &attack->audit->inventory;
    struct relation *relation = &inventory->relations[inventory->relation_count];
    struct plant_table *table = &attack->plant->tables[inventory->relation_count];
    const char *name;
    struct grant grant = { .grantee = role->oid, .privileges = MAY_DATA };
    const char *own[] = { attack->values->tenants[TENANT_A].text, "control of A" };
    const char *others[] = { attack->values->tenants[TENANT_B].text, "control of B" };
    if (!session_run(attack->session, "SAVEPOINT control", error) ||
        !make(attack, role, predicate, &name, error))
        return false;

    *relation = (struct relation){ .name = "invoice",
        .quoted = name,
        .kind = 'r',
        .rls_is_enabled = true,
        .rls_is_forced = true,
        .columns = (struct column *)control_columns,
        .column_count = COUNT_OF(control_columns),
        .tenant = &control_columns[0],
        .grants = &grant,
        .grant_count = 1 };
    *table = (struct plant_table){ .relation = relation, .is_planted = true };
    table->first[TENANT_A].values = own;
    table->first[TENANT_B].values = others;
    *ret_caught = 0;
    return attack_table(attack, role, table, false, ret_caught, error) &&
           session_run(attack->session, "ROLLBACK TO control; RELEASE control", error);
}

bool
control_run(struct attack *attack, struct tn_error *error)
{
    struct audit *audit = attack->audit;
    unsigned roles = 0;
    unsigned total = 0;
    for (size_t r = 0; r < audit->scope.role_count && roles < ROLES_MAX; r++) {
        const struct role *role = audit->scope.roles[r];
        unsigned open = 0;
        unsigned closed = 0;
        if (role->is_superuser || role->bypasses_rls || role->is_out_of_reach)
            continue;
        if (!raid(attack, role, "true", &open, error) ||
            !raid(attack, role, closed_predicate(attack), &closed, error)) {
            error_prefix(error, "the control, a table of verify's own");
            return false;
        }
        if (open < HOLES || closed > 0)
            return error_set(error, TN_INTERNAL,
                "void: of a table with %d holes made for %s the attack found %u, and %u in one "
                "without; its other "
                "answers cannot be believed",
                HOLES, role->quoted, open, closed);
        roles++;
        total += open;
    }
    audit->control = roles
                         ? arena_printf(audit->arena, "%u of %u planted holes caught", total, total)
                         : "not run, since no policy holds any of the roles";
    return true;
}
