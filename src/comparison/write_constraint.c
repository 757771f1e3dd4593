#include <string.h>

#include "comparison/difference.h"
#include "comparison/write.h"

static bool
is_in_place(const struct object *want)
{
    return object_is_new(want);
}

/* " DEFERRABLE INITIALLY DEFERRED", as far as it is there. */
static const char *
deferrable_part(const char *definition)
{
    const char *part = strstr(definition, " DEFERRABLE");
    return part ? part : "";
}

static void
add_plainly(struct writer *writer, const struct object *want, const char *why)
{
    plan_add(writer->plan,
        (struct plan_statement){
            .stage = want->make_stage, .mark = why ? MARK_LOCKS : MARK_NONE, .why = why },
        "ALTER TABLE %s ADD CONSTRAINT %s %s%s", relation_of(want), want->name,
        want->fields[CONSTRAINT_DEFINITION],
        want->fields[CONSTRAINT_NOT_VALID] ? " NOT VALID" : "");
}

/* Holds for new rows at once, and for old ones when they were read, beside the traffic. */
static void
add_validated(struct writer *writer, const struct object *want)
{
    const bool stays_open = want->fields[CONSTRAINT_NOT_VALID] != NULL;
    WRITE(writer, want, "ALTER TABLE %s ADD CONSTRAINT %s %s NOT VALID", relation_of(want),
        want->name, want->fields[CONSTRAINT_DEFINITION]);
    if (!stays_open)
        plan_add(writer->plan,
            (struct plan_statement){ .stage = STAGE_VALIDATE,
                .mark = MARK_STOPS,
                .why = arena_printf(
                    writer->arena, "every row of %s has to keep it", relation_of(want)) },
            "ALTER TABLE %s VALIDATE CONSTRAINT %s", relation_of(want), want->name);
}

/* A unique index is built beside the traffic, then becomes the constraint's. */
static void
add_by_index(struct writer *writer, const struct object *want)
{
    const bool is_replaced =
        want->change == CHANGE_REPLACE && want->other && want->other->drop_stage >= STAGE_SWAP;
    const char *index = is_replaced ? name_with(writer->arena, want->name, "_new") : want->name;
    plan_add(writer->plan,
        (struct plan_statement){ .stage = STAGE_INDEX,
            .mark = MARK_STOPS,
            .why = arena_printf(writer->arena, "no two rows of %s may have the same %s",
                relation_of(want), want->fields[CONSTRAINT_COLUMNS]) },
        "CREATE UNIQUE INDEX CONCURRENTLY %s%s", index, want->fields[CONSTRAINT_INDEX]);
    WRITE(writer, want, "ALTER TABLE %s ADD CONSTRAINT %s %s USING INDEX %s%s", relation_of(want),
        want->name, *want->fields[CONSTRAINT_TYPE] == 'p' ? "PRIMARY KEY" : "UNIQUE", index,
        deferrable_part(want->fields[CONSTRAINT_DEFINITION]));
}

void
write_constraint(struct writer *writer, struct object *want)
{
    const char type = *want->fields[CONSTRAINT_TYPE];
    if (want->change == CHANGE_RENAME) {
        WRITE(writer, want, "ALTER TABLE %s RENAME CONSTRAINT %s TO %s", relation_of(want),
            want->other->name, want->name);
        return;
    }
    if (want->change == CHANGE_ALTER) {
        plan_add(writer->plan,
            (struct plan_statement){
                .stage = STAGE_VALIDATE, .mark = MARK_STOPS, .why = "every row has to keep it" },
            "ALTER TABLE %s VALIDATE CONSTRAINT %s", relation_of(want), want->name);
        return;
    }
    if (is_in_place(want))
        add_plainly(writer, want, NULL);
    else if (type == 'x')
        add_plainly(writer, want, "an exclusion constraint cannot be built beside the traffic");
    else if (want->fields[CONSTRAINT_PARTITIONED] && type != 'c')
        add_plainly(writer, want, "a partitioned table's key cannot be built beside the traffic");
    else if (type == 'c' || type == 'f')
        add_validated(writer, want);
    else
        add_by_index(writer, want);
}

