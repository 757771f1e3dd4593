/* A program whose pages are bad neighbours: they sleep in the database, hold a row, ask for 100,000
 * rows. And one, /quick, that is what everybody else wants: a row of a table, by its key. */
#include <tenantry/query.h>
#include <tenantry/tenantry.h>

static const char migration[] =
    "create table item (organization_id text not null, id integer not null, body text not null,"
    "  primary key (organization_id, id));"
    "alter table item enable row level security; alter table item force row level security;"
    "create policy item_organization on item"
    "  using (organization_id = (select tenantry.organization()))"
    "  with check (organization_id = (select tenantry.organization()));"
    "grant select, insert, update, delete on item to tenantry_app;";

static const char *const item[] = { "public.item", NULL };

/* As `tenantry generate` would write them. */
#define QUERY(name_, text_, columns_, writes_)       \
    static const struct tn_query name_ = {           \
        .name = #name_,                              \
        .text = text_,                               \
        .statement = "tn_n_" #name_,                 \
        .parameter_types = (const uint32_t[]){ 25 }, \
        .parameter_count = 1,                        \
        .column_count = columns_,                    \
        .writes = writes_,                           \
        .tables_read = item,                         \
        .tables_written = writes_ ? item : NULL,     \
    }
QUERY(quick_row, "select body from item where organization_id = $1 and id = 7", 1, false);
QUERY(sleep_long, "select pg_sleep(0.4)::text where $1 is not null", 1, false);
QUERY(sleep_shortly, "select pg_sleep(0.1)::text where $1 is not null", 1, false);
QUERY(hold_row, "update item set body = body where organization_id = $1 and id = 1", 0, true);
QUERY(many_rows, "select id, body from item where organization_id = $1", 2, false);
QUERY(add_rows,
    "insert into item select $1, number, repeat('x', 20) from generate_series(1, 100000) number", 0,
    true);

static bool
run(struct tn_db db, const struct tn_query *query, struct tn_error *error)
{
    TN_CALL call;
    return tn_call_begin(&call, db, query, error) && tn_call_run(&call, error);
}

static bool
answer(struct tn_request *request, bool done)
{
    if (done)
        tn_page_cstring(tn_page(request, 200), "done");
    return done;
}

static bool
quick(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    struct tn_text body;
    TN_CALL call;
    if (!tn_call_begin(&call, db, &quick_row, error) || !tn_call_run(&call, error) ||
        !tn_call_expect_one(&call, error) || !tn_column_text(&call, 0, 0, &body, error))
        return false;

    tn_page_text(tn_page(request, 200), body);
    return true;
}

static bool
sleeps(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    return answer(request, run(db, &sleep_long, error));
}

static bool
hold(struct tn_db db, void *argument, struct tn_error *error)
{
    (void)argument;
    return run(db, &hold_row, error) && run(db, &sleep_shortly, error);
}

static bool
holds(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    return answer(request, tn_transaction(db, hold, NULL, error));
}

/* A write without a lease, which waits for whoever holds the row. */
static bool
waits(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    return answer(request, run(db, &hold_row, error));
}

static bool
many(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    return answer(request, run(db, &many_rows, error));
}

static const struct tn_route routes[] = {
    TN_PAGE("/quick", quick, .permission = "see"),
    TN_PAGE("/sleep", sleeps, .permission = "see"),
    TN_PAGE("/hold", holds, .permission = "see"),
    TN_PAGE("/wait", waits, .permission = "see"),
    TN_PAGE("/many", many, .permission = "see"),
};

static const struct tn_migration migrations[] = { { "0001_item", migration } };
static const struct tn_manifest manifest = { .hash = "none" };
static const struct tn_role roles[] = { { "owner", "see" } };

static bool
fill(struct tn_demo *demo, struct tn_error *error)
{
    struct tn_demo_user ada;
    struct tn_db loud;
    struct tn_db calm;
    return tn_demo_user(demo, "Ada", "ada@example.com", "a long password", &ada, error) &&
           tn_demo_organization(demo, ada, "Loud", "loud", &loud, error) &&
           tn_demo_organization(demo, ada, "Calm", "calm", &calm, error) &&
           run(loud, &add_rows, error) && run(calm, &add_rows, error);
}

int
main(int argc, char **argv)
{
    return tn_main(argc, argv,
        &(struct tn_application){
            .name = "neighbours",
            .routes = routes,
            .route_count = TN_COUNT(routes),
            .roles = roles,
            .role_count = TN_COUNT(roles),
            .migrations = migrations,
            .migration_count = TN_COUNT(migrations),
            .manifest = &manifest,
            .demo = fill,
        });
}
