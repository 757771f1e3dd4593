/* expect: incompatible type | initializing */
/* An enum that may be NULL, used as if it could not. */
#include <tenantry/tenantry.h>

#include "queries.h"

bool page(struct sample_get_row *row);

bool
page(struct sample_get_row *row)
{
    enum mood feeling;

#ifdef MISTAKE
    return (feeling = row->feeling) == MOOD_SAD;
#else
    return opt_mood_get(row->feeling, &feeling) && feeling == MOOD_SAD;
#endif
}
