#include "comparison/write.h"

#include <string.h>

#include "comparison/difference.h"

/* --- stages -------------------------------------------------------------------------------------
 */

static bool
is_index_based(const struct object *constraint)
{
    return constraint->fields[CONSTRAINT_INDEX] != NULL;
}

/* The stage in which an object comes to be by itself, in `base` or later. */
static int
stage_of(const struct object *want, int base)
{
    if (object_is_new(want) || want->change == CHANGE_RENAME || want->change == CHANGE_ALTER)
        return base;
    if (want->kind == OBJECT_INDEX && !want->fields[INDEX_PARTITIONED])
        return base < STAGE_SWAP ? STAGE_INDEX : STAGE_VALIDATE;
    if (want->kind == OBJECT_CONSTRAINT && is_index_based(want) &&
        !want->fields[CONSTRAINT_PARTITIONED])
        return STAGE_SWAP;
    return base;
}

static void
make_stage_find(struct object *want)
{
    int base = STAGE_MAIN;
    for (size_t i = 0; i < want->need_count; i++) {
        const struct object *needed = want->needs[i];
        if (needed->change != CHANGE_NONE && needed->make_stage > base)
            base = needed->make_stage;
    }
    /* Alone stages hold nothing but what stands alone. */
    if (base == STAGE_INDEX && want->kind != OBJECT_INDEX)
        base = STAGE_SWAP;
    if (base == STAGE_VALIDATE && want->kind != OBJECT_INDEX)
        base = STAGE_LAST;
    want->make_stage = stage_of(want, base);
}

/* Types, functions and what else others stand on go when nobody needs them any more. */
static bool
goes_late(const struct object *have)
{
    return have->change == CHANGE_DROP &&
           (have->kind == OBJECT_TYPE || have->kind == OBJECT_FUNCTION ||
               have->kind == OBJECT_SEQUENCE || have->kind == OBJECT_SCHEMA ||
               have->kind == OBJECT_EXTENSION);
}

static void
drop_stage_find(struct object *have)
{
    have->drop_stage = goes_late(have) ? STAGE_LAST : STAGE_MAIN;
    if (have->change == CHANGE_REPLACE &&
        (have->kind == OBJECT_CONSTRAINT || have->kind == OBJECT_INDEX))
        have->drop_stage =
            have->other->make_stage == STAGE_INDEX ? STAGE_SWAP : have->other->make_stage;
    for (size_t i = 0; i < have->need_count; i++) {
        const struct object *needed = have->needs[i];
        const bool is_gone = needed->change == CHANGE_DROP || needed->change == CHANGE_REPLACE;
        if (is_gone && needed->drop_stage && needed->drop_stage < have->drop_stage)
            have->drop_stage = needed->drop_stage;
    }
}

/* --- order --------------------------------------------------------------------------------------
 */

struct order {
    struct object **objects;
    size_t count;
};

enum { NOT_SEEN, IN_WORK, SEEN };

/* CREATE TABLE makes one of two keys of the same columns, and forgets the other's name. */
static bool
is_key_twice(const struct snapshot *snapshot, const struct object *key)
{
    const char *columns = strchr(key->fields[CONSTRAINT_DEFINITION], '(');
    for (size_t i = 0; i < snapshot->count && snapshot->objects[i] != key; i++) {
        const struct object *other = snapshot->objects[i];
        const char *others = other->kind == OBJECT_CONSTRAINT && other->parent == key->parent &&
                                     other->fields[CONSTRAINT_INDEX]
                                 ? strchr(other->fields[CONSTRAINT_DEFINITION], '(')
                                 : NULL;
        if (columns && others && strcmp(columns, others) == 0)
            return true;
    }
    return false;
}

