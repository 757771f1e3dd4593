#include <string.h>

#include "base/utf8.h"
#include "fuzz.h"
#include "http/cookie.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    struct arena *arena = arena_new(1024);
    char *text = arena_memdup(arena, (const char *)data, bytes);

    /* Two headers, cut at the first line's end. */
    char *second = strchr(text, '\n');
    if (second)
        *second++ = '\0';
    struct http_pair headers[] = { { "Cookie", text }, { "cookie", second } };
    const struct http_request request = { .arena = arena, .headers = { headers, second ? 2 : 1 } };
    const struct http_pairs cookies = cookie_parse(&request, "");

    for (size_t i = 0; i < cookies.count; i++)
        MUST(strlen(cookies.items[i].name) + strlen(cookies.items[i].value) <= bytes);
    arena_free(arena);
    return 0;
}
