#include "verifier/scope.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "verifier/access.h"
#include "verifier/tally.h"
#include "verifier/text.h"

/* --- tenant columns -------------------------------------------------------------------------- */

static const char *const usual_columns[] = { "tenant_id", "organization_id", "organisation_id",
    "org_id", "workspace_id", "account_id", "company_id", "team_id", "customer_id", "client_id",
    "shop_id", "store_id", "site_id", "group_id", "user_id", "owner_id", "tenant", "organization",
    "organizationId", "tenantId", "orgId", "workspaceId", "teamId", "companyId" };

static size_t
tables_with(const struct audit *audit, const char *column)
{
    size_t count = 0;
    for (size_t i = 0; i < audit->inventory.relation_count; i++) {
        const struct relation *relation = &audit->inventory.relations[i];
        count += (relation->kind == 'r' || relation->kind == 'p') &&
                 relation_column_named(relation, column) != NULL;
    }
    return count;
}

static bool
is_person(const char *column)
{
    static const char *const persons[] = { "user_id", "owner_id", "member_id", "profile_id",
        "author_id", "created_by", "userId", "ownerId" };
    for (size_t i = 0; i < COUNT_OF(persons); i++)
        if (strcmp(persons[i], column) == 0)
            return true;
    return false;
}

static bool
is_usual(const char *column)
{
    for (size_t i = 0; i < COUNT_OF(usual_columns); i++)
        if (strcmp(usual_columns[i], column) == 0)
            return true;
    return false;
}

/* is_member(group_id): what helpers are asked about, where the name is a tenant's. */
static void
vote_asked(const struct audit *audit, const struct relation *relation, const char *text,
    struct tally *tally)
{
    const char *name;
    while ((name = text_next(
                &text, "[a-z0-9_]\\(\"?([A-Za-z_][A-Za-z0-9_]*)\"?(::[a-z ]+)?[,)]", audit->arena)))
        if (is_usual(name) && relation_column_named(relation, name))
            tally_vote(tally, name, 1);
}

/* What policies compare with a setting or a function without arguments, by number of policies. */
static const char *
compared_column(const struct audit *audit)
{
    struct tally tally = { 0 };
    for (size_t i = 0; i < audit->inventory.relation_count; i++) {
        const struct relation *relation = &audit->inventory.relations[i];
        for (size_t p = 0; p < relation->policy_count; p++) {
            const struct policy *policy = &relation->policies[p];
            const char *at =
                policy->using_expression ? policy->using_expression : policy->check_expression;
            const char *name;
            while ((name = text_next(&at,
                        "\"?([A-Za-z_][A-Za-z0-9_]*)\"?\\)?(::[a-z ]+)?[[:space:]]*(=|~~|IN )",
                        audit->arena)))
                if (relation_column_named(relation, name) && strcmp(name, "id") != 0)
                    tally_vote(&tally, name, 1);
            vote_asked(audit, relation,
                policy->using_expression ? policy->using_expression : policy->check_expression,
                &tally);
        }
    }
    for (size_t i = 0; i < tally.count; i++) {
        tally.votes[i] += is_usual(tally.names[i]);
        tally.votes[i] += tables_with(audit, tally.names[i]);
        /* Policies compare the user in order to find out the organization. */
        if (is_person(tally.names[i]))
            tally.votes[i] /= 2;
    }
    return tally_winner(&tally);
}

static const char *
usual_column(const struct audit *audit)
{
    const char *best = NULL;
    size_t most = 0;
    for (size_t i = 0; i < COUNT_OF(usual_columns); i++) {
        const size_t count = tables_with(audit, usual_columns[i]);
        if (count > most) {
            most = count;
            best = usual_columns[i];
        }
    }
    return best;
}

