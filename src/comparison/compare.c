#include "comparison/compare.h"

#include <assert.h>
#include <string.h>

#include "base/buffer.h"
#include "compare_queries.h"
#include "comparison/write.h"
#include "migration/roles.h"
#include "migration/steps.h"
#include "postgres/direct.h"

struct comparing {
    struct worlds *worlds;
    const struct compare_request *request;
    struct compare_result *result;
    struct plan plan;
    struct fill *fills;
    size_t fill_count;
    struct snapshot have;
    struct snapshot want;
};

static void
list_add(struct text_list *list, struct arena *arena, const char *text)
{
    const char **longer = ARENA_ARRAY(arena, list->count + 1, const char *);
    for (size_t i = 0; i < list->count; i++)
        longer[i] = list->texts[i];
    longer[list->count++] = text;
    list->texts = longer;
}

/* "name=value" in two, at the first '=' outside quotes; false if there is none. */
static bool
pair_split(struct arena *arena, const char *pair, const char **ret_name, const char **ret_value)
{
    const char *at = pair;
    for (bool is_quoted = false; *at && (is_quoted || *at != '='); at++)
        is_quoted ^= *at == '"';
    if (!*at || at == pair || !at[1])
        return false;

    *ret_name = arena_memdup(arena, pair, (size_t)(at - pair));
    *ret_value = at + 1;
    return true;
}

/* --- renames -------------------------------------------------------------------------------------
 */

/* The last part of a name, without quotes: what RENAME TO takes. */
static const char *
last_part(struct arena *arena, const char *name)
{
    const char *dot = strrchr(name, '.');
    const char *last = dot && !strchr(dot, '"') ? dot + 1 : name;
    const size_t length = strlen(last);
    return *last == '"' && length > 1 ? arena_memdup(arena, last + 1, length - 2) : last;
}

static bool
rename_run(
    struct comparing *comparing, struct direct *direct, const char *pair, struct tn_error *error)
{
    struct arena *arena = comparing->worlds->arena;
    const char *from = NULL;
    const char *to = NULL;
    if (!pair_split(arena, pair, &from, &to))
        return error_set(
            error, TN_CONFIGURATION, "--rename %s: write it as --rename invoice.note=remark", pair);

    struct pg_result *result = NULL;
    const char *const values[] = { from, last_part(arena, to) };
    if (!direct_query(direct, query_rename, 2, values, &result, error))
        return false;
    const char *statement = result_row_count(result) == 1 ? result_text(result, 0, 0, arena) : NULL;
    result_free(result);
    if (!statement)
        return error_set(error, TN_CONFIGURATION,
            "--rename %s: the migrations make no table, column, type, label, view or sequence of "
            "that name",
            pair);
    plan_add(&comparing->plan,
        (struct plan_statement){ .stage = STAGE_RENAME,
            .mark = MARK_BREAKS,
            .why = "programs that run use the old name" },
        "%s", statement);
    return direct_run(direct, statement, error);
}

/* Done for real where the migrations' database is, so that PostgreSQL renames what hangs on it. */
static bool
renames_run(struct comparing *comparing, struct tn_error *error)
{
    struct direct *direct = NULL;
    bool is_done =
        direct_open(comparing->worlds->have_url, &direct, error) &&
        direct_run(direct, "begin; set role " ROLE_OWNER "; set search_path = public", error);
    for (size_t i = 0; is_done && i < comparing->request->renames.count; i++)
        is_done = rename_run(comparing, direct, comparing->request->renames.texts[i], error);
    is_done = is_done && direct_run(direct, "commit", error);
    direct_close(direct);
    return is_done;
}

/* --- values for rows that are there
 * ---------------------------------------------------------------
 */

static bool
fill_read(struct comparing *comparing, struct direct *direct, const char *pair, struct fill *fill,
    struct tn_error *error)
{
    struct arena *arena = comparing->worlds->arena;
    const char *column = NULL;
    if (!pair_split(arena, pair, &column, &fill->expression))
        return error_set(error, TN_CONFIGURATION,
            "--fill %s: write it as --fill \"invoice.reference='none'\"", pair);

