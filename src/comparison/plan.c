#include "comparison/plan.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "postgres/script.h"

static const char *const marks[] = {
    [MARK_NONE] = "",
    [MARK_LOSES] = "LOSES DATA",
    [MARK_LOCKS] = "LOCKS LONG",
    [MARK_BREAKS] = "BREAKS OLD PROGRAMS",
    [MARK_STOPS] = "NEEDS FITTING ROWS",
};

const char *
plan_mark(enum mark mark)
{
    return marks[mark];
}

void
plan_init(struct plan *plan, struct arena *arena)
{
    *plan = (struct plan){ .arena = arena };
}

/* Room for one more of `bytes`, in an array that grows. */
static void *
grow(struct arena *arena, void *items, size_t count, size_t *capacity, size_t bytes)
{
    if (count < *capacity)
        return items;

    *capacity = *capacity ? 2 * *capacity : 16;
    void *longer = arena_array(arena, *capacity, bytes);
    if (count)
        memcpy(longer, items, count * bytes);
    return longer;
}

void
plan_add(struct plan *plan, struct plan_statement statement, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    statement.sql = arena_vprintf(plan->arena, format, arguments);
    va_end(arguments);
    statement.is_alone = statement.stage == STAGE_FIRST || statement.stage == STAGE_INDEX ||
                         statement.stage == STAGE_CHECK || statement.stage == STAGE_VALIDATE;
    plan->statements =
        grow(plan->arena, plan->statements, plan->count, &plan->capacity, sizeof *plan->statements);
    plan->statements[plan->count++] = statement;
}

void
plan_loss(struct plan *plan, struct plan_loss loss)
{
    plan->losses =
        grow(plan->arena, plan->losses, plan->loss_count, &plan->loss_capacity, sizeof loss);
    plan->losses[plan->loss_count++] = loss;
}

void
plan_refuse(struct plan *plan, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *refusal = arena_vprintf(plan->arena, format, arguments);
    va_end(arguments);
    for (size_t i = 0; i < plan->refusal_count; i++)
        if (strcmp(plan->refusals[i], refusal) == 0)
            return;

    plan->refusals = grow(plan->arena, plan->refusals, plan->refusal_count, &plan->refusal_capacity,
        sizeof *plan->refusals);
    plan->refusals[plan->refusal_count++] = refusal;
}

static bool
goes_before(const struct plan_statement *one, const struct plan_statement *another)
{
    if (one->stage != another->stage)
        return one->stage < another->stage;
    return one->is_drop && !another->is_drop;
}

/* By insertion: equal ones stay in their order, and there are few. */
void
plan_sort(struct plan *plan)
{
    for (size_t i = 1; i < plan->count; i++) {
        const struct plan_statement statement = plan->statements[i];
        size_t at = i;
        for (; at > 0 && goes_before(&statement, &plan->statements[at - 1]); at--)
            plan->statements[at] = plan->statements[at - 1];
        plan->statements[at] = statement;
    }
}

bool
plan_needs_steps(const struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++)
        if (plan->statements[i].is_alone)
            return true;
    return false;
}

static void
statement_render(const struct plan_statement *statement, struct buffer *out)
{
    if (statement->mark)
        buffer_printf(out, "-- %s: %s\n", marks[statement->mark], statement->why);
    buffer_printf(out, "%s;\n", statement->sql);
}

/* A blank line where a statement is long or marked, so that the eye finds its begin. */
static bool
stands_apart(const struct plan_statement *before, const struct plan_statement *statement)
{
    return strncmp(statement->sql, "CREATE TABLE", 12) == 0 || strchr(before->sql, '\n') ||
           strchr(statement->sql, '\n') || statement->mark;
}

void
plan_render(const struct plan *plan, struct buffer *out)
{
    const bool in_steps = plan_needs_steps(plan);
    bool is_open = false;
    if (in_steps)
        buffer_printf(out, "%s\n\n", SCRIPT_STEPS_DIRECTIVE);
    for (size_t i = 0; i < plan->count; i++) {
        const struct plan_statement *statement = &plan->statements[i];
        const struct plan_statement *before = i ? &plan->statements[i - 1] : NULL;
        if (in_steps && is_open && (statement->is_alone || before->stage != statement->stage)) {
            BUFFER_LITERAL(out, "COMMIT;\n\n");
            is_open = false;
        } else if (before &&
                   (before->stage != statement->stage || stands_apart(before, statement))) {
            BUFFER_LITERAL(out, "\n");
        }
        if (in_steps && !is_open && !statement->is_alone) {
            BUFFER_LITERAL(out, "BEGIN;\n");
            is_open = true;
        }
        statement_render(statement, out);
    }
    if (is_open)
        BUFFER_LITERAL(out, "COMMIT;\n");
}
