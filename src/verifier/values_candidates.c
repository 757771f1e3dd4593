#include <stdlib.h>
#include <string.h>

#include "verifier/text.h"
#include "verifier/values.h"

enum { LITERAL_LONGEST = 40 };

/* A word that could be a value: not empty, no setting's name. */
static const char *
next_word(const char **at, struct arena *arena)
{
    const char *literal = text_next_quoted(at, arena);
    while (literal && (!*literal || strlen(literal) > LITERAL_LONGEST || strchr(literal, '.')))
        literal = text_next_quoted(at, arena);
    return literal;
}

size_t
values_candidates(const struct audit *audit, const char *text, const struct column *column,
    const char **found, size_t most)
{
    size_t count = 0;
    const char *at = text;
    const char *literal;
    if (strcmp(column->base, "bool") == 0) {
        found[count++] = "true";
        found[count++] = "false";
        return count;
    }
    if (column->label_count) {
        for (; count < column->label_count && count < most; count++)
            found[count] = column->labels[count];
        return count;
    }
    if (!column->is_not_null)
        found[count++] = NULL;
    if (text_matches(column->base, "^(date|timestamp)")) {
        found[count++] = "2000-01-01";
        found[count++] = "2100-01-01";
        found[count++] = "now";
    } else if (column->category == 'N') {
        while (count < most && strcmp(column->base, "numeric") != 0 &&
               (literal = text_next(&at, "[=<>][[:space:]]*'?\\(?([0-9]{1,4})", audit->arena)))
            found[count++] = literal;
    } else if (column->category == 'A') {
        /* One that is empty and one that is not, whatever its elements are. */
        found[count++] = "{}";
        found[count++] = "{NULL}";
    } else if (column->category == 'S') {
        while (count < most && (literal = next_word(&at, audit->arena)))
            found[count++] = literal;
    }
    return count;
}

/* --- other tenants --------------------------------------------------------------------------- */

static size_t
add(const char **found, size_t count, size_t most, const char *value)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(found[i], value) == 0)
            return count;
    if (count < most)
        found[count++] = value;
    return count;
}

static size_t
number_twins(
    const struct values *values, const struct column *column, const char **found, size_t most)
{
    /* Alike modulo whatever people take: 2^6*3^3*5^2*7*11*13*17 and 2^16*5^6; a smallint holds
     * less. */
    static const long far[] = { 735134400, 1024000000 };
    static const long near[] = { 5040, 6400 };
    const bool is_small = strcmp(column->base, "int2") == 0;
    const long own = strtol(values_tenant(values, TENANT_A, column), NULL, 10);
    size_t count = 0;
    count = add(found, count, most, arena_printf(values->arena, "%ld", own - 1));
    count = add(found, count, most, arena_printf(values->arena, "%ld", own / 10));
    for (size_t i = 0; i < COUNT_OF(far); i++)
        count = add(found, count, most,
            arena_printf(values->arena, "%ld", own + (is_small ? near : far)[i]));
    return count;
}

static size_t
text_twins(
    const struct values *values, const struct column *column, const char **found, size_t most)
{
    const char *own = values_tenant(values, TENANT_A, column);
    const size_t length = strlen(own);
    size_t count = 0;
    char *other = arena_strdup(values->arena, own);
    if (length < 3)
        return 0;
    /* As long as it; less than it; ending in it. */
    other[length - 1] = other[length - 1] == '0' ? '1' : '0';
    count = add(found, count, most, other);
    count = add(found, count, most, arena_memdup(values->arena, own, length - 1));
    if (!column->length_max || length < (size_t)column->length_max)
        count = add(found, count, most, arena_printf(values->arena, "x%s", own));
    return count;
}

size_t
values_twins(
    const struct values *values, const struct column *column, const char **found, size_t most)
{
    if (column->label_count)
        return 0;
    if (column->category == 'N' && strcmp(column->base, "oid") != 0)
        return number_twins(values, column, found, most);
    if (strcmp(column->base, "uuid") == 0) {
        /* B begins like A; this one ends like it. */
        char *other = arena_strdup(values->arena, values_tenant(values, TENANT_A, column));
        *other = *other == '0' ? '1' : '0';
        return add(found, 0, most, other);
    }
    return column->category == 'S' ? text_twins(values, column, found, most) : 0;
}

/* What stands for nobody in coalesce(…, 'none'): no tenant has it. */
static bool
is_nobody(const char *value)
{
    return text_matches(value, "^[0f{}-]*$|^[[:punct:]]|none|null|nobody|anonymous|unknown|unset|"
                               "missing|invalid|empty|never|deny|^no[-_ ]");
}

size_t
values_named(const struct audit *audit, const char *text, const struct column *column,
    const char **found, size_t most)
{
    size_t count = 0;
    const char *at = text;
    const char *literal;
    if (column->label_count)
        return 0;
    if (column->category == 'N' && strcmp(column->base, "int2") != 0) {
        while ((literal = text_next(&at, "[^A-Za-z0-9_.-]([0-9]{1,9})", audit->arena)))
            if (!is_nobody(literal))
                count = add(found, count, most, literal);
    } else if (strcmp(column->base, "uuid") == 0) {
        while ((literal = text_next_quoted(&at, audit->arena)))
            if (text_matches(literal, "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$") &&
                !is_nobody(literal))
                count = add(found, count, most, literal);
    } else if (column->category == 'S') {
        while ((literal = next_word(&at, audit->arena)))
            if (!is_nobody(literal) &&
                (!column->length_max || strlen(literal) <= (size_t)column->length_max))
                count = add(found, count, most, literal);
    }
    return count;
}
