#include "server/standing_look.h"

#include <string.h>

#include "base/log.h"
#include "catalogue/stamps.h"

/* Which database of which cluster a connection leads to, and that it is no copy which follows. */
static const char place[] =
    "SELECT (SELECT system_identifier FROM pg_catalog.pg_control_system()) || ' ' || oid || ' ' "
    "|| pg_catalog.pg_is_in_recovery() FROM pg_catalog.pg_database "
    "WHERE datname = pg_catalog.current_database()";

/* The one text that a query answers, "" when there is none or it fails. */
static const char *
ask(struct direct *direct, const char *sql, struct arena *arena)
{
    struct pg_result *result;
    struct tn_error ignored = { 0 };
    if (!direct_query(direct, sql, 0, NULL, &result, &ignored))
        return "";

    const char *text = result_row_count(result) == 1 ? result_text(result, 0, 0, arena) : NULL;
    result_free(result);
    return text ? text : "";
}

/* NULL: nothing speaks against it. */
static const char *
reason_against(const struct checked_planes *planes, struct arena *arena)
{
    const char *there = ask(planes->identity, place, arena);
    if (!there[0] || strcmp(there, ask(planes->tenant, place, arena)) != 0)
        return "the planes are two databases";

    bool are_kept;
    struct tn_error error = { 0 };
    if (!stamps_check(planes->tenant, &are_kept, &error) || !are_kept)
        return "the security stamps are not there, not granted, or their triggers are disabled: "
               "start once with --database-admin";

    return NULL;
}

bool
standing_look(const struct checked_planes *planes, const struct settings *settings)
{
    if (settings->remembered_sessions == 0 || !planes->tenant)
        return false;

    struct arena *arena = arena_new(1024);
    const char *reason = reason_against(planes, arena);
    if (reason)
        log_line(LOG_INFO, NULL, "who asks is asked each time: %s", reason);
    arena_free(arena);
    return reason == NULL;
}
