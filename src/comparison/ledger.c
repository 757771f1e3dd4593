#include "comparison/ledger.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/digest.h"
#include "migration/steps.h"

/* A row of tenantry.migration or tenantry.migration_step. */
struct record {
    const char *plane;
    const char *name;
    const char *sha256; /* NULL: half applied */
    const char *when;
    size_t done;
    bool has_file;
};

struct ledger {
    struct record *records;
    size_t count;
};

static const char records_query[] =
    "select plane, name, sha256, to_char(applied_at, 'YYYY-MM-DD HH24:MI'), 0"
    " from tenantry.migration";
static const char half_query[] =
    " union all select plane, name, null, to_char(changed_at, 'YYYY-MM-DD HH24:MI'), done"
    " from tenantry.migration_step";

static bool
is_there(struct direct *direct, const char *table, bool *ret_is_there, struct tn_error *error)
{
    struct pg_result *result = NULL;
    if (!direct_query(
            direct, "select pg_catalog.to_regclass($1) is not null", 1, &table, &result, error))
        return false;

    size_t bytes;
    *ret_is_there = *result_value(result, 0, 0, &bytes) == 't';
    result_free(result);
    return true;
}

static bool
records_read(
    struct direct *direct, struct arena *arena, struct ledger *ledger, struct tn_error *error)
{
    bool has_ledger = false;
    bool has_steps = false;
    struct pg_result *result = NULL;
    if (!is_there(direct, "tenantry.migration", &has_ledger, error) ||
        !is_there(direct, "tenantry.migration_step", &has_steps, error))
        return false;
    if (!has_ledger)
        return true;
    if (!direct_query(direct,
            arena_printf(arena, "%s%s order by 1, 2", records_query, has_steps ? half_query : ""),
            0, NULL, &result, error))
        return false;

    ledger->count = result_row_count(result);
    ledger->records = ARENA_ARRAY(arena, ledger->count, struct record);
    for (size_t row = 0; row < ledger->count; row++) {
        size_t bytes;
        ledger->records[row] = (struct record){
            .plane = result_text(result, row, 0, arena),
            .name = result_text(result, row, 1, arena),
            .sha256 = result_text(result, row, 2, arena),
            .when = result_text(result, row, 3, arena),
            .done = strtoul(result_value(result, row, 4, &bytes), NULL, 10),
        };
    }
    result_free(result);
    return true;
}

static struct record *
record_find(const struct ledger *ledger, const char *plane, const char *name)
{
    for (size_t i = 0; i < ledger->count; i++)
        if (strcmp(ledger->records[i].plane, plane) == 0 &&
            strcmp(ledger->records[i].name, name) == 0)
            return &ledger->records[i];
    return NULL;
}

static struct ledger_line
line_of(const struct ledger *ledger, const char *plane, const struct tn_migration *migration,
    struct arena *arena)
{
    struct ledger_line line = { .plane = plane, .name = migration->name, .state = LEDGER_PENDING };
    struct record *record = record_find(ledger, plane, migration->name);
    if (!record)
        return line;

    char sha256[DIGEST_HEX_LENGTH + 1];
    record->has_file = true;
    line.when = record->when;
    line.done = record->done;
    digest_sha256_hex(migration->sql, strlen(migration->sql), sha256);
    if (record->sha256) {
        line.state = strcmp(record->sha256, sha256) == 0 ? LEDGER_APPLIED : LEDGER_CHANGED;
        return line;
    }

    struct step *steps = NULL;
    struct tn_error ignored = { 0 };
    line.state = LEDGER_HALF;
    (void)!steps_read(migration->sql, arena, &steps, &line.steps, &ignored);
    return line;
}

/* From behind: pending ones before an applied one of the same plane were overtaken. */
static void
late_mark(struct ledger_line *lines, size_t count)
{
    const char *applied_plane = NULL;
    for (size_t i = count; i-- > 0;) {
        const bool is_same = applied_plane && strcmp(applied_plane, lines[i].plane) == 0;
        if (lines[i].state == LEDGER_PENDING)
            lines[i].is_late = is_same;
        else if (lines[i].state != LEDGER_MISSING)
            applied_plane = lines[i].plane;
    }
}

static bool
is_known_plane(const struct migration_set *sets, size_t set_count, const char *plane)
{
    for (size_t i = 0; i < set_count; i++)
        if (strcmp(sets[i].plane, plane) == 0)
            return true;
    return false;
}

bool
ledger_read(struct direct *direct, const struct migration_set *sets, size_t set_count,
    struct arena *arena, struct ledger_line **ret_lines, size_t *ret_count, struct tn_error *error)
{
    struct ledger ledger = { 0 };
    if (!records_read(direct, arena, &ledger, error))
        return false;

    size_t total = ledger.count;
    for (size_t set = 0; set < set_count; set++)
        total += sets[set].count;
    struct ledger_line *lines = ARENA_ARRAY(arena, total, struct ledger_line);
    size_t count = 0;
    for (size_t set = 0; set < set_count; set++)
        for (size_t i = 0; i < sets[set].count; i++)
            lines[count++] = line_of(&ledger, sets[set].plane, &sets[set].migrations[i], arena);
    late_mark(lines, count);
    for (size_t i = 0; i < ledger.count; i++)
        if (!ledger.records[i].has_file && is_known_plane(sets, set_count, ledger.records[i].plane))
            lines[count++] = (struct ledger_line){ .plane = ledger.records[i].plane,
                .name = ledger.records[i].name,
                .state = LEDGER_MISSING,
                .when = ledger.records[i].when };
    *ret_lines = lines;
    *ret_count = count;
    return true;
}

const char *
ledger_words(const struct ledger_line *line, struct arena *arena)
{
    switch (line->state) {
    case LEDGER_APPLIED:
        return arena_printf(arena, "applied %s", line->when);
    case LEDGER_PENDING:
        return line->is_late ? "pending, though one behind it is applied" : "pending";
    case LEDGER_HALF:
        return arena_printf(arena, "half applied: %zu of %zu steps, %s; apply goes on from there",
            line->done, line->steps, line->when);
    case LEDGER_CHANGED:
        return arena_printf(arena,
            "changed after it was applied %s: put the file back, and write what is to change into "
            "a "
            "new migration",
            line->when);
    case LEDGER_MISSING:
        return arena_printf(arena, "applied %s, and its file is gone: put it back", line->when);
    }
    return "";
}