/* Made inside its table's CREATE TABLE. What calls a function waits until that is there. */
static bool
is_part_of_new_table(const struct snapshot *snapshot, const struct object *want)
{
    if (!want->parent || !object_is_new(want) || object_relation(want)->kind != OBJECT_TABLE)
        return false;
    if (want->kind == OBJECT_COLUMN)
        return true;
    if (want->kind != OBJECT_DEFAULT && want->kind != OBJECT_CONSTRAINT)
        return false;
    /* A partition is made without a list of its parts. */
    if (want->parent->fields[TABLE_PARTITION_OF] && want->parent->kind == OBJECT_TABLE)
        return false;
    if (want->kind == OBJECT_CONSTRAINT &&
        (*want->fields[CONSTRAINT_TYPE] == 'f' || want->fields[CONSTRAINT_NOT_VALID] ||
            (want->fields[CONSTRAINT_INDEX] && is_key_twice(snapshot, want))))
        return false;
    for (size_t i = 0; i < want->need_count; i++)
        if (want->needs[i]->kind == OBJECT_FUNCTION)
            return false;
    return want->kind == OBJECT_CONSTRAINT || want->parent->kind == OBJECT_COLUMN;
}

static void
order_visit(struct order *order, const struct snapshot *snapshot, struct object *object);

/* A new table's parts come to be with it, so what they need has to be there before. */
static void
order_visit_parts(struct order *order, const struct snapshot *snapshot, const struct object *table)
{
    for (size_t i = 0; i < snapshot->count; i++) {
        struct object *part = snapshot->objects[i];
        if (!part->is_inline || object_relation(part) != table)
            continue;
        for (size_t j = 0; j < part->need_count; j++)
            if (object_relation(part->needs[j]) != table)
                order_visit(order, snapshot, part->needs[j]);
    }
}

/* A new column comes with its default. */
static void
order_visit_default(
    struct order *order, const struct snapshot *snapshot, const struct object *column)
{
    for (size_t i = 0; i < snapshot->count; i++) {
        const struct object *value = snapshot->objects[i];
        if (value->kind != OBJECT_DEFAULT || value->parent != column)
            continue;
        for (size_t j = 0; j < value->need_count; j++)
            order_visit(order, snapshot, value->needs[j]);
    }
}

/* What is read together with a table stands together with it. */
static void
order_visit_company(
    struct order *order, const struct snapshot *snapshot, const struct object *table)
{
    for (size_t i = 0; i < snapshot->count; i++) {
        struct object *object = snapshot->objects[i];
        const bool is_company = object->kind == OBJECT_INDEX ||
                                object->kind == OBJECT_ROW_SECURITY ||
                                object->kind == OBJECT_POLICY || object->kind == OBJECT_GRANT ||
                                object->kind == OBJECT_COMMENT;
        if (object->parent && is_company && object_relation(object) == table)
            order_visit(order, snapshot, object);
    }
}

static void
order_visit(struct order *order, const struct snapshot *snapshot, struct object *object)
{
    if (object->visit != NOT_SEEN)
        return;

    object->visit = IN_WORK;
    for (size_t i = 0; i < object->need_count; i++)
        order_visit(order, snapshot, object->needs[i]);
    if (object->kind == OBJECT_COLUMN && object->change == CHANGE_MAKE)
        order_visit_default(order, snapshot, object);
    const bool is_new_table = object->kind == OBJECT_TABLE && object_is_new(object);
    if (is_new_table)
        order_visit_parts(order, snapshot, object);
    object->visit = SEEN;
    order->objects[order->count++] = object;
    if (is_new_table)
        order_visit_company(order, snapshot, object);
}

static struct order
order_find(const struct snapshot *snapshot)
{
    struct order order = { .objects =
                               ARENA_ARRAY(snapshot->arena, snapshot->count, struct object *) };
    for (size_t i = 0; i < snapshot->count; i++)
        order_visit(&order, snapshot, snapshot->objects[i]);
    return order;
}

/* --- making -------------------------------------------------------------------------------------
 */

