/* expect: undeclared */
/* A sort that the query does not have. */
#include <tenantry/tenantry.h>

#include "queries.h"

bool page(struct tn_db db, struct tn_text text, struct tn_error *error);

bool
page(struct tn_db db, struct tn_text text, struct tn_error *error)
{
    struct entries_search_rows rows;

#ifdef MISTAKE
    return entries_search(db, arg_opt_label(tn_opt_text_of(text)),
        arg_opt_least(tn_opt_int32_null()), arg_row_limit(1), ENTRIES_SEARCH_SORT_MIDDLING, &rows,
        error);
#else
    return entries_search(db, arg_opt_label(tn_opt_text_of(text)),
        arg_opt_least(tn_opt_int32_null()), arg_row_limit(1), ENTRIES_SEARCH_SORT_BEST, &rows,
        error);
#endif
}