/* --- indexes ------------------------------------------------------------------------------------
 */

static void
marks_write(struct writer *writer, const struct object *want, enum stage stage)
{
    if (!want->fields[INDEX_MARKS])
        return;

    const struct plan_statement statement = { .stage = stage };
    if (strstr(want->fields[INDEX_MARKS], "CLUSTER ON"))
        plan_add(
            writer->plan, statement, "ALTER TABLE %s CLUSTER ON %s", relation_of(want), want->name);
    if (strstr(want->fields[INDEX_MARKS], "REPLICA IDENTITY"))
        plan_add(writer->plan, statement, "ALTER TABLE %s REPLICA IDENTITY USING INDEX %s",
            relation_of(want), want->name);
}

static void
index_marks_alter(struct writer *writer, const struct object *want)
{
    const char *have = want->other->fields[INDEX_MARKS];
    if (have && strstr(have, "CLUSTER ON"))
        WRITE(writer, want, "ALTER TABLE %s SET WITHOUT CLUSTER", relation_of(want));
    if (have && strstr(have, "REPLICA IDENTITY"))
        WRITE(writer, want, "ALTER TABLE %s REPLICA IDENTITY DEFAULT", relation_of(want));
    marks_write(writer, want, want->make_stage);
}

/* The old one serves until the new one has its name. */
static void
index_exchange(struct writer *writer, const struct object *want)
{
    const char *schema = schema_of(writer->arena, want->identity);
    const char *beside = name_with(writer->arena, want->name, "_new");
    plan_add(writer->plan, (struct plan_statement){ .stage = want->make_stage },
        "CREATE %sINDEX CONCURRENTLY %s%s", want->fields[INDEX_UNIQUE] ? "UNIQUE " : "", beside,
        want->fields[INDEX_DEFINITION]);
    plan_add(writer->plan, (struct plan_statement){ .stage = STAGE_SWAP }, "DROP INDEX %s",
        want->identity);
    plan_add(writer->plan, (struct plan_statement){ .stage = STAGE_SWAP },
        "ALTER INDEX %s.%s RENAME TO %s", schema, beside, want->name);
    marks_write(writer, want, STAGE_SWAP);
}

void
write_index(struct writer *writer, struct object *want)
{
    const char *unique = want->fields[INDEX_UNIQUE] ? "UNIQUE " : "";
    if (want->change == CHANGE_RENAME) {
        WRITE(writer, want, "ALTER INDEX %s RENAME TO %s", want->other->identity, want->name);
        return;
    }
    if (want->change == CHANGE_ALTER) {
        index_marks_alter(writer, want);
        return;
    }
    if (is_in_place(want) || want->fields[INDEX_PARTITIONED]) {
        plan_add(writer->plan,
            (struct plan_statement){ .stage = want->make_stage,
                .mark = is_in_place(want) ? MARK_NONE : MARK_LOCKS,
                .why = "a partitioned table's index cannot be built beside the traffic" },
            "CREATE %sINDEX %s%s", unique, want->name, want->fields[INDEX_DEFINITION]);
        marks_write(writer, want, want->make_stage);
        return;
    }
    if (want->change == CHANGE_REPLACE && want->other && want->other->drop_stage >= STAGE_SWAP) {
        index_exchange(writer, want);
        return;
    }
    plan_add(writer->plan,
        (struct plan_statement){ .stage = want->make_stage,
            .mark = *unique ? MARK_STOPS : MARK_NONE,
            .why = "no two rows may have the same values" },
        "CREATE %sINDEX CONCURRENTLY %s%s", unique, want->name, want->fields[INDEX_DEFINITION]);
    marks_write(writer, want, want->make_stage == STAGE_INDEX ? STAGE_SWAP : STAGE_LAST);
}