static bool
find_columns(struct audit *audit, struct tn_error *error)
{
    struct scope *scope = &audit->scope;
    scope->columns = audit->request->tenant_columns;
    if (audit->inventory.relation_count == 0)
        return error_set(error, TN_CONFIGURATION,
            "the database %s has no tables that the connecting user could look at",
            audit->inventory.database);
    size_t absent = 0;
    for (size_t i = 0; i < scope->columns.count; i++) {
        if (tables_with(audit, scope->columns.items[i]))
            continue;
        audit_note(&scope->assumptions, audit->arena, "no table has a column \"%s\"",
            scope->columns.items[i]);
        absent++;
    }
    /* A slip of the pen must not pass for a database in which nothing is wrong. */
    if (absent && absent == scope->columns.count)
        return error_set(
            error, TN_CONFIGURATION, "no table has a column \"%s\"", scope->columns.items[0]);
    if (scope->columns.count)
        return true;

    const char *column = compared_column(audit);
    const char *why = "policies compare it";
    if (!column) {
        column = usual_column(audit);
        why = "most tables have it";
    }
    if (!column)
        return error_set(error, TN_CONFIGURATION,
            "no column looks like a tenant's: say which with --tenant-column NAME");
    scope->columns.items[scope->columns.count++] = column;
    audit_note(&scope->assumptions, audit->arena, "the tenant column is \"%s\": %s (%zu tables)",
        column, why, tables_with(audit, column));
    return true;
}

/* --- roles ----------------------------------------------------------------------------------- */

static bool
touches_tables(const struct audit *audit, const struct role *role)
{
    for (size_t i = 0; i < audit->inventory.relation_count; i++)
        if (access_relation(&audit->inventory, role, &audit->inventory.relations[i]) & MAY_DATA)
            return true;
    return false;
}

static void
role_take(struct audit *audit, struct role *role)
{
    audit->scope.roles[audit->scope.role_count++] = role;
}

/* The roles that PostgREST switches to; the one that it connects as reaches service_role by design.
 */
static bool
find_postgrest_roles(struct audit *audit)
{
    static const char *const names[] = { "anon", "authenticated" };
    if (!inventory_role_named(&audit->inventory, "authenticator") &&
        !inventory_role_named(&audit->inventory, "service_role"))
        return false;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        struct role *role = inventory_role_named(&audit->inventory, names[i]);
        if (role && touches_tables(audit, role))
            role_take(audit, role);
    }
    return audit->scope.role_count > 0;
}

static void
find_login_roles(struct audit *audit)
{
    struct scope *scope = &audit->scope;
    struct buffer left_out;
    buffer_init(&left_out, audit->arena, 64);
    for (size_t i = 0; i < audit->inventory.role_count; i++) {
        struct role *role = &audit->inventory.roles[i];
        if (!role->can_login || !touches_tables(audit, role))
            continue;
        if (role->is_superuser || role->bypasses_rls) {
            buffer_printf(&left_out, "%s%s", left_out.length ? ", " : "", role->quoted);
            continue;
        }
        role_take(audit, role);
    }
    for (size_t i = 0; i < audit->inventory.role_count && !scope->role_count; i++)
        if (audit->inventory.roles[i].is_current)
            role_take(audit, &audit->inventory.roles[i]);
    if (left_out.length)
        audit_note(&scope->assumptions, audit->arena,
            "left out, since no policy holds for them: %s (if the application connects as one of "
            "them, name it with "
            "--app-role)",
            left_out.data);
}

static bool
is_taken(const struct scope *scope, const struct role *role)
{
    for (size_t i = 0; i < scope->role_count; i++)
        if (scope->roles[i] == role)
            return true;
    return false;
}

static bool
owns_table(const struct audit *audit, const struct role *role)
{
    for (size_t i = 0; i < audit->inventory.relation_count; i++)
        if (audit->inventory.relations[i].owner == role->oid)
            return true;
    return false;
}

/* What a NOINHERIT member may do it does after SET ROLE: as that role it is attacked too. Becoming
 * an owner or one whom no policy holds is a finding of its own. */
static void
take_becoming(struct audit *audit)
{
    const struct scope *scope = &audit->scope;
    const size_t named = scope->role_count;
    for (size_t r = 0; r < named; r++) {
        const struct role *role = scope->roles[r];
        for (size_t m = 0; m < role->membership_count && !role->is_superuser; m++) {
            const struct membership *membership = &role->memberships[m];
            struct role *other = inventory_role(&audit->inventory, membership->role);
            if (!other || !membership->can_become || membership->has_privileges ||
                other->is_superuser || other->bypasses_rls || is_taken(scope, other) ||
                owns_table(audit, other) || !touches_tables(audit, other))
                continue;
            role_take(audit, other);
            audit_note(&audit->scope.assumptions, audit->arena,
                "%s does not inherit from %s but may become it: both are tried", role->quoted,
                other->quoted);
        }
    }
}

