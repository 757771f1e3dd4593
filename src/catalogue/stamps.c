#include "catalogue/stamps.h"

#include "stamps_query.h"

bool
stamps_check(struct direct *direct, bool *ret_are_kept, struct tn_error *error)
{
    struct pg_result *result = NULL;
    if (!direct_query(direct, query_stamps, 0, NULL, &result, error))
        return false;

    size_t bytes;
    *ret_are_kept = *result_value(result, 0, 0, &bytes) == 't';
    result_free(result);
    return true;
}
