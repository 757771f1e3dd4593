#include "catalogue/policy.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* A stretch of the expression. */
struct span {
    const char *start;
    const char *end;
};

static struct span
span_trim(struct span span)
{
    while (span.start < span.end && *span.start == ' ')
        span.start++;
    while (span.start < span.end && span.end[-1] == ' ')
        span.end--;
    return span;
}

/* Behind the quoted text that begins at `at`, or the one character there. Doubled quotes are two
 * quoted texts in a row. */
static const char *
step(const char *at, const char *end)
{
    if (*at != '\'' && *at != '"')
        return at + 1;

    const char *close = memchr(at + 1, *at, (size_t)(end - at - 1));
    return close ? close + 1 : end;
}

/* The parenthesis that closes the one at `span.start`, NULL if there is none. */
static const char *
closing(struct span span)
{
    int depth = 0;
    for (const char *at = span.start; at < span.end; at = step(at, span.end)) {
        depth += *at == '(' ? 1 : *at == ')' ? -1 : 0;
        if (depth == 0)
            return at;
    }
    return NULL;
}

static struct span
span_unwrap(struct span span)
{
    for (span = span_trim(span);
         span.start < span.end && *span.start == '(' && closing(span) == span.end - 1;
         span = span_trim(span)) {
        span.start++;
        span.end--;
    }
    return span;
}

/* Where `word` stands between blanks outside parentheses, NULL if nowhere. */
static const char *
word_find(struct span span, const char *word)
{
    const size_t length = strlen(word);
    int depth = 0;
    for (const char *at = span.start; at < span.end; at = step(at, span.end)) {
        depth += *at == '(' ? 1 : *at == ')' ? -1 : 0;
        if (depth == 0 && (size_t)(span.end - at) > length + 1 && *at == ' ' &&
            strncasecmp(at + 1, word, length) == 0 && at[length + 1] == ' ')
            return at;
    }
    return NULL;
}

static bool
span_is(struct span span, const char *text)
{
    return (size_t)(span.end - span.start) == strlen(text) &&
           strncmp(span.start, text, strlen(text)) == 0;
}

/* Without the casts at its end that keep different values different. */
static struct span
cast_drop(struct span span)
{
    static const char *const casts[] = { "::text", "::uuid", "::character varying", "::bigint",
        "::integer" };
    span = span_unwrap(span);
    for (size_t i = 0; i < sizeof casts / sizeof *casts; i++) {
        const size_t length = strlen(casts[i]);
        if ((size_t)(span.end - span.start) > length &&
            strncmp(span.end - length, casts[i], length) == 0)
            return cast_drop((struct span){ span.start, span.end - length });
    }
    return span;
}

/* tenantry.organization(), or the sub-select of it that is evaluated once. */
static bool
is_organization(struct span span)
{
    static const char select[] = "SELECT ";
    span = cast_drop(span);
    if (strncmp(span.start, select, strlen(select)) == 0) {
        span.start += strlen(select);
        const char *alias = word_find(span, "AS");
        if (alias && span_is((struct span){ alias, span.end }, " AS organization"))
            span.end = alias;
        span = cast_drop(span);
    }
    return span_is(span, "tenantry.organization()");
}

static bool
is_column(struct span span, const char *column)
{
    span = cast_drop(span);
    const size_t length = strlen(column);
    if (*span.start == '"')
        return (size_t)(span.end - span.start) == length + 2 && span.end[-1] == '"' &&
               strncmp(span.start + 1, column, length) == 0;
    return span_is(span, column);
}

static bool
is_comparison(struct span span, const char *column)
{
    const char *equals = word_find(span, "=");
    if (!equals)
        return false;

    const struct span left = { span.start, equals };
    const struct span right = { equals + 3, span.end };
    return (is_column(left, column) && is_organization(right)) ||
           (is_organization(left) && is_column(right, column));
}

static bool
is_tenant(struct span span, const char *column)
{
    span = span_unwrap(span);
    if (word_find(span, "OR"))
        return false;

    const char *conjunction = word_find(span, "AND");
    if (!conjunction)
        return is_comparison(span, column);

    const struct span first = { span.start, conjunction };
    const struct span rest = { conjunction + 5, span.end };
    return is_tenant(first, column) || is_tenant(rest, column);
}

bool
policy_is_tenant(const char *expression, const char *column)
{
    return is_tenant((struct span){ expression, expression + strlen(expression) }, column);
}
