/* Pages that are kept (`.cache` of a route), and what their author can still say about them.
 *
 * Nobody has to say that a page is out of date because of what a query wrote: each page is kept
 * with what its queries read, and each write raises the versions of what it writes, in its own
 * transaction. What is here is for what the database cannot see: a file, a rate from elsewhere, a
 * setting of the program. It holds in every process that serves the same database, from the moment
 * of the call (within tn_transaction: of its COMMIT), and for one organization. */
#pragma once

#include "tenantry/db.h"
#include "tenantry/request.h"

enum tn_revalidate {
    TN_ONLY,  /* the page at that path, whatever its query string */
    TN_BELOW, /* that one and all whose path is longer: "/" is every page */
};

/* `path` as in a route, without /o/<slug>: "/invoices". */
TN_PUBLIC bool tn_revalidate_path(
    struct tn_db db, const char *path, enum tn_revalidate which, struct tn_error *error);
/* Pages that said tn_cache_tag with this tag while they were rendered. */
TN_PUBLIC bool tn_revalidate_tag(struct tn_db db, const char *tag, struct tn_error *error);
TN_PUBLIC void tn_cache_tag(struct tn_request *request, const char *tag);
/* The page that is being rendered shows what nobody will tell of when it changes: do not keep it.
 */
TN_PUBLIC void tn_cache_refuse(struct tn_request *request);
