/* expect: incompatible type | no matching */
/* A plain value where an argument may be left out. */
#include <tenantry/tenantry.h>

#include "queries.h"

bool page(struct tn_db db, struct tn_text text, struct tn_error *error);

bool
page(struct tn_db db, struct tn_text text, struct tn_error *error)
{
    struct entries_search_rows rows;

#ifdef MISTAKE
    return entries_search(db, arg_label(text), arg_opt_least(tn_opt_int32_null()), arg_row_limit(1),
        ENTRIES_SEARCH_SORT_BEST, &rows, error);
#else
    return entries_search(db, arg_opt_label(tn_opt_text_of(text)),
        arg_opt_least(tn_opt_int32_null()), arg_row_limit(1), ENTRIES_SEARCH_SORT_BEST, &rows,
        error);
#endif
}
