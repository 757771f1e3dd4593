/* expect: incompatible type */
/* A stream's rows are not all there at once. */
#include <tenantry/tenantry.h>

#include "queries.h"

bool page(struct tn_db db, struct entries_search_rows rows, struct tn_error *error);

bool
page(struct tn_db db, struct entries_search_rows rows, struct tn_error *error)
{
    struct entries_stream_stream stream;

    (void)rows;
#ifdef MISTAKE
    return entries_stream(db, arg_opt_least(tn_opt_int32_null()), rows, error);
#else
    return entries_stream(db, arg_opt_least(tn_opt_int32_null()), &stream, error);
#endif
}
