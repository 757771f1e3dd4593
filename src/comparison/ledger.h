/* What a database says was applied, held against the files. */
#pragma once

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "migration/apply.h"
#include "postgres/direct.h"

enum ledger_state {
    LEDGER_APPLIED,
    LEDGER_PENDING,
    LEDGER_HALF,    /* step by step, and stopped */
    LEDGER_CHANGED, /* applied as something else than the file has now */
    LEDGER_MISSING, /* applied, and there is no such file */
};

struct ledger_line {
    const char *plane;
    const char *name;
    enum ledger_state state;
    const char *when; /* NULL: never */
    size_t done;      /* of LEDGER_HALF: steps */
    size_t steps;
    bool is_late; /* pending, though one behind it is applied */
};

/* In the order in which they are applied, then those whose file is missing. */
MUST_USE bool ledger_read(struct direct *direct, const struct migration_set *sets, size_t set_count,
    struct arena *arena, struct ledger_line **ret_lines, size_t *ret_count, struct tn_error *error);
/* "applied", "changed after it was applied", … */
const char *ledger_words(const struct ledger_line *line, struct arena *arena);