static bool
find_roles(struct audit *audit, struct tn_error *error)
{
    struct scope *scope = &audit->scope;
    scope->roles =
        ARENA_ARRAY(audit->arena, audit->inventory.role_count + AUDIT_LIST_MAX + 2, struct role *);
    for (size_t i = 0; i < audit->request->roles.count; i++) {
        const char *name = audit->request->roles.items[i];
        struct role *role = inventory_role_named(&audit->inventory, name);
        if (!role)
            return error_set(
                error, TN_CONFIGURATION, "there is no role \"%s\" on this server", name);
        role_take(audit, role);
    }
    if (scope->role_count) {
        take_becoming(audit);
        return true;
    }

    if (!find_postgrest_roles(audit))
        find_login_roles(audit);
    struct buffer names;
    buffer_init(&names, audit->arena, 128);
    for (size_t i = 0; i < scope->role_count && i < 8; i++)
        buffer_printf(&names, "%s%s", i ? ", " : "", scope->roles[i]->quoted);
    if (scope->role_count > 8)
        buffer_printf(&names, " and %zu more", scope->role_count - 8);
    audit_note(&scope->assumptions, audit->arena, "the application works as %s", names.data);
    take_becoming(audit);
    return true;
}

/* --- relations ------------------------------------------------------------------------------- */

const struct relation *
scope_top(const struct inventory *inventory, const struct relation *relation)
{
    const struct relation *top = relation;
    for (int depth = 0; top->parent_count && depth < 32; depth++) {
        const struct relation *parent = inventory_relation(inventory, top->parents[0]);
        if (!parent)
            break;
        top = parent;
    }
    return top;
}

bool
scope_is_tenant(const struct relation *relation)
{
    return (relation->kind == 'r' || relation->kind == 'p' || relation->kind == 'f') &&
           (relation->tenant || relation->is_indirect);
}

bool
scope_is_guarded(const struct relation *relation)
{
    return scope_is_tenant(relation) ||
           (relation->is_root && relation->rls_is_enabled && relation->policy_count);
}

static void
mark_tenant_columns(struct audit *audit)
{
    for (size_t i = 0; i < audit->inventory.relation_count; i++) {
        struct relation *relation = &audit->inventory.relations[i];
        for (size_t c = 0; c < audit->scope.columns.count && !relation->tenant; c++)
            relation->tenant = relation_column_named(relation, audit->scope.columns.items[c]);
    }
}

