/* expect: incompatible type */
/* A list of numbers of another size. */
#include <tenantry/tenantry.h>

#include "queries.h"

bool page(struct tn_db db, struct tn_int64_array ids, struct tn_text_array labels,
    struct tn_int32_array scores, struct tn_error *error);

bool
page(struct tn_db db, struct tn_int64_array ids, struct tn_text_array labels,
    struct tn_int32_array scores, struct tn_error *error)
{
    int64_t count;

#ifdef MISTAKE
    return entries_add(db, arg_ids(ids), arg_labels(labels), arg_scores(ids), &count, error);
#else
    return entries_add(db, arg_ids(ids), arg_labels(labels), arg_scores(scores), &count, error);
#endif
}
