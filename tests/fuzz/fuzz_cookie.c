/* Cookie headers as a browser sends them; and what a signed or encrypted one says, to whom nothing
 * was said. */
#include <string.h>

#include "base/utf8.h"
#include "fuzz.h"
#include "http/cookie.h"
#include "http/form.h"
#include "server/session_seal.h"

#define PREFIX "better-auth."

static struct http_pairs
parse(char *first, char *second, const char *prefix, struct arena *arena)
{
    struct http_pair headers[] = { { "Cookie", first }, { "cookie", second } };
    const struct http_request request = { .arena = arena, .headers = { headers, second ? 2 : 1 } };
    return cookie_parse(&request, prefix);
}

/* One of it alone, encoded as we do, is read as the same. */
static void
check_again(const struct http_pair *cookie, struct arena *arena)
{
    if (!utf8_is_valid(cookie->value, strlen(cookie->value)))
        return;

    struct buffer line;
    buffer_init(&line, arena, 128);
    buffer_text(&line, cookie->name);
    buffer_character(&line, '=');
    percent_encode(&line, cookie->value, strlen(cookie->value));
    const struct http_pairs again = parse(line.data, NULL, "", arena);
    MUST(again.count == 1 && strcmp(again.items[0].name, cookie->name) == 0 &&
         strcmp(again.items[0].value, cookie->value) == 0);
}

/* With a prefix: those of all that have it, in their order. */
static void
check_prefix(const struct http_pairs *all, const struct http_pairs *some)
{
    size_t count = 0;
    for (size_t i = 0; i < all->count; i++) {
        const struct http_pair *cookie = &all->items[i];
        if (strncmp(cookie->name, PREFIX, strlen(PREFIX)) != 0)
            continue;
        MUST(count < some->count && strcmp(some->items[count].name, cookie->name) == 0 &&
             strcmp(some->items[count].value, cookie->value) == 0);
        count++;
    }
    MUST(count == some->count);
}

/* The secret is not in any corpus: whatever opens was forged. */
static void
check_seals(const char *value, struct arena *arena)
{
    struct session_seal seal = { .secret = "a secret that no input holds, of 40 letters",
        .key_id = "k" };
    for (seal.strategy = SESSION_SEAL_COMPACT; seal.strategy <= SESSION_SEAL_JWE; seal.strategy++)
        MUST(!session_seal_open(&seal, value, 0, arena));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    struct arena *arena = arena_new(1024);
    char *text = arena_memdup(arena, (const char *)data, bytes);

    /* Two headers, cut at the first line's end. */
    char *second = strchr(text, '\n');
    if (second)
        *second++ = '\0';
    const struct http_pairs cookies = parse(text, second, "", arena);
    const struct http_pairs ours = parse(text, second, PREFIX, arena);
    check_prefix(&cookies, &ours);
    for (size_t i = 0; i < cookies.count; i++) {
        MUST(strlen(cookies.items[i].name) + strlen(cookies.items[i].value) <= bytes);
        check_again(&cookies.items[i], arena);
        check_seals(cookies.items[i].value, arena);
    }
    arena_free(arena);
    return 0;
}
