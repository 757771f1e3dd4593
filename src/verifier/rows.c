#include "verifier/rows.h"

#include <stdlib.h>
#include <string.h>

void
rows_done(struct rows *rows)
{
    if (rows->result)
        result_free(rows->result);
    rows->result = NULL;
}

bool
rows_query(struct direct *direct, const char *sql, int parameter_count, const char *const *values,
    struct arena *arena, struct rows *ret_rows, struct tn_error *error)
{
    *ret_rows = (struct rows){ .arena = arena };
    if (!direct_query(direct, sql, parameter_count, values, &ret_rows->result, error))
        return false;

    ret_rows->count = result_row_count(ret_rows->result);
    return true;
}

static const char *
value(const struct rows *rows, int column)
{
    size_t bytes = 0;
    return result_value(rows->result, rows->row, column, &bytes);
}

const char *
rows_text(const struct rows *rows, int column)
{
    return arena_strdup_or_null(rows->arena, value(rows, column));
}

bool
rows_true(const struct rows *rows, int column)
{
    return rows_character(rows, column) == 't';
}

char
rows_character(const struct rows *rows, int column)
{
    const char *text = value(rows, column);
    return text ? *text : '\0';
}

uint32_t
rows_oid(const struct rows *rows, int column)
{
    const char *text = value(rows, column);
    return text ? (uint32_t)strtoul(text, NULL, 10) : 0;
}

int
rows_integer(const struct rows *rows, int column)
{
    const char *text = value(rows, column);
    return text ? (int)strtol(text, NULL, 10) : 0;
}

int *
rows_integers(const struct rows *rows, int column, size_t *ret_count)
{
    const char *at = value(rows, column);
    *ret_count = 0;
    if (!at || !*at)
        return NULL;

    int *numbers = ARENA_ARRAY(rows->arena, strlen(at) / 2 + 1, int);
    while (*at) {
        char *end;
        numbers[(*ret_count)++] = (int)strtol(at, &end, 10);
        at = end + strspn(end, " ");
    }
    return numbers;
}

const char **
rows_texts(const struct rows *rows, int column, size_t *ret_count)
{
    char *text = (char *)rows_text(rows, column);
    *ret_count = 0;
    if (!text || !*text)
        return NULL;

    size_t count = 1;
    for (const char *at = text; *at; at++)
        count += *at == '\x1f';
    const char **texts = ARENA_ARRAY(rows->arena, count, const char *);
    for (char *at = text; at; (*ret_count)++) {
        texts[*ret_count] = at;
        at = strchr(at, '\x1f');
        if (at)
            *at++ = '\0';
    }
    return texts;
}
