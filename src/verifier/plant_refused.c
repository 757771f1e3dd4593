#include "verifier/plant_draft.h"

#include <string.h>

#include "verifier/pattern.h"
#include "verifier/scope.h"
#include "verifier/text.h"

enum { ATTEMPTS_MAX = 12, PATTERN_TRIES = 4 };

static bool
vary(struct draft *draft, size_t c)
{
    const struct column *column = &draft->relation->columns[c];
    if (draft->is_fixed[c] || column->is_generated || draft->attempt[c] >= ATTEMPTS_MAX)
        return false;
    draft->attempt[c]++;
    draft->is_default[c] = false;
    draft->values[c] = values_filler(
        draft->plant->values, draft->tenant, draft->relation, column, draft->attempt[c]);
    /* The last resort of a column that may be empty. */
    if (draft->attempt[c] == ATTEMPTS_MAX - 1 && !column->is_not_null)
        draft->values[c] = NULL;
    return true;
}

/* A check names what it wants: each literal in it is tried for the columns that it names. */
static bool
vary_for_check(struct draft *draft, const char *definition, const char *deep, int try)
{
    const char *at = deep;
    const char *literals[16];
    size_t count = 0;
    struct arena *arena = draft->plant->audit->arena;
    while (count < COUNT_OF(literals) && (literals[count] = text_next(&at, "'([^']*)'", arena)))
        count++;
    at = deep;
    while (
        count < COUNT_OF(literals) &&
        (literals[count] = text_next(&at, "[<>=(,][[:space:]]*\\(?(-?[0-9]+(\\.[0-9]+)?)", arena)))
        count++;

    at = deep;
    const char *expression =
        text_next(&at, "~\\*?[[:space:]]*\\(?'([^']+)'", draft->plant->audit->arena);
    bool varied = false;
    for (size_t c = 0; c < draft->relation->column_count; c++) {
        const struct column *column = &draft->relation->columns[c];
        if (!text_has_word(definition, column->name) || draft->is_fixed[c] || column->is_generated)
            continue;
        const char *sample =
            expression && column->category == 'S'
                ? pattern_sample(expression, draft->plant->values->counter++, arena)
                : NULL;
        if (sample && try < PATTERN_TRIES) {
            draft->values[c] = sample;
            draft->is_default[c] = false;
            varied = true;
        } else if ((size_t)try < count && column->category != 'B') {
            draft->values[c] = literals[try];
            draft->is_default[c] = false;
            varied = true;
        } else {
            varied |= vary(draft, c);
        }
    }
    return varied;
}

static const struct constraint *
constraint_named(const struct relation *relation, const char *name)
{
    for (size_t c = 0; c < relation->constraint_count; c++)
        if (strcmp(relation->constraints[c].name, name) == 0)
            return &relation->constraints[c];
    return NULL;
}

static bool
fits(const struct column *column, const char *literal)
{
    const bool is_date = text_matches(literal, "^[0-9]{4}-[0-9]{2}-[0-9]{2}");
    const bool is_number = text_matches(literal, "^-?[0-9.]+$");
    return column->category == 'D'   ? is_date
           : column->category == 'N' ? is_number
                                     : column->category == 'S' && !is_date;
}

/* A part takes what its bounds say; by which column is not said, so one after another is tried. */
static bool
vary_for_bound(struct draft *draft, int try)
{
    size_t place = 0;
    size_t wanted = (size_t)try;
    const char *at = draft->relation->partition_bound;
    const char *literal;
    while ((literal = text_next(
                &at, "[(, ]'?(-?[0-9][^',) ]*|[^',() ]+)'?[,)]", draft->plant->audit->arena)) &&
           !text_matches(literal, "^(from|to|in|with|modulus|remainder|minvalue|maxvalue)$")) {
        for (size_t c = 0; c < draft->relation->column_count; c++) {
            const struct column *column = &draft->relation->columns[c];
            if (draft->is_fixed[c] || column->is_generated || !fits(column, literal) ||
                place++ != wanted)
                continue;
            draft->values[c] = literal;
            draft->is_default[c] = false;
            return true;
        }
    }
    return false;
}

static bool
vary_for_domain(struct draft *draft, const char *message, int try)
{
    bool varied = false;
    for (size_t c = 0; c < draft->relation->column_count; c++) {
        const struct column *column = &draft->relation->columns[c];
        if (column->domain_checks && *column->domain_checks && !draft->is_fixed[c] &&
            strstr(message, text_tail(column->type))) {
            const char *at = column->domain_checks;
            const char *literal = NULL;
            for (int i = 0; i <= try; i++)
                literal = text_next(&at, "'([^']*)'", draft->plant->audit->arena);
            if (literal) {
                draft->values[c] = literal;
                draft->is_default[c] = false;
                varied = true;
            } else {
                varied |= vary(draft, c);
            }
        }
    }
    return varied;
}

/* The column whose name stands in the message in quotes. */
static bool
vary_named(struct draft *draft, const char *message)
{
    for (size_t c = 0; c < draft->relation->column_count; c++) {
        const char *quoted =
            arena_printf(draft->plant->audit->arena, "\"%s\"", draft->relation->columns[c].name);
        if (strstr(message, quoted))
            return vary(draft, c);
    }
    return false;
}

static bool
vary_all(struct draft *draft)
{
    bool varied = false;
    for (size_t c = 0; c < draft->relation->column_count; c++)
        varied |= !draft->is_default[c] && vary(draft, c);
    return varied;
}

static bool
vary_keys(struct draft *draft, const struct outcome *outcome)
{
    bool varied = false;
    const struct relation *relation = draft->relation;
    for (size_t i = 0; i < relation->index_count; i++) {
        if (strcmp(relation->indexes[i].name, outcome->constraint) != 0)
            continue;
        for (size_t k = 0; k < relation->indexes[i].key_count; k++)
            for (size_t c = 0; c < relation->column_count; c++)
                if (relation->columns[c].number == relation->indexes[i].keys[k])
                    varied |= vary(draft, c);
    }
    return varied;
}

bool
draft_change(struct draft *draft, const struct outcome *outcome, int try)
{
    const struct constraint *constraint = constraint_named(draft->relation, outcome->constraint);
    if (strcmp(outcome->sqlstate, "23514") == 0 && constraint)
        return vary_for_check(draft, constraint->definition,
            scope_deep_source(draft->plant->audit, constraint->definition), try);
    if (strcmp(outcome->sqlstate, "23514") == 0 && draft->relation->partition_bound &&
        vary_for_bound(draft, try))
        return true;
    if (strcmp(outcome->sqlstate, "23514") == 0 && vary_for_domain(draft, outcome->message, try))
        return true;
    if (strcmp(outcome->sqlstate, "23505") == 0 || strcmp(outcome->sqlstate, "23P01") == 0)
        return vary_keys(draft, outcome);
    if (strcmp(outcome->sqlstate, "23502") == 0)
        return vary_named(draft, outcome->message);
    if (strcmp(outcome->sqlstate, "23503") == 0)
        return false;
    return strncmp(outcome->sqlstate, "22", 2) == 0 || strncmp(outcome->sqlstate, "23", 2) == 0
               ? vary_named(draft, outcome->message) || vary_all(draft)
               : false;
}
