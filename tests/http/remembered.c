/* A program whose pages show who asks, and ask the database in each way that there is, or not at
 * all, or do not care what it answered: none of them may show what is no longer so. */
#include <tenantry/query.h>
#include <tenantry/table.h>
#include <tenantry/tenantry.h>

static const uint32_t types[] = { 25 };

#define QUERY(query_name, query_text, ...)                           \
    static const struct tn_query query_name = { .name = #query_name, \
        .text = (query_text),                                        \
        .statement = "tn_remembered_" #query_name,                   \
        .parameter_types = types,                                    \
        .parameter_count = 1,                                        \
        .column_count = 1,                                           \
        __VA_ARGS__ }

static const char *const customers[] = { "public.customer", NULL };

QUERY(here, "SELECT $1");
QUERY(slow, "SELECT $1", .slow = true);
QUERY(many, "SELECT $1 FROM generate_series(1, 1000)");
QUERY(raised, "SELECT $1 WHERE tenantry.stamp_changed()");
QUERY(counted,
    "UPDATE customer SET contact = contact || '+' WHERE organization_id = $1 RETURNING contact",
    .writes = true, .tables_read = customers, .tables_written = customers);

static void
show_text(struct tn_page *page, struct tn_text text)
{
    tn_page_text(page, text);
    tn_page_markup(page, "\n", 1);
}

static void
show_who(struct tn_request *request, struct tn_page *page)
{
    const struct tn_organization *organization = tn_request_organization(request);
    show_text(page, tn_request_user_name(request));
    show_text(page, tn_request_user_email(request));
    show_text(page, organization->name);
    show_text(page, organization->slug);
    show_text(page, organization->role);
    tn_page_cstring(page, tn_request_may(request, "guarded") ? "may" : "may not");
}

static void
answer_who(struct tn_request *request)
{
    show_who(request, tn_page(request, 200));
}

static bool
ask(struct tn_db db, const struct tn_query *query, struct tn_error *error)
{
    TN_CALL call;
    return tn_call_begin(&call, db, query, error) && tn_call_run(&call, error) &&
           tn_call_expect_many(&call, error);
}

static bool
asks_nothing(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    (void)db, (void)error;
    answer_who(request);
    return true;
}

static bool
lists(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    const struct tn_organization *organizations;
    size_t count;
    (void)db;
    if (!tn_request_organizations(request, &organizations, &count, error))
        return false;

    struct tn_page *page = tn_page(request, 200);
    for (size_t i = 0; i < count; i++) {
        show_text(page, organizations[i].name);
        show_text(page, organizations[i].role);
    }
    return true;
}

static bool
redirects(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    (void)db, (void)error;
    tn_redirect(request, tn_request_may(request, "guarded") ? "/may" : "/may-not");
    return true;
}

static bool
refuses(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    (void)db;
    if (!tn_request_may(request, "guarded"))
        return tn_error_set(error, TN_FORBIDDEN, "the handler's own refusal");

    answer_who(request);
    return true;
}

static bool
asks(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    if (!ask(db, &here, error))
        return false;

    answer_who(request);
    return true;
}

/* Half of it is written when the answer comes. */
static bool
shows_first(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    struct tn_page *page = tn_page(request, 200);
    show_who(request, page);
    tn_flash(request, "", "shown once");
    if (!ask(db, &here, error))
        return false;

    tn_page_cstring(page, "the end");
    return true;
}

static bool
does_not_care(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    for (int i = 0; i < 3; i++) {
        struct tn_error ignored = { 0 };
        if (!ask(db, &here, &ignored))
            continue;
    }
    (void)error;
    answer_who(request);
    return true;
}

/* As one who takes a failure for an empty page would. */
static bool
answers_otherwise(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    struct tn_error ignored = { 0 };
    if (!ask(db, &here, &ignored))
        return tn_error_set(error, TN_NOT_FOUND, "there is nothing");

    answer_who(request);
    return true;
}

