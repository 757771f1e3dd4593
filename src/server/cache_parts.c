#include "server/cache_parts.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "crypto/digest.h"
#include "http/form.h"
#include "tenant/versions.h"

#define BUCKETS 64
#define LISTED_BYTES_MAX 1024

static void
append_part(struct buffer *out, const char *part)
{
    buffer_digits(out, strlen(part), 1);
    buffer_character(out, ':');
    buffer_text(out, part);
}

const char *
cache_describe(struct arena *arena, ...)
{
    struct buffer out;
    buffer_init(&out, arena, 256);
    va_list parts;
    va_start(parts, arena);
    for (const char *part = va_arg(parts, const char *); part; part = va_arg(parts, const char *))
        append_part(&out, part);
    va_end(parts);
    return out.data;
}

const char *
cache_describe_organizations(
    const struct tn_organization *organizations, size_t count, struct arena *arena)
{
    struct buffer all;
    buffer_init(&all, arena, 512);
    for (size_t i = 0; i < count; i++) {
        append_part(&all, organizations[i].id.p);
        append_part(&all, organizations[i].slug.p);
        append_part(&all, organizations[i].name.p);
        append_part(&all, organizations[i].role.p);
    }

    /* To hash a short list takes longer than to compare it. Lists begin with a digit. */
    if (all.length <= LISTED_BYTES_MAX)
        return all.data;

    char digest[DIGEST_HEX_LENGTH + 1];
    digest_sha256_hex(all.data, all.length, digest);
    return arena_printf(arena, "#%s", digest);
}

const char *
cache_canonical_path(const char *path, struct arena *arena)
{
    struct buffer out;
    buffer_init(&out, arena, strlen(path) + 16);
    for (const char *at = path; *at == '/'; at += strcspn(at, "/")) {
        at++;
        const size_t bytes = strcspn(at, "/");
        const char *decoded = percent_decode(at, bytes, false, arena);
        buffer_character(&out, '/');
        percent_encode(&out, decoded ? decoded : at, decoded ? strlen(decoded) : bytes);
    }
    return out.data;
}

static int
compare_pairs(const void *a, const void *b)
{
    const struct http_pair *const *left = a;
    const struct http_pair *const *right = b;
    const int order = strcmp((*left)->name, (*right)->name);
    /* Both are of one array: their places are their order in the request. */
    return order != 0 ? order : (*left > *right) - (*left < *right);
}

const char *
cache_canonical_query(const struct http_pairs *query, struct arena *arena)
{
    const struct http_pair **pairs = ARENA_ARRAY(arena, query->count, const struct http_pair *);
    for (size_t i = 0; i < query->count; i++)
        pairs[i] = &query->items[i];
    qsort(pairs, query->count, sizeof *pairs, compare_pairs);

    struct buffer out;
    buffer_init(&out, arena, 64);
    for (size_t i = 0; i < query->count; i++) {
        append_part(&out, pairs[i]->name);
        append_part(&out, pairs[i]->value);
    }
    return out.data;
}

/* No relation's name begins with "~". */
static const char *
bucket(const char *kind, const char *text, size_t bytes, struct arena *arena)
{
    return arena_printf(arena, "~%s/%u", kind, (unsigned)(hash_bytes(text, bytes) % BUCKETS));
}

const char *
cache_path_relation(const char *canonical_path, struct arena *arena)
{
    return bucket("path", canonical_path, strlen(canonical_path), arena);
}

const char *
cache_below_relation(const char *canonical_path, size_t bytes, struct arena *arena)
{
    return bucket("below", canonical_path, bytes, arena);
}

const char *
cache_tag_relation(const char *tag, struct arena *arena)
{
    return bucket("tag", tag, strlen(tag), arena);
}

const char *const *
cache_relations(const struct read_log *reads, const char *path, const char *const *tags,
    size_t tag_count, struct arena *arena, size_t *ret_count)
{
    const char *canonical = cache_canonical_path(path, arena);
    const size_t most = reads->count + tag_count + 4 + strlen(canonical);
    const char **relations = ARENA_ARRAY(arena, most, const char *);
    size_t count = 0;
    for (size_t i = 0; i < reads->count; i++)
        relations[count++] = reads->tables[i];
    if (reads->reads_clock)
        relations[count++] = VERSIONS_DAY;
    for (size_t i = 0; i < tag_count; i++)
        relations[count++] = cache_tag_relation(tags[i], arena);

    relations[count++] = cache_path_relation(canonical, arena);
    relations[count++] = cache_below_relation("/", 1, arena);
    for (size_t end = 1; canonical[0] && canonical[end - 1]; end++) {
        const bool is_whole = canonical[end] == '/' || canonical[end] == '\0';
        if (is_whole && end > 1)
            relations[count++] = cache_below_relation(canonical, end, arena);
    }
    *ret_count = count;
    return relations;
}
