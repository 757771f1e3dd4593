#include "verifier/attack.h"

#include <string.h>

#include "verifier/access.h"
#include "verifier/rules.h"
#include "verifier/scope.h"
#include "verifier/text.h"

static bool
confirm_if(struct attack *attack, bool works, const char *object, enum audit_kind kind,
    const char *statement)
{
    const enum audit_kind kinds[] = { kind, AUDIT_KIND_COUNT };
    return works && attack_confirm(attack, object, kinds, statement);
}

/* --- roles ----------------------------------------------------------------------------------- */

/* Findings of the role itself have no object. */
static void
confirm_role(struct attack *attack, const struct role *role, enum audit_kind kind,
    const char *other, const char *statement)
{
    struct audit_list *findings = &attack->audit->findings;
    for (size_t i = 0; i < findings->count; i++) {
        struct audit_finding *finding = &findings->items[i];
        if (finding->kind == kind && strcmp(finding->role, role->quoted) == 0 &&
            (!other || strcmp(finding->about, other) == 0)) {
            finding->proof = PROOF_ATTACK;
            finding->statement = statement;
        }
    }
}

static const struct plant_table *
some_planted(const struct attack *attack, const struct role *role)
{
    for (size_t i = 0; i < attack->audit->inventory.relation_count; i++) {
        const struct plant_table *table = &attack->plant->tables[i];
        if (table->is_planted && table->relation->tenant && table->relation->rls_is_enabled &&
            (access_relation(&attack->audit->inventory, role, table->relation) & MAY_SELECT))
            return table;
    }
    return NULL;
}

/* That it could become who it was told to become is all there is to see, where that one was granted
 * nothing. */
static bool
become_only(struct attack *attack, const struct role *role, const char *first, enum audit_kind kind,
    const char *other, struct tn_error *error)
{
    AUTO_OUTCOME outcome = { 0 };
    if (!*first)
        return true;
    if (!attack_begin(attack, role, TENANT_A, error) ||
        !session_try(attack->session, first, &outcome, error))
        return false;
    if (outcome.succeeded)
        confirm_role(
            attack, role, kind, other, attack_statement(attack, role, TENANT_UNSET, first));
    return attack_end(attack, error);
}

/* `first` makes the role somebody else, or nothing. */
static bool
read_as(struct attack *attack, const struct role *role, const struct role *reader,
    const char *first, enum audit_kind kind, const char *other, struct tn_error *error)
{
    AUTO_OUTCOME outcome = { 0 };
    struct arena *arena = attack->audit->arena;
    const struct plant_table *table = some_planted(attack, reader);
    if (!table)
        return become_only(attack, role, first, kind, other, error);

    const char *sql = arena_printf(arena, "select * from %s where %s", table->relation->quoted,
        plant_where(attack->plant, table->relation, &table->first[TENANT_B]));
    if (!attack_begin(attack, role, TENANT_A, error))
        return false;
    if (*first && !session_try(attack->session, first, &outcome, error))
        return false;
    if ((!*first || outcome.succeeded) && !session_try(attack->session, sql, &outcome, error))
        return false;
    if (outcome.succeeded && outcome.rows.count)
        confirm_role(attack, role, kind, other,
            attack_statement(
                attack, role, TENANT_A, *first ? arena_printf(arena, "%s; %s", first, sql) : sql));
    return attack_end(attack, error);
}

static bool
try_roles(struct attack *attack, const struct role *role, struct tn_error *error)
{
    if (role->is_superuser && !read_as(attack, role, role, "", AUDIT_ROLE_SUPERUSER, NULL, error))
        return false;
    if (role->bypasses_rls && !read_as(attack, role, role, "", AUDIT_ROLE_BYPASSES, NULL, error))
        return false;
    for (size_t i = 0; i < role->membership_count && !role->is_superuser; i++) {
        const struct role *other =
            inventory_role(&attack->audit->inventory, role->memberships[i].role);
        if (!other || !role->memberships[i].can_become ||
            !(other->is_superuser || other->bypasses_rls))
            continue;
        if (!read_as(attack, role, other,
                arena_printf(attack->audit->arena, "set role %s", other->quoted),
                AUDIT_ROLE_BECOMES, other->quoted, error))
            return false;
    }
    return true;
}

