#include "catalogue/stamps.h"

#include "stamps_query.h"

bool
stamps_check(
    struct direct *direct, struct arena *arena, const char **ret_mend, struct tn_error *error)
{
    struct pg_result *result = NULL;
    if (!direct_query(direct, query_stamps, 0, NULL, &result, error))
        return false;

    *ret_mend = result_row_count(result) > 0 ? result_text(result, 0, 0, arena) : NULL;
    result_free(result);
    return true;
}
