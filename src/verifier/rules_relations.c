#include "verifier/rules.h"

#include <string.h>

#include "base/buffer.h"
#include "verifier/access.h"
#include "verifier/scope.h"
#include "verifier/text.h"

/* One table as one role sees it. */
struct view_of {
    struct audit *audit;
    const struct relation *relation;
    const struct role *role;
    unsigned may;
};

static void
report(const struct view_of *view, enum audit_kind kind, const char *other, const char *more,
    const char *statement)
{
    audit_add(&view->audit->findings, &(struct audit_report){ .kind = kind,
                                          .object = view->relation->quoted,
                                          .role = view->role->quoted,
                                          .other = other,
                                          .more = more,
                                          .statement = statement });
}

static bool
has_index(const struct relation *relation, const struct column *column)
{
    for (size_t i = 0; i < relation->index_count; i++)
        if (relation->indexes[i].key_count && relation->indexes[i].keys[0] == column->number &&
            !*relation->indexes[i].predicate)
            return true;
    return false;
}

/* For a table without a tenant column: that its parent's row can be seen, which the parent's own
 * policy decides. */
static const char *
parent_predicate(const struct audit *audit, const struct relation *relation)
{
    for (size_t c = 0; c < relation->constraint_count; c++) {
        const struct constraint *constraint = &relation->constraints[c];
        const struct relation *parent =
            constraint->kind == 'f' ? inventory_relation(&audit->inventory, constraint->references)
                                    : NULL;
        if (!parent || parent == relation || !scope_is_tenant(parent))
            continue;

        struct buffer out;
        buffer_init(&out, audit->arena, 256);
        buffer_printf(&out, "exists (select from %s parent where ", parent->quoted);
        for (size_t k = 0; k < constraint->key_count; k++) {
            const struct column *own = relation_column(relation, constraint->keys[k]);
            const struct column *theirs = relation_column(parent, constraint->referenced[k]);
            buffer_printf(&out, "%sparent.%s = %s.%s", k ? " and " : "", theirs->quoted,
                text_identifier(relation->name, audit->arena), own->quoted);
        }
        buffer_text(&out, ")");
        return out.data;
    }
    return NULL;
}

const char *
rules_mend_table(const struct audit *audit, const struct relation *relation)
{
    struct buffer out;
    buffer_init(&out, audit->arena, 512);
    const char *predicate = relation->tenant ? scope_predicate(audit, relation->tenant)
                                             : parent_predicate(audit, relation);
    if (!relation->rls_is_enabled || !relation->rls_is_forced)
        buffer_printf(&out,
            "ALTER TABLE %s ENABLE ROW LEVEL SECURITY; ALTER TABLE %s FORCE ROW LEVEL SECURITY",
            relation->quoted, relation->quoted);
    if (!predicate)
        return out.data;

    if (!relation->policy_count)
        buffer_printf(&out, "%sCREATE POLICY tenant_isolation ON %s USING (%s) WITH CHECK (%s)",
            out.length ? "; " : "", relation->quoted, predicate, predicate);
    if (relation->tenant && !has_index(relation, relation->tenant) && relation->kind != 'f')
        buffer_printf(
            &out, "; CREATE INDEX ON %s (%s)", relation->quoted, relation->tenant->quoted);
    return out.data;
}

static const char *
set_role(const struct view_of *view)
{
    return arena_printf(view->audit->arena, "set role %s; ", view->role->quoted);
}

static const char *
read_all(const struct view_of *view)
{
    const char *verb = (view->may & MAY_SELECT)   ? "select * from %s"
                       : (view->may & MAY_UPDATE) ? "update %s set ..."
                       : (view->may & MAY_DELETE) ? "delete from %s"
                                                  : "insert into %s ...";
    struct buffer out;
    buffer_init(&out, view->audit->arena, 128);
    buffer_text(&out, set_role(view));
    const char *place = strstr(verb, "%s");
    buffer_append(&out, verb, (size_t)(place - verb));
    buffer_text(&out, view->relation->quoted);
    buffer_text(&out, place + 2);
    return out.data;
}

/* --- row-level security ---------------------------------------------------------------------- */