/* The owner switches row-level security off; that locks the table, so only where nobody else is. */
static bool
try_owner(struct attack *attack, const struct role *role, const struct plant_table *table,
    struct tn_error *error)
{
    AUTO_OUTCOME outcome = { 0 };
    struct arena *arena = attack->audit->arena;
    const struct relation *relation = table->relation;
    const struct role *owner = inventory_role(&attack->audit->inventory, relation->owner);
    if (!owner || role->is_superuser || !relation->rls_is_enabled ||
        !role_becomes(role, owner->oid))
        return true;

    const char *become = arena_printf(arena, "set role %s", owner->quoted);
    if (!attack->is_clone)
        return become_only(attack, role, become, AUDIT_ROLE_BECOMES_OWNER, owner->quoted, error);
    const char *off =
        arena_printf(arena, "alter table %s disable row level security", relation->quoted);
    const char *sql = arena_printf(arena, "select * from %s where %s", relation->quoted,
        plant_where(attack->plant, relation, &table->first[TENANT_B]));
    if (!attack_begin(attack, role, TENANT_A, error) ||
        !session_try(attack->session, become, &outcome, error) ||
        (outcome.succeeded && !session_try(attack->session, off, &outcome, error)) ||
        (outcome.succeeded && !session_try(attack->session, sql, &outcome, error)))
        return false;
    if (outcome.succeeded && outcome.rows.count)
        confirm_role(attack, role, AUDIT_ROLE_BECOMES_OWNER, owner->quoted,
            attack_statement(
                attack, role, TENANT_A, arena_printf(arena, "%s; %s; %s", become, off, sql)));
    return attack_end(attack, error);
}

/* --- tables ---------------------------------------------------------------------------------- */

static bool
try_statement(struct attack *attack, const struct role *role, const struct relation *relation,
    enum audit_kind kind, const char *sql, struct tn_error *error)
{
    AUTO_OUTCOME outcome = { 0 };
    if (!attack_begin(attack, role, TENANT_A, error) ||
        !session_try(attack->session, sql, &outcome, error))
        return false;
    confirm_if(attack, outcome.succeeded, relation->quoted, kind,
        attack_statement(attack, role, TENANT_A, sql));
    return attack_end(attack, error);
}

/* A key of one's own that refers to B's row is taken, one that refers to nothing is not. */
static bool
try_references(struct attack *attack, const struct role *role, const struct plant_table *table,
    struct tn_error *error)
{
    AUTO_OUTCOME outcome = { 0 };
    struct arena *arena = attack->audit->arena;
    const struct relation *relation = table->relation;
    const struct column *key = NULL;
    for (size_t i = 0; i < relation->index_count; i++)
        if (relation->indexes[i].is_unique && relation->indexes[i].key_count == 1 && !key)
            key = relation_column(relation, relation->indexes[i].keys[0]);
    const char *schema = NULL;
    for (size_t i = 0; i < attack->audit->inventory.schema_count; i++)
        if (access_schema(
                &attack->audit->inventory, role, &attack->audit->inventory.schemas[i], MAY_CREATE))
            schema = attack->audit->inventory.schemas[i].quoted;
    if (!key || !schema || !table->first[TENANT_B].values)
        return true;

    const char *make =
        arena_printf(arena, "create table %s.tenantry_mine (key %s references %s (%s))", schema,
            key->type, relation->quoted, key->quoted);
    const char *ask = arena_printf(arena, "insert into %s.tenantry_mine values (%s)", schema,
        text_literal(table->first[TENANT_B].values[key - relation->columns], arena));
    if (!attack_begin(attack, role, TENANT_A, error) ||
        !session_try(attack->session, make, &outcome, error) ||
        (outcome.succeeded && !session_try(attack->session, ask, &outcome, error)))
        return false;
    confirm_if(attack, outcome.succeeded, relation->quoted, AUDIT_REFERENCES_GRANTED,
        attack_statement(attack, role, TENANT_A, arena_printf(arena, "%s; %s", make, ask)));
    return attack_end(attack, error);
}

