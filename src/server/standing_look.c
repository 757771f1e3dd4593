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

struct standing_look
standing_ask(struct direct *direct, bool is_tenant, struct arena *arena)
{
    struct standing_look look = { .place = ask(direct, place, arena) };
    struct tn_error ignored = { 0 };
    if (is_tenant && !stamps_check(direct, &look.keeps_stamps, &ignored))
        look.keeps_stamps = false;
    return look;
}

/* NULL: nothing speaks against it. */
static const char *
reason_against(const struct standing_look *identity, const struct standing_look *tenant)
{
    if (!identity->place[0] || strcmp(identity->place, tenant->place) != 0)
        return "the planes are two databases";

    if (!tenant->keeps_stamps)
        return "the security stamps are not there, not granted, or their triggers are disabled: "
               "start once with --database-admin";

    return NULL;
}

bool
standing_holds(const struct standing_look *identity, const struct standing_look *tenant)
{
    const char *reason = reason_against(identity, tenant);
    if (reason)
        log_line(LOG_INFO, NULL, "who asks is asked each time: %s", reason);
    return reason == NULL;
}
