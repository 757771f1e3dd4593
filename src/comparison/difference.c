#include "comparison/difference.h"

#include <string.h>

#include "base/compiler.h"

/* --- pairs --------------------------------------------------------------------------------------
 */

static uint64_t
object_hash(const struct object *object)
{
    uint64_t hash = 1469598103934665603u ^ (uint64_t)object->kind;
    for (const char *at = object->identity; *at; at++)
        hash = (hash ^ (unsigned char)*at) * 1099511628211u;
    return hash;
}

static void
pairs_find(struct snapshot *have, struct snapshot *want)
{
    size_t size = 16;
    while (size < 2 * want->count)
        size *= 2;
    struct object **table = ARENA_ARRAY(have->arena, size, struct object *);
    for (size_t i = 0; i < want->count; i++) {
        size_t at = object_hash(want->objects[i]) & (size - 1);
        while (table[at])
            at = (at + 1) & (size - 1);
        table[at] = want->objects[i];
    }

    for (size_t i = 0; i < have->count; i++) {
        struct object *object = have->objects[i];
        size_t at = object_hash(object) & (size - 1);
        for (; table[at]; at = (at + 1) & (size - 1))
            if (table[at]->kind == object->kind &&
                strcmp(table[at]->identity, object->identity) == 0) {
                object->other = table[at];
                table[at]->other = object;
                break;
            }
    }
}

static bool
is_renamable(const struct object *object)
{
    return object->kind == OBJECT_CONSTRAINT || object->kind == OBJECT_INDEX ||
           object->kind == OBJECT_POLICY;
}

/* What is the same but for its name, on the same table, is not made again. */
static void
renames_find(struct snapshot *have, struct snapshot *want)
{
    for (size_t i = 0; i < have->count; i++) {
        struct object *old = have->objects[i];
        if (old->other || !is_renamable(old) || !old->parent || !old->parent->other)
            continue;

        for (size_t j = 0; j < want->count && !old->other; j++) {
            struct object *new = want->objects[j];
            if (!new->other &&new->kind == old->kind &&new->parent == old->parent->other &&
                object_same_fields(old, new)) {
                old->other = new;
                new->other = old;
                old->change = new->change = CHANGE_RENAME;
            }
        }
    }
}

/* --- in place, or made again
 * ----------------------------------------------------------------------
 */

static bool
same_field(const struct object *object, int field)
{
    return text_same(object->fields[field], object->other->fields[field]);
}

static bool
begins_with(const char *text, const char *start)
{
    return text && start && strncmp(text, start, strlen(start)) == 0;
}

/* May labels be put between those that are there? */
static bool
labels_are_added(const char *have, const char *want)
{
    while (*have) {
        const char *end = strstr(have, "', '");
        const size_t length = end ? (size_t)(end - have) + 1 : strlen(have);
        for (;;) {
            const char *want_end = strstr(want, "', '");
            const size_t want_length = want_end ? (size_t)(want_end - want) + 1 : strlen(want);
            if (!want_length)
                return false;
            const bool is_same = want_length == length && memcmp(want, have, length) == 0;
            want += want_length + (want_end ? 2 : 0);
            if (is_same)
                break;
        }
        have += length + (end ? 2 : 0);
    }
    return true;
}

/* Is what there is of a composite type only continued? Rows have NULL in what is new. */
static bool
attributes_are_added(const char *have, const char *want)
{
    return have && begins_with(want, have) && strncmp(want + strlen(have), ", ", 2) == 0;
}

/* `have` is the old side. */
static enum change
type_change(const struct object *have)
{
    const struct object *want = have->other;
    const char *kind = have->fields[TYPE_KIND];
    if (!same_field(have, TYPE_KIND))
        return CHANGE_REPLACE;
    if (*kind == 'e')
        return labels_are_added(have->fields[TYPE_BODY], want->fields[TYPE_BODY]) ? CHANGE_ALTER
                                                                                  : CHANGE_REPLACE;
    if (*kind == 'd')
        return same_field(have, TYPE_BODY) && same_field(have, TYPE_COLLATION) ? CHANGE_ALTER
                                                                               : CHANGE_REPLACE;
    return attributes_are_added(have->fields[TYPE_BODY], want->fields[TYPE_BODY]) ? CHANGE_ALTER
                                                                                  : CHANGE_REPLACE;
}

