#include "server/asset.h"

#include <string.h>

#include "crypto/digest.h"
#include "server/plain_pages.h"

struct asset {
    const struct tn_asset *file;
    const char *path;
    const char *etag;
};

struct asset_table {
    struct asset *assets;
    size_t count;
};

static struct asset
asset_of(const struct tn_asset *file, struct arena *arena)
{
    char hash[DIGEST_HEX_LENGTH + 1];
    digest_sha256_hex(file->content, file->bytes, hash);
    return (struct asset){
        .file = file,
        .path = arena_printf(arena, "/assets/%s", file->name),
        .etag = arena_printf(arena, "\"%.32s\"", hash),
    };
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

/* If-None-Match: a list of tags, or *. */
static bool
client_has(const struct http_request *http, const char *etag)
{
    const char *tags = http_header(http, "If-None-Match");
    return tags && (strcmp(tags, "*") == 0 || strstr(tags, etag));
}

bool
asset_serve(const struct server *server, const struct http_request *http,
    struct http_response *response, struct tn_error *error)
{
    const struct asset_table *table = server->assets;
    const struct asset *asset = NULL;
    for (size_t i = 0; i < table->count && !asset; i++) {
        if (strcmp(table->assets[i].path, http->path) == 0)
            asset = &table->assets[i];
    }
    if (!asset)
        return error_set(error, TN_NOT_FOUND, "%s", http->path);

    if (http->method != HTTP_GET && http->method != HTTP_HEAD) {
        http_response_header_set(response, "Allow", "GET, HEAD");
        return error_set(error, TN_METHOD, "%s", http->method_name);
    }

    /* The same for everybody, so any cache may keep it; it asks again after five minutes. */
    http_response_header_set(response, "Cache-Control", "public, max-age=300");
    http_response_header_set(response, "ETag", asset->etag);
    if (client_has(http, asset->etag)) {
        response->status = 304;
        return true;
    }

    response->status = 200;
    http_response_header_set(response, "Content-Type", asset->file->media_type);
    buffer_append(&response->body, asset->file->content, asset->file->bytes);
    return true;
}
