/* expect: no member named */
/* The row of a :maybe, read without asking whether there is one. */
#include <tenantry/tenantry.h>

#include "queries.h"

int32_t score_of(const struct entries_page_rows *page);

int32_t
score_of(const struct entries_page_rows *page)
{
    struct entry_find_row row = { 0 };

#ifdef MISTAKE
    return page->entry_find.score + row.score;
#else
    return opt_entry_find_row_get(page->entry_find, &row) ? row.score : 0;
#endif
}
