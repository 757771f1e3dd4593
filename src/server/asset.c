#include "server/asset.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "crypto/digest.h"
#include "http/gzip.h"
#include "server/page.h"
#include "server/plain_pages.h"
#include "server/request.h"

#define HASH_LENGTH 12

struct asset {
    const struct tn_asset *file;
    const char *path;       /* asks again after five minutes */
    const char *named_path; /* of this content only: never asks again */
    const char *etag;
    atomic_bool is_tried; /* to pack it: `packed` does not change any more */
    struct arena *arena;  /* of `packed` */
    struct buffer packed; /* empty where that is no smaller */
};

struct asset_table {
    struct asset *assets;
    size_t count;
    pthread_mutex_t lock; /* who packs */
};

/* "/assets/app.<hash>.css" */
static const char *
path_of_content(const char *name, const char *hash, struct arena *arena)
{
    const char *dot = strrchr(name, '.');
    const int stem = dot ? (int)(dot - name) : (int)strlen(name);
    return arena_printf(
        arena, "/assets/%.*s.%.*s%s", stem, name, HASH_LENGTH, hash, dot ? dot : "");
}

static void
add(struct asset_table *table, const struct tn_asset *file, struct arena *arena)
{
    char hash[DIGEST_HEX_LENGTH + 1];
    digest_sha256_hex(file->content, file->bytes, hash);
    struct asset *asset = &table->assets[table->count++];
    asset->file = file;
    asset->path = arena_printf(arena, "/assets/%s", file->name);
    asset->named_path = path_of_content(file->name, hash, arena);
    asset->etag = arena_printf(arena, "%.32s", hash);
}

struct asset_table *
asset_table_new(const struct tn_application *application, struct arena *arena)
{
    struct asset_table *table = ARENA_NEW(arena, struct asset_table);
    table->assets = ARENA_ARRAY(arena, application->asset_count + 1, struct asset);
    for (size_t i = 0; i < application->asset_count; i++)
        add(table, &application->assets[i], arena);
    add(table, &site_style_sheet, arena);
    pthread_mutex_init(&table->lock, NULL);
    return table;
}

void
asset_table_done(struct asset_table *table)
{
    if (!table)
        return;

    for (size_t i = 0; i < table->count; i++) {
        if (table->assets[i].arena)
            arena_free(table->assets[i].arena);
    }
    pthread_mutex_destroy(&table->lock);
}

/* --- packed ---------------------------------------------------------------------------------- */

static void
pack(struct asset *asset)
{
    const struct tn_asset *file = asset->file;
    asset->arena = arena_new(512);
    buffer_init(&asset->packed, asset->arena, 0);
    if (!gzip_append(&asset->packed, file->content, file->bytes, GZIP_SMALL) ||
        asset->packed.length >= file->bytes)
        buffer_truncate(&asset->packed, 0);
    atomic_store(&asset->is_tried, true);
}

/* Once, for who asks first: at start it would hold up the first answer of all. */
static bool
can_be_packed(struct asset_table *table, struct asset *asset)
{
    if (!atomic_load(&asset->is_tried)) {
        pthread_mutex_lock(&table->lock);
        if (!atomic_load(&asset->is_tried))
            pack(asset);
        pthread_mutex_unlock(&table->lock);
    }
    return asset->packed.length > 0;
}

/* --- asked for ------------------------------------------------------------------------------- */

static const char *
address_of(const struct asset_table *table, const char *name)
{
    for (size_t i = 0; i < table->count; i++) {
        if (strcmp(table->assets[i].file->name, name) == 0)
            return table->assets[i].named_path;
    }
    return NULL;
}

void
tn_page_asset(struct tn_page *page, const char *name)
{
    const char *address = address_of(page->request->loop->server->assets, name);
    if (!address)
        BUFFER_LITERAL(page->out, "/assets/");
    buffer_text(page->out, address ? address : name);
}

static struct asset *
asset_find(const struct asset_table *table, const char *path)
{
    for (size_t i = 0; i < table->count; i++) {
        if (strcmp(table->assets[i].path, path) == 0 ||
            strcmp(table->assets[i].named_path, path) == 0)
            return &table->assets[i];
    }
    return NULL;
}

bool
asset_serve(const struct server *server, const struct http_request *http,
    struct http_response *response, struct tn_error *error)
{
    struct asset *asset = asset_find(server->assets, http->path);
    if (!asset)
        return error_set(error, TN_NOT_FOUND, "%s", http->path);

    if (http->method != HTTP_GET && http->method != HTTP_HEAD) {
        http_response_header_set(response, "Allow", "GET, HEAD");
        return error_set(error, TN_METHOD, "%s", http->method_name);
    }

    /* The same for everybody, so any cache may keep it. */
    const bool is_named = strcmp(asset->named_path, http->path) == 0;
    http_response_header_set(response, "Cache-Control",
        is_named ? "public, max-age=31536000, immutable" : "public, max-age=300");
    http_response_header_set(response, "Vary", "Accept-Encoding");

    const bool is_packed = http_takes_gzip(http) && can_be_packed(server->assets, asset);
    const char *etag =
        is_packed ? arena_printf(response->arena, "%s-gzip", asset->etag) : asset->etag;
    http_response_header_set(response, "ETag", arena_printf(response->arena, "\"%s\"", etag));
    /* Assets live as long as the server. */
    http_response_lend(response,
        is_packed ? asset->packed.data : (const char *)asset->file->content,
        is_packed ? asset->packed.length : asset->file->bytes, &(struct http_hold){ 0 });
    if (http_has_etag(http, etag)) {
        response->status = 304;
        return true;
    }

    response->status = 200;
    http_response_header_set(response, "Content-Type", asset->file->media_type);
    if (is_packed)
        http_response_header_set(response, "Content-Encoding", "gzip");
    return true;
}