    struct pg_result *result = NULL;
    const char *const values[] = { column };
    if (!direct_query(direct, query_column, 1, values, &result, error))
        return false;
    fill->column = result_row_count(result) == 1 ? result_text(result, 0, 0, arena) : NULL;
    const char *type = fill->column ? result_text(result, 0, 1, arena) : NULL;
    result_free(result);
    if (!fill->column)
        return error_set(error, TN_CONFIGURATION, "--fill %s: the schema has no such column", pair);

    /* What is understood without a table reads none of its columns. */
    struct tn_error refusal = { 0 };
    fill->reads_columns = !direct_run(direct,
        arena_printf(
            arena, "prepare fill as select (%s)::%s; deallocate fill", fill->expression, type),
        &refusal);
    return true;
}

static bool
fills_read(struct comparing *comparing, struct tn_error *error)
{
    const struct text_list *pairs = &comparing->request->fills;
    struct direct *direct = NULL;
    comparing->fills = ARENA_ARRAY(comparing->worlds->arena, pairs->count, struct fill);
    bool is_done = direct_open(comparing->worlds->want_url, &direct, error) &&
                   direct_run(direct, "set search_path = public", error);
    for (; is_done && comparing->fill_count < pairs->count; comparing->fill_count++)
        is_done = fill_read(comparing, direct, pairs->texts[comparing->fill_count],
            &comparing->fills[comparing->fill_count], error);
    direct_close(direct);
    return is_done;
}

/* --- what is lost, and what is refused
 * -------------------------------------------------------------
 */

static bool
is_asked_for(const struct text_list *losses, const char *name)
{
    for (size_t i = 0; i < losses->count; i++)
        if (strcmp(losses->texts[i], name) == 0 || strcmp(spoken(losses->texts[i]), name) == 0)
            return true;
    return false;
}

/* A new thing of the same kind and type beside the lost one: perhaps it is the same, renamed. */
static const char *
rename_meant(struct comparing *comparing, const char *lost)
{
    struct arena *arena = comparing->worlds->arena;
    const struct object *old = NULL;
    for (size_t i = 0; i < comparing->have.count && !old; i++) {
        struct object *object = comparing->have.objects[i];
        if (object->change == CHANGE_DROP &&
            (object->kind == OBJECT_COLUMN || object->kind == OBJECT_TABLE ||
                object->kind == OBJECT_SEQUENCE) &&
            strcmp(spoken(object->identity), lost) == 0)
            old = object;
    }
    for (size_t i = 0; old && i < comparing->want.count; i++) {
        const struct object *new = comparing->want.objects[i];
        if (new->change != CHANGE_MAKE || new->kind != old->kind)
            continue;
        if (new->kind == OBJECT_COLUMN &&
            (!text_same(new->fields[COLUMN_TYPE], old->fields[COLUMN_TYPE]) ||
                new->parent != old->parent->other))
            continue;
        if (new->kind != OBJECT_COLUMN &&new->parent != old->parent->other) {
            if (strcmp(new->name, old->name) == 0)
                return arena_printf(arena,
                    "; if it is %s now, say so with ALTER %s %s SET SCHEMA in a migration of "
                    "`migrate new NAME --custom`",
                    new->identity, new->kind == OBJECT_TABLE ? "TABLE" : "SEQUENCE", lost);
            continue;
        }
        return arena_printf(
            arena, "; if it is called %s now: --rename %s=%s", new->name, lost, new->name);
    }
    return "";
}

