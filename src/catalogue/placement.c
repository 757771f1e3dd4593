#include "catalogue/placement.h"

#include <string.h>

#include "placement_query.h"

static const enum finding_kind kinds[] = { FINDING_CITUS_TYPE, FINDING_CITUS_NO_KEY,
    FINDING_CITUS_KEY, FINDING_CITUS_FOREIGN_KEY, FINDING_CITUS_DELETE_ACTION,
    FINDING_CITUS_REFERENCE, FINDING_CITUS_TRIGGER, FINDING_CITUS_COUNTER,
    FINDING_CITUS_RESTRICTIVE, FINDING_CITUS_POLICIES, FINDING_CITUS_SUB_SELECT };

static void
row_take(struct finding_list *list, const struct pg_result *result, size_t row)
{
    const char *code = result_text(result, row, 0, list->arena);
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (strcmp(finding_code(kinds[i]), code) == 0)
            finding_add(list, kinds[i], result_text(result, row, 1, list->arena), "tenantry_app",
                result_text(result, row, 2, list->arena), result_text(result, row, 3, list->arena));
}

bool
placement_check(struct direct *direct, bool moves_now, struct arena *arena,
    struct finding **ret_findings, size_t *ret_count, struct tn_error *error)
{
    struct finding_list list = { .arena = arena };
    const char *now = moves_now ? "true" : "false";
    struct pg_result *result = NULL;
    if (!direct_query(direct, query_placement, 1, &now, &result, error))
        return false;

    for (size_t row = 0; row < result_row_count(result); row++)
        row_take(&list, result, row);
    result_free(result);
    *ret_findings = list.items;
    *ret_count = list.count;
    return true;
}
