#include <string.h>

#include "base/buffer.h"
#include "comparison/difference.h"
#include "comparison/types.h"
#include "comparison/write.h"

static const struct object *
default_of(const struct snapshot *snapshot, const struct object *column)
{
    for (size_t i = 0; i < snapshot->count; i++)
        if (snapshot->objects[i]->kind == OBJECT_DEFAULT && snapshot->objects[i]->parent == column)
            return snapshot->objects[i];
    return NULL;
}

static const struct fill *
fill_of(const struct writer *writer, const struct object *column)
{
    for (size_t i = 0; i < writer->fill_count; i++)
        if (strcmp(writer->fills[i].column, column->identity) == 0) {
            writer->fills[i].is_used = true;
            return &writer->fills[i];
        }
    return NULL;
}

static bool
is_forced(const struct writer *writer, const struct object *column)
{
    const struct object *security =
        snapshot_find(writer->have, OBJECT_ROW_SECURITY, relation_of(column));
    return security && security->fields[ROW_SECURITY_FORCED];
}

/* --- tables -------------------------------------------------------------------------------------
 */

static void
parts_append(struct writer *writer, const struct object *table, struct buffer *out)
{
    const char *separator = "";
    for (size_t i = 0; i < writer->want->count; i++) {
        const struct object *part = writer->want->objects[i];
        if (!part->is_inline || object_relation(part) != table || part->kind == OBJECT_DEFAULT)
            continue;

        buffer_printf(out, "%s\n    ", separator);
        separator = ",";
        if (part->kind == OBJECT_COLUMN) {
            const struct object *value = default_of(writer->want, part);
            column_text(out, part,
                value && value->is_inline ? value->fields[DEFAULT_EXPRESSION] : NULL, true);
        } else {
            buffer_printf(out, "CONSTRAINT %s %s", part->name, part->fields[CONSTRAINT_DEFINITION]);
        }
    }
}

static void
storage_write(struct writer *writer, const struct object *column)
{
    char *rest = arena_strdup(writer->arena, column->fields[COLUMN_STORAGE]);
    for (char *option; (option = strsep(&rest, ",")) != NULL;)
        WRITE(writer, column, "ALTER TABLE %s ALTER COLUMN %s %s", relation_of(column),
            column->name, option + strspn(option, " "));
}

void
write_table_make(struct writer *writer, struct object *want)
{
    struct buffer out;
    buffer_init(&out, writer->arena, 512);
    const char *persistence = want->fields[TABLE_PERSISTENCE];
    buffer_printf(&out, "CREATE %s%sTABLE %s", persistence ? persistence : "",
        persistence ? " " : "", want->identity);
    if (want->fields[TABLE_PARTITION_OF]) {
        buffer_printf(&out, " PARTITION OF %s %s", want->fields[TABLE_PARTITION_OF],
            want->fields[TABLE_BOUND]);
    } else {
        BUFFER_LITERAL(&out, " (");
        parts_append(writer, want, &out);
        BUFFER_LITERAL(&out, "\n)");
    }
    if (want->fields[TABLE_INHERITS])
        buffer_printf(&out, " INHERITS (%s)", want->fields[TABLE_INHERITS]);
    if (want->fields[TABLE_PARTITION_KEY])
        buffer_printf(&out, " PARTITION BY %s", want->fields[TABLE_PARTITION_KEY]);
    if (want->fields[TABLE_OPTIONS])
        buffer_printf(&out, " WITH (%s)", want->fields[TABLE_OPTIONS]);
    WRITE(writer, want, "%s", out.data);

    for (size_t i = 0; i < writer->want->count; i++) {
        const struct object *part = writer->want->objects[i];
        if (part->kind == OBJECT_COLUMN && part->parent == want && part->fields[COLUMN_STORAGE])
            storage_write(writer, part);
    }
}

/* The names in "a='1', b='2'", as RESET takes them. */
static const char *
option_names(struct arena *arena, const char *options)
{
    struct buffer out;
    buffer_init(&out, arena, 64);
    char *rest = arena_strdup(arena, options);
    for (char *option; (option = strsep(&rest, ",")) != NULL;)
        buffer_printf(&out, "%s%.*s", out.length ? ", " : "",
            (int)strcspn(option + strspn(option, " "), "="), option + strspn(option, " "));
    return out.data;
}

static void
options_alter(struct writer *writer, const struct object *want, const char *word, int field)
{
    if (text_same(want->fields[field], want->other->fields[field]))
        return;
    if (want->other->fields[field])
        WRITE(writer, want, "ALTER %s %s RESET (%s)", word, want->identity,
            option_names(writer->arena, want->other->fields[field]));
    if (want->fields[field])
        WRITE(writer, want, "ALTER %s %s SET (%s)", word, want->identity, want->fields[field]);
}

