/* Turns a difference into the statements of a plan: a function a kind of object. */
#pragma once

#include "comparison/object.h"
#include "comparison/plan.h"

struct fill {
    const char *column;     /* "public.invoice.reference" */
    const char *expression; /* for the rows that are there */
    bool reads_columns;     /* so that it cannot be a default */
    bool is_used;           /* written by write_difference */
};

struct writer {
    struct plan *plan;
    struct arena *arena;
    const struct snapshot *have;
    const struct snapshot *want;
    struct fill *fills;
    size_t fill_count;
};

/* Everything that `have` lacks of `want`, which were compared. */
void write_difference(struct writer *writer);

/* --- the kinds, called in the order of what needs what ------------------------------------------
 */

void write_drop(struct writer *writer, struct object *have);

void write_table_make(struct writer *writer, struct object *want);
void write_table_alter(struct writer *writer, struct object *want);
void write_column_make(struct writer *writer, struct object *want);
void write_column_alter(struct writer *writer, struct object *want);
void write_default(struct writer *writer, struct object *want);
void write_constraint(struct writer *writer, struct object *want);
void write_index(struct writer *writer, struct object *want);
void write_type(struct writer *writer, struct object *want);
void write_grant(struct writer *writer, const struct object *have, const struct object *want);
void write_function_rights(struct writer *writer, const struct object *want);
/* Of a composite type that got more attributes; of one that is made again with fewer. */
void write_attributes(struct writer *writer, const struct object *want);
void write_attributes_lost(struct writer *writer, const struct object *want);
/* How a column of a composite type becomes one of the new type of that name; NULL if it cannot. */
const char *
attributes_using(struct arena *arena, const struct object *type, const struct object *column);
/* The sequence behind an old column's default goes on behind the values that are there. */
void write_counter(struct writer *writer, const struct object *column, const char *sequence);
void write_simple(struct writer *writer, struct object *want);

/* --- small things that they share ----------------------------------------------------------------
 */

/* A statement of the stage in which the object is made, without a mark. */
#define WRITE(writer, object, ...) \
    plan_add((writer)->plan, (struct plan_statement){ .stage = (object)->make_stage }, __VA_ARGS__)

/* A quoted name with something at its end, cut so that PostgreSQL does not cut it. */
const char *name_with(struct arena *arena, const char *name, const char *suffix);
/* The relation that it belongs to, qualified. */
const char *relation_of(const struct object *object);
/* "invoice.note" for public.invoice.note: what a person types. */
const char *spoken(const char *identity);
/* "public" of "public.invoice" */
const char *schema_of(struct arena *arena, const char *identity);
/* Text as a literal of SQL. */
const char *sql_literal(struct arena *arena, const char *text);
/* The name that a quoted one means. */
const char *unquoted(struct arena *arena, const char *name);
/* A column as in CREATE TABLE and ADD COLUMN. */
void column_text(struct buffer *out, const struct object *column, const char *default_expression,
    bool with_not_null);