static void
write_make(struct writer *writer, struct object *want)
{
    switch (want->kind) {
    case OBJECT_TABLE:
        if (want->change == CHANGE_ALTER)
            write_table_alter(writer, want);
        else
            write_table_make(writer, want);
        return;
    case OBJECT_COLUMN:
        if (want->change == CHANGE_ALTER)
            write_column_alter(writer, want);
        else
            write_column_make(writer, want);
        return;
    case OBJECT_DEFAULT:
        write_default(writer, want);
        return;
    case OBJECT_CONSTRAINT:
        write_constraint(writer, want);
        return;
    case OBJECT_INDEX:
        write_index(writer, want);
        return;
    case OBJECT_TYPE:
        write_type(writer, want);
        return;
    case OBJECT_GRANT:
        write_grant(writer, want->other, want);
        return;
    case OBJECT_OTHER:
        plan_refuse(writer->plan,
            "%s %s; no comparison writes it: put its statement into a migration of `migrate new "
            "NAME --custom`",
            want->fields[OTHER_NAME],
            want->change == CHANGE_ALTER ? "is another one in the schema than in the migrations"
                                         : "is in the schema and in no migration");
        return;
    case OBJECT_SCHEMA:
    case OBJECT_EXTENSION:
    case OBJECT_DOMAIN_CONSTRAINT:
    case OBJECT_SEQUENCE:
    case OBJECT_VIEW:
    case OBJECT_FUNCTION:
    case OBJECT_TRIGGER:
    case OBJECT_ROW_SECURITY:
    case OBJECT_POLICY:
    case OBJECT_RULE:
    case OBJECT_STATISTICS:
    case OBJECT_SETTING:
    case OBJECT_OWNER:
    case OBJECT_COMMENT:
    case OBJECT_KINDS:
        break;
    }
    write_simple(writer, want);
}

/* A column's own parts and a table's go with it. */
static bool
goes_with_parent(const struct object *have)
{
    const struct object *parent = have->parent;
    if (!parent || have->kind == OBJECT_TABLE || have->kind == OBJECT_VIEW ||
        have->kind == OBJECT_FUNCTION || have->kind == OBJECT_TYPE || have->kind == OBJECT_SEQUENCE)
        return false;
    if (parent->change != CHANGE_DROP && parent->change != CHANGE_REPLACE)
        return goes_with_parent(parent);
    /* A foreign key of a dropped table hinders the drop of the one that it points to. */
    if (have->kind == OBJECT_CONSTRAINT && *have->fields[CONSTRAINT_TYPE] == 'f')
        for (size_t i = 0; i < have->need_count; i++)
            if (object_relation(have->needs[i]) != parent &&
                object_relation(have->needs[i])->change == CHANGE_DROP)
                return false;
    return true;
}

/* A comment or a grant of something made again has to be made again, though it did not change. */
static void
company_again(const struct snapshot *want)
{
    for (size_t i = 0; i < want->count; i++) {
        struct object *object = want->objects[i];
        const struct object *parent = object->parent;
        const bool is_part = parent && object->kind != OBJECT_TABLE &&
                             object->kind != OBJECT_VIEW && object->kind != OBJECT_FUNCTION &&
                             object->kind != OBJECT_TYPE && object->kind != OBJECT_SEQUENCE;
        if (is_part && parent->change == CHANGE_REPLACE && parent->kind != OBJECT_SCHEMA) {
            object->change = CHANGE_REPLACE;
            if (object->other)
                object->other->change = CHANGE_REPLACE;
        }
    }
}

void
write_difference(struct writer *writer)
{
    const struct snapshot *have = writer->have;
    const struct snapshot *want = writer->want;
    company_again(want);
    for (size_t i = 0; i < want->count; i++)
        want->objects[i]->is_inline = is_part_of_new_table(want, want->objects[i]);
    const struct order made = order_find(want);
    const struct order dropped = order_find(have);
    for (size_t i = 0; i < made.count; i++)
        make_stage_find(made.objects[i]);
    for (size_t i = 0; i < dropped.count; i++)
        drop_stage_find(dropped.objects[i]);

    for (size_t i = dropped.count; i-- > 0;) {
        struct object *object = dropped.objects[i];
        const bool is_gone = object->change == CHANGE_DROP || object->change == CHANGE_REPLACE;
        if (is_gone && !goes_with_parent(object))
            write_drop(writer, object);
    }
    for (size_t i = 0; i < made.count; i++)
        if (made.objects[i]->change != CHANGE_NONE && !made.objects[i]->is_inline)
            write_make(writer, made.objects[i]);
    plan_sort(writer->plan);
}
