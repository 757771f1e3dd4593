/* expect: incompatible type */
/* A number with a scale is no text of a number. */
#include <tenantry/tenantry.h>

#include "queries.h"

bool page(struct sample_get_row *row);

bool
page(struct sample_get_row *row)
{
    struct tn_numeric exact;

#ifdef MISTAKE
    return tn_opt_numeric_get(row->amount, &exact);
#else
    return tn_opt_numeric_get(row->exact, &exact);
#endif
}
