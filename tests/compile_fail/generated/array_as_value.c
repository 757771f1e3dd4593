/* expect: incompatible type */
/* A list where one value is wanted. */
#include <tenantry/tenantry.h>

#include "queries.h"

bool page(struct tn_db db, struct tn_text text, struct tn_int64_array ids, struct tn_error *error);

bool
page(struct tn_db db, struct tn_text text, struct tn_int64_array ids, struct tn_error *error)
{
    int64_t count;

#ifdef MISTAKE
    return entry_rename(db, arg_label(text), arg_id(ids), &count, error);
#else
    return entry_rename(db, arg_label(text), arg_id(ids.v[0]), &count, error);
#endif
}
