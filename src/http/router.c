#include "http/router.h"

#include <string.h>

#include "http/form.h"

#define SEGMENTS_MAX 16

/* A tree of segments: what stands below a path, literal segments first, then ":name". */
struct node {
    const char *literal; /* NULL for ":name" */
    struct node *literals;
    struct node *parameter;
    struct node *next; /* among the literals of the same parent */
    const struct endpoint *get;
    const struct endpoint *post;
};

/* The names stand here and not in the tree: "/a/:x" and "/a/:y/b" share a node. */
struct endpoint {
    const void *route;
    const char *names[SEGMENTS_MAX];
    size_t name_count;
};

struct router {
    struct arena *arena;
    struct node root;
};

struct router *
router_new(struct arena *arena)
{
    struct router *router = ARENA_NEW(arena, struct router);
    router->arena = arena;
    return router;
}

static struct node *
find_literal(const struct node *parent, const char *literal)
{
    struct node *child = parent->literals;
    while (child && strcmp(child->literal, literal) != 0)
        child = child->next;
    return child;
}

static struct node *
make_literal(struct router *router, struct node *parent, const char *literal)
{
    struct node *child = find_literal(parent, literal);
    if (!child) {
        child = ARENA_NEW(router->arena, struct node);
        child->literal = literal;
        child->next = parent->literals;
        parent->literals = child;
    }
    return child;
}

static struct node *
make_parameter(struct router *router, struct node *parent)
{
    if (!parent->parameter)
        parent->parameter = ARENA_NEW(router->arena, struct node);
    return parent->parameter;
}

static bool
has_name(const struct endpoint *endpoint, const char *name)
{
    for (size_t i = 0; i < endpoint->name_count; i++) {
        if (strcmp(endpoint->names[i], name) == 0)
            return true;
    }
    return false;
}

/* Walk along `pattern`, making the nodes that are missing and noting its names. */
static bool
make_path(struct router *router, const char *pattern, struct endpoint *endpoint,
    struct node **ret_node, struct tn_error *error)
{
    struct node *node = &router->root;
    size_t count = 0;

    for (const char *segment = pattern + 1; segment; count++) {
        const char *slash = strchr(segment, '/');
        const size_t bytes = slash ? (size_t)(slash - segment) : strlen(segment);
        const char *text = arena_memdup(router->arena, segment, bytes);
        if (count == SEGMENTS_MAX)
            return error_set(error, TN_CONFIGURATION, "route \"%s\": more than %d segments",
                pattern, SEGMENTS_MAX);

        if (text[0] == ':') {
            if (text[1] == '\0' || has_name(endpoint, text + 1))
                return error_set(error, TN_CONFIGURATION,
                    "route \"%s\": \"%s\" needs a name of its own", pattern, text);

            endpoint->names[endpoint->name_count++] = text + 1;
            node = make_parameter(router, node);
        } else {
            node = make_literal(router, node, text);
        }
        segment = slash ? slash + 1 : NULL;
    }
    *ret_node = node;
    return true;
}

bool
router_add(struct router *router, enum http_method method, const char *pattern, const void *route,
    struct tn_error *error)
{
    if (pattern[0] != '/')
        return error_set(
            error, TN_CONFIGURATION, "route \"%s\": a path starts with \"/\"", pattern);

    if (method != HTTP_GET && method != HTTP_POST)
        return error_set(
            error, TN_CONFIGURATION, "route \"%s\": only GET and POST are routed", pattern);

    struct endpoint *endpoint = ARENA_NEW(router->arena, struct endpoint);
    struct node *node = NULL;
    if (!make_path(router, pattern, endpoint, &node, error))
        return false;

    const struct endpoint **place = method == HTTP_GET ? &node->get : &node->post;
    if (*place)
        return error_set(error, TN_CONFIGURATION,
            "route \"%s\": another route takes the same requests", pattern);

    endpoint->route = route;
    *place = endpoint;
    return true;
}

/* A path, cut into decoded segments. */
struct path {
    const char *segments[SEGMENTS_MAX];
    size_t count;
};

static bool
path_cut(const char *path, struct arena *arena, struct path *ret_path)
{
    if (path[0] != '/')
        return false;

    for (const char *segment = path + 1; segment;) {
        const char *slash = strchr(segment, '/');
        const size_t bytes = slash ? (size_t)(slash - segment) : strlen(segment);
        if (ret_path->count == SEGMENTS_MAX)
            return false;

        const char *decoded = percent_decode(segment, bytes, false, arena);
        if (!decoded)
            return false;

        ret_path->segments[ret_path->count++] = decoded;
        segment = slash ? slash + 1 : NULL;
    }
    return true;
}

/* The node of the whole path below `node`; `values` gets what its names stand for. Where the
 * literal branch leads nowhere the ":name" beside it is tried, so this recurses, at most
 * SEGMENTS_MAX deep. */
static const struct node *
find_node(
    const struct node *node, const struct path *path, size_t at, const char **values, size_t count)
{
    if (at == path->count)
        return node->get || node->post ? node : NULL;

    const char *segment = path->segments[at];
    const struct node *literal = find_literal(node, segment);
    const struct node *found = literal ? find_node(literal, path, at + 1, values, count) : NULL;
    if (found || !node->parameter || segment[0] == '\0')
        return found;

    values[count] = segment;
    return find_node(node->parameter, path, at + 1, values, count + 1);
}

static const char *
allow_of(const struct node *node)
{
    if (node->get && node->post)
        return "GET, HEAD, POST";

    return node->get ? "GET, HEAD" : "POST";
}

struct router_match
router_find(
    const struct router *router, enum http_method method, const char *path, struct arena *arena)
{
    struct path cut = { .count = 0 };
    const char *values[SEGMENTS_MAX] = { NULL };
    if (!path_cut(path, arena, &cut))
        return (struct router_match){ .route = NULL };

    const struct node *node = find_node(&router->root, &cut, 0, values, 0);
    if (!node)
        return (struct router_match){ .route = NULL };

    struct router_match match = { .path_exists = true, .allow = allow_of(node) };
    const struct endpoint *endpoint = method == HTTP_GET || method == HTTP_HEAD ? node->get
                                      : method == HTTP_POST                     ? node->post
                                                                                : NULL;
    if (!endpoint)
        return match;

    match.route = endpoint->route;
    match.segments.items = ARENA_ARRAY(arena, endpoint->name_count, struct http_pair);
    match.segments.count = endpoint->name_count;
    for (size_t i = 0; i < endpoint->name_count; i++)
        match.segments.items[i] =
            (struct http_pair){ .name = endpoint->names[i], .value = values[i] };
    return match;
}
