#include "server/asset.h"

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
    struct buffer packed; /* empty where that is no smaller */
};

struct asset_table {
    struct asset *assets;
    size_t count;
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

static struct asset
asset_of(const struct tn_asset *file, struct arena *arena)
{
    char hash[DIGEST_HEX_LENGTH + 1];
    digest_sha256_hex(file->content, file->bytes, hash);
    struct asset asset = {
        .file = file,
        .path = arena_printf(arena, "/assets/%s", file->name),
        .named_path = path_of_content(file->name, hash, arena),
        .etag = arena_printf(arena, "%.32s", hash),
    };
    buffer_init(&asset.packed, arena, 0);
    if (!gzip_append(&asset.packed, file->content, file->bytes, GZIP_SMALL) ||
        asset.packed.length >= file->bytes)
        buffer_truncate(&asset.packed, 0);
    return asset;
}

struct asset_table *
asset_table_new(const struct tn_application *application, struct arena *arena)
{
    struct asset_table *table = ARENA_NEW(arena, struct asset_table);
    table->assets = ARENA_ARRAY(arena, application->asset_count + 1, struct asset);
    for (size_t i = 0; i < application->asset_count; i++)
        table->assets[table->count++] = asset_of(&application->assets[i], arena);
    table->assets[table->count++] = asset_of(&site_style_sheet, arena);
    return table;
}

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

static const struct asset *
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
    const struct asset *asset = asset_find(server->assets, http->path);
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

    const bool is_packed = asset->packed.length > 0 && http_takes_gzip(http);
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
