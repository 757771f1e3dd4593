/* expect: incompatible type */
/* A value that may be NULL where one is wanted that cannot be. */
#include <tenantry/tenantry.h>

#include "queries.h"

bool page(struct tn_db db, struct invoice_get_row *invoice, struct tn_error *error);

bool
page(struct tn_db db, struct invoice_get_row *invoice, struct tn_error *error)
{
    struct invoice_counts_row counts;

#ifdef MISTAKE
    return invoice_counts(db, arg_today(invoice->paid_on), &counts, error);
#else
    return invoice_counts(db, arg_today(invoice->due_on), &counts, error);
#endif
}
