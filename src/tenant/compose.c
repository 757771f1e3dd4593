#include "tenant/compose.h"

#include <string.h>

#include "tenant/bump.h"
#include "tenant/oids.h"
#include "tenant/replica.h"

static const struct statement begin = { .name = "tn_begin", .text = "BEGIN" };
static const struct statement commit = { .name = "tn_commit", .text = "COMMIT" };

static const struct statement enter = {
    .name = "tn_enter",
    .text = "SELECT tenantry.enter($1, $2, $3)",
    .types = (const uint32_t[]){ OID_TEXT, OID_INT4, OID_INT4 },
    .parameter_count = 3,
};

static const struct statement limit = {
    .name = "tn_limit",
    .text = "SELECT tenantry.limit($1, $2)",
    .types = (const uint32_t[]){ OID_INT4, OID_INT4 },
    .parameter_count = 2,
};

/* As tn_limit; and who makes the change, for the audit log. */
static const struct statement act = {
    .name = "tn_act",
    .text = "SELECT tenantry.act($1, $2, $3)",
    .types = (const uint32_t[]){ OID_INT4, OID_INT4, OID_TEXT },
    .parameter_count = 3,
};

static const struct statement record_use = {
    .name = "tn_raw_use",
    .text = "INSERT INTO tenantry.raw_use (program, purpose, query) VALUES ($1, $2, $3)",
    .types = (const uint32_t[]){ OID_TEXT, OID_TEXT, OID_TEXT },
    .parameter_count = 3,
};

static const char **
values_of(struct arena *arena, size_t count)
{
    return ARENA_ARRAY(arena, count, const char *);
}

/* The first step of a tenant's or identity's group: who, and how long. */
static const struct statement *
entry_statement(const struct scope *scope, bool writes)
{
    if (scope->kind == HANDLE_DB)
        return &enter;
    return scope->actor && writes ? &act : &limit;
}

static enum flight_entry
entry_kind(const struct statement *entry)
{
    return entry == &enter   ? FLIGHT_ENTRY_ORGANIZATION
           : entry == &limit ? FLIGHT_ENTRY_LIMITS
                             : FLIGHT_ENTRY_OWN;
}

static const char *const *
entry_values(const struct scope *scope, bool alone)
{
    const char *const *limits = runtime_limit_texts(scope->runtime, alone);
    const char **values = values_of(scope->arena, 3);
    size_t count = 0;
    if (scope->kind == HANDLE_DB)
        values[count++] = scope->organization_id;
    values[count++] = limits[0];
    values[count++] = limits[1];
    if (scope->kind != HANDLE_DB)
        values[count] = scope->actor;
    return values;
}

static size_t
relation_count(const char *const *relations)
{
    size_t count = 0;
    while (relations && relations[count])
        count++;
    return count;
}

static void
written_add(struct scope *scope, const char *table)
{
    struct written *written = &scope->written;
    for (size_t i = 0; i < written->count; i++) {
        if (strcmp(written->tables[i], table) == 0)
            return;
    }

    if (written->count == written->capacity) {
        const size_t capacity = written->capacity > 0 ? written->capacity * 2 : 8;
        const char **tables = values_of(scope->arena, capacity);
        if (written->count > 0)
            memcpy(tables, written->tables, written->count * sizeof *tables);
        written->tables = tables;
        written->capacity = capacity;
    }
    written->tables[written->count++] = table;
}

void
compose_record(struct flight *flight, const struct scope *scope, const struct tn_query *query)
{
    const char **values = values_of(scope->arena, 3);
    values[0] = scope->raw_program;
    values[1] = scope->raw_purpose;
    values[2] = query->name;
    flight_add(flight, &record_use, values);
}

bool
compose_begin(struct flight *flight, const struct scope *scope, struct tn_error *error)
{
    flight_add(flight, &begin, NULL);
    if (scope->kind != HANDLE_RAW)
        flight_add(flight, entry_statement(scope, true), entry_values(scope, true));
    return standing_add(flight, scope, error);
}

void
compose_enter(struct flight *flight, const struct scope *scope, bool writes, bool alone)
{
    const struct statement *entry = entry_statement(scope, writes);
    flight_add(flight, entry, entry_values(scope, alone));
    flight->entry = entry_kind(entry);
    if (!alone)
        flight->alone_values = entry_values(scope, true);
}