static enum change
column_change(const struct object *have)
{
    const bool was_generated = have->fields[COLUMN_GENERATED] != NULL;
    const bool is_generated = have->other->fields[COLUMN_GENERATED] != NULL;
    const bool is_made_again =
        is_generated &&
        (!was_generated || !same_field(have, COLUMN_GENERATED) || !same_field(have, COLUMN_TYPE));
    return is_made_again ? CHANGE_REPLACE : CHANGE_ALTER;
}

static enum change
view_change(const struct object *have)
{
    const bool is_view = *have->fields[VIEW_KIND] == 'v' && *have->other->fields[VIEW_KIND] == 'v';
    return is_view && begins_with(have->other->fields[VIEW_COLUMNS], have->fields[VIEW_COLUMNS])
               ? CHANGE_ALTER
               : CHANGE_REPLACE;
}

static enum change
policy_change(const struct object *have)
{
    const bool is_emptied = (have->fields[POLICY_USING] && !have->other->fields[POLICY_USING]) ||
                            (have->fields[POLICY_CHECK] && !have->other->fields[POLICY_CHECK]);
    return same_field(have, POLICY_PERMISSIVE) && same_field(have, POLICY_COMMAND) && !is_emptied
               ? CHANGE_ALTER
               : CHANGE_REPLACE;
}

static bool
only_differs_in(const struct object *have, int field)
{
    for (int i = 0; i < OBJECT_FIELDS; i++)
        if (i != field && !same_field(have, i))
            return false;
    return true;
}

static enum change
own_change(const struct object *have)
{
    switch (have->kind) {
    case OBJECT_TYPE:
        return type_change(have);
    case OBJECT_COLUMN:
        return column_change(have);
    case OBJECT_VIEW:
        return view_change(have);
    case OBJECT_POLICY:
        return policy_change(have);
    case OBJECT_FUNCTION:
        return same_field(have, FUNCTION_KIND) && same_field(have, FUNCTION_RESULT) &&
                       same_field(have, FUNCTION_ARGUMENTS)
                   ? CHANGE_ALTER
                   : CHANGE_REPLACE;
    case OBJECT_CONSTRAINT:
        return only_differs_in(have, CONSTRAINT_NOT_VALID) && have->fields[CONSTRAINT_NOT_VALID]
                   ? CHANGE_ALTER
                   : CHANGE_REPLACE;
    case OBJECT_INDEX:
        return only_differs_in(have, INDEX_MARKS) ? CHANGE_ALTER : CHANGE_REPLACE;
    case OBJECT_TRIGGER:
        return only_differs_in(have, TRIGGER_FIRES) ? CHANGE_ALTER : CHANGE_REPLACE;
    case OBJECT_TABLE:
        return same_field(have, TABLE_PARTITION_KEY) ? CHANGE_ALTER : CHANGE_REPLACE;
    case OBJECT_DOMAIN_CONSTRAINT:
    case OBJECT_RULE:
    case OBJECT_STATISTICS:
    case OBJECT_EXTENSION:
        return CHANGE_REPLACE;
    case OBJECT_SCHEMA:
    case OBJECT_SEQUENCE:
    case OBJECT_DEFAULT:
    case OBJECT_ROW_SECURITY:
    case OBJECT_SETTING:
    case OBJECT_OWNER:
    case OBJECT_GRANT:
    case OBJECT_COMMENT:
    case OBJECT_OTHER:
    case OBJECT_KINDS:
        break;
    }
    return CHANGE_ALTER;
}

/* --- what has to go along
 * -------------------------------------------------------------------------
 */

static void
change_set(struct object *have, enum change change)
{
    have->change = change;
    if (have->other)
        have->other->change = change;
}

static bool
is_gone(const struct object *have)
{
    return have->change == CHANGE_DROP || have->change == CHANGE_REPLACE;
}

static bool
type_is_altered(const struct object *have)
{
    return have->kind == OBJECT_COLUMN && have->change == CHANGE_ALTER &&
           (!same_field(have, COLUMN_TYPE) || !same_field(have, COLUMN_COLLATION));
}

