#include "tenantry/isolation.h"

#include <string.h>

#include "base/time.h"
#include "catalogue/read.h"
#include "loop/fiber.h"
#include "postgres/direct.h"
#include "server/request.h"
#include "server/verify_report.h"

#define PROBE_MS 2000
#define TURN_MS 250     /* from the beginning of a look to that of the next one */
#define TURN_STEP_MS 20 /* how often who waits looks whether it is its turn */
#define TURN_WAIT_MS 10000

/* What a worker does for the request, which waits for it. */
struct look {
    struct tn_request *request;
    struct tn_isolation isolation;
    struct tn_error error;
    bool done;
};

/* --- the catalogue ------------------------------------------------------------------------------
 */

static struct tn_text
expressions_of(const struct catalogue_relation *relation, bool of_check, struct arena *arena)
{
    struct buffer out;
    buffer_init(&out, arena, 128);
    for (size_t i = 0; i < relation->policy_count; i++) {
        const struct catalogue_policy *policy = &relation->policies[i];
        const char *expression = of_check ? policy->check_expression : policy->using_expression;
        if (!policy->applies || !expression)
            continue;

        if (out.length > 0)
            buffer_text(&out, policy->is_permissive ? " OR " : " AND ");
        buffer_text(&out, expression);
    }
    return request_text(out.data);
}

static bool
role_is_plain(const struct catalogue *catalogue)
{
    for (size_t i = 0; i < catalogue->role_count; i++) {
        const struct catalogue_role *role = &catalogue->roles[i];
        if (role->is_superuser || role->bypasses_rls || role->reaches_all)
            return false;
    }
    return true;
}

/* --- trying it ----------------------------------------------------------------------------------
 */

/* Does `question`, which is EXISTS, find a row? What cannot be asked is unknown. */
static enum tn_probe
probe(struct direct *direct, const char *question, const char *organization_id, struct arena *arena)
{
    struct pg_result *result;
    struct tn_error ignored = { 0 };
    const char *values[] = { organization_id };
    if (!direct_query(direct, question, organization_id ? 1 : 0, values, &result, &ignored))
        return TN_PROBE_UNKNOWN;

    const char *answer = result_text(result, 0, 0, arena);
    const bool found = !answer || strcmp(answer, "f") != 0;
    result_free(result);
    return found ? TN_PROBE_ROWS : TN_PROBE_NOTHING;
}

/* In the request's organization, as a query of the application would be, but for its predicate. */
static enum tn_probe
probe_others(
    struct direct *direct, const char *table, const char *organization_id, struct arena *arena)
{
    struct pg_result *result;
    struct tn_error ignored = { 0 };
    const char *values[] = { organization_id };
    if (!direct_run(direct, "BEGIN READ ONLY", &ignored))
        return TN_PROBE_UNKNOWN;

    enum tn_probe answer = TN_PROBE_UNKNOWN;
    if (direct_query(direct,
            arena_printf(arena, "SELECT tenantry.enter($1::text, %d, %d)", PROBE_MS, PROBE_MS), 1,
            values, &result, &ignored)) {
        result_free(result);
        answer = probe(direct,
            arena_printf(arena,
                "SELECT EXISTS (SELECT FROM %s WHERE " TENANT_COLUMN " IS DISTINCT FROM $1)",
                table),
            organization_id, arena);
    }
    struct tn_error also_ignored = { 0 };
    const bool ended = direct_run(direct, "ROLLBACK", &also_ignored);
    return ended ? answer : TN_PROBE_UNKNOWN;
}

static struct tn_isolation_table
look_at(struct direct *direct, const struct catalogue_relation *relation,
    const char *organization_id, struct arena *arena)
{
    return (struct tn_isolation_table){
        .name = request_text(relation->name),
        .is_enabled = relation->rls_is_enabled,
        .is_forced = relation->rls_is_forced,
        .using_expression = expressions_of(relation, false, arena),
        .check_expression = expressions_of(relation, true, arena),
        .without = probe(direct,
            arena_printf(arena, "SELECT EXISTS (SELECT FROM %s)", relation->name), NULL, arena),
        .others = probe_others(direct, relation->name, organization_id, arena),
    };
}

static bool
is_tenant_table(const struct catalogue_relation *relation)
{
    return relation->has_tenant_column && (relation->kind == 'r' || relation->kind == 'p');
}

static bool
look_with(struct look *look, struct direct *direct)
{
    struct arena *arena = look->request->http->arena;
    struct tn_isolation *isolation = &look->isolation;
    struct pg_result *result;
    struct catalogue catalogue;
    if (!direct_run(
            direct, arena_printf(arena, "SET statement_timeout = %d", PROBE_MS), &look->error) ||
        !direct_query(direct, "SELECT current_user", 0, NULL, &result, &look->error))
        return false;

    const char *role = result_text(result, 0, 0, arena);
    result_free(result);
    if (!catalogue_read(direct, role, TENANT_COLUMN, arena, &catalogue, &look->error))
        return false;

    struct tn_isolation_table *tables =
        ARENA_ARRAY(arena, catalogue.relation_count, struct tn_isolation_table);
    for (size_t i = 0; i < catalogue.relation_count; i++) {
        if (is_tenant_table(&catalogue.relations[i]))
            tables[isolation->table_count++] =
                look_at(direct, &catalogue.relations[i], look->request->organization.id.p, arena);
    }
    isolation->tables = tables;
    isolation->role = request_text(role);
    isolation->role_is_plain = role_is_plain(&catalogue);
    return true;
}

static void
look(void *argument)
{
    struct look *look = argument;
    struct server *server = look->request->loop->server;
    struct direct *direct;
    if (!direct_open(server->tenant_url, &direct, &look->error))
        return;

    look->done = look_with(look, direct);
    direct_close(direct);
}

/* One look at a time, and few in a second: each costs a connection, a worker and some fifty
 * statements, however often its page is asked for. What is shown is still of now. */
static bool
turn_take(struct server *server, struct tn_error *error)
{
    for (int waited_ms = 0; waited_ms < TURN_WAIT_MS; waited_ms += TURN_STEP_MS) {
        const int64_t now_ms = time_monotonic_ms();
        if (now_ms >= atomic_load(&server->look.next_ms) &&
            !atomic_exchange(&server->look.is_taken, true)) {
            atomic_store(&server->look.next_ms, now_ms + TURN_MS);
            return true;
        }
        fiber_sleep(TURN_STEP_MS);
        if (!fiber_check(error))
            return false;
    }
    return error_set(error, TN_OVERLOADED, "too many look at how organizations are kept apart");
}

bool
tn_isolation(struct tn_request *request, struct tn_isolation *ret_isolation, struct tn_error *error)
{
    struct server *server = request->loop->server;
    struct look job = { .request = request };
    request->cache_is_refused = true;
    if (!request->organization.id.p || !server->tenant_url)
        return error_set(error, TN_HANDLE, "the request stands in no organization");

    if (!turn_take(server, error))
        return false;

    const bool has_run = worker_run(server->workers, look, &job, error);
    atomic_store(&server->look.is_taken, false);
    if (!has_run)
        return false;

    if (!job.done) {
        *error = job.error;
        return false;
    }
    job.isolation.report_file = server->verify_report;
    verify_report_read(server->verify_report, request->http->arena, &job.isolation.report);
    *ret_isolation = job.isolation;
    return true;
}
