#include "migration/steps.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "postgres/script.h"

/* The word at `at` if it is `word`, and `at` moves behind it and the blanks that follow. */
static bool
word_take(const char **at, const char *word)
{
    const size_t length = strlen(word);
    if (strncasecmp(*at, word, length) != 0 || isalnum((unsigned char)(*at)[length]) ||
        (*at)[length] == '_')
        return false;

    *at += length;
    *at += strspn(*at, " \t\r\n");
    return true;
}

static bool
is_just(const struct script_statement *statement, const char *word)
{
    return statement->bytes == strlen(word) &&
           strncasecmp(statement->text, word, statement->bytes) == 0;
}

/* A name as written, quoted and qualified or not; `at` moves behind it. */
static const char *
name_take(const char **at, struct arena *arena)
{
    const char *end = *at;
    for (bool is_quoted = false;
         *end && (is_quoted || (!isspace((unsigned char)*end) && *end != '(')); end++)
        is_quoted ^= *end == '"';
    const char *name = arena_memdup(arena, *at, (size_t)(end - *at));
    *at = end + strspn(end, " \t\r\n");
    return name;
}

static void
index_read(struct step *step, struct arena *arena)
{
    const char *at = step->sql;
    if (!word_take(&at, "create"))
        return;
    (void)word_take(&at, "unique");
    if (!word_take(&at, "index") || !word_take(&at, "concurrently") || word_take(&at, "on"))
        return;
    if (word_take(&at, "if"))
        (void)(word_take(&at, "not") && word_take(&at, "exists"));

    const char *index = name_take(&at, arena);
    if (!word_take(&at, "on"))
        return;
    (void)word_take(&at, "only");
    step->index = index;
    step->table = name_take(&at, arena);
}

/* Statements that PostgreSQL refuses in a transaction. */
static bool
stands_alone(const char *sql)
{
    const char *at = sql;
    if (word_take(&at, "create")) {
        (void)word_take(&at, "unique");
        return (word_take(&at, "index") && word_take(&at, "concurrently")) ||
               word_take(&at, "database");
    }
    if (word_take(&at, "drop"))
        return word_take(&at, "index") && word_take(&at, "concurrently");
    if (word_take(&at, "vacuum"))
        return true;
    if (word_take(&at, "alter")) {
        (void)word_take(&at, "table");
        return strcasestr(at, "detach partition") && strcasestr(at, "concurrently");
    }
    return word_take(&at, "reindex") && strcasestr(at, "concurrently");
}

static void
step_add(struct arena *arena, struct step **steps, size_t *count, struct step step)
{
    /* Powers of two: the array is full when the count is one. */
    if ((*count & (*count - 1)) == 0) {
        struct step *longer = ARENA_ARRAY(arena, *count ? 2 * *count : 1, struct step);
        if (*count)
            memcpy(longer, *steps, *count * sizeof **steps);
        *steps = longer;
    }
    (*steps)[(*count)++] = step;
}

bool
steps_read(const char *sql, struct arena *arena, struct step **ret_steps, size_t *ret_count,
    struct tn_error *error)
{
    struct step *steps = NULL;
    size_t count = 0;
    const char *group = NULL; /* behind the BEGIN that is open */
    size_t group_line = 0;
    const char *at = sql;
    for (struct script_statement statement; script_statement_next(&at, &statement);) {
        const size_t line = script_line(sql, statement.text);
        if (is_just(&statement, "begin") && !group) {
            group = at;
            group_line = line;
        } else if (is_just(&statement, "commit") && group) {
            step_add(arena, &steps, &count,
                (struct step){ .sql = arena_memdup(arena, group, (size_t)(statement.text - group)),
                    .line = group_line });
            group = NULL;
        } else if (!group) {
            struct step step = { .sql = arena_memdup(arena, statement.text, statement.bytes),
                .line = line };
            step.is_alone = stands_alone(step.sql);
            index_read(&step, arena);
            step_add(arena, &steps, &count, step);
        }
    }
    if (group)
        return error_set(error, TN_MIGRATION, "line %zu: this BEGIN has no COMMIT", group_line);

    *ret_steps = steps;
    *ret_count = count;
    return true;
}