void
write_table_alter(struct writer *writer, struct object *want)
{
    const struct object *have = want->other;
    if (!text_same(have->fields[TABLE_PERSISTENCE], want->fields[TABLE_PERSISTENCE]))
        plan_add(writer->plan,
            (struct plan_statement){ .stage = want->make_stage,
                .mark = MARK_LOCKS,
                .why = "the table is written again" },
            "ALTER TABLE %s SET %s", want->identity,
            want->fields[TABLE_PERSISTENCE] ? "UNLOGGED" : "LOGGED");
    options_alter(writer, want, "TABLE", TABLE_OPTIONS);
    if (!text_same(have->fields[TABLE_INHERITS], want->fields[TABLE_INHERITS]))
        plan_refuse(writer->plan,
            "%s inherits from other tables than before; put INHERIT or NO INHERIT into a migration "
            "of `migrate new NAME --custom`",
            want->identity);
    if (text_same(have->fields[TABLE_PARTITION_OF], want->fields[TABLE_PARTITION_OF]) &&
        text_same(have->fields[TABLE_BOUND], want->fields[TABLE_BOUND]))
        return;

    if (have->fields[TABLE_PARTITION_OF])
        WRITE(writer, want, "ALTER TABLE %s DETACH PARTITION %s", have->fields[TABLE_PARTITION_OF],
            want->identity);
    if (want->fields[TABLE_PARTITION_OF])
        plan_add(writer->plan,
            (struct plan_statement){ .stage = want->make_stage,
                .mark = MARK_LOCKS,
                .why = "the partition's rows are held against its bound" },
            "ALTER TABLE %s ATTACH PARTITION %s %s", want->fields[TABLE_PARTITION_OF],
            want->identity, want->fields[TABLE_BOUND]);
}

/* --- columns ------------------------------------------------------------------------------------
 */

/* The owner is held by row-level security too, and would update nothing. */
static void
rows_fill(struct writer *writer, const struct object *want, const struct fill *fill)
{
    const bool is_forced_now = is_forced(writer, want);
    if (is_forced_now)
        WRITE(writer, want, "ALTER TABLE %s NO FORCE ROW LEVEL SECURITY", relation_of(want));
    plan_add(writer->plan,
        (struct plan_statement){ .stage = want->make_stage,
            .mark = MARK_LOCKS,
            .why = "every row is filled in one transaction; a big table is better filled in parts, "
                   "by a script, before the column becomes NOT NULL" },
        "UPDATE %s SET %s = %s WHERE %s IS NULL", relation_of(want), want->name, fill->expression,
        want->name);
    if (is_forced_now)
        WRITE(writer, want, "ALTER TABLE %s FORCE ROW LEVEL SECURITY", relation_of(want));
}

static const char insert_must_name[] =
    "an INSERT of a program that runs and gives it no value fails from here on";

/* SET NOT NULL alone reads the whole table while nobody can write. A check that holds already
 * saves it that. */
static void
not_null_set(struct writer *writer, const struct object *want)
{
    const char *table = relation_of(want);
    const char *check = name_with(writer->arena, want->name, "_is_not_null");
    const bool has_value = default_of(writer->want, want) != NULL;
    plan_add(writer->plan,
        (struct plan_statement){ .stage = want->make_stage,
            .mark = has_value ? MARK_NONE : MARK_BREAKS,
            .why = has_value ? NULL : insert_must_name },
        "ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s IS NOT NULL) NOT VALID", table, check,
        want->name);
    plan_add(writer->plan,
        (struct plan_statement){ .stage = STAGE_CHECK,
            .mark = MARK_STOPS,
            .why = arena_printf(writer->arena, "no row of %s may have NULL there", table) },
        "ALTER TABLE %s VALIDATE CONSTRAINT %s", table, check);
    plan_add(writer->plan, (struct plan_statement){ .stage = STAGE_SWAP },
        "ALTER TABLE %s ALTER COLUMN %s SET NOT NULL", table, want->name);
    plan_add(writer->plan, (struct plan_statement){ .stage = STAGE_SWAP },
        "ALTER TABLE %s DROP CONSTRAINT %s", table, check);
}

static void
column_add(struct writer *writer, const struct object *want, const char *value, bool with_not_null,
    const char *why)
{
    struct buffer out;
    buffer_init(&out, writer->arena, 128);
    column_text(&out, want, value, with_not_null);
    plan_add(writer->plan,
        (struct plan_statement){
            .stage = want->make_stage, .mark = why ? MARK_LOCKS : MARK_NONE, .why = why },
        "ALTER TABLE %s ADD COLUMN %s", relation_of(want), out.data);
    if (want->fields[COLUMN_STORAGE])
        storage_write(writer, want);
}

