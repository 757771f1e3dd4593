/* The statements of a migration, in stages. Within a stage, what is dropped goes before what is
 * made.
 *
 * Where nothing has to stand alone, all of it is one transaction. Where something has to, the
 * stages between are transactions, and the file says that it is applied step by step. */
#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/buffer.h"

enum stage {
    STAGE_NONE,
    STAGE_RENAME,
    STAGE_FIRST, /* alone: labels of enums, which may be used only when they are committed */
    STAGE_MAIN,
    STAGE_INDEX,    /* alone: indexes built beside the traffic */
    STAGE_CHECK,    /* alone: checks that NOT NULL will stand on */
    STAGE_SWAP,     /* what stands on the two before */
    STAGE_VALIDATE, /* alone: constraints held against old rows */
    STAGE_LAST,     /* what nobody needs any more */
};

enum mark {
    MARK_NONE,
    MARK_LOSES,  /* data that is there is lost */
    MARK_LOCKS,  /* locks long: the table cannot be read or written while its rows are gone through
                  */
    MARK_BREAKS, /* programs that do not know the change fail at it */
    MARK_STOPS,  /* fails when rows are there that do not fit */
};

struct plan_statement {
    enum stage stage;
    bool is_drop;
    bool is_alone;
    enum mark mark;
    const char *why; /* behind the mark; NULL: none */
    const char *sql; /* without the semicolon */
};

/* Something that is lost and has to be asked for by name. */
struct plan_loss {
    const char *name;    /* as --lose takes it */
    const char *what;    /* a sentence */
    const char *instead; /* a rename that may be meant; NULL: none */
};

struct plan {
    struct arena *arena;
    struct plan_statement *statements;
    size_t count;
    size_t capacity;
    struct plan_loss *losses;
    size_t loss_count;
    size_t loss_capacity;
    const char **refusals; /* what cannot be written */
    size_t refusal_count;
    size_t refusal_capacity;
};

/* "LOSES DATA" */
const char *plan_mark(enum mark mark);
void plan_init(struct plan *plan, struct arena *arena);
/* `statement.sql` is copied from the format. */
void plan_add(struct plan *plan, struct plan_statement statement, const char *format, ...)
    PRINTF_LIKE(3, 4);
void plan_loss(struct plan *plan, struct plan_loss loss);
void plan_refuse(struct plan *plan, const char *format, ...) PRINTF_LIKE(2, 3);
/* Put the statements into the order in which they run. */
void plan_sort(struct plan *plan);
bool plan_needs_steps(const struct plan *plan);
/* The migration's text, with marks as comments. */
void plan_render(const struct plan *plan, struct buffer *out);
