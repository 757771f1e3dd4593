#include "server/standing_look.h"

#include <string.h>

#include "base/log.h"
#include "catalogue/stamps.h"

/* Which database of which cluster a connection leads to, and that it is no copy which follows. */
static const char place[] =
    "SELECT (SELECT system_identifier FROM pg_catalog.pg_control_system()) || ' ' || oid || ' ' "
    "|| pg_catalog.pg_is_in_recovery() FROM pg_catalog.pg_database "
    "WHERE datname = pg_catalog.current_database()";

/* The one text that a query answers, NULL when there is none or it fails. */
static const char *
ask(struct direct *direct, const char *sql, struct arena *arena)
{
    struct pg_result *result;
    struct tn_error ignored = { 0 };
    if (!direct_query(direct, sql, 0, NULL, &result, &ignored))
        return NULL;

    const char *text = result_row_count(result) == 1 ? result_text(result, 0, 0, arena) : NULL;
    result_free(result);
    return text;
}

/* What keeps this plane from its stamps; NULL: nothing. */
static const char *
obstacle_on(struct direct *direct, struct arena *arena)
{
    const char *mend;
    struct tn_error error = { 0 };
    if (!stamps_check(direct, arena, &mend, &error))
        return arena_printf(arena, "the security stamps are not to be seen: %s", error.detail);

    return mend ? arena_printf(arena, "until the owner of the tables runs %s", mend) : NULL;
}

struct standing_look
standing_ask(struct direct *direct, bool is_tenant, struct arena *arena)
{
    return (struct standing_look){
        .place = ask(direct, place, arena),
        .obstacle = is_tenant ? obstacle_on(direct, arena) : NULL,
    };
}

/* NULL: nothing speaks against it. */
static const char *
reason_against(const struct standing_look *identity, const struct standing_look *tenant)
{
    if (!identity->place || !tenant->place)
        return "a plane's role may not call pg_control_system(), which tells databases apart";

    if (strcmp(identity->place, tenant->place) != 0)
        return "the planes are two databases";

    return tenant->obstacle;
}

bool
standing_holds(const struct settings *settings, const struct standing_look *identity,
    const struct standing_look *tenant)
{
    const char *reason = settings->remembered_sessions > 0 ? reason_against(identity, tenant)
                                                           : "--remembered-sessions is 0";
    if (reason)
        log_line(LOG_INFO, NULL, "who asks is asked each time: %s", reason);
    return reason == NULL;
}