/* org, orgs and organizations are what org_id is of. */
static bool
is_named_as(const char *table, const char *column, struct arena *arena)
{
    const size_t length = strlen(column);
    const size_t tail = length > 3 && strcasecmp(column + length - 3, "_id") == 0 ? 3
                        : length > 2 && strcmp(column + length - 2, "Id") == 0    ? 2
                                                                                  : 0;
    const char *stem = arena_memdup(arena, column, length - tail);
    if (!tail ||
        strspn(stem, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_") != length - tail)
        return false;
    if (strcasecmp(stem, "org") == 0)
        return text_matches(table, "^org(ani[sz]ation)?s?$");
    if (stem[length - tail - 1] == 'y')
        return text_matches(
            table, arena_printf(arena, "^%.*s(y|ies)$", (int)(length - tail - 1), stem));
    return text_matches(table, arena_printf(arena, "^%s(e?s)?$", stem));
}

static const struct column *
only_key(const struct relation *relation)
{
    for (size_t i = 0; i < relation->index_count; i++)
        if (relation->indexes[i].is_primary && relation->indexes[i].key_count == 1)
            return relation_column(relation, relation->indexes[i].keys[0]);
    return NULL;
}

/* Where no foreign key says so, the name does. */
static void
mark_root_named(struct audit *audit, const struct column *tenant)
{
    for (size_t i = 0; i < audit->inventory.relation_count; i++) {
        struct relation *relation = &audit->inventory.relations[i];
        const struct column *key = only_key(relation);
        if ((relation->kind != 'r' && relation->kind != 'p') || relation->tenant ||
            relation->is_root || !key || strcmp(key->base, tenant->base) != 0 ||
            !is_named_as(relation->name, tenant->name, audit->arena))
            continue;
        relation->is_root = true;
        relation->root_key = key;
        return;
    }
}

static void
mark_roots_named(struct audit *audit)
{
    for (size_t i = 0; i < audit->inventory.relation_count; i++)
        if (audit->inventory.relations[i].tenant && audit->inventory.relations[i].kind != 'v') {
            mark_root_named(audit, audit->inventory.relations[i].tenant);
            return;
        }
}

/* The table that tenant columns refer to is the list of tenants. */
static void
mark_roots(struct audit *audit)
{
    for (size_t i = 0; i < audit->inventory.relation_count; i++) {
        const struct relation *relation = &audit->inventory.relations[i];
        for (size_t c = 0; relation->tenant && c < relation->constraint_count; c++) {
            const struct constraint *constraint = &relation->constraints[c];
            if (constraint->kind != 'f' || constraint->key_count != 1 ||
                constraint->keys[0] != relation->tenant->number)
                continue;
            struct relation *root = inventory_relation(&audit->inventory, constraint->references);
            if (!root || root->tenant)
                continue;
            root->is_root = true;
            root->root_key = relation_column(root, constraint->referenced[0]);
        }
    }
    /* A NOT NULL column of another name that refers to it is a tenant column too. */
    for (size_t i = 0; i < audit->inventory.relation_count; i++) {
        struct relation *relation = &audit->inventory.relations[i];
        for (size_t c = 0; !relation->tenant && c < relation->constraint_count; c++) {
            const struct constraint *constraint = &relation->constraints[c];
            const struct relation *root =
                constraint->kind == 'f'
                    ? inventory_relation(&audit->inventory, constraint->references)
                    : NULL;
            const struct column *column =
                constraint->key_count == 1 ? relation_column(relation, constraint->keys[0]) : NULL;
            if (root && root->is_root && root != relation && column && column->is_not_null)
                relation->tenant = column;
        }
    }
}

static void
mark_indirect(struct relation *relation, const char *why, bool *changed)
{
    if (!relation || relation->tenant || relation->is_root || relation->is_indirect ||
        (relation->kind != 'r' && relation->kind != 'p'))
        return;
    relation->is_indirect = true;
    relation->indirect_why = why;
    *changed = true;
}

static void
mark_written_by_triggers(struct audit *audit, const struct relation *relation, bool *changed)
{
    for (size_t t = 0; t < relation->trigger_count; t++) {
        const struct function *function =
            inventory_function(&audit->inventory, relation->triggers[t].function);
        const char *at = function ? text_without_comments(function->source, audit->arena) : NULL;
        const char *name;
        while ((name = text_next(
                    &at, "insert[[:space:]]+into[[:space:]]+([A-Za-z0-9_.\"]+)", audit->arena))) {
            for (size_t i = 0; i < audit->inventory.relation_count; i++) {
                struct relation *target = &audit->inventory.relations[i];
                if (strcasecmp(text_tail(name), target->name) == 0)
                    mark_indirect(target,
                        arena_printf(audit->arena, "a trigger of %s writes it", relation->quoted),
                        changed);
            }
        }
    }
}

static void
mark_indirect_of(struct audit *audit, struct relation *relation, bool *changed)
{
    if (scope_is_tenant(relation)) {
        for (size_t r = 0; r < relation->rule_target_count; r++)
            mark_indirect(inventory_relation(&audit->inventory, relation->rule_targets[r]),
                arena_printf(audit->arena, "a rule of %s writes it", relation->quoted), changed);
        mark_written_by_triggers(audit, relation, changed);
        return;
    }
    for (size_t c = 0; c < relation->constraint_count; c++) {
        const struct constraint *constraint = &relation->constraints[c];
        const struct relation *parent =
            constraint->kind == 'f' ? inventory_relation(&audit->inventory, constraint->references)
                                    : NULL;
        if (parent && parent != relation && scope_is_tenant(parent))
            mark_indirect(relation,
                arena_printf(audit->arena, "its rows belong to %s", parent->quoted), changed);
    }
}

static void
mark_relations(struct audit *audit)
{
    mark_tenant_columns(audit);
    mark_roots(audit);
    mark_roots_named(audit);
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t i = 0; i < audit->inventory.relation_count; i++)
            mark_indirect_of(audit, &audit->inventory.relations[i], &changed);
    }
}

/* --- all ------------------------------------------------------------------------------------- */

bool
scope_find(struct audit *audit, struct tn_error *error)
{
    if (!find_columns(audit, error))
        return false;

    scope_find_settings(audit);
    if (!find_roles(audit, error))
        return false;

    mark_relations(audit);
    return true;
}
