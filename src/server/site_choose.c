#include "server/site_choose.h"

#include <string.h>

#include "organization/life.h"
#include "server/site_answer.h"
#include "server/site_cookies.h"

#define SLUG_BYTES_MAX 60
#define NAME_BYTES_MAX 800

/* Somebody is signed in; or `ret_done`: they were sent to do so. */
static bool
begin(struct tn_request *request, bool *ret_done, struct tn_error *error)
{
    enum context_answer answer;
    if (!site_resolve(request, NULL, &answer, error))
        return false;

    if (answer == CONTEXT_DIFFERS || answer == CONTEXT_EMPTY)
        return site_refuse(answer, error);

    *ret_done = answer == CONTEXT_SIGNED_OUT;
    if (*ret_done)
        site_redirect_to_sign_in(request);
    return true;
}

static bool
show(struct tn_request *request, int status, struct tn_site_chooser chooser, struct tn_error *error)
{
    if (!tn_request_organizations(
            request, &chooser.organizations, &chooser.organization_count, error))
        return false;

    site_pages(request)->chooser(tn_page(request, status), &chooser);
    return true;
}

bool
site_choose_page(struct tn_request *request, struct tn_error *error)
{
    bool is_done = false;
    if (!begin(request, &is_done, error))
        return false;

    const char *next = site_next(tn_request_query(request, "next"));
    return is_done || show(request, 200,
                          (struct tn_site_chooser){ .next = next, .name = "", .slug = "" }, error);
}

/* Where the person wanted to go, if that is of the organization that they chose or of none: a page
 * of another one is not where its choice leads. */
static const char *
way_into(struct tn_request *request, const char *wanted)
{
    struct arena *arena = request->http->arena;
    const char *next = site_next(wanted);
    const char *slug = request->context.visitor->organization_slug;
    const char *start = request_organization_path(arena, slug, "/");
    if (strncmp(next, start, strlen(start)) == 0)
        return next;

    return strncmp(next, "/o/", 3) == 0 ? start : request_organization_path(arena, slug, next);
}

bool
site_choose_post(struct tn_request *request, struct tn_error *error)
{
    const char *slug = tn_request_field(request, "organization");
    enum context_answer answer;
    if (!site_resolve(request, slug ? slug : "", &answer, error))
        return false;

    if (answer != CONTEXT_FOUND && answer != CONTEXT_REVOKED)
        return site_refuse(answer, error);

    const bool is_default = tn_request_field(request, "default") != NULL;
    if (!context_visit_enter(request->identity, request->context.visitor, is_default, error))
        return false;

    if (is_default)
        site_cookies_changed(request);
    site_redirect(request, way_into(request, tn_request_field(request, "next")));
    return true;
}

/* --- a new one ---------------------------------------------------------------------------------
 */

/* A slug of what was typed: letters and digits of ASCII in lower case, and a "-" where something
 * else stands between them. */
static const char *
slug_of(const char *text, struct arena *arena)
{
    struct buffer slug;
    buffer_init(&slug, arena, 64);
    for (const char *at = text; *at && slug.length < SLUG_BYTES_MAX; at++) {
        const char lower = (char)(*at | 0x20);
        if ((lower >= 'a' && lower <= 'z') || (*at >= '0' && *at <= '9'))
            buffer_character(&slug, *at >= '0' && *at <= '9' ? *at : lower);
        else if (slug.length > 0 && slug.data[slug.length - 1] != '-')
            buffer_character(&slug, '-');
    }
    while (slug.length > 0 && slug.data[slug.length - 1] == '-')
        buffer_truncate(&slug, slug.length - 1);
    return slug.data;
}

static bool
make(struct tn_request *request, struct tn_site_chooser *form, struct tn_error *error)
{
    const struct visitor *visitor = request->context.visitor;
    const struct settings *settings = request->loop->server->settings;
    const struct new_organization wanted = {
        .name = form->name,
        .slug = form->slug,
        .owner_id = visitor->user_id,
        .session_id = visitor->session_id,
        .organization_limit = settings->organizations_per_user,
        .has_first_team = settings->teams,
    };
    struct made_organization made;
    enum organization_create_answer answer;
    struct change_request change;
    if (!site_change(request, &change, error) || !organization_create(request->identity, &wanted,
                                                     request->http->arena, &made, &answer, error))
        return false;

    switch (answer) {
    case ORGANIZATION_SLUG_TAKEN:
        form->message = "That address is taken: choose another one.";
        return show(request, 422, *form, error);
    case ORGANIZATION_LIMIT_REACHED:
        form->message = "You belong to as many organizations as one person may.";
        return show(request, 422, *form, error);
    case ORGANIZATION_CREATED:
        site_cookies_changed(request);
        site_redirect(
            request, request_organization_path(request->http->arena, made.organization.slug, "/"));
        return true;
    }
    return true;
}

bool
site_organization_post(struct tn_request *request, struct tn_error *error)
{
    bool is_done = false;
    if (!begin(request, &is_done, error))
        return false;

    if (is_done)
        return true;

    const char *name = tn_request_field(request, "name");
    const char *slug = tn_request_field(request, "slug");
    struct tn_site_chooser form = { .next = "/", .name = name ? name : "" };
    form.slug = slug_of(slug && slug[0] ? slug : form.name, request->http->arena);
    if (!form.name[0] || strlen(form.name) > NAME_BYTES_MAX)
        form.message = "An organization has a name, of 200 characters at most.";
    else if (!form.slug[0])
        form.message = "Its address is made of letters a to z, digits and -: choose one.";

    return form.message ? show(request, 422, form, error) : make(request, &form, error);
}
