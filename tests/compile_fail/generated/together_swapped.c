/* expect: incompatible type */
/* Parameters of two queries that go together, of one C type, in the wrong order. */
#include <tenantry/tenantry.h>

#include "queries.h"

bool page(struct tn_db db, int64_t number, struct tn_error *error);

bool
page(struct tn_db db, int64_t number, struct tn_error *error)
{
    struct entries_page_rows page;

#ifdef MISTAKE
    return entries_page(db, arg_row_limit(number), arg_opt_label(tn_opt_text_null()),
        arg_opt_least(tn_opt_int32_null()), arg_id(number), ENTRIES_SEARCH_SORT_BEST, &page, error);
#else
    return entries_page(db, arg_id(number), arg_opt_label(tn_opt_text_null()),
        arg_opt_least(tn_opt_int32_null()), arg_row_limit(number), ENTRIES_SEARCH_SORT_BEST, &page,
        error);
#endif
}
