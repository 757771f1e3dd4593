#include "verifier/rules_relations.h"

#include <string.h>
#include <strings.h>

#include "base/buffer.h"
#include "verifier/access.h"
#include "verifier/scope.h"
#include "verifier/text.h"

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

/* Is the index about rows of no tenant only: WHERE tenant_id IS NULL? */
static bool
index_is_of_nobody(const struct view_of *view, const struct unique_index *index)
{
    const struct column *tenant = view->relation->tenant;
    const char *phrase =
        tenant ? arena_printf(view->audit->arena, "%s IS NULL", tenant->quoted) : NULL;
    return phrase && index->predicate && strstr(index->predicate, phrase) &&
           !strcasestr(index->predicate, " OR ");
}

/* Does the key hold something that cannot be guessed, or the tenant itself? */
static bool
index_is_safe(const struct view_of *view, const struct unique_index *index)
{
    const struct relation *relation = view->relation;
    if (text_has_word(index->expressions, relation->tenant ? relation->tenant->name : "") ||
        index_is_of_nobody(view, index))
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

void
view_check_uniques(const struct view_of *view)
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
        view_report(view, is_client_id ? AUDIT_UNIQUE_ID : AUDIT_UNIQUE_CROSS,
            index->constraint ? index->constraint : index->quoted, index_mend(view, index),
            arena_printf(view->audit->arena,
                "%sinsert into %s ... with another tenant's value of (%s): 23505 or 23P01",
                view_set_role(view), relation->quoted, only ? only->quoted : index->name));
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

void
view_check_foreign_keys(const struct view_of *view)
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

        view_report(view, AUDIT_FK_CROSS, constraint->quoted, key_mend(view, constraint, parent),
            arena_printf(view->audit->arena,
                "%sinsert into %s ... pointing at a row of another tenant in %s",
                view_set_role(view), relation->quoted, parent->quoted));
    }
}