static void
check_enabled(const struct view_of *view)
{
    const struct relation *relation = view->relation;
    const struct relation *top = scope_top(&view->audit->inventory, relation);
    const char *mend = rules_mend_table(view->audit, relation);
    if (view->role->is_superuser || !(view->may & MAY_DATA))
        return;

    if (top != relation && top->rls_is_enabled)
        report(view, AUDIT_CHILD_EXPOSED, top->quoted,
            arena_printf(view->audit->arena, "REVOKE ALL ON %s FROM %s", relation->quoted,
                access_grantee(&view->audit->inventory, view->role, relation, MAY_DATA)
                    ? access_grantee(&view->audit->inventory, view->role, relation, MAY_DATA)
                    : view->role->quoted),
            read_all(view));
    else if (!relation->tenant)
        report(view, AUDIT_INDIRECT, relation->indirect_why,
            *mend && (parent_predicate(view->audit, relation) || relation->policy_count)
                ? mend
                : arena_printf(view->audit->arena, "REVOKE ALL ON %s FROM %s", relation->quoted,
                      access_grantee(&view->audit->inventory, view->role, relation, MAY_DATA)
                          ? access_grantee(&view->audit->inventory, view->role, relation, MAY_DATA)
                          : view->role->quoted),
            read_all(view));
    else if (relation->policy_count)
        report(view, AUDIT_RLS_DISABLED_POLICIES, NULL, NULL, read_all(view));
    else
        report(view, AUDIT_RLS_DISABLED, NULL, mend, read_all(view));
}

static void
check_owner(const struct view_of *view)
{
    const struct relation *relation = view->relation;
    const struct role *owner = inventory_role(&view->audit->inventory, relation->owner);
    if (!owner || view->role->is_superuser)
        return;

    const bool is_owner = role_has(view->role, owner->oid);
    if (relation->rls_is_enabled && !relation->rls_is_forced)
        report(view, is_owner ? AUDIT_RLS_NOT_FORCED : AUDIT_RLS_NOT_FORCED_OWNER, owner->quoted,
            NULL, read_all(view));
    if (view->role->oid == owner->oid)
        report(view, AUDIT_ROLE_OWNS, NULL, NULL,
            arena_printf(view->audit->arena, "%salter table %s disable row level security",
                set_role(view), relation->quoted));
}

static bool
policy_serves(const struct policy *policy, const struct role *role, unsigned may)
{
    if (!policy->is_permissive || !policy_applies(policy, role))
        return false;
    switch (policy->command) {
    case 'r':
        return may & MAY_SELECT;
    case 'a':
        return may & MAY_INSERT;
    case 'w':
        return may & MAY_UPDATE;
    case 'd':
        return may & MAY_DELETE;
    default:
        return may & MAY_DATA;
    }
}

static void
check_policies(const struct view_of *view)
{
    const struct relation *relation = view->relation;
    if (!relation->rls_is_enabled || !(view->may & MAY_DATA) ||
        access_bypasses(view->role, relation))
        return;

    /* That one of several roles is let in nowhere may be meant so. */
    for (size_t r = 0; r < view->audit->scope.role_count; r++)
        for (size_t i = 0; i < relation->policy_count; i++)
            if (policy_serves(&relation->policies[i], view->audit->scope.roles[r],
                    access_relation(
                        &view->audit->inventory, view->audit->scope.roles[r], relation)))
                return;

    const char *predicate = relation->tenant ? scope_predicate(view->audit, relation->tenant)
                                             : parent_predicate(view->audit, relation);
    report(view, AUDIT_NO_POLICY, predicate,
        predicate ? arena_printf(view->audit->arena,
                        "CREATE POLICY tenant_isolation ON %s USING (%s) WITH CHECK (%s)",
                        relation->quoted, predicate, predicate)
                  : arena_printf(view->audit->arena, "REVOKE ALL ON %s FROM %s", relation->quoted,
                        view->role->quoted),
        read_all(view));
}

/* --- privileges that policies do not hold ---------------------------------------------------- */

/* All of the application's ways to the privilege in one list, so that one table is one finding. */
static const char *
grantees(const struct view_of *view, unsigned privilege)
{
    struct buffer out;
    const struct audit *audit = view->audit;
    buffer_init(&out, audit->arena, 64);
    if (!access_grantee(&audit->inventory, view->role, view->relation, privilege))
        return NULL;
    for (size_t r = 0; r < audit->scope.role_count && out.length < 512; r++) {
        const struct role *role = audit->scope.roles[r];
        const char *grantee =
            role->is_superuser ? NULL
                               : access_grantee(&audit->inventory, role, view->relation, privilege);
        if (grantee && !text_has_word(out.data, grantee))
            buffer_printf(&out, "%s%s", out.length ? ", " : "", grantee);
    }
    return out.data;
}