/* PostgreSQL rebuilds a column's indexes and constraints with it, these it refuses to. */
static bool
hinders_type_change(const struct object *dependent, const struct object *column)
{
    return dependent->kind == OBJECT_VIEW || dependent->kind == OBJECT_POLICY ||
           dependent->kind == OBJECT_RULE || dependent->kind == OBJECT_TRIGGER ||
           dependent->kind == OBJECT_FUNCTION ||
           (dependent->kind == OBJECT_COLUMN && dependent->fields[COLUMN_GENERATED] &&
               dependent != column);
}

/* A column of a type that is made again is altered to it; a table lives on without its defaults. */
static bool
survives(const struct object *dependent, const struct object *gone)
{
    if (dependent->kind == OBJECT_TABLE)
        return gone->kind != OBJECT_SCHEMA;
    return dependent->kind == OBJECT_COLUMN && gone->kind != OBJECT_TABLE &&
           !dependent->fields[COLUMN_GENERATED];
}

static bool
goes_along(const struct object *dependent)
{
    for (size_t i = 0; i < dependent->need_count; i++) {
        const struct object *needed = dependent->needs[i];
        if (is_gone(needed) && !survives(dependent, needed))
            return true;
        if (type_is_altered(needed) && hinders_type_change(dependent, needed))
            return true;
        /* CREATE OR REPLACE keeps the view, and what stands on it. */
    }
    return false;
}

/* A column keeps its own kind of change, but has to be told that its type is another one now. */
static bool
must_be_retyped(const struct object *column)
{
    for (size_t i = 0; column->kind == OBJECT_COLUMN && i < column->need_count; i++)
        if (column->needs[i]->kind == OBJECT_TYPE && column->needs[i]->change == CHANGE_REPLACE)
            return true;
    return false;
}

static bool
spread_once(struct snapshot *have)
{
    bool has_spread = false;
    for (size_t i = 0; i < have->count; i++) {
        struct object *object = have->objects[i];
        if (is_gone(object) || !object->other)
            continue;
        if (object->change == CHANGE_NONE && must_be_retyped(object)) {
            change_set(object, CHANGE_ALTER);
            has_spread = true;
        }
        if (goes_along(object)) {
            change_set(object, CHANGE_REPLACE);
            has_spread = true;
        }
    }
    return has_spread;
}

/* A partition's columns, keys and indexes are its parent's; they stay, and become its own, when it
 * is taken out, and the other way round. */
static bool
is_kept_by_partition(const struct object *part)
{
    const struct object *table = part->parent;
    const bool is_part = part->kind == OBJECT_COLUMN || part->kind == OBJECT_CONSTRAINT ||
                         part->kind == OBJECT_INDEX || part->kind == OBJECT_DEFAULT;
    if (!is_part || !table)
        return false;
    table = object_relation(part);
    return table->kind == OBJECT_TABLE && table->other && !table->fields[TABLE_PARTITION_OF] &&
           table->other->fields[TABLE_PARTITION_OF];
}

void
difference_find(struct snapshot *have, struct snapshot *want)
{
    pairs_find(have, want);
    renames_find(have, want);
    for (size_t i = 0; i < have->count; i++) {
        struct object *object = have->objects[i];
        if (!object->other)
            object->change = is_kept_by_partition(object) ? CHANGE_NONE : CHANGE_DROP;
        else if (object->change == CHANGE_NONE && !object_same_fields(object, object->other))
            change_set(object, own_change(object));
    }
    for (size_t i = 0; i < want->count; i++)
        if (!want->objects[i]->other && !is_kept_by_partition(want->objects[i]))
            want->objects[i]->change = CHANGE_MAKE;
    while (spread_once(have))
        continue;
}

bool
difference_is_empty(const struct snapshot *have, const struct snapshot *want)
{
    for (size_t i = 0; i < have->count; i++)
        if (have->objects[i]->change != CHANGE_NONE)
            return false;
    for (size_t i = 0; i < want->count; i++)
        if (want->objects[i]->change != CHANGE_NONE)
            return false;
    return true;
}

const struct object *
object_relation(const struct object *object)
{
    while (object->parent && object->kind != OBJECT_TABLE && object->kind != OBJECT_VIEW)
        object = object->parent;
    return object;
}

bool
object_is_new(const struct object *object)
{
    const struct object *relation = object_relation(object);
    return relation->change == CHANGE_MAKE || relation->change == CHANGE_REPLACE;
}
