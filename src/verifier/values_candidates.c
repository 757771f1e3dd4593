#include <string.h>

#include "verifier/text.h"
#include "verifier/values.h"

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
    if (column->category == 'N') {
        while (count < most && strcmp(column->base, "numeric") != 0 &&
               (literal = text_next(&at, "[=<>][[:space:]]*'?\\(?([0-9]{1,4})", audit->arena)))
            found[count++] = literal;
    } else if (column->category == 'A') {
        /* One that is empty and one that is not, whatever its elements are. */
        found[count++] = "{}";
        found[count++] = "{NULL}";
    } else if (column->category == 'S') {
        while (count < most && (literal = text_next(&at, "'([^']{1,40})'", audit->arena)))
            if (!strchr(literal, '.'))
                found[count++] = literal;
    }
    return count;
}