static void
refusals_find(struct comparing *comparing)
{
    struct arena *arena = comparing->worlds->arena;
    struct text_list *refusals = &comparing->result->refusals;
    for (size_t i = 0; i < comparing->plan.refusal_count; i++)
        list_add(refusals, arena, comparing->plan.refusals[i]);
    for (size_t i = 0; i < comparing->plan.loss_count; i++) {
        const struct plan_loss *loss = &comparing->plan.losses[i];
        if (!is_asked_for(&comparing->request->losses, loss->name))
            list_add(refusals, arena,
                arena_printf(arena, "%s: if that is meant, say --lose %s%s", loss->what, loss->name,
                    rename_meant(comparing, loss->name)));
    }
}

/* A migrated database has a new column behind the old ones, wherever the file has it; programs that
 * were generated from the file want its order. */
static void
places_find(struct comparing *comparing)
{
    struct arena *arena = comparing->worlds->arena;
    const struct object *before = NULL; /* columns stand in their order, table by table */
    for (size_t i = 0; i < comparing->want.count; i++) {
        const struct object *column = comparing->want.objects[i];
        if (column->kind != OBJECT_COLUMN || object_is_new(column))
            continue;
        if (before && before->parent == column->parent && before->change == CHANGE_MAKE &&
            column->change != CHANGE_MAKE)
            list_add(&comparing->result->marks, arena,
                arena_printf(arena,
                    "%s stands before %s in the schema file, but behind it in every database that "
                    "is "
                    "migrated: move it to the end of its table",
                    before->identity, column->name));
        before = column;
    }
}

/* What was asked for and is not in the migration: perhaps it was meant for something else. */
static void
unused_find(struct comparing *comparing)
{
    struct arena *arena = comparing->worlds->arena;
    const struct text_list *losses = &comparing->request->losses;
    for (size_t i = 0; i < losses->count; i++) {
        const struct text_list one = { &losses->texts[i], 1 };
        bool is_used = false;
        for (size_t j = 0; j < comparing->plan.loss_count && !is_used; j++)
            is_used = is_asked_for(&one, comparing->plan.losses[j].name);
        if (!is_used)
            list_add(&comparing->result->marks, arena,
                arena_printf(arena, "--lose %s: nothing of that name is lost", losses->texts[i]));
    }
    for (size_t i = 0; i < comparing->fill_count; i++)
        if (!comparing->fills[i].is_used)
            list_add(&comparing->result->marks, arena,
                arena_printf(arena,
                    "--fill %s: nothing is filled, for the column does not become NOT NULL, or has "
                    "a default",
                    spoken(comparing->fills[i].column)));
}

static void
marks_find(struct comparing *comparing)
{
    struct arena *arena = comparing->worlds->arena;
    unused_find(comparing);
    places_find(comparing);
    for (size_t i = 0; i < comparing->plan.count; i++) {
        const struct plan_statement *statement = &comparing->plan.statements[i];
        if (statement->mark)
            list_add(&comparing->result->marks, arena,
                arena_printf(arena, "%s: %.*s", plan_mark(statement->mark),
                    (int)strcspn(statement->sql, "\n"), statement->sql));
    }
}

/* --- differences in words
 * --------------------------------------------------------------------------
 */

static const char *
describe(struct arena *arena, const struct object *have, const struct object *want)
{
    static const char *const kinds[] = { "schema", "extension", "type", "constraint of domain",
        "sequence", "table", "column", "default of", "constraint", "index", "view", "function",
        "trigger", "row-level security of", "policy", "rule", "statistics", "the",
        "owner:", "grant on", "comment on", "" };
    const struct object *any = want ? want : have;
    assert(any);
    return arena_printf(arena, "%s %s%s", kinds[any->kind], any->identity,
        !have                          ? " is missing"
        : !want                        ? " is there and should not be"
        : any->change == CHANGE_RENAME ? " has another name"
                                       : " is different");
}