static void
check_privileges(const struct view_of *view)
{
    const struct inventory *inventory = &view->audit->inventory;
    const char *truncate = grantees(view, MAY_TRUNCATE);
    const char *trigger = grantees(view, MAY_TRIGGER);
    const char *references = grantees(view, MAY_REFERENCE);
    struct arena *arena = view->audit->arena;
    if (view->role->is_superuser || !view->may)
        return;

    if (truncate)
        report(view, AUDIT_TRUNCATE_GRANTED, truncate, NULL,
            arena_printf(arena, "%struncate %s", set_role(view), view->relation->quoted));
    if (trigger && view->relation->kind != 'f')
        report(view, AUDIT_TRIGGER_GRANTED, trigger, NULL,
            arena_printf(arena,
                "%screate trigger t before insert on %s for each row execute function ...",
                set_role(view), view->relation->quoted));
    if (references && access_makes_tables(inventory, view->role))
        report(view, AUDIT_REFERENCES_GRANTED, references, NULL,
            arena_printf(arena, "%screate table mine (key %s references %s)", set_role(view),
                view->relation->column_count ? view->relation->columns[0].type : "uuid",
                view->relation->quoted));
}

/* --- keys ------------------------------------------------------------------------------------ */

static bool
is_generated(const struct column *column)
{
    return column->identity || column->is_generated || strcmp(column->base, "uuid") == 0 ||
           text_matches(column->fallback,
               "nextval\\(|gen_random|uuid|cuid|nanoid|ulid|random\\(|generate") ||
           text_matches(column->name, "token|secret|nonce|api_key|_hash$");
}

static bool
has_key(const int *keys, size_t count, int number)
{
    for (size_t i = 0; i < count; i++)
        if (keys[i] == number)
            return true;
    return false;
}

/* Does the key hold something that cannot be guessed, or the tenant itself? */
static bool
index_is_safe(const struct view_of *view, const struct unique_index *index)
{
    const struct relation *relation = view->relation;
    if (text_has_word(index->expressions, relation->tenant ? relation->tenant->name : ""))
        return true;
    for (size_t i = 0; i < index->key_count; i++) {
        const struct column *column = relation_column(relation, index->keys[i]);
        if (column && (column == relation->tenant || is_generated(column)))
            return true;
    }
    return false;
}

/* A key that refers to a tenant's row is as hard to guess as that row's, and the foreign key's own
 * business. */
static bool
index_holds_reference(const struct view_of *view, const struct unique_index *index)
{
    for (size_t c = 0; c < view->relation->constraint_count; c++) {
        const struct constraint *constraint = &view->relation->constraints[c];
        if (constraint->kind != 'f')
            continue;
        const struct relation *parent =
            inventory_relation(&view->audit->inventory, constraint->references);
        if (parent && scope_is_tenant(parent) && constraint->key_count &&
            has_key(index->keys, index->key_count, constraint->keys[0]))
            return true;
    }
    return false;
}

static bool
may_write_keys(const struct view_of *view, const int *keys, size_t count)
{
    if (view->may & MAY_INSERT)
        return true;
    for (size_t i = 0; i < count; i++) {
        const struct column *column = relation_column(view->relation, keys[i]);
        if (column && (access_column(&view->audit->inventory, view->role, view->relation, column) &
                          MAY_UPDATE))
            return true;
    }
    return false;
}

