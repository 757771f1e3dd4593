/* expect: incompatible | too few */
/* The handle is no stream: rows come from what the query gave. */
#include <tenantry/tenantry.h>

#include "queries.h"

bool page(struct tn_db db, struct entries_stream_stream *stream, struct tn_error *error);

bool
page(struct tn_db db, struct entries_stream_stream *stream, struct tn_error *error)
{
    struct entries_stream_row row;
    bool found;

    (void)db;
#ifdef MISTAKE
    return entries_stream_next(db, &row, &found, error);
#else
    return entries_stream_next(stream, &row, &found, error);
#endif
}
