/* expect: no member named | has no member */
/* An array that may be NULL, used as if it could not. */
#include <tenantry/tenantry.h>

#include "queries.h"

bool page(struct sample_get_row *row);

bool
page(struct sample_get_row *row)
{
    struct tn_int32_array wholes;

#ifdef MISTAKE
    return row->wholes.n > 0;
#else
    return tn_opt_int32_array_get(row->wholes, &wholes) && wholes.n > 0;
#endif
}
