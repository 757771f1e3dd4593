/* A row before it is planted: what stands in its columns (plant_draft.c), and what else could where
 * the server refused it (plant_refused.c). plant.c's own. */
#pragma once

#include "verifier/plant.h"

/* What a row is made of while it is tried. */
struct draft {
    struct plant *plant;
    const struct relation *relation;
    int tenant;
    bool lacks_parent; /* a foreign key refused it */
    bool is_spare;
    const char **values; /* NULL with `is_default`: the column's own default; else SQL NULL */
    bool *is_default;
    bool *is_fixed; /* tenant, person, reference: not varied */
    int *attempt;
};

/* The first try. Set before: `plant`, `relation`, `tenant`, `is_spare`. */
void draft_make(struct draft *draft);
/* INSERT of the columns that `may_write`, NULL: all; `returns`: all columns, as text. */
const char *draft_insert_sql(const struct draft *draft,
    bool (*may_write)(void *context, const struct column *column), void *context, bool returns);
/* Change it so that it may be taken now; false: nothing is left to try. */
bool draft_change(struct draft *draft, const struct outcome *outcome, int try);
