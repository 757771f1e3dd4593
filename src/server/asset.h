/* Files that the program serves itself: /assets/<name>, those of the application and tenantry's
 * own. */
#pragma once

#include "server/server.h"

/* What the answers need of each asset, in `arena`; what is sent compressed is made when it is asked
 * for first, and ends with asset_table_done, which accepts NULL. */
struct asset_table;
struct asset_table *asset_table_new(const struct tn_application *application, struct arena *arena);
void asset_table_done(struct asset_table *table);

/* 200 with a strong ETag, or 304. TN_NOT_FOUND, TN_METHOD. */
MUST_USE bool asset_serve(const struct server *server, const struct http_request *http,
    struct http_response *response, struct tn_error *error);