/* Some trigger function that is there will do. */
static const char *
some_trigger_function(const struct attack *attack, const struct role *role)
{
    for (size_t i = 0; i < attack->audit->inventory.function_count; i++) {
        const struct function *function = &attack->audit->inventory.functions[i];
        if (strcmp(function->return_type, "trigger") == 0 &&
            access_function(&attack->audit->inventory, role, function))
            return function->quoted;
    }
    return "pg_catalog.suppress_redundant_updates_trigger";
}

static bool
try_table(struct attack *attack, const struct role *role, const struct plant_table *table,
    struct tn_error *error)
{
    struct arena *arena = attack->audit->arena;
    const struct relation *relation = table->relation;
    const struct audit_list *findings = &attack->audit->findings;
    if (!attack->is_clone)
        return true;
    if (audit_find(findings, AUDIT_TRUNCATE_GRANTED, relation->quoted) &&
        !try_statement(attack, role, relation, AUDIT_TRUNCATE_GRANTED,
            arena_printf(arena, "truncate %s cascade", relation->quoted), error))
        return false;
    if (audit_find(findings, AUDIT_TRIGGER_GRANTED, relation->quoted) &&
        !try_statement(attack, role, relation, AUDIT_TRIGGER_GRANTED,
            arena_printf(arena,
                "create trigger tenantry_mine before update on %s for each row execute function "
                "%s()",
                relation->quoted, some_trigger_function(attack, role)),
            error))
        return false;
    return !audit_find(findings, AUDIT_REFERENCES_GRANTED, relation->quoted) ||
           try_references(attack, role, table, error);
}

/* --- large objects --------------------------------------------------------------------------- */

static bool
try_large_objects(struct attack *attack, const struct role *role, struct tn_error *error)
{
    AUTO_OUTCOME outcome = { 0 };
    struct arena *arena = attack->audit->arena;
    struct audit_list *findings = &attack->audit->findings;
    bool is_suspected = false;
    for (size_t i = 0; i < findings->count; i++)
        is_suspected |= findings->items[i].kind == AUDIT_LARGE_OBJECT;
    if (!is_suspected)
        return true;

    if (!attack_begin(attack, role, TENANT_B, error) ||
        !session_try(
            attack->session, "select pg_catalog.lo_from_bytea(0, 'of tenant B')", &outcome, error))
        return false;
    const char *oid = outcome.succeeded ? rows_text(&outcome.rows, 0) : NULL;
    if (oid) {
        const char *read = arena_printf(arena, "select pg_catalog.lo_get(%s)", oid);
        if (!session_try(attack->session, values_set(attack->values, attack->audit, TENANT_A, true),
                &outcome, error) ||
            !session_try(attack->session, read, &outcome, error))
            return false;
        for (size_t i = 0; outcome.succeeded && i < findings->count; i++)
            if (findings->items[i].kind == AUDIT_LARGE_OBJECT)
                confirm_if(attack, true, findings->items[i].object, AUDIT_LARGE_OBJECT,
                    attack_statement(
                        attack, role, TENANT_A, "select lo_get(OID that tenant B made)"));
    }
    return attack_end(attack, error);
}

bool
attack_privileges(struct attack *attack, const struct role *role, struct tn_error *error)
{
    if (!try_roles(attack, role, error) || !try_large_objects(attack, role, error))
        return false;
    for (size_t i = 0; i < attack->audit->inventory.relation_count; i++) {
        const struct plant_table *table = &attack->plant->tables[i];
        if (!scope_is_tenant(table->relation) || !table->first[TENANT_B].values)
            continue;
        if (!try_table(attack, role, table, error) || !try_owner(attack, role, table, error))
            return false;
    }
    return true;
}