void
compare_describe(const struct snapshot *have, const struct snapshot *want, struct arena *arena,
    struct text_list *ret_lines)
{
    for (size_t i = 0; i < have->count; i++) {
        const struct object *object = have->objects[i];
        const bool is_own = object->change == CHANGE_DROP ||
                            (object->other && !object_same_fields(object, object->other)) ||
                            object->change == CHANGE_RENAME;
        if (is_own && !(object->parent && object->parent->change == CHANGE_DROP))
            list_add(ret_lines, arena, describe(arena, object, object->other));
    }
    for (size_t i = 0; i < want->count; i++) {
        const struct object *object = want->objects[i];
        if (object->change == CHANGE_MAKE &&
            !(object->parent && object->parent->change == CHANGE_MAKE))
            list_add(ret_lines, arena, describe(arena, NULL, object));
    }
}

void
compare_mends(const struct snapshot *have, const struct snapshot *want, struct arena *arena,
    struct text_list *ret_statements)
{
    struct plan plan;
    plan_init(&plan, arena);
    struct writer writer = { .plan = &plan, .arena = arena, .have = have, .want = want };
    write_difference(&writer);
    for (size_t i = 0; i < plan.count; i++)
        list_add(ret_statements, arena,
            plan.statements[i].mark == MARK_LOSES
                ? arena_printf(arena, "-- %s: %s\n%s", plan_mark(MARK_LOSES),
                      plan.statements[i].why, plan.statements[i].sql)
                : plan.statements[i].sql);
}

/* --- the whole
 * -------------------------------------------------------------------------------------
 */

static bool
snapshots_read(struct comparing *comparing, const char *have_url, struct tn_error *error)
{
    struct worlds *worlds = comparing->worlds;
    if (!worlds_snapshot(worlds, have_url, &comparing->have, error) ||
        !worlds_snapshot(worlds, worlds->want_url, &comparing->want, error))
        return false;
    difference_find(&comparing->have, &comparing->want);
    return true;
}

/* The text is run where the migrations are, by the same apply that will run it; then nothing may be
 * left. A difference that was forgotten is an error, not a shorter file. */
static bool
text_try(struct comparing *comparing, const char *sql, struct tn_error *error)
{
    const struct tn_migration migration = { "the new migration", sql };
    struct text_list left = { 0 };
    if (!worlds_try(comparing->worlds, &migration, error) ||
        !snapshots_read(comparing, comparing->worlds->trial_url, error)) {
        error_prefix(error,
            "what was written does not run, and is not given; write this change with "
            "`migrate new NAME --custom`");
        return false;
    }
    compare_describe(&comparing->have, &comparing->want, comparing->worlds->arena, &left);
    for (size_t i = 0; i < left.count; i++)
        list_add(&comparing->result->refusals, comparing->worlds->arena,
            arena_printf(comparing->worlds->arena,
                "%s: no statement was found that makes it so; write it with `migrate new NAME "
                "--custom`",
                left.texts[i]));
    return true;
}

bool
compare(struct worlds *worlds, const struct compare_request *request,
    struct compare_result *ret_result, struct tn_error *error)
{
    struct comparing comparing = { .worlds = worlds, .request = request, .result = ret_result };
    *ret_result = (struct compare_result){ 0 };
    plan_init(&comparing.plan, worlds->arena);
    if (!worlds_prepare_trial(worlds, request->renames.count > 0, error) ||
        !renames_run(&comparing, error) || !fills_read(&comparing, error) ||
        !snapshots_read(&comparing, worlds->have_url, error))
        return false;

    ret_result->is_empty =
        comparing.plan.count == 0 && difference_is_empty(&comparing.have, &comparing.want);
    if (ret_result->is_empty)
        return true;
    struct writer writer = { .plan = &comparing.plan,
        .arena = worlds->arena,
        .have = &comparing.have,
        .want = &comparing.want,
        .fills = comparing.fills,
        .fill_count = comparing.fill_count };
    write_difference(&writer);
    refusals_find(&comparing);
    if (ret_result->refusals.count)
        return true;

    struct buffer text;
    buffer_init(&text, worlds->arena, 4096);
    marks_find(&comparing);
    plan_render(&comparing.plan, &text);
    if (!text_try(&comparing, text.data, error))
        return false;
    if (!ret_result->refusals.count)
        ret_result->sql = text.data;
    return true;
}
