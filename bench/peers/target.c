/* What the TypeScript peers answer, on tenantry: /dashboard and /audit as JSON, for the
 * organization that the session stands in. A program like any other but for its addresses: the
 * peers have them bare, where an application's own pages are below /o/<slug>; so this stands in the
 * place of src/server/dispatch.c. */
#include "server/dispatch.h"

#include <string.h>

#include "tenantry/application.h"

#include "base/time.h"
#include "server/auth.h"
#include "server/failure.h"
#include "server/health.h"
#include "server/remembered.h"
#include "server/site_answer.h"
#include "json/writer.h"

#include "manifest.h"
#include "migrations.h"
#include "queries.h"

static void
put_text(struct json_writer *json, const char *key, const char *text)
{
    json_key(json, key);
    json_put_text(json, text);
}

static void
put_integer(struct json_writer *json, const char *key, int64_t value)
{
    json_key(json, key);
    json_put_integer(json, value);
}

static void
put_date(struct json_writer *json, const char *key, struct tn_date date)
{
    json_key(json, key);
    BUFFER_LITERAL(json->out, "\"");
    time_append_date(json->out, time_civil_of_days(date.days));
    BUFFER_LITERAL(json->out, "\"");
    json->needs_comma = true;
}

static void
put_organization(struct json_writer *json, const struct tn_organization *organization)
{
    json_object_begin(json);
    put_text(json, "id", organization->id.p);
    put_text(json, "name", organization->name.p);
    put_text(json, "slug", organization->slug.p);
    put_text(json, "role", organization->role.p);
    json_object_end(json);
}

static void
put_who_and_where(struct json_writer *json, const struct context *context)
{
    json_key(json, "user");
    json_object_begin(json);
    put_text(json, "id", context->visitor->user_id);
    put_text(json, "name", context->visitor->user_name);
    json_object_end(json);

    for (size_t i = 0; i < context->organization_count; i++) {
        if (!context->organizations[i].is_current)
            continue;
        json_key(json, "active");
        put_organization(json, &context->organizations[i]);
    }
    json_key(json, "orgs");
    json_array_begin(json);
    for (size_t i = 0; i < context->organization_count; i++)
        put_organization(json, &context->organizations[i]);
    json_array_end(json);
}

static void
put_board(struct json_writer *json, const struct dashboard_read_rows *rows)
{
    json_key(json, "invoices");
    json_array_begin(json);
    for (size_t i = 0; i < rows->newest_invoices.count; i++) {
        const struct newest_invoices_row *row = &rows->newest_invoices.rows[i];
        json_object_begin(json);
        put_integer(json, "id", row->id);
        put_text(json, "number", row->number.p);
        put_text(json, "customerName", row->customer_name.p);
        put_text(json, "status", row->status.p);
        put_integer(json, "totalCents", row->total_cents);
        put_date(json, "issuedOn", row->issued_on);
        put_date(json, "dueOn", row->due_on);
        json_object_end(json);
    }
    json_array_end(json);

    json_key(json, "totals");
    json_array_begin(json);
    for (size_t i = 0; i < rows->totals_by_status.count; i++) {
        const struct totals_by_status_row *row = &rows->totals_by_status.rows[i];
        json_object_begin(json);
        put_text(json, "status", row->status.p);
        put_integer(json, "count", row->invoice_count);
        put_integer(json, "totalCents", row->total_cents);
        json_object_end(json);
    }
    json_array_end(json);
}

static bool
answer_dashboard(
    struct tn_request *request, struct tn_db db, struct json_writer *json, struct tn_error *error)
{
    struct dashboard_read_rows rows;
    if (!dashboard_read(db, &rows, error))
        return false;

    json_object_begin(json);
    put_who_and_where(json, &request->context);
    put_board(json, &rows);
    json_object_end(json);
    return true;
}

static bool
answer_audit(
    struct tn_request *request, struct tn_db db, struct json_writer *json, struct tn_error *error)
{
    struct audit_newest_rows rows;
    (void)request;
    if (!audit_newest(db, &rows, error))
        return false;

    json_object_begin(json);
    json_key(json, "rows");
    json_array_begin(json);
    for (size_t i = 0; i < rows.count; i++) {
        json_object_begin(json);
        put_integer(json, "id", rows.rows[i].id);
        put_text(json, "actorId", rows.rows[i].actor_id.p);
        put_text(json, "action", rows.rows[i].action.p);
        json_key(json, "at");
        json_put_time(json, rows.rows[i].at.us);
        json_object_end(json);
    }
    json_array_end(json);
    json_object_end(json);
    return true;
}

static const struct resource {
    const char *path;
    bool (*answer)(struct tn_request *request, struct tn_db db, struct json_writer *json,
        struct tn_error *error);
} resources[] = {
    { "/dashboard", answer_dashboard },
    { "/audit", answer_audit },
};

static bool
answer_resource(struct tn_request *request, const struct resource *resource, struct tn_error *error)
{
    struct tn_db db;
    if (!tenant_db_open(request->context.membership, NULL, &db, error))
        return false;

    struct json_writer json;
    json_writer_init(&json, &request->response->body);
    const bool done = resource->answer(request, db, &json, error);
    tenant_db_close(db);
    request->response->status = 200;
    http_response_header_set(request->response, "Content-Type", "application/json; charset=utf-8");
    return done;
}

static bool
serve(struct tn_request *request, const struct resource *resource, struct tn_error *error)
{
    struct context_claims claims;
    enum context_answer answer;
    if (!request_parse(request, error) ||
        !identity_open(request->loop->runtime, request->http->arena, &request->identity, error) ||
        !site_claims(request, NULL, &claims, error))
        return false;

    if (remembered_begin(request, &claims)) {
        const bool done = answer_resource(request, resource, error);
        if (remembered_end(request, &claims, done, error))
            return done;
    }

    claims.wants_organizations = true;
    if (!context_resolve(
            request->identity, &claims, request->http->arena, &request->context, &answer, error))
        return false;

    if (answer != CONTEXT_FOUND)
        return site_refuse(answer, error);

    remembered_keep(request, &claims);
    return answer_resource(request, resource, error);
}

void
dispatch(struct http_request *http, struct http_response *response, void *owner)
{
    struct server_loop *loop = owner;
    size_t resource = 0;
    if (health_serve(loop, http, response))
        return;

    while (resource < TN_COUNT(resources) && strcmp(resources[resource].path, http->path) != 0)
        resource++;
    if (resource == TN_COUNT(resources)) {
        auth_handle(loop, http, response, NULL);
        return;
    }

    struct tn_request *request = request_new(loop, http, response);
    struct tn_error error = { 0 };
    site_headers(response);
    if (!serve(request, &resources[resource], &error))
        failure_answer(request, &error);
    context_done(&request->context);
    identity_close(request->identity);
}

int
main(int argc, char **argv)
{
    return tn_main(argc, argv,
        &(struct tn_application){
            .name = "peers_target",
            .migrations = migrations,
            .migration_count = TN_COUNT(migrations),
            .manifest = &manifest,
        });
}
