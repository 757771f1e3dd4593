/* expect: too few arguments */
/* A parameter of one of the queries that go together is not there. */
#include <tenantry/tenantry.h>

#include "queries.h"

bool page(struct tn_db db, struct tn_error *error);

bool
page(struct tn_db db, struct tn_error *error)
{
    struct entries_page_rows page;

#ifdef MISTAKE
    return entries_page(db, arg_id(1), arg_opt_label(tn_opt_text_null()), arg_row_limit(1),
        ENTRIES_SEARCH_SORT_BEST, &page, error);
#else
    return entries_page(db, arg_id(1), arg_opt_label(tn_opt_text_null()),
        arg_opt_least(tn_opt_int32_null()), arg_row_limit(1), ENTRIES_SEARCH_SORT_BEST, &page,
        error);
#endif
}