static bool
asks_alone(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    if (!ask(db, &slow, error))
        return false;

    answer_who(request);
    return true;
}

static bool
asks_together(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    TN_CALLS calls = { .name = "together", .count = 2 };
    if (!tn_call_begin(&calls.list[0], db, &here, error) ||
        !tn_call_begin(&calls.list[1], db, &many, error) || !tn_calls_run(&calls, error))
        return false;

    answer_who(request);
    return true;
}

static bool
body(struct tn_db db, void *argument, struct tn_error *error)
{
    (void)argument;
    return ask(db, &here, error) && ask(db, &many, error);
}

static bool
has_transaction(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    if (!tn_transaction(db, body, NULL, error))
        return false;

    answer_who(request);
    return true;
}

static bool
streams(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    TN_CALL call;
    struct tn_stream stream = { 0 };
    struct tn_table *table = tn_table(request, "rows.csv");
    bool is_done = tn_call_begin(&call, db, &many, error) && tn_stream_begin(&call, &stream, error);
    bool found = is_done;
    while (is_done && found) {
        is_done = tn_stream_next(&stream, &found, error);
        if (is_done && found) {
            tn_table_text(table, tn_request_user_name(request));
            tn_table_row_end(table);
        }
    }
    tn_stream_end(&stream);
    return is_done;
}

/* A page that writes, which pages had better not. */
static bool
writes(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    if (!ask(db, &counted, error))
        return false;

    answer_who(request);
    return true;
}

static bool
write_in_body(struct tn_db db, void *argument, struct tn_error *error)
{
    (void)argument;
    return ask(db, &counted, error);
}

static bool
writes_in_transaction(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    if (!tn_transaction(db, write_in_body, NULL, error))
        return false;

    answer_who(request);
    return true;
}

/* The application's own query fails as the check does. */
static bool
raises(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    if (!ask(db, &raised, error))
        return false;

    answer_who(request);
    return true;
}

static const struct tn_route routes[] = {
    TN_PAGE("/nothing", asks_nothing, .permission = "see"),
    TN_PAGE("/nothing/guarded", asks_nothing, .permission = "guarded"),
    TN_PAGE("/nothing/kept", asks_nothing, .permission = "see", .cache = TN_PER_MEMBER),
    TN_PAGE("/list", lists, .permission = "see"),
    TN_PAGE("/redirects", redirects, .permission = "see"),
    TN_PAGE("/refuses", refuses, .permission = "see"),
    TN_PAGE("/asks", asks, .permission = "see"),
    TN_PAGE("/asks/kept", asks, .permission = "see", .cache = TN_PER_MEMBER),
    TN_PAGE("/shows-first", shows_first, .permission = "see"),
    TN_PAGE("/does-not-care", does_not_care, .permission = "see"),
    TN_PAGE("/answers-otherwise", answers_otherwise, .permission = "see"),
    TN_PAGE("/alone", asks_alone, .permission = "see"),
    TN_PAGE("/together", asks_together, .permission = "see"),
    TN_PAGE("/transaction", has_transaction, .permission = "see"),
    TN_PAGE("/stream", streams, .permission = "see"),
    TN_PAGE("/writes", writes, .permission = "see"),
    TN_PAGE("/writes-in-transaction", writes_in_transaction, .permission = "see"),
    TN_PAGE("/raises", raises, .permission = "see"),
};

static const struct tn_manifest manifest = { .hash = "none" };

static const struct tn_role roles[] = { { "owner", "see guarded" }, { "admin", "see guarded" },
    { "member", "see" } };

int
main(int argc, char **argv)
{
    return tn_main(argc, argv,
        &(struct tn_application){
            .name = "remembered",
            .routes = routes,
            .route_count = TN_COUNT(routes),
            .roles = roles,
            .role_count = TN_COUNT(roles),
            .manifest = &manifest,
        });
}
