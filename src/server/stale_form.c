#include "server/stale_form.h"

#include <string.h>

#include "http/form.h"
#include "server/failure.h"
#include "server/form_context.h"
#include "server/site_answer.h"

/* The organization in which this session opened the form; NULL when that cannot be told. */
static const char *
opened_in(struct tn_request *request, const struct tn_route *route)
{
    const char *field = tn_request_field(request, "_ctx");
    if (!field || !request->context.visitor)
        return NULL;

    struct arena *arena = request->http->arena;
    return form_context_read(request->loop->server->settings->secret, field,
        request->context.visitor->session_id, form_name_of_route(route->path, arena), arena);
}

bool
stale_form_is_fresh(struct tn_request *request, const struct tn_route *route)
{
    const char *organization_id = opened_in(request, route);
    return organization_id && strcmp(organization_id, request->organization.id.p) == 0;
}

/* The name of an organization of this person; NULL when they are no member, or no longer. */
static const char *
name_of(const struct tn_organization *organizations, size_t count, const char *organization_id)
{
    for (size_t i = 0; organization_id && i < count; i++) {
        if (strcmp(organizations[i].id.p, organization_id) == 0)
            return organizations[i].name.p;
    }
    return NULL;
}

/* What was typed: all fields but the hidden ones of ours. */
static struct tn_form_field *
typed_fields(struct tn_request *request, size_t *ret_count)
{
    const struct http_pairs *fields = &request->fields;
    struct tn_form_field *typed =
        ARENA_ARRAY(request->http->arena, fields->count, struct tn_form_field);
    size_t count = 0;
    for (size_t i = 0; i < fields->count; i++) {
        if (fields->items[i].name[0] != '_')
            typed[count++] =
                (struct tn_form_field){ fields->items[i].name, fields->items[i].value };
    }
    *ret_count = count;
    return typed;
}

bool
stale_form_answer(struct tn_request *request, const struct tn_route *route, struct tn_error *error)
{
    const struct tn_organization *organizations;
    size_t organization_count;
    if (!tn_request_organizations(request, &organizations, &organization_count, error))
        return false;

    const char *here =
        request->context.visitor->is_member ? request->context.visitor->organization_name : NULL;
    const char *there = name_of(organizations, organization_count, opened_in(request, route));
    size_t field_count;
    const struct tn_form_field *fields = typed_fields(request, &field_count);
    site_pages(request)->stale_form(
        tn_page(request, tn_error_status(TN_STALE_FORM)), there, here, fields, field_count);
    return true;
}
