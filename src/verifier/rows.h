/* The rows of a query, one after another, with short names for their columns. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "postgres/direct.h"

struct rows {
    struct pg_result *result;
    struct arena *arena;
    size_t count;
    size_t row; /* the current one */
};

void rows_done(struct rows *rows);
#define AUTO_ROWS __attribute__((cleanup(rows_done))) struct rows

MUST_USE bool rows_query(struct direct *direct, const char *sql, int parameter_count,
    const char *const *values, struct arena *arena, struct rows *ret_rows, struct tn_error *error);

/* In `arena`; NULL for SQL NULL. */
const char *rows_text(const struct rows *rows, int column);
bool rows_true(const struct rows *rows, int column);
/* '\0' for empty or NULL. */
char rows_character(const struct rows *rows, int column);
uint32_t rows_oid(const struct rows *rows, int column);
int rows_integer(const struct rows *rows, int column);
/* Numbers with blanks between. */
int *rows_integers(const struct rows *rows, int column, size_t *ret_count);
/* Texts with U+001F between; NULL and "" are none. */
const char **rows_texts(const struct rows *rows, int column, size_t *ret_count);