static const char *
index_mend(const struct view_of *view, const struct unique_index *index)
{
    struct buffer out;
    const struct relation *relation = view->relation;
    struct arena *arena = view->audit->arena;
    buffer_init(&out, arena, 256);
    if (index->constraint)
        buffer_printf(&out, "ALTER TABLE %s DROP CONSTRAINT %s%s", relation->quoted,
            index->constraint, index->is_primary ? " CASCADE" : "");
    else
        buffer_printf(&out, "DROP INDEX %s", index->quoted);
    if (index->is_exclusion) {
        for (size_t i = 0; i < relation->constraint_count; i++) {
            const struct constraint *constraint = &relation->constraints[i];
            const char *open = strchr(constraint->definition, '(');
            if (constraint->kind == 'x' && open &&
                strcmp(constraint->quoted, index->constraint) == 0)
                buffer_printf(&out,
                    "; CREATE EXTENSION IF NOT EXISTS btree_gist; ALTER TABLE %s ADD CONSTRAINT %s "
                    "%.*s(%s WITH =, %s",
                    relation->quoted, constraint->quoted, (int)(open - constraint->definition),
                    constraint->definition, relation->tenant->quoted, open + 1);
        }
        return out.data;
    }

    struct buffer columns;
    buffer_init(&columns, arena, 128);
    buffer_text(&columns, relation->tenant->quoted);
    for (size_t i = 0; i < index->key_count; i++) {
        const struct column *column = relation_column(relation, index->keys[i]);
        if (column)
            buffer_printf(&columns, ", %s", column->quoted);
        else
            buffer_printf(&columns, ", (%s)", index->expressions);
    }
    if (index->constraint)
        buffer_printf(&out, "; ALTER TABLE %s ADD %s (%s)", relation->quoted,
            index->is_primary ? "PRIMARY KEY" : "UNIQUE", columns.data);
    else
        buffer_printf(&out, "; CREATE UNIQUE INDEX ON %s (%s)%s%s", relation->quoted, columns.data,
            *index->predicate ? " WHERE " : "", index->predicate);
    return out.data;
}

static void
check_uniques(const struct view_of *view)
{
    const struct relation *relation = view->relation;
    if (!relation->tenant || view->role->is_superuser)
        return;
    for (size_t i = 0; i < relation->index_count; i++) {
        const struct unique_index *index = &relation->indexes[i];
        if ((!index->is_unique && !index->is_exclusion) || index->is_of_partition ||
            index_is_safe(view, index) || index_holds_reference(view, index) ||
            !may_write_keys(view, index->keys, index->key_count))
            continue;

        const struct column *only =
            index->key_count == 1 ? relation_column(relation, index->keys[0]) : NULL;
        const bool is_client_id =
            only && index->is_primary && only->category == 'S' && !only->fallback &&
            (text_matches(only->name, "^id$|_id$|uuid") ||
                (strlen(only->name) > 2 && strcmp(only->name + strlen(only->name) - 2, "Id") == 0));
        report(view, is_client_id ? AUDIT_UNIQUE_ID : AUDIT_UNIQUE_CROSS,
            index->constraint ? index->constraint : index->quoted, index_mend(view, index),
            arena_printf(view->audit->arena,
                "%sinsert into %s ... with another tenant's value of (%s): 23505 or 23P01",
                set_role(view), relation->quoted, only ? only->quoted : index->name));
    }
}

static bool
key_ties_tenant(const struct constraint *constraint, const struct relation *child,
    const struct relation *parent)
{
    for (size_t k = 0; k < constraint->key_count; k++)
        if (child->tenant && constraint->keys[k] == child->tenant->number &&
            (!parent->tenant || constraint->referenced[k] == parent->tenant->number))
            return true;
    return false;
}

/* SET NULL and SET DEFAULT would empty the tenant column as well; from version 15 on they can be
 * held to the other one. */
static const char *
key_mend(
    const struct view_of *view, const struct constraint *constraint, const struct relation *parent)
{
    struct buffer out;
    struct buffer own;
    struct buffer theirs;
    struct arena *arena = view->audit->arena;
    buffer_init(&out, arena, 256);
    buffer_init(&own, arena, 64);
    buffer_init(&theirs, arena, 64);
    for (size_t k = 0; k < constraint->key_count; k++) {
        buffer_printf(&own, ", %s", relation_column(view->relation, constraint->keys[k])->quoted);
        buffer_printf(&theirs, ", %s", relation_column(parent, constraint->referenced[k])->quoted);
    }
    const char *actions = strstr(constraint->definition, ") ON ");
    buffer_printf(&out, "ALTER TABLE %s ADD UNIQUE (%s%s); ALTER TABLE %s DROP CONSTRAINT %s",
        parent->quoted, parent->tenant->quoted, theirs.data, view->relation->quoted,
        constraint->quoted);
    buffer_printf(&out, "; ALTER TABLE %s ADD FOREIGN KEY (%s%s) REFERENCES %s (%s%s)%s",
        view->relation->quoted, view->relation->tenant->quoted, own.data, parent->quoted,
        parent->tenant->quoted, theirs.data, actions ? actions + 1 : "");
    if (actions && strstr(actions, "SET NULL") && view->audit->inventory.server_version >= 150000)
        buffer_printf(&out, " (%s)", own.data + 2);
    return out.data;
}

