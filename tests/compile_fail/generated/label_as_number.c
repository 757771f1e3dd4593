/* expect: incompatible type */
/* A number where a member of an enum that may be NULL is wanted. */
#include <tenantry/tenantry.h>

#include "queries.h"

bool page(struct tn_db db, struct tn_error *error);

bool
page(struct tn_db db, struct tn_error *error)
{
    struct samples_feeling_rows rows;

#ifdef MISTAKE
    return samples_feeling(db, arg_opt_feeling(2), &rows, error);
#else
    return samples_feeling(db, arg_opt_feeling(opt_mood_of(MOOD_SAD)), &rows, error);
#endif
}
