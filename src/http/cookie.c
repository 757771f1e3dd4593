#include "http/cookie.h"

#include <string.h>
#include <strings.h>

#include "http/form.h"

static bool
is_blank(char character)
{
    return character == ' ' || character == '\t';
}

static void
trim(const char **start, const char **end)
{
    while (*start < *end && is_blank(**start))
        (*start)++;
    while (*end > *start && is_blank((*end)[-1]))
        (*end)--;
}

static const char *
parse_value(const char *start, const char *end, struct arena *arena)
{
    trim(&start, &end);
    if (start < end && *start == '"') {
        start++;
        if (end > start)
            end--;
    }

    const size_t bytes = (size_t)(end - start);
    const char *decoded = percent_decode(start, bytes, false, arena);
    return decoded ? decoded : arena_memdup(arena, start, bytes);
}

/* The pairs of one header line into `items`, which has room; NULL: they are only counted. */
static size_t
parse_line(const char *line, const char *prefix, struct arena *arena, struct http_pair *items)
{
    const size_t prefix_bytes = strlen(prefix);
    size_t count = 0;
    for (const char *part = line; part;) {
        const char *semicolon = strchr(part, ';');
        const char *end = semicolon ? semicolon : part + strlen(part);
        const char *equals = memchr(part, '=', (size_t)(end - part));
        if (equals) {
            const char *name_end = equals;
            trim(&part, &name_end);
            const size_t name_bytes = (size_t)(name_end - part);
            const bool is_meant =
                name_bytes >= prefix_bytes && memcmp(part, prefix, prefix_bytes) == 0;
            if (is_meant && items)
                items[count] = (struct http_pair){
                    .name = arena_memdup(arena, part, name_bytes),
                    .value = parse_value(equals + 1, end, arena),
                };
            count += is_meant;
        }
        part = semicolon ? semicolon + 1 : NULL;
    }
    return count;
}

static size_t
parse_lines(const struct http_request *request, const char *prefix, struct http_pair *items)
{
    const struct http_pairs *headers = &request->headers;
    size_t count = 0;
    for (size_t i = 0; i < headers->count; i++) {
        const struct http_pair *header = &headers->items[i];
        if ((header->name[0] | 0x20) == 'c' && strcasecmp(header->name, "Cookie") == 0)
            count +=
                parse_line(header->value, prefix, request->arena, items ? items + count : NULL);
    }
    return count;
}

struct http_pairs
cookie_parse(const struct http_request *request, const char *prefix)
{
    /* Twice: a header holds thousands of pairs, of which hardly any are meant. */
    const size_t count = parse_lines(request, prefix, NULL);
    struct http_pair *items = ARENA_ARRAY(request->arena, count, struct http_pair);
    if (count > 0)
        parse_lines(request, prefix, items);
    return (struct http_pairs){ .items = items, .count = count };
}

void
cookie_set(struct http_response *response, const struct cookie *cookie)
{
    struct buffer line;
    buffer_init(&line, response->arena, 256);

    buffer_printf(&line, "%s=%s", cookie->name, cookie->value);
    if (cookie->max_age_s >= 0)
        buffer_printf(&line, "; Max-Age=%lld", (long long)cookie->max_age_s);
    if (cookie->domain)
        buffer_printf(&line, "; Domain=%s", cookie->domain);
    buffer_printf(&line, "; Path=%s; HttpOnly", cookie->path ? cookie->path : "/");
    if (cookie->secure)
        BUFFER_LITERAL(&line, "; Secure");
    BUFFER_LITERAL(&line, "; SameSite=Lax");

    http_response_header(response, "Set-Cookie", line.data);
}

/* Is the line one of `name`; with `path`, one of that path? */
static bool
line_is_of(const char *line, const char *name, const char *path)
{
    const size_t name_bytes = strlen(name);
    if (strncmp(line, name, name_bytes) != 0 || line[name_bytes] != '=')
        return false;

    const char *attribute = strstr(line, "; Path=");
    const size_t path_bytes = strlen(path);
    return attribute && strncmp(attribute + strlen("; Path="), path, path_bytes) == 0 &&
           attribute[strlen("; Path=") + path_bytes] == ';';
}

void
cookie_withdraw(struct http_response *response, const char *name, const char *path)
{
    struct http_pairs *headers = &response->headers;
    size_t kept = 0;
    for (size_t i = 0; i < headers->count; i++) {
        const bool goes = strcasecmp(headers->items[i].name, "Set-Cookie") == 0 &&
                          line_is_of(headers->items[i].value, name, path ? path : "/");
        if (!goes)
            headers->items[kept++] = headers->items[i];
    }
    headers->count = kept;
}
