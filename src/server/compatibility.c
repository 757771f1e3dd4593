#include "server/compatibility.h"

#include <string.h>

bool
compatibility_check(const struct settings *settings, struct tn_error *error)
{
    const char *word = settings->compatibility;
    if (strcmp(word, "strict") == 0 || strcmp(word, "reference") == 0)
        return true;
    return error_set(
        error, TN_CONFIGURATION, "--compatibility is \"%s\": write strict or reference", word);
}

bool
compatibility_apply(const struct settings *settings, const char *admin_url, struct tn_error *error)
{
    const bool is_strict = strcmp(settings->compatibility, "strict") == 0;
    struct direct *direct;
    if (!direct_open(admin_url, &direct, error))
        return false;

    const bool done = direct_run(direct,
        is_strict ? "SET ROLE tenantry_owner; SELECT tenantry.hold_sessions_to_members(true)"
                  : "SET ROLE tenantry_owner; SELECT tenantry.hold_sessions_to_members(false)",
        error);
    direct_close(direct);
    if (!done)
        error_prefix(error, "compatibility of the identity plane");
    return done;
}

bool
compatibility_look(const struct settings *settings, struct direct *identity, bool *ret_as_set,
    struct tn_error *error)
{
    struct pg_result *result;
    if (!direct_query(identity,
            "SELECT FROM pg_catalog.pg_constraint WHERE conrelid = 'public.session'::regclass "
            "AND conname = 'session_userId_activeOrganizationId_fkey'",
            0, NULL, &result, error))
        return false;

    const bool is_held = result_row_count(result) > 0;
    *ret_as_set = is_held == (strcmp(settings->compatibility, "strict") == 0);
    result_free(result);
    return true;
}
