#include <string.h>

#include "comparison/difference.h"
#include "comparison/write.h"

#define DROP(writer, object, ...) \
    plan_add((writer)->plan,      \
        (struct plan_statement){ .stage = (object)->drop_stage, .is_drop = true }, __VA_ARGS__)

static bool
is_gone(const struct object *object)
{
    return object->change == CHANGE_DROP || object->change == CHANGE_REPLACE;
}

/* A serial's sequence goes with the column that owns it. */
static bool
owner_is_gone(const struct writer *writer, const struct object *sequence)
{
    if (!sequence->fields[SEQUENCE_OWNER])
        return false;

    const struct object *owner =
        snapshot_find(writer->have, OBJECT_COLUMN, sequence->fields[SEQUENCE_OWNER]);
    return owner && (is_gone(owner) || is_gone(owner->parent));
}

static void
drop_type(struct writer *writer, const struct object *have)
{
    const char *word = *have->fields[TYPE_KIND] == 'd' ? "DOMAIN" : "TYPE";
    if (have->change == CHANGE_DROP) {
        DROP(writer, have, "DROP %s %s", word, have->identity);
        return;
    }

    /* Columns change over from the old one to the new one, so both are there for a while. */
    const char *old = name_with(writer->arena, have->name, "_old");
    DROP(writer, have, "ALTER %s %s RENAME TO %s", word, have->identity, old);
    plan_add(writer->plan, (struct plan_statement){ .stage = STAGE_LAST, .is_drop = true },
        "DROP %s %s.%s", word, schema_of(writer->arena, have->identity), old);
}

static void
drop_table(struct writer *writer, const struct object *have)
{
    plan_loss(writer->plan, (struct plan_loss){ .name = spoken(have->identity),
                                .what = arena_printf(writer->arena,
                                    "the table %s and all its rows are dropped", have->identity) });
    plan_add(writer->plan,
        (struct plan_statement){ .stage = have->drop_stage,
            .is_drop = true,
            .mark = MARK_LOSES,
            .why = arena_printf(writer->arena, "all rows of %s", have->identity) },
        "DROP TABLE %s", have->identity);
}

static void
drop_sequence(struct writer *writer, const struct object *have)
{
    plan_loss(writer->plan,
        (struct plan_loss){ .name = spoken(have->identity),
            .what = arena_printf(writer->arena,
                "the sequence %s is dropped, with how far it has counted", have->identity) });
    plan_add(writer->plan,
        (struct plan_statement){ .stage = have->drop_stage,
            .is_drop = true,
            .mark = MARK_LOSES,
            .why = arena_printf(writer->arena, "how far %s has counted", have->identity) },
        "DROP SEQUENCE %s", have->identity);
}

static void
drop_column(struct writer *writer, const struct object *have)
{
    /* What is computed from other columns can be computed again. */
    const bool loses = have->fields[COLUMN_GENERATED] == NULL;
    if (loses)
        plan_loss(writer->plan,
            (struct plan_loss){ .name = spoken(have->identity),
                .what = arena_printf(writer->arena, "the column %s is dropped", have->identity) });
    plan_add(writer->plan,
        (struct plan_statement){ .stage = have->drop_stage,
            .is_drop = true,
            .mark = loses ? MARK_LOSES : MARK_NONE,
            .why = arena_printf(writer->arena, "what stands in %s", have->identity) },
        "ALTER TABLE %s DROP COLUMN %s", relation_of(have), have->name);
}

/* A constraint's NOT NULL companions stay: PRIMARY KEY made its columns NOT NULL, and a column says
 * for itself whether it still is. */
static void
drop_constraint(struct writer *writer, const struct object *have)
{
    DROP(writer, have, "ALTER TABLE %s DROP CONSTRAINT %s", relation_of(have), have->name);
}

static void
drop_index(struct writer *writer, const struct object *have)
{
    /* Built beside the old one: the old one is dropped where the new one takes its name. */
    if (have->change == CHANGE_REPLACE && have->drop_stage >= STAGE_SWAP)
        return;
    DROP(writer, have, "DROP INDEX %s", have->identity);
}

static void
drop_row_security(struct writer *writer, const struct object *have)
{
    if (have->fields[ROW_SECURITY_FORCED])
        DROP(writer, have, "ALTER TABLE %s NO FORCE ROW LEVEL SECURITY", relation_of(have));
    if (have->fields[ROW_SECURITY_ENABLED])
        DROP(writer, have, "ALTER TABLE %s DISABLE ROW LEVEL SECURITY", relation_of(have));
}

/* A line for each kind, which the compiler holds against the enum. */
void
write_drop(struct writer *writer, struct object *have) /* NOLINT(readability-function-size) */
{
    switch (have->kind) {
    case OBJECT_SCHEMA:
        DROP(writer, have, "DROP SCHEMA %s", have->identity);
        return;
    case OBJECT_EXTENSION:
        DROP(writer, have, "DROP EXTENSION %s", have->identity);
        return;
    case OBJECT_TYPE:
        drop_type(writer, have);
        return;
    case OBJECT_DOMAIN_CONSTRAINT:
        DROP(
            writer, have, "ALTER DOMAIN %s DROP CONSTRAINT %s", have->parent->identity, have->name);
        return;
    case OBJECT_SEQUENCE:
        if (!owner_is_gone(writer, have))
            drop_sequence(writer, have);
        return;
    case OBJECT_TABLE:
        drop_table(writer, have);
        return;
    case OBJECT_COLUMN:
        drop_column(writer, have);
        return;
    case OBJECT_DEFAULT:
        DROP(writer, have, "ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT", relation_of(have),
            have->name);
        return;
    case OBJECT_CONSTRAINT:
        drop_constraint(writer, have);
        return;
    case OBJECT_INDEX:
        drop_index(writer, have);
        return;
    case OBJECT_VIEW:
        DROP(writer, have, "DROP %sVIEW %s", *have->fields[VIEW_KIND] == 'm' ? "MATERIALIZED " : "",
            have->identity);
        return;
    case OBJECT_FUNCTION:
        DROP(writer, have, "DROP %s %s", have->fields[FUNCTION_KIND], have->identity);
        return;
    case OBJECT_TRIGGER:
        DROP(writer, have, "DROP TRIGGER %s ON %s", have->name, relation_of(have));
        return;
    case OBJECT_ROW_SECURITY:
        drop_row_security(writer, have);
        return;
    case OBJECT_POLICY:
        DROP(writer, have, "DROP POLICY %s ON %s", have->name, relation_of(have));
        return;
    case OBJECT_RULE:
        DROP(writer, have, "DROP RULE %s ON %s", have->name, relation_of(have));
        return;
    case OBJECT_STATISTICS:
        DROP(writer, have, "DROP STATISTICS %s", have->identity);
        return;
    case OBJECT_SETTING:
        DROP(writer, have, "%s", have->fields[SETTING_RESET]);
        return;
    case OBJECT_OWNER:
        DROP(writer, have, "ALTER %s OWNER TO tenantry_owner", have->fields[OWNER_OBJECT]);
        return;
    case OBJECT_GRANT:
        write_grant(writer, have, NULL);
        return;
    case OBJECT_COMMENT:
        DROP(writer, have, "COMMENT ON %s IS NULL", have->fields[COMMENT_OBJECT]);
        return;
    case OBJECT_OTHER:
        plan_refuse(writer->plan,
            "%s is what the migrations make and not in the schema; no comparison writes its end: "
            "put its DROP into a migration of `migrate new NAME --custom`",
            have->fields[OTHER_NAME]);
        return;
    case OBJECT_KINDS:
        return;
    }
}
