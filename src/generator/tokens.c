#include "generator/tokens.h"

#include <pg_query.h>
#include <pg_query/pg_query.pb-c.h>
#include <string.h>
#include <strings.h>

static bool
scan(const char *text, bool comments, struct arena *arena, struct tokens *ret_tokens,
    const char **ret_message, int *ret_position)
{
    PgQueryScanResult scanned = pg_query_scan(text);
    if (scanned.error) {
        *ret_message = arena_strdup(arena, scanned.error->message);
        *ret_position = scanned.error->cursorpos - 1;
        pg_query_free_scan_result(scanned);
        return false;
    }

    PgQuery__ScanResult *result =
        pg_query__scan_result__unpack(NULL, scanned.pbuf.len, (const uint8_t *)scanned.pbuf.data);
    struct tokens tokens = { .text = text,
        .list = ARENA_ARRAY(arena, result->n_tokens + 1, struct token) };
    int depth = 0;
    for (size_t i = 0; i < result->n_tokens; i++) {
        const PgQuery__ScanToken *found = result->tokens[i];
        if ((found->token == PG_QUERY__TOKEN__SQL_COMMENT ||
                found->token == PG_QUERY__TOKEN__C_COMMENT) != comments)
            continue;

        if (found->token == PG_QUERY__TOKEN__ASCII_41)
            depth--;
        tokens.list[tokens.count++] = (struct token){ .start = found->start,
            .end = found->end,
            .kind = (int)found->token,
            .depth = depth,
            .is_word = found->token == PG_QUERY__TOKEN__IDENT ||
                       found->keyword_kind != PG_QUERY__KEYWORD_KIND__NO_KEYWORD };
        if (found->token == PG_QUERY__TOKEN__ASCII_40)
            depth++;
    }
    pg_query__scan_result__free_unpacked(result, NULL);
    pg_query_free_scan_result(scanned);
    *ret_tokens = tokens;
    return true;
}

bool
tokens_scan(const char *text, struct arena *arena, struct tokens *ret_tokens,
    const char **ret_message, int *ret_position)
{
    return scan(text, false, arena, ret_tokens, ret_message, ret_position);
}

bool
tokens_scan_comments(const char *text, struct arena *arena, struct tokens *ret_tokens,
    const char **ret_message, int *ret_position)
{
    return scan(text, true, arena, ret_tokens, ret_message, ret_position);
}

int
tokens_at(const struct tokens *tokens, int position)
{
    for (int i = 0; i < tokens->count; i++) {
        if (tokens->list[i].start == position)
            return i;
    }
    return -1;
}

int
tokens_close(const struct tokens *tokens, int open)
{
    for (int i = open + 1; i < tokens->count; i++) {
        if (tokens->list[i].depth == tokens->list[open].depth && token_is(tokens, i, ")"))
            return i;
    }
    return -1;
}

bool
token_is_escaped(const struct tokens *tokens, int index)
{
    const char *at = tokens->text + tokens->list[index].start;
    return (*at == 'u' || *at == 'U') && at[1] == '&' && (at[2] == '"' || at[2] == '\'');
}

bool
token_is(const struct tokens *tokens, int index, const char *text)
{
    if (index < 0 || index >= tokens->count)
        return false;

    const struct token *token = &tokens->list[index];
    const size_t bytes = (size_t)(token->end - token->start);
    return strlen(text) == bytes && strncasecmp(tokens->text + token->start, text, bytes) == 0;
}

static bool
is_one_of(const struct tokens *tokens, int index, const char *const *words)
{
    for (; *words; words++) {
        if (token_is(tokens, index, *words))
            return true;
    }
    return false;
}

bool
tokens_nest_deeper_than(const struct tokens *tokens, int limit, struct arena *arena)
{
    /* The parser keeps lists of these flat: what follows begins a new chain. */
    static const char *const flat[] = { ",", "and", "or", "select", "from", "where", "values",
        "set", "with", "when", "then", "else", ";", NULL };
    static const char *const links[] = { "union", "except", "intersect", "join", "case", "not",
        NULL };
    struct level {
        int links;
        int chain;
    } *levels = ARENA_ARRAY(arena, limit + 1, struct level);
    int total = 0;
    int depth = 0;
    for (int i = 0; i < tokens->count; i++) {
        const int now = tokens->list[i].depth;
        if (now < 0 || now >= limit)
            return now >= limit;
        for (; depth > now; depth--)
            total -= levels[depth].links + levels[depth].chain;
        for (; depth < now; total++)
            levels[++depth] = (struct level){ .links = 1 };

        struct level *level = &levels[depth];
        const int before = level->links + level->chain;
        if (is_one_of(tokens, i, links))
            level->links++;
        level->chain = is_one_of(tokens, i, flat) ? 0 : level->chain + 1;
        total += level->links + level->chain - before;
        if (total > limit)
            return true;
    }
    return false;
}