static void
check_foreign_keys(const struct view_of *view)
{
    const struct relation *relation = view->relation;
    if (!relation->tenant || view->role->is_superuser)
        return;
    for (size_t c = 0; c < relation->constraint_count; c++) {
        const struct constraint *constraint = &relation->constraints[c];
        if (constraint->kind != 'f' || constraint->is_inherited)
            continue;
        const struct relation *parent =
            inventory_relation(&view->audit->inventory, constraint->references);
        if (!parent || !parent->tenant || key_ties_tenant(constraint, relation, parent) ||
            !may_write_keys(view, constraint->keys, constraint->key_count))
            continue;

        report(view, AUDIT_FK_CROSS, constraint->quoted, key_mend(view, constraint, parent),
            arena_printf(view->audit->arena,
                "%sinsert into %s ... pointing at a row of another tenant in %s", set_role(view),
                relation->quoted, parent->quoted));
    }
}

/* --- the rest -------------------------------------------------------------------------------- */

static void
check_columns(const struct view_of *view)
{
    const struct relation *relation = view->relation;
    const bool is_part = scope_top(&view->audit->inventory, relation) != relation;
    if (!(view->may & MAY_DATA))
        return;

    for (size_t c = 0; c < relation->column_count; c++) {
        const struct column *column = &relation->columns[c];
        if ((strcmp(column->base, "oid") == 0 || strcmp(column->base, "lo") == 0) &&
            view->role->reads_large_objects && !view->role->is_superuser)
            report(view, AUDIT_LARGE_OBJECT, column->quoted,
                arena_printf(view->audit->arena,
                    "ALTER TABLE %s ALTER COLUMN %s TYPE bytea USING lo_get(%s)", relation->quoted,
                    column->quoted, column->quoted),
                arena_printf(
                    view->audit->arena, "%sselect lo_get(OID OF ANOTHER TENANT)", set_role(view)));
    }
    if (!relation->tenant || is_part)
        return;

    if (!relation->tenant->is_not_null)
        report(view, AUDIT_TENANT_NULLABLE, relation->tenant->quoted, NULL, "");
    if (relation->kind != 'f' && !has_index(relation, relation->tenant))
        report(view, AUDIT_MISSING_INDEX, relation->tenant->quoted, NULL,
            arena_printf(view->audit->arena, "explain select * from %s", relation->quoted));
}

static void
check_publications(const struct view_of *view)
{
    for (size_t i = 0; i < view->relation->publication_count; i++)
        report(view, AUDIT_PUBLICATION, view->relation->publications[i],
            view->relation->tenant
                ? arena_printf(view->audit->arena,
                      "-- ALTER PUBLICATION %s DROP TABLE %s, or SET TABLE %s WHERE (%s = ...); "
                      "one FOR ALL TABLES or TABLES IN SCHEMA is made again, with a list",
                      view->relation->publications[i], view->relation->quoted,
                      view->relation->quoted, view->relation->tenant->quoted)
                : arena_printf(view->audit->arena, "-- ALTER PUBLICATION %s DROP TABLE %s",
                      view->relation->publications[i], view->relation->quoted),
            arena_printf(view->audit->arena, "create subscription ... publication %s",
                view->relation->publications[i]));
}

static void
check_relation(const struct view_of *view)
{
    if (view->relation->is_root && !view->relation->rls_is_enabled && (view->may & MAY_SELECT) &&
        !view->role->is_superuser)
        report(view, AUDIT_ROOT_OPEN, NULL,
            arena_printf(view->audit->arena, "ALTER TABLE %s ENABLE ROW LEVEL SECURITY",
                view->relation->quoted),
            read_all(view));
    if (!scope_is_tenant(view->relation))
        return;

    if (!view->relation->rls_is_enabled)
        check_enabled(view);
    check_owner(view);
    check_policies(view);
    check_privileges(view);
    check_uniques(view);
    check_foreign_keys(view);
    check_columns(view);
    check_publications(view);
}

void
rules_relations(struct audit *audit)
{
    for (size_t i = 0; i < audit->inventory.relation_count; i++) {
        const struct relation *relation = &audit->inventory.relations[i];
        audit->table_count += scope_is_tenant(relation);
        for (size_t r = 0; r < audit->scope.role_count; r++)
            check_relation(&(struct view_of){ .audit = audit,
                .relation = relation,
                .role = audit->scope.roles[r],
                .may = access_relation(&audit->inventory, audit->scope.roles[r], relation) });
    }
}