/* The value of old rows, where no default gives it. */
static void
column_add_filled(struct writer *writer, const struct object *want, const struct fill *fill)
{
    if (!fill) {
        plan_refuse(writer->plan,
            "%s is new, NOT NULL and has no default, so rows that are there would have no value: "
            "say one with --fill %s=EXPRESSION, or give it a default in the schema",
            want->identity, spoken(want->identity));
        return;
    }
    if (fill->reads_columns) {
        column_add(writer, want, NULL, false, NULL);
        rows_fill(writer, want, fill);
        not_null_set(writer, want);
        return;
    }
    /* A default is kept once for all old rows: nothing is written. */
    column_add(writer, want, arena_printf(writer->arena, "(%s)", fill->expression), true, NULL);
    plan_add(writer->plan,
        (struct plan_statement){
            .stage = want->make_stage, .mark = MARK_BREAKS, .why = insert_must_name },
        "ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT", relation_of(want), want->name);
}

void
write_column_make(struct writer *writer, struct object *want)
{
    struct object *value = (struct object *)default_of(writer->want, want);
    const char *expression = value ? value->fields[DEFAULT_EXPRESSION] : NULL;
    if (value)
        value->change = CHANGE_NONE;

    const char *why = want->fields[COLUMN_IDENTITY] || want->fields[COLUMN_GENERATED] ||
                              (value && value->fields[DEFAULT_VOLATILE])
                          ? "the table is written again, with a value for each row"
                          : NULL;
    const bool has_value = expression || want->fields[COLUMN_IDENTITY] ||
                           want->fields[COLUMN_GENERATED] || !want->fields[COLUMN_NOT_NULL];
    if (has_value)
        column_add(writer, want, expression, true, why);
    else
        column_add_filled(writer, want, fill_of(writer, want));
}

/* The type, of the same name, that is made again under the column; NULL: none. */
static const struct object *
type_made_again(const struct object *column)
{
    for (size_t i = 0; i < column->need_count; i++)
        if (column->needs[i]->kind == OBJECT_TYPE && column->needs[i]->change == CHANGE_REPLACE)
            return column->needs[i];
    return NULL;
}

/* " USING …" of a column whose type keeps its name and is another one; NULL when it was refused. */
static const char *
using_of_type(struct writer *writer, const struct object *type, const struct object *want)
{
    if (*type->fields[TYPE_KIND] != 'c')
        return arena_printf(
            writer->arena, " USING %s::text::%s", want->name, want->fields[COLUMN_TYPE]);

    const char *expression = attributes_using(writer->arena, type, want);
    if (!expression)
        plan_refuse(writer->plan,
            "%s is made of %s, whose attributes change, and no comparison takes it apart: write "
            "both changes with `migrate new NAME --custom`",
            want->identity, type->identity);
    return expression ? arena_printf(writer->arena, " USING %s", expression) : NULL;
}

static const char *
why_rewritten(enum type_change cost, const struct object *type)
{
    if (cost == TYPE_CHANGE_LOSES)
        return "not every value survives; and the table is written again";
    if (type && *type->fields[TYPE_KIND] == 'e')
        return "the table is written again, and a row with a label that is gone stops it";
    if (type && *type->fields[TYPE_KIND] == 'd')
        return "the table is written again, and a row that the domain refuses stops it";
    return "the table or its indexes are written again";
}

static void
type_alter(struct writer *writer, struct object *want)
{
    const struct object *have = want->other;
    const char *from = have->fields[COLUMN_TYPE];
    const char *to = want->fields[COLUMN_TYPE];
    const struct object *old_value = default_of(writer->have, have);
    struct object *value = (struct object *)default_of(writer->want, want);
    if (old_value && old_value->change != CHANGE_DROP && old_value->change != CHANGE_REPLACE)
        WRITE(writer, want, "ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT", relation_of(want),
            want->name);
    if (value)
        value->change = CHANGE_MAKE;

    const bool is_same_name = text_same(from, to);
    const enum type_change cost = is_same_name ? TYPE_CHANGE_REWRITES : type_change_cost(from, to);
    if (cost == TYPE_CHANGE_LOSES)
        plan_loss(
            writer->plan, (struct plan_loss){ .name = spoken(want->identity),
                              .what = arena_printf(writer->arena,
                                  "%s becomes %s instead of %s, which not every value survives",
                                  want->identity, to, from) });
    struct buffer out;
    buffer_init(&out, writer->arena, 128);
    buffer_printf(
        &out, "ALTER TABLE %s ALTER COLUMN %s TYPE %s", relation_of(want), want->name, to);
    if (want->fields[COLUMN_COLLATION])
        buffer_printf(&out, " COLLATE %s", want->fields[COLUMN_COLLATION]);
    const bool is_collated =
        !text_same(have->fields[COLUMN_COLLATION], want->fields[COLUMN_COLLATION]);
    const struct object *type = is_same_name && !is_collated ? type_made_again(want) : NULL;
    const char *using = type ? using_of_type(writer, type, want) : NULL;
    if (type && !using)
        return;
    if (using)
        buffer_text(&out, using);
    else if (!is_same_name && type_change_needs_using(from, to))
        buffer_printf(&out, " USING %s::text::%s", want->name, to);
    plan_add(writer->plan,
        (struct plan_statement){ .stage = want->make_stage,
            .mark = cost == TYPE_CHANGE_LOSES  ? MARK_LOSES
                    : cost == TYPE_CHANGE_FREE ? MARK_NONE
                                               : MARK_LOCKS,
            .why = why_rewritten(cost, type) },
        "%s", out.data);
}

