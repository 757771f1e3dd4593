/* A program whose pages are kept and depend on nothing in a database: each shows how often it was
 * rendered, so that a test sees which were rendered again. */
#include <tenantry/query.h>
#include <tenantry/tenantry.h>

static void
show(struct tn_request *request, const char *what, int64_t number)
{
    struct tn_page *page = tn_page(request, 200);
    tn_page_cstring(page, what);
    tn_page_markup(page, " ", 1);
    tn_page_int64(page, number);
}

static bool
plain(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    static int64_t count;
    (void)db, (void)error;
    show(request, "plain", ++count);
    return true;
}

static bool
deep(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    static int64_t count;
    (void)db, (void)error;
    tn_cache_tag(request, "rates");
    show(request, tn_request_segment(request, "name"), ++count);
    return true;
}

static bool
shows_person(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    static int64_t count;
    (void)db, (void)error;
    show(request, tn_request_user_name(request).p, ++count);
    return true;
}

static bool
shows_role(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    static int64_t count;
    (void)db, (void)error;
    show(request, tn_request_may(request, "see") ? "may" : "may not", ++count);
    return true;
}

static bool
shows_role_name(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    (void)db, (void)error;
    show(request, tn_request_organization(request)->role.p, 0);
    return true;
}

static bool
reads_clock(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    static int64_t count;
    (void)db, (void)error;
    show(request, tn_time_now().us > 0 ? "clock" : "", ++count);
    return true;
}

static bool
reads_day(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    static int64_t count;
    (void)db, (void)error;
    show(request, tn_date_today().days > 0 ? "day" : "", ++count);
    return true;
}

/* As generated code would, of a query that asks PostgreSQL which day it is. */
static bool
reads_day_there(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    static const uint32_t types[] = { 25 };
    static const struct tn_query day_there = {
        .name = "day_there",
        .text = "SELECT current_date - date '2000-01-01' WHERE $1::text <> ''",
        .statement = "tn_day_there",
        .parameter_types = types,
        .parameter_count = 1,
        .column_count = 1,
        .reads_clock = true,
    };
    int32_t days;
    TN_CALL call;
    if (!tn_call_begin(&call, db, &day_there, error) || !tn_call_run(&call, error) ||
        !tn_column_int32(&call, 0, 0, &days, error))
        return false;

    show(request, "the day there is", days);
    return true;
}

static bool
is_random(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    static int64_t count;
    (void)db, (void)error;
    show(request, (tn_uuid_random().b[8] & 0x80) ? "random" : "", ++count);
    return true;
}

static bool
refuses(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    static int64_t count;
    (void)db, (void)error;
    tn_cache_refuse(request);
    show(request, "refuses", ++count);
    return true;
}

static bool
fails_first(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    static int64_t count;
    (void)db;
    show(request, "half a page", ++count);
    return count > 1 || tn_error_set(error, TN_NOT_FOUND, "the first time there is nothing");
}

static bool
not_found_page(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    static int64_t count;
    (void)db, (void)error;
    tn_page_int64(tn_page(request, 404), ++count);
    return true;
}

static bool
shows_flash(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    static int64_t count;
    (void)db, (void)error;
    struct tn_flash flash;
    show(request, tn_request_flash(request, &flash) ? flash.message : "no word", ++count);
    return true;
}

static bool
forms(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    (void)db, (void)error;
    tn_page_form_context(tn_page(request, 200), "/revalidate");
    return true;
}

static bool
revalidate(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    const char *path = tn_request_field(request, "path");
    const char *tag = tn_request_field(request, "tag");
    const enum tn_revalidate which = tn_request_field(request, "below") ? TN_BELOW : TN_ONLY;
    if (path && !tn_revalidate_path(db, path, which, error))
        return false;

    if (tag && !tn_revalidate_tag(db, tag, error))
        return false;

    tn_flash(request, "", "it is <done>");
    tn_redirect(request, "/flash");
    return true;
}

static const struct tn_route routes[] = {
    TN_PAGE("/plain", plain, .permission = "see", .cache = TN_PER_ORGANIZATION),
    TN_PAGE("/deep/:name", deep, .permission = "see", .cache = TN_PER_ORGANIZATION),
    TN_PAGE("/person", shows_person, .permission = "see", .cache = TN_PER_ROLE),
    TN_PAGE("/person/kept", shows_person, .permission = "see", .cache = TN_PER_MEMBER),
    TN_PAGE("/role", shows_role, .permission = "see", .cache = TN_PER_ORGANIZATION),
    TN_PAGE("/role/kept", shows_role, .permission = "see", .cache = TN_PER_ROLE),
    TN_PAGE("/role/name", shows_role_name, .permission = "see", .cache = TN_PER_ORGANIZATION),
    TN_PAGE("/clock", reads_clock, .permission = "see", .cache = TN_PER_ORGANIZATION),
    TN_PAGE("/day", reads_day, .permission = "see", .cache = TN_PER_ORGANIZATION),
    TN_PAGE("/day/kept", reads_day, .permission = "see", .cache = TN_PER_ORGANIZATION,
        .cache_by_day = true),
    TN_PAGE("/day/there", reads_day_there, .permission = "see", .cache = TN_PER_ORGANIZATION,
        .cache_by_day = true),
    TN_PAGE("/random", is_random, .permission = "see", .cache = TN_PER_ORGANIZATION),
    TN_PAGE("/refuses", refuses, .permission = "see", .cache = TN_PER_ORGANIZATION),
    TN_PAGE("/fails-first", fails_first, .permission = "see", .cache = TN_PER_ORGANIZATION),
    TN_PAGE("/not-found", not_found_page, .permission = "see", .cache = TN_PER_ORGANIZATION),
    TN_PAGE("/flash", shows_flash, .permission = "see", .cache = TN_PER_MEMBER),
    TN_PAGE("/never", plain, .permission = "see"),
    TN_PAGE("/forms", forms, .permission = "see"),
    TN_FORM("/revalidate", revalidate, .permission = "see"),
};

/* Its queries need no table; it is a tenant program all the same. */
static const struct tn_manifest manifest = { .hash = "none" };

static const struct tn_role roles[] = { { "owner", "see" }, { "member", "see" } };

static bool
fill(struct tn_demo *demo, struct tn_error *error)
{
    struct tn_demo_user ada;
    struct tn_demo_user bob;
    struct tn_db acme;
    struct tn_db globex;
    return tn_demo_user(demo, "Ada", "ada@example.com", "a long password", &ada, error) &&
           tn_demo_user(demo, "Bob", "bob@example.com", "a long password", &bob, error) &&
           tn_demo_organization(demo, ada, "Acme", "acme", &acme, error) &&
           tn_demo_organization(demo, ada, "Globex", "globex", &globex, error) &&
           tn_demo_member(demo, acme, bob, "member", error);
}

int
main(int argc, char **argv)
{
    return tn_main(argc, argv,
        &(struct tn_application){
            .name = "kept_pages",
            .routes = routes,
            .route_count = TN_COUNT(routes),
            .roles = roles,
            .role_count = TN_COUNT(roles),
            .manifest = &manifest,
            .demo = fill,
        });
}
