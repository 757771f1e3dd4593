#include "http/request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Most names differ in their first letter. */
static bool
is_name(const char *name, const char *wanted)
{
    return ((name[0] ^ wanted[0]) & ~0x20) == 0 && strcasecmp(name, wanted) == 0;
}

const char *
http_header(const struct http_request *request, const char *name)
{
    for (size_t i = 0; i < request->headers.count; i++) {
        if (is_name(request->headers.items[i].name, name))
            return request->headers.items[i].value;
    }
    return NULL;
}

size_t
http_header_count(const struct http_request *request, const char *name)
{
    size_t count = 0;
    for (size_t i = 0; i < request->headers.count; i++)
        count += is_name(request->headers.items[i].name, name);
    return count;
}

void
http_response_init(struct http_response *response, struct arena *arena)
{
    *response = (struct http_response){ .arena = arena };
    buffer_init(&response->body, arena, 0);
}

void
http_response_lend(
    struct http_response *response, const char *body, size_t bytes, const struct http_hold *hold)
{
    http_response_let_go(response);
    response->hold = *hold;
    buffer_borrow(&response->body, body, bytes);
}

size_t
http_response_sent_bytes(const struct http_request *request, const struct http_response *response)
{
    return request->method == HTTP_HEAD || response->status == 304 ? 0 : response->body.length;
}

void
http_response_let_go(struct http_response *response)
{
    const struct http_hold hold = response->hold;
    response->hold = (struct http_hold){ 0 };
    if (hold.let_go)
        hold.let_go(hold.owner, hold.held);
}

/* A line break in a value would let whoever wrote it add headers and a body of his own. No value
 * that can hold one may come this far, so this is a mistake of ours. */
static void
refuse_line_break(const char *name, const char *text)
{
    if (text[strcspn(text, "\r\n")] == '\0')
        return;

    fprintf(stderr, "tenantry: a line break in the response header %s\n", name);
    abort();
}

static void
add(struct http_response *response, const char *name, const char *value)
{
    struct http_pairs *headers = &response->headers;
    if (headers->count == response->header_capacity) {
        const size_t capacity = response->header_capacity ? response->header_capacity * 2 : 16;
        struct http_pair *items = ARENA_ARRAY(response->arena, capacity, struct http_pair);
        if (headers->count > 0)
            memcpy(items, headers->items, headers->count * sizeof *items);
        headers->items = items;
        response->header_capacity = capacity;
    }
    headers->items[headers->count++] = (struct http_pair){ .name = name, .value = value };
}

static void
drop(struct http_response *response, const char *name)
{
    struct http_pairs *headers = &response->headers;
    size_t kept = 0;
    for (size_t i = 0; i < headers->count; i++) {
        if (!is_name(headers->items[i].name, name))
            headers->items[kept++] = headers->items[i];
    }
    headers->count = kept;
}

void
http_response_header(struct http_response *response, const char *name, const char *value)
{
    refuse_line_break("name", name);
    refuse_line_break(name, value);
    add(response, arena_strdup(response->arena, name), arena_strdup(response->arena, value));
}

void
http_response_header_set(struct http_response *response, const char *name, const char *value)
{
    drop(response, name);
    http_response_header(response, name, value);
}

void
http_response_header_set_constant(
    struct http_response *response, const char *name, const char *value)
{
    refuse_line_break(name, value);
    drop(response, name);
    add(response, name, value);
}

const char *
http_response_header_find(const struct http_response *response, const char *name)
{
    for (size_t i = 0; i < response->headers.count; i++) {
        if (is_name(response->headers.items[i].name, name))
            return response->headers.items[i].value;
    }
    return NULL;
}