/* What stands before the queries. */
static bool
add_entry(struct flight *flight, struct scope *scope, const struct tn_query *query,
    struct tn_error *error)
{
    if (scope->lease && scope->kind != HANDLE_RAW)
        return scope->has_begun || compose_begin(flight, scope, error);

    if (scope->kind == HANDLE_RAW)
        compose_record(flight, scope, query);
    else
        compose_enter(flight, scope, query->writes, query->slow);
    return standing_add(flight, scope, error);
}

void
compose_queries(
    struct flight *flight, struct scope *scope, const struct composed *queries, int count)
{
    for (int i = 0; i < count; i++) {
        struct flight_step *step = flight_add(
            flight, runtime_statement(scope->runtime, queries[i].query), queries[i].values);
        step->lengths = queries[i].lengths;
        step->formats = queries[i].formats;
    }
    const struct tn_query *query = queries[0].query;
    flight->organization_id = scope->organization_id;
    flight->only_reads = !query->writes;
    flight->lane = query->slow ? FLIGHT_ALONE : query->writes ? FLIGHT_WRITE : FLIGHT_READ;
}

void
compose_results(const struct flight *flight, int first, struct composed *queries, int count)
{
    for (int i = 0; i < count; i++)
        queries[i].result = flight->steps[first + i].result;
}

/* Of several the one that PostgreSQL refused is the first that has no answer. */
static const char *
failed_name(const struct flight *flight, int first, const struct composed *queries, int count,
    const char *name, const struct tn_error *error)
{
    for (int i = 0; i < count && error->sqlstate[0]; i++) {
        if (!flight->steps[first + i].result)
            return queries[i].query->name;
    }
    return name;
}

bool
compose_fly(struct scope *scope, struct composed *queries, int count, const char *name,
    struct flight *flight, struct tn_error *error)
{
    const struct tn_query *query = queries[0].query;
    if (replica_may_answer(scope, query) && replica_fly(scope, queries, count, flight))
        return true;

    /* Who wrote reads what was written. */
    scope->reads_replica &= !query->writes;
    if (!add_entry(flight, scope, query, error))
        return false;

    const int first = flight->step_count;
    compose_queries(flight, scope, queries, count);

    const size_t written_count =
        scope->kind == HANDLE_DB ? relation_count(query->tables_written) : 0;
    if (scope->lease) {
        for (size_t i = 0; i < written_count; i++)
            written_add(scope, query->tables_written[i]);
    } else if (written_count > 0) {
        bump_add(flight, scope, query->tables_written, written_count);
    }

    scope->has_begun = scope->lease != NULL;
    const bool flew = scope->lease ? lease_fly(scope->lease, flight, error)
                                   : pool_fly(scope->pool, flight, error);
    if (!standing_note(scope, flew, error)) {
        error_prefix(error, "query %s", failed_name(flight, first, queries, count, name, error));
        return false;
    }

    compose_results(flight, first, queries, count);
    return true;
}

bool
compose_commit(struct scope *scope, struct tn_error *error)
{
    if (!scope->has_begun)
        return true; /* it asked nothing */

    AUTO_FLIGHT flight = { .organization_id = scope->organization_id, .lane = FLIGHT_WRITE };
    if (scope->written.count > 0)
        bump_add(&flight, scope, scope->written.tables, scope->written.count);
    flight_add(&flight, &commit, NULL);
    return lease_fly(scope->lease, &flight, error);
}

bool
compose_touch(
    struct scope *scope, const char *const *relations, size_t count, struct tn_error *error)
{
    if (scope->lease) {
        for (size_t i = 0; i < count; i++)
            written_add(scope, relations[i]);
        return true;
    }

    AUTO_FLIGHT flight = { .organization_id = scope->organization_id, .lane = FLIGHT_WRITE };
    flight_add(&flight, &enter, entry_values(scope, false));
    flight.entry = FLIGHT_ENTRY_ORGANIZATION;
    flight.alone_values = entry_values(scope, true);
    if (!standing_add(&flight, scope, error))
        return false;

    bump_add(&flight, scope, relations, count);
    return standing_note(scope, pool_fly(scope->pool, &flight, error), error);
}

bool
compose_confirm(struct scope *scope, struct tn_error *error)
{
    AUTO_FLIGHT flight = { .lane = FLIGHT_READ, .only_reads = true };
    compose_enter(&flight, scope, false, false);
    return standing_add(&flight, scope, error) &&
           standing_note(scope, pool_fly(scope->pool, &flight, error), error);
}