static size_t
kind_length(const char *identity)
{
    const char *options = strchr(identity, '(');
    return options ? (size_t)(options - identity) - 1 : strlen(identity);
}

static void
identity_alter(struct writer *writer, const struct object *want)
{
    const char *from = want->other->fields[COLUMN_IDENTITY];
    const char *to = want->fields[COLUMN_IDENTITY];
    if (text_same(from, to))
        return;
    if (!to) {
        WRITE(writer, want, "ALTER TABLE %s ALTER COLUMN %s DROP IDENTITY", relation_of(want),
            want->name);
    } else if (from && text_same(from + kind_length(from), to + kind_length(to))) {
        WRITE(writer, want, "ALTER TABLE %s ALTER COLUMN %s SET GENERATED %.*s", relation_of(want),
            want->name, (int)kind_length(to), to);
    } else if (!from && !default_of(writer->have, want->other) && !strchr(to, '(')) {
        WRITE(writer, want, "ALTER TABLE %s ALTER COLUMN %s ADD GENERATED %s AS IDENTITY",
            relation_of(want), want->name, to);
        write_counter(writer, want,
            arena_printf(writer->arena, "pg_get_serial_sequence(%s, %s)",
                sql_literal(writer->arena, relation_of(want)),
                sql_literal(writer->arena, unquoted(writer->arena, want->name))));
    } else {
        plan_refuse(writer->plan,
            "%s counts in another way than before, and has to go on behind the greatest value that "
            "is there, which no comparison knows: write ALTER COLUMN %s ADD GENERATED … AS "
            "IDENTITY (START WITH …) with `migrate new NAME --custom`",
            want->identity, want->name);
    }
}

static void
not_null_alter(struct writer *writer, const struct object *want)
{
    if (text_same(want->fields[COLUMN_NOT_NULL], want->other->fields[COLUMN_NOT_NULL]))
        return;
    if (!want->fields[COLUMN_NOT_NULL]) {
        WRITE(writer, want, "ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL", relation_of(want),
            want->name);
        return;
    }

    const struct fill *fill = fill_of(writer, want);
    if (fill)
        rows_fill(writer, want, fill);
    not_null_set(writer, want);
}

static bool
is_retyped(const struct object *want)
{
    return type_made_again(want) ||
           !text_same(want->fields[COLUMN_TYPE], want->other->fields[COLUMN_TYPE]) ||
           !text_same(want->fields[COLUMN_COLLATION], want->other->fields[COLUMN_COLLATION]);
}

void
write_column_alter(struct writer *writer, struct object *want)
{
    if (want->other->fields[COLUMN_GENERATED] && !want->fields[COLUMN_GENERATED])
        WRITE(writer, want, "ALTER TABLE %s ALTER COLUMN %s DROP EXPRESSION", relation_of(want),
            want->name);
    if (is_retyped(want))
        type_alter(writer, want);
    identity_alter(writer, want);
    not_null_alter(writer, want);
    if (!text_same(want->fields[COLUMN_STORAGE], want->other->fields[COLUMN_STORAGE])) {
        if (want->fields[COLUMN_STORAGE])
            storage_write(writer, want);
        else
            plan_refuse(writer->plan,
                "%s has SET STORAGE, COMPRESSION or STATISTICS in the migrations and not in the "
                "schema; set it back with `migrate new NAME --custom`",
                want->identity);
    }
}

void
write_default(struct writer *writer, struct object *want)
{
    /* Set by its column, dropped or made again with it. */
    const struct object *column = want->parent;
    if (column && column->kind == OBJECT_COLUMN && column->change == CHANGE_MAKE &&
        !object_is_new(column))
        return;
    WRITE(writer, want, "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s", relation_of(want),
        want->name, want->fields[DEFAULT_EXPRESSION]);
    /* Of a serial on a column that had values before. */
    for (size_t i = 0; column && !object_is_new(column) && i < want->need_count; i++)
        if (want->needs[i]->kind == OBJECT_SEQUENCE && want->needs[i]->change == CHANGE_MAKE)
            write_counter(writer, column, sql_literal(writer->arena, want->needs[i]->identity));
}
